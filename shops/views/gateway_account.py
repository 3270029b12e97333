"""The shop's key at a label gateway, on Shopinstellingen > Algemeen: paste it, see the end of it, remove it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carriers.gateways import gateways_with_account
from carriers.gateways.base import GatewayProvider
from shops.forms import GeneralForm
from shops.models import GatewayAccount, Shop
from shops.permissions import ShopPermission, require_permission
from shops.services import contracts, gateway_accounts
from shops.tenancy import ShopRequest


@dataclass(frozen=True, slots=True)
class GatewayPanel:
    """A gateway on the settings page: the shop's account there, and why a key was just rejected."""

    gateway: str
    provider: GatewayProvider
    account: GatewayAccount | None
    error_message: Promise | str = ""


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def save_gateway_account(request: ShopRequest, gateway: str) -> HttpResponse:
    """Checks a key and keeps it. The key itself is never shown again."""
    provider = _provider(gateway)
    try:
        contracts.read_account(gateway_accounts.save_api_key(request.shop, request.POST.get("api_key", ""), gateway))
    except gateway_accounts.ApiKeyRejected as error:
        panels = gateway_panels(request.shop, {gateway: error.message})
        page = {"form": GeneralForm(instance=request.shop), "gateways": panels}
        return render(request, "shops/general.html", page, status=422)
    message = _("The key works. From now on, labels are created with %(gateway)s.")
    messages.success(request, message % {"gateway": provider.name})
    return redirect("shops:general")


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def remove_gateway_account(request: ShopRequest, gateway: str) -> HttpResponse:
    """Back to test labels."""
    _provider(gateway)
    gateway_accounts.remove_api_key(request.shop, gateway)
    messages.success(request, _("The key was removed. From now on, labels are test labels."))
    return redirect("shops:general")


def _provider(gateway: str) -> GatewayProvider:
    try:
        return gateways_with_account()[gateway]
    except KeyError as unknown:
        raise Http404 from unknown


def gateway_panels(
    shop: Shop, error_messages: Mapping[str, Promise | str] = MappingProxyType({})
) -> list[GatewayPanel]:
    """One for each gateway that takes a key."""
    account: GatewayAccount | None = getattr(shop, "gateway_account", None)
    own = account.gateway if account else ""
    return [
        GatewayPanel(gateway, provider, account if gateway == own else None, error_messages.get(gateway, ""))
        for gateway, provider in gateways_with_account().items()
    ]
