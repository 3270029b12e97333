"""The shop's key at a label gateway, on Shopinstellingen > Algemeen: paste it, see the end of it, remove it again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from audit import trail
from audit.actions import AuditAction
from carriers.gateways import gateways_with_account
from carriers.gateways.base import GatewayProvider
from lib.http import ApiError, ApiUnauthorized
from shops.forms import GeneralForm
from shops.models import Exchange, GatewayAccount, Shop
from shops.permissions import ShopPermission, require_permission
from shops.services import contracts, exchanges, gateway_accounts, gateway_webhooks
from shops.services.gateway_senders import PrintedSender, printed_sender
from shops.tenancy import ShopRequest
from ui.redirects import asked_path

NOT_RESTORED_MESSAGE = gettext_lazy(
    "Your other program could not get its notifications back: connect it to your account again."
)


@dataclass(frozen=True, slots=True)
class GatewayPanel:
    """A gateway on the settings page: the shop's account there, and why a key was just rejected."""

    gateway: str
    provider: GatewayProvider
    account: GatewayAccount | None
    error_message: Promise | str = ""
    sender: PrintedSender | None = None
    # Other shops of this user with a key of the same shop at the gateway, and whether somebody else has one.
    sharing: tuple[Shop, ...] = ()
    shared_elsewhere: bool = False

    @property
    def former_name(self) -> str:
        """The shop at the gateway that the key before belonged to; empty when it is the same one."""
        if self.account is None or not gateway_accounts.changed_shop(self.account):
            return ""
        return str(self.account.former_shop.get("name") or self.account.former_shop["id"])

    @property
    def exchanges(self) -> list[Exchange]:
        """Support looks for them while something is wrong."""
        if self.account is None or not self.account.last_error:
            return []
        code = self.account.reference_code
        return exchanges.last_exchanges(self.account.shop, [code])[code]

    @property
    def webhook_state(self) -> str:
        """Who is told of a new status: ours, replacing (ours, in another's place), shared, lost, foreign or unknown."""
        account = self.account
        if account is None or not gateway_webhooks.webhooks_reachable():
            return ""
        if account.foreign_webhooks:
            urls = account.foreign_webhooks.values()
            if any(gateway_webhooks.belongs_to_other_shop(account, url) for url in urls):
                return "shared"
            return "lost" if account.webhooks_lost else "foreign"
        if account.webhook_subscriptions:
            return "replacing" if account.replaced_webhooks else "ours"
        return "unknown"


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def save_gateway_account(request: ShopRequest, gateway: str) -> HttpResponse:
    """Checks a key and keeps it. The key itself is never shown again."""
    return _save_key(request, gateway, _provider(gateway), request.POST.get("api_key", ""))


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def save_sandbox_key(request: ShopRequest, gateway: str) -> HttpResponse:
    """Where our address of the gateway is a local imitation: use its key."""
    provider = _provider(gateway)
    try:
        return _save_key(request, gateway, provider, provider.sandbox_key())
    except LookupError as real:
        raise Http404 from real
    except ApiError:
        message = _("The sandbox isn't responding. Nothing was changed; start it, then try again.")
        return _rejected(request, gateway, message)


def _save_key(request: ShopRequest, gateway: str, provider: GatewayProvider, key: str) -> HttpResponse:
    try:
        account = gateway_accounts.save_api_key(request.shop, key, gateway, by=request)
    except gateway_accounts.ApiKeyRejected as error:
        return _rejected(request, gateway, error.message)
    contracts.read_account(account)
    message = _("The key works. From now on, labels are created with %(gateway)s.")
    messages.success(request, message % {"gateway": provider.name})
    if gateway_accounts.changed_shop(account):
        words = _("This key belongs to another %(gateway)s shop than the one before: %(new)s instead of %(old)s.")
        old, new = account.former_shop["name"] or account.former_shop["id"], account.remote_shop_name
        names = {"gateway": provider.name, "old": old, "new": new or account.remote_shop_id}
        messages.warning(request, words % names)
    if not account.former_shop.get("restored", True):
        messages.warning(request, NOT_RESTORED_MESSAGE)
    return redirect(asked_path(request) or "shops:general")


