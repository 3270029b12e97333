"""The error pages: 403, 404, 500, 503 and a failed CSRF check."""

import logging
import secrets
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.csrf import requires_csrf_token

from ui.database_state import is_database_away
from ui.redirects import referring_path
from ui.theme import current_theme

FORBIDDEN_MESSAGE = _("You do not have permission.")
log = logging.getLogger(__name__)
# Seconds after which a page that could not reach the database is worth another visit.
AWAY_SECONDS = "15"


@login_not_required
@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 with the exception's message; htmx gets the message as plain text."""
    reason = str(exception) if exception and str(exception) else str(FORBIDDEN_MESSAGE)
    if request.headers.get("HX-Request"):
        return HttpResponse(reason, status=403, content_type="text/plain; charset=utf-8")
    return render(request, "403.html", _layout_context(request) | {"reason": reason}, status=403)


@login_not_required
@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", _layout_context(request), status=404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Mostly a form of an expired session: a page that says so; htmx gets a 401 and shows the login page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    with override(getattr(request, "LANGUAGE_CODE", None)):
        page = {"back": referring_path(request), "theme": current_theme(request)}
        return render(request, "403_csrf.html", page, status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500 without database or session, or 503 while the database is away. A 500 shows a code that the log has too."""
    if is_database_away(sys.exc_info()[1]):
        return _database_away(request)
    code = secrets.token_hex(6)
    log.error("An error page with code %s was shown at %s.", code, request.path)
    page = {
        "code": code,
        "moment": timezone.localtime(),
        "again": request.path if request.method == "GET" else "/",
        "support": settings.SUPPORT_EMAIL,
        "theme": current_theme(request),
    }
    return HttpResponse(render_to_string("500.html", page), status=500)


def _database_away(request: HttpRequest) -> HttpResponse:
    """Asks for a visit in a few seconds; a page that was only looked at comes back by itself."""
    is_read = request.method in ("GET", "HEAD")
    if request.headers.get("HX-Request"):
        text = _("Our database does not answer at the moment. Try again in a minute.")
        return HttpResponse(
            text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": AWAY_SECONDS}
        )
    page = {
        "again": request.path if is_read else "/",
        "reload": is_read,
        "seconds": AWAY_SECONDS,
        "support": settings.SUPPORT_EMAIL,
        "theme": current_theme(request),
    }
    return HttpResponse(render_to_string("503.html", page), status=503, headers={"Retry-After": AWAY_SECONDS})


def _layout_context(request: HttpRequest) -> dict[str, Any]:
    """The layout with the menu needs a current shop."""
    in_shell = getattr(request, "shop", None) is not None
    return {"layout": "base.html" if in_shell else "_plain.html", "in_shell": in_shell, "theme": current_theme(request)}
