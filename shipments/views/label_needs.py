"""The forms of the label window that ask for what the shop still needs before a label."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carriers.gateways import DEFAULT_GATEWAY, get_gateway
from lib.http import ApiError
from shipments.services.labels.needs import SENDER, LabelNeed, label_needs
from shops.forms import SenderAddressForm
from shops.permissions import ShopPermission, check_permission
from shops.services import contracts, gateway_accounts
from shops.services.settings import save_settings, start_practicing
from shops.tenancy import ShopRequest

PRACTICE, OWN_KEY, SANDBOX_KEY = "practice", "key", "sandbox_key"
SANDBOX_SILENT_MESSAGE = _("The sandbox isn't responding. Nothing was changed; start it, then try again.")


@dataclass(frozen=True, slots=True)
class Answer:
    """A form of the window that was sent, and why it was not saved."""

    form: SenderAddressForm | None = None
    key_error: Promise | str = ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.key_error) or (self.form is not None and bool(self.form.errors))


def save_answer(request: ShopRequest) -> Answer:
    """Raises PermissionDenied, and SignInTooLongAgo for a key. May be repeated."""
    asked = request.POST.get("need", "")
    if asked == SENDER:
        check_permission(request, ShopPermission.MANAGE_SETTINGS)
        return Answer(form=save_settings(request.shop, SenderAddressForm, request.POST, by=request))
    if asked == PRACTICE:
        start_practicing(request.shop, by=request)
    elif asked in {OWN_KEY, SANDBOX_KEY}:
        check_permission(request, ShopPermission.MANAGE_CONNECTIONS)
        return Answer(key_error=_save_key(request, is_own=asked == OWN_KEY))
    return Answer()


def _save_key(request: ShopRequest, *, is_own: bool) -> Promise | str:
    """Why the key was not saved; empty when it was."""
    try:
        key = request.POST.get("api_key", "") if is_own else get_gateway(DEFAULT_GATEWAY).sandbox_key()
        account = gateway_accounts.save_api_key(request.shop, key, by=request)
    except gateway_accounts.ApiKeyRejected as rejected:
        reason: Promise | str = rejected.message
        return reason
    except (ApiError, LookupError):
        return SANDBOX_SILENT_MESSAGE
    contracts.read_account(account)
    request.shop.gateway_account = account
    return ""


def needs_context(request: ShopRequest, answer: Answer) -> dict[str, Any]:
    """Empty when nothing is missing. One thing is asked for at a time, the first one now."""
    needs = label_needs(request.shop)
    return _ask_for(request, needs, answer) if needs else {}


def _ask_for(request: ShopRequest, needs: list[LabelNeed], answer: Answer) -> dict[str, Any]:
    permissions = request.membership.permissions
    asks_sender = needs[0].code == SENDER
    form = answer.form if answer.is_wrong and answer.form else SenderAddressForm(instance=request.shop)
    needed = ShopPermission.MANAGE_SETTINGS if asks_sender else ShopPermission.MANAGE_CONNECTIONS
    return {
        "needs": needs,
        "missing": ", ".join(str(need.name) for need in needs),
        "asks_sender": asks_sender,
        "may_answer": needed in permissions,
        "form": form,
        "key_error": answer.key_error,
        "provider": get_gateway(DEFAULT_GATEWAY),
    }
