"""Login, session limits, asking for the password again, and the language of the account."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import translation

from accounts import reauthentication, sessions
from ui.redirects import referring_path

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


class LoginRequired(LoginRequiredMiddleware):
    """Redirects to the login page, which leads back to a page that GET can show; htmx gets a 401."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(referring_path(request), self.get_login_url(view_func))


class SessionLimitsMiddleware:
    """Logs out when the session is expired."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.is_expired(request):
            logout(request)
        return self.get_response(request)


class ReauthenticationMiddleware:
    """Answers ReauthenticationRequired with the page that asks; a form that was sent is kept until then.

    Must come after allauth's middleware, which would keep the form readable and with all headers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ReauthenticationRequired):
            return None
        back_to = getattr(exception, "back_to", "")
        methods = get_adapter().get_reauthentication_methods(request.user)
        url = methods[0]["url"] if methods else resolve_url(settings.LOGIN_URL)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": _with_next(url, referring_path(request))})
        if request.method in SAFE_METHODS:
            return HttpResponseRedirect(_with_next(url, back_to or request.get_full_path()))
        kept = reauthentication.keep_form(request)
        return HttpResponseRedirect(_with_next(url, reverse("accounts:resume") if kept else referring_path(request)))


def _with_next(url: str, path: str) -> str:
    return f"{url}?{urlencode({REDIRECT_FIELD_NAME: path})}"


class UserLanguageMiddleware:
    """The account's language takes precedence over the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
