"""Account > Profile > Sessions: where one is signed in; end one, or all others."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import allow_read_only
from accounts.devices import remember_device
from accounts.requests import UserRequest, client_address
from accounts.services import user_sessions
from accounts.services.profile import forget_devices
from accounts.user_agents import device_name


@allow_read_only
@require_http_methods(["GET", "HEAD", "POST"])
def sessions_page(request: UserRequest) -> HttpResponse:
    """POST with ``session`` ends that one, without it all others."""
    if request.method == "POST":
        return _end(request, request.POST.get("session", ""))
    current = request.session.session_key
    rows: list[dict[str, Any]] = [
        {
            "pk": row.pk,
            "device": device_name(row.user_agent),
            "address": row.ip,
            "started_at": row.created_at,
            "last_seen_at": row.last_seen_at,
            "is_current": row.session_key == current,
        }
        for row in user_sessions.open_sessions(request.user)
    ]
    others = [row for row in rows if not row["is_current"]]
    if len(others) == len(rows):
        # It started before sessions were kept; its row comes with its next sign of life.
        rows.insert(0, _this_session(request))
    return render(request, "accounts/sessions.html", {"rows": rows, "others": others})


def _this_session(request: UserRequest) -> dict[str, Any]:
    device = device_name(request.headers.get("User-Agent", ""))
    started_at = request.user.last_login or request.user.date_joined
    return {"device": device, "address": client_address(request), "started_at": started_at, "is_current": True}


def _end(request: UserRequest, number: str) -> HttpResponse:
    response = redirect("usersessions_list")
    if not number:
        user_sessions.end_all_others(request.user, request.session.session_key)
        forget_devices(request.user)
        remember_device(request, response, request.user)
        messages.success(request, _("You have been logged out everywhere else."))
        return response
    others = [
        row for row in user_sessions.open_sessions(request.user) if row.session_key != request.session.session_key
    ]
    if any(str(row.pk) == number and user_sessions.end(request.user, row.pk) for row in others):
        messages.success(request, _("That session has ended."))
    else:
        messages.error(request, _("That session had already ended."))
    return response
