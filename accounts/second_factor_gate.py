"""Where a second step is required: whoever has none is led to setting one up, then back."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.services.second_factor import has_second_factor
from ui.redirects import referring_path

# Where somebody was going who had to set up a second step first.
NEXT_KEY = "after_second_factor"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def is_proven(request: HttpRequest) -> bool:
    """Whether this session used a second step that the account still has. One query, if the session used one."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records) and has_second_factor(request.user)  # type: ignore[arg-type]


def lead_to_second_factor(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the second step of this account, or to the one where it is set up."""
    path = request.get_full_path() if request.method in SAFE_METHODS else referring_path(request)
    methods = get_adapter().get_reauthentication_methods(request.user)
    url = next((method["url"] for method in methods if method["id"].startswith("mfa_")), "")
    if url and has_second_factor(request.user):  # type: ignore[arg-type]
        target = f"{url}?{urlencode({REDIRECT_FIELD_NAME: path})}"
    else:
        request.session[NEXT_KEY] = path
        target = reverse("mfa_index")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
