"""The shop a request works in, and what a member may change there."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shops.models import Membership
from shops.permissions import DENIED_MESSAGE, ShopPermission

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
SHOP_KEY = "shop"


SHOP_COOKIE = "shop"


SHOP_COOKIE_SECONDS = 365 * 24 * 3600


SHOPLESS_PATHS = ("/account/", "/taal/", "/uitnodiging/", "/static/", "/healthz", "/volg/", "/webhooks/")


class CurrentShopMiddleware:
    """Sets ``request.shop`` and ``request.membership``: the shop chosen in this session, else the one this browser
    worked in before (after a session ended one comes back to the same page), else the first one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        memberships = Membership.objects.filter(user=request.user.pk).select_related("shop__preferences")
        mine = list(memberships.order_by("shop_id"))
        request.memberships = mine  # type: ignore[attr-defined]
        membership = self._find_membership(mine, request.session.get(SHOP_KEY) or request.COOKIES.get(SHOP_COOKIE))
        if membership is not None:
            request.membership = membership  # type: ignore[attr-defined]
            request.shop = membership.shop  # type: ignore[attr-defined]
        elif not request.path.startswith(SHOPLESS_PATHS) and not self._is_admin(request):
            return render(request, "shops/no_shop.html", status=403)
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
        if ShopPermission.MANAGE_SHIPMENTS not in membership.permissions and not getattr(
            view, "allows_read_only", False
        ):
            raise PermissionDenied(DENIED_MESSAGE)

    def _find_membership(self, mine: list[Membership], wanted: str | None) -> Membership | None:
        first = mine[0] if mine else None
        return next((one for one in mine if str(one.shop.public_id) == wanted), first)

    def _is_admin(self, request: HttpRequest) -> bool:
        return bool(settings.ADMIN_PATH) and request.path.startswith("/" + settings.ADMIN_PATH)
