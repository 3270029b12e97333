"""Around every request: headers, who is asking and for how long, the shop one works in, and the language one reads."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import sessions
from accounts.models import Membership
from shops.permissions import REFUSAL, Right
from ui.redirects import page_before, theme_of

Next = Callable[[HttpRequest], HttpResponse]
SHOP_KEY = "shop"
SHOP_COOKIE = "shop"
SHOP_COOKIE_SECONDS = 365 * 24 * 3600
WITHOUT_SHOP = ("/account/", "/taal/", "/uitnodiging/", "/static/", "/healthz", "/volg/", "/webhooks/")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")


def content_policy() -> str:
    """Nothing inline, nothing from elsewhere; forms may lead to the shop system's consent page."""
    parts = urlsplit(settings.WIX_WEB_URL)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self' {parts.scheme}://{parts.netloc}; base-uri 'none'; "
        "object-src 'none'; frame-ancestors 'none'"
    )


class SecurityHeadersMiddleware:
    """Headers on every response, errors and downloads included."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": content_policy(),
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.setdefault(name, value)
        if getattr(request, "user", AnonymousUser()).is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response


class CurrentShopMiddleware:
    """Sets ``request.shop`` and ``request.membership``: the shop chosen in this session, else the one this browser
    worked in before (after a session ended one comes back to the same page), else the first one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        seats = Membership.objects.filter(user=request.user.pk).select_related("shop__preferences")
        mine = list(seats.order_by("shop_id"))
        request.memberships = mine  # type: ignore[attr-defined]
        membership = self._chosen(mine, request.session.get(SHOP_KEY) or request.COOKIES.get(SHOP_COOKIE))
        if membership is not None:
            request.membership = membership  # type: ignore[attr-defined]
            request.shop = membership.shop  # type: ignore[attr-defined]
        elif not request.path.startswith(WITHOUT_SHOP) and not self._is_admin(request):
            return render(request, "accounts/no_shop.html", status=403)
        response = self.get_response(request)
        chosen = request.session.get(SHOP_KEY)
        if chosen and chosen != request.COOKIES.get(SHOP_COOKIE):
            secure, seconds = settings.SESSION_COOKIE_SECURE, SHOP_COOKIE_SECONDS
            response.set_cookie(SHOP_COOKIE, chosen, seconds, secure=secure, httponly=True, samesite="Lax")
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        """Who may only read changes nothing of the shop, whatever view is asked; new views are safe by themselves."""
        membership = getattr(request, "membership", None)
        if membership is None or request.method in SAFE_METHODS or self._is_admin(request):
            return
        if Right.WORK not in membership.rights and not getattr(view, "for_everyone", False):
            raise PermissionDenied(REFUSAL)

    def _chosen(self, mine: list[Membership], wanted: str | None) -> Membership | None:
        first = mine[0] if mine else None
        return next((one for one in mine if str(one.shop.public_id) == wanted), first)

    def _is_admin(self, request: HttpRequest) -> bool:
        return bool(settings.ADMIN_PATH) and request.path.startswith("/" + settings.ADMIN_PATH)


class NoNulMiddleware:
    """Takes NULs out of addresses and forms: nobody types one, and PostgreSQL takes none in any question.

    Views without CSRF protection read their own body.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = _without_nul(request.POST)  # type: ignore[assignment]


def _without_nul(data: QueryDict) -> QueryDict:
    if not any("\0" in value for _name, values in data.lists() for value in values):
        return data
    clean = QueryDict(mutable=True)
    for name, values in data.lists():
        clean.setlist(name, [value.replace("\0", "") for value in values])
    clean._mutable = False
    return clean


class LoginRequired(LoginRequiredMiddleware):
    """Strangers go to the login page and come back to a page they can see. A script is told in a word: 401."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        if request.method in SAFE_METHODS:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page_before(request), self.get_login_url(view_func))


class MaintenanceMiddleware:
    """While MAINTENANCE_UNTIL is set every page says when we are back; no database is asked."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.until: datetime | None = settings.MAINTENANCE_UNTIL

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.until is None or request.path.startswith("/healthz"):
            return self.get_response(request)
        left = (self.until - timezone.now()).total_seconds()
        clock = timezone.localtime(self.until).strftime("%H:%M") if left > 0 else ""
        page = render_to_string("maintenance.html", {"clock": clock, "theme": theme_of(request)})
        return HttpResponse(page, status=503, headers={"Retry-After": str(max(60, int(left)))})


class SessionLimitsMiddleware:
    """Ends a session that was idle or that has lasted too long; "stay logged in" stretches both."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.has_ended(request):
            logout(request)
        return self.get_response(request)


class UserLanguageMiddleware:
    """Who is signed in reads in the language of the account, whatever the browser asks for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
