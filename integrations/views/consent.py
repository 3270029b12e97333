"""Consent at a platform: granting, callback, signed links and revoking."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integrations.models import Connection
from integrations.providers import get_provider
from integrations.services import connections, installations
from integrations.services.connections import ConsentRejected
from integrations.views.connections import CONSENT_ERROR_KEY
from lib.stored_messages import localized
from shops.middleware import SHOP_KEY
from shops.models import Shop
from shops.permissions import ShopPermission, require_permission
from shops.tenancy import ShopRequest


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def grant_consent(request: ShopRequest, platform: str) -> HttpResponse:
    """Redirect to the platform with a state bound to this session."""
    provider = get_provider(platform)
    if not provider.is_configured:
        messages.error(request, str(provider.setup_message))
        return redirect("integrations:platform", platform)
    if not request.session.session_key:
        request.session.create()
    key = request.session.session_key or ""
    return HttpResponseRedirect(connections.start_consent(request.shop, request.user, platform, session_key=key))


@require_GET
def consent_callback(request: ShopRequest, platform: str) -> HttpResponse:
    key = request.session.session_key or ""
    try:
        connection = connections.finish_consent(request.user, session_key=key, params=request.GET.dict())
    except ConsentRejected as error:
        return _reject(request, platform, error)
    return _accept(request, connection)


def _reject(request: ShopRequest, platform: str, error: ConsentRejected) -> HttpResponse:
    if error.shop is not None:
        request.session[SHOP_KEY] = str(error.shop.public_id)
    request.session[CONSENT_ERROR_KEY] = (error.code, error.holder.name if error.holder else "")
    return redirect("integrations:platform", platform)


def _accept(request: ShopRequest, connection: Connection) -> HttpResponse:
    request.session[SHOP_KEY] = str(connection.shop.public_id)
    if connection.is_active:
        message = _("Your {platform} site is connected. Paid orders appear within a minute.")
        messages.success(request, message.format(platform=connection.platform_name))
    for check in connection.checks:
        messages.warning(request, localized(check["text"]))
    return redirect("integrations:platform", connection.platform)


@require_http_methods(["GET", "HEAD", "POST"])
def open_from_platform(request: ShopRequest, platform: str) -> HttpResponse:
    """Claim the site of the platform's signed link for a shop, or open the shop that has it.

    Anonymous users sign in first and return with the link.
    """
    signed = request.POST.get("instance", "") or request.GET.get("instance", "")
    try:
        target = installations.inspect_link(request.user, platform, signed)
        if target.connection is None:
            return _claim_site(request, platform, signed)
    except ConsentRejected as error:
        return _reject(request, platform, error)
    if target.connection.shop == request.shop:
        return redirect("integrations:platform", platform)
    if request.method == "POST":
        request.session[SHOP_KEY] = str(target.connection.shop.public_id)
        return redirect("integrations:platform", platform)
    page = {"signed": signed, "connection": target.connection, "provider": get_provider(platform)}
    return render(request, "integrations/open_from_platform.html", page)


def _claim_site(request: ShopRequest, platform: str, signed: str) -> HttpResponse:
    """Ask for the shop, then connect. Offers only shops the user may connect."""
    owned = [
        membership.shop
        for membership in request.user.memberships.select_related("shop")
        if ShopPermission.MANAGE_CONNECTIONS in membership.permissions
    ]
    if request.method == "POST":
        wanted = request.POST.get("shop", "")
        shop = next((shop for shop in owned if str(shop.public_id) == wanted), None)
        if shop is not None:
            return _accept(request, installations.claim_site(shop, request.user, platform, signed))
    page = {
        "signed": signed,
        "shops": owned,
        "own_shop": _suggested_shop(owned, request.shop),
        "provider": get_provider(platform),
    }
    return render(request, "integrations/open_from_platform.html", page)


def _suggested_shop(owned: list[Shop], current: Shop) -> Shop | None:
    return current if current in owned else (owned[0] if owned else None)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def revoke(request: ShopRequest, public_id: str) -> HttpResponse:
    """Ask for confirmation, then revoke. May be repeated."""
    connection = get_object_or_404(request.shop.connections, public_id=public_id)
    if connection.state == Connection.State.DISCONNECTED:
        return _redirect_after_revoking(request, connection)
    if request.method != "POST":
        waiting = connection.fulfillments.filter(state__in=["due", "sending", "unknown"]).count()
        page = {"connection": connection, "waiting": waiting, "provider": get_provider(connection.platform)}
        return render(request, "integrations/revoke.html", page)
    connections.revoke(connection, by=request.user)
    return _redirect_after_revoking(request, connection)


def _redirect_after_revoking(request: ShopRequest, connection: Connection) -> HttpResponse:
    provider = get_provider(connection.platform)
    message = _("Consent revoked. Remember to delete the app in {platform} as well: {app_list}.")
    messages.success(request, message.format(platform=provider.name, app_list=provider.messages.app_list))
    return redirect("integrations:platform", connection.platform)
