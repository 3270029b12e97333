"""The current shop of a request, and read-only members."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.second_factor_gate import is_proven, lead_to_second_factor
from shops.models import Membership
from shops.permissions import DENIED_MESSAGE, ShopPermission

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
SHOP_KEY = "shop"
SHOP_COOKIE = "shop"
SHOP_COOKIE_SECONDS = 365 * 24 * 3600
# Choosing another shop must stay possible while this one is locked.
SWITCH_PATH = "/shop/"
# What a member of a closed shop may do: another shop, or open this one again.
OPEN_TO_CLOSED = frozenset(
    {
        "shops:switch_shop",
        "shops:settings",
        "shops:new_shop",
        "privacy:closed",
        "privacy:reopen_shop",
        "privacy:export_shop",
        "privacy:shop_file",
    }
)
CLOSED_MESSAGE = _("This shop is closed.")
SHOPLESS_PATHS = ("/account/", "/taal/", "/uitnodiging/", "/static/", "/healthz", "/volg/", "/webhooks/")


class CurrentShopMiddleware:
    """Sets ``request.shop`` and ``request.membership``.

    The current shop is that of the session, else the last one of this browser (a new session shows the same page), else
    the user's first one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        rows = Membership.objects.filter(user=request.user.pk).select_related(
            "shop__preferences", "shop__gateway_account"
        )
        memberships = list(rows.order_by("shop_id"))
        request.memberships = memberships  # type: ignore[attr-defined]
        membership = self._find_membership(
            memberships, request.session.get(SHOP_KEY) or request.COOKIES.get(SHOP_COOKIE)
        )
        if self._is_locked(request, membership):
            # On pages of the user's own the shop is not shown either.
            if not request.path.startswith(SHOPLESS_PATHS):
                return lead_to_second_factor(request)
        elif membership is not None:
            request.membership = membership  # type: ignore[attr-defined]
            request.shop = membership.shop  # type: ignore[attr-defined]
        elif not request.path.startswith(SHOPLESS_PATHS) and not self._is_admin(request):
            return render(request, "shops/no_shop.html", status=403)
        response = self.get_response(request)
        public_id = request.session.get(SHOP_KEY)
        if public_id and public_id != request.COOKIES.get(SHOP_COOKIE):
            secure, seconds = settings.SESSION_COOKIE_SECURE, SHOP_COOKIE_SECONDS
            response.set_cookie(SHOP_COOKIE, public_id, seconds, secure=secure, httponly=True, samesite="Lax")
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """Rejects changes by read-only members in every view that is not marked with ``allow_read_only``.

        Of a closed shop only the page that opens it again is shown.
        """
        membership = getattr(request, "membership", None)
        if membership is None or self._is_admin(request):
            return None
        if membership.shop.closed_at is not None and not self._is_open_to_closed(request):
            if request.method in SAFE_METHODS and not request.headers.get("HX-Request"):
                return redirect("privacy:closed")
            raise PermissionDenied(CLOSED_MESSAGE)
        if request.method in SAFE_METHODS:
            return None
        is_read_only = ShopPermission.MANAGE_SHIPMENTS not in membership.permissions
        if is_read_only and not getattr(view, "allows_read_only", False):
            raise PermissionDenied(DENIED_MESSAGE)
        return None

    def _is_open_to_closed(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return request.path.startswith(SHOPLESS_PATHS) or (match is not None and match.view_name in OPEN_TO_CLOSED)

    def _find_membership(self, memberships: list[Membership], public_id: str | None) -> Membership | None:
        default = memberships[0] if memberships else None
        return next((member for member in memberships if str(member.shop.public_id) == public_id), default)

    def _is_locked(self, request: HttpRequest, membership: Membership | None) -> bool:
        """Whether a second step is required, by the shop or for the admin, that this session has not proven."""
        if self._is_admin(request):
            return request.user.is_staff and not is_proven(request)
        if membership is None or request.path.startswith(SWITCH_PATH):
            return False
        return membership.shop.requires_second_factor and not is_proven(request)

    def _is_admin(self, request: HttpRequest) -> bool:
        return bool(settings.ADMIN_PATH) and request.path.startswith("/" + settings.ADMIN_PATH)