def _rejected(request: ShopRequest, gateway: str, message: Promise | str) -> HttpResponse:
    panels = gateway_panels(request, {gateway: message})
    page = {"form": GeneralForm(instance=request.shop), "gateways": panels}
    return render(request, "shops/general.html", page, status=422)


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def remove_gateway_account(request: ShopRequest, gateway: str) -> HttpResponse:
    """Back to test labels."""
    _provider(gateway)
    is_restored = gateway_accounts.remove_api_key(request.shop, gateway, by=request)
    messages.success(request, _("The key was removed. From now on, labels are test labels."))
    if not is_restored:
        messages.warning(request, NOT_RESTORED_MESSAGE)
    return redirect("shops:general")


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def take_over_webhooks(request: ShopRequest, gateway: str) -> HttpResponse:
    """Status messages come here from now on, and no longer to the merchant's other program."""
    done = _("Notifications come here from now on.")
    return _change_webhooks(request, gateway, gateway_webhooks.take_over, done, AuditAction.WEBHOOKS_TAKEN)


@require_POST
@require_permission(ShopPermission.MANAGE_CONNECTIONS)
def give_back_webhooks(request: ShopRequest, gateway: str) -> HttpResponse:
    """The merchant's other program gets the status messages again."""
    done = _("Your other program gets the notifications again.")
    return _change_webhooks(request, gateway, gateway_webhooks.give_back, done, AuditAction.WEBHOOKS_RETURNED)


def _change_webhooks(
    request: ShopRequest,
    gateway: str,
    change: Callable[[GatewayAccount, GatewayProvider, str], None],
    done: str,
    action: AuditAction,
) -> HttpResponse:
    account: GatewayAccount | None = getattr(request.shop, "gateway_account", None)
    if account is None or account.gateway != gateway:
        raise Http404
    try:
        change(account, _provider(gateway), gateway_accounts.decrypt_api_key(account))
    except gateway_webhooks.WebhookError as error:
        messages.error(request, str(error.message))
    except ApiUnauthorized:
        messages.error(request, str(gateway_accounts.key_rejected_message(gateway)))
    else:
        # The gateway has acted, so there is no transaction that both could be in.
        trail.record(action, by=request, shop=request.shop, target=("gateway", gateway))
        messages.success(request, done)
    return redirect("shops:general")


def _provider(gateway: str) -> GatewayProvider:
    try:
        return gateways_with_account()[gateway]
    except KeyError as unknown:
        raise Http404 from unknown


def gateway_panels(
    request: ShopRequest, error_messages: Mapping[str, Promise | str] = MappingProxyType({})
) -> list[GatewayPanel]:
    """One for each gateway that takes a key."""
    account: GatewayAccount | None = getattr(request.shop, "gateway_account", None)
    return [
        _panel(request, gateway, provider, account if account and gateway == account.gateway else None, error_messages)
        for gateway, provider in gateways_with_account().items()
    ]


def _panel(
    request: ShopRequest,
    gateway: str,
    provider: GatewayProvider,
    account: GatewayAccount | None,
    error_messages: Mapping[str, Promise | str],
) -> GatewayPanel:
    """Foreign shops that use the same account are not named."""
    error_message = error_messages.get(gateway, "")
    if account is None:
        return GatewayPanel(gateway, provider, None, error_message)
    sharing = gateway_accounts.shops_sharing_account(account)
    known = set(request.user.memberships.values_list("shop", flat=True))
    own = tuple(shop for shop in sharing if shop.pk in known)
    sender = printed_sender(request.shop)
    return GatewayPanel(gateway, provider, account, error_message, sender, own, len(own) < len(sharing))
