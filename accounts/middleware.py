"""Around every request: a strict content policy, the shop one works in, and the language one reads."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from accounts.models import Membership

Next = Callable[[HttpRequest], HttpResponse]
SHOP_KEY = "shop"
WITHOUT_SHOP = ("/account/", "/taal/", "/static/", "/healthz")


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
    """Sets ``request.shop`` and ``request.membership``: the shop chosen in this session, else the first one."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        membership = self._membership(request)
        if membership is not None:
            request.membership = membership  # type: ignore[attr-defined]
            request.shop = membership.shop  # type: ignore[attr-defined]
        elif not request.path.startswith(WITHOUT_SHOP) and not self._is_admin(request):
            return render(request, "accounts/no_shop.html", status=403)
        return self.get_response(request)

    def _membership(self, request: HttpRequest) -> Membership | None:
        mine = Membership.objects.filter(user=request.user.pk).select_related("shop")
        wanted = request.session.get(SHOP_KEY)
        chosen = mine.filter(shop__public_id=wanted).first() if wanted else None
        return chosen or mine.order_by("shop_id").first()

    def _is_admin(self, request: HttpRequest) -> bool:
        return bool(settings.ADMIN_PATH) and request.path.startswith("/" + settings.ADMIN_PATH)


class UserLanguageMiddleware:
    """Who is signed in reads in the language of the account, whatever the browser asks for."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
