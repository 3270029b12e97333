"""A shop's account at a label gateway: its API key is checked at once, kept sealed, and never shown again."""

import logging
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways import DEFAULT_GATEWAY, GATEWAYS, gateway_display_name, gateways_with_account, get_gateway
from carriers.gateways.base import GatewayProvider
from lib.crypto import Unreadable, seal, unseal
from lib.http import ApiError, ApiUnauthorized
from lib.languages import in_every_language
from shops.models import LabelAccount, Shop

log = logging.getLogger(__name__)
SHORTEST, LONGEST = 8, 200
WRONG_KEY = _(
    "{gateway} does not accept this key. Generate a new one in {gateway} and paste it here. Nothing was changed."
)
UNREACHABLE = _("{gateway} does not answer now, so the key could not be checked. Nothing was changed; try again later.")
NO_LONGER = _(
    "{gateway} no longer accepts the API key of this shop. Paste a new one under Shop settings, then try again."
)


class KeyRefused(Exception):
    """The key was not saved; ``sentence`` says why and what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def key_rejected_message(gateway: str) -> Promise:
    return format_lazy(NO_LONGER, gateway=gateway_display_name(gateway))


def save_key(shop: Shop, key: str, gateway: str = DEFAULT_GATEWAY) -> LabelAccount:
    """Check this key at the gateway, keep it in place of the old one, and subscribe to its status messages.

    Raises KeyRefused; then nothing was changed. KeyError for a gateway without accounts. May be repeated.
    """
    provider, key = gateways_with_account()[gateway], "".join(key.split())
    _check_key(provider, key)
    now = timezone.now()
    kept = {
        "gateway": gateway,
        "key_sealed": seal(key, _bound_to(shop)),
        "key_ends_with": key[-4:],
        "checked_at": now,
        "saved_at": now,
        "trouble": {},
        "hooks": {},
    }
    account, _made = LabelAccount.objects.update_or_create(shop=shop, defaults=kept)
    _subscribe(account, provider, key)
    return account


def _check_key(provider: GatewayProvider, key: str) -> None:
    if not SHORTEST <= len(key) <= LONGEST or not key.isascii():
        raise KeyRefused(provider.account.invalid_key if provider.account else "")
    try:
        provider.check_credentials(key)
    except ApiUnauthorized as error:
        raise KeyRefused(format_lazy(WRONG_KEY, gateway=provider.name)) from error
    except ApiError as error:
        raise KeyRefused(format_lazy(UNREACHABLE, gateway=provider.name)) from error


def can_be_told() -> bool:
    """Whether a gateway can reach us: messages are sent to https only."""
    return bool(settings.BASE_URL.startswith("https://"))


def webhook_url(account: LabelAccount) -> str:
    return f"{settings.BASE_URL}/webhooks/labels/{account.gateway}/{account.hook_key}/".lower()


def _subscribe(account: LabelAccount, provider: GatewayProvider, key: str) -> None:
    """Without a subscription statuses are polled all the same, only later."""
    if not can_be_told():
        return
    try:
        account.hooks = provider.subscribe(key, webhook_url(account))
    except ApiError as error:
        log.warning("The label gateway took no subscription: %s", type(error).__name__)
        return
    LabelAccount.objects.filter(pk=account.pk).update(hooks=account.hooks)


def remove_key(shop: Shop, gateway: str = DEFAULT_GATEWAY) -> None:
    """Forget the key and end the subscriptions; from now on labels are test labels. May be repeated."""
    account = LabelAccount.objects.filter(shop=shop, gateway=gateway).first()
    if account is None:
        return
    try:
        if account.hooks and account.gateway in GATEWAYS:
            ids = [str(number) for number in account.hooks.values()]
            get_gateway(account.gateway).unsubscribe(key_of(account), ids)
    except ApiError as error:
        log.warning("The label gateway kept a subscription: %s", type(error).__name__)
    account.delete()


def key_of(account: LabelAccount) -> str:
    """The key itself. Raises ApiUnauthorized when it cannot be read any more, as if the gateway had refused it."""
    try:
        return unseal(account.key_sealed, _bound_to(account.shop))
    except Unreadable as error:
        raise ApiUnauthorized("the key cannot be read", status=401) from error


def note_failure(shop_id: int, error: ApiError) -> None:
    """A key that is no longer accepted is said on the settings page."""
    if not isinstance(error, ApiUnauthorized):
        return
    for account in LabelAccount.objects.filter(shop=shop_id):
        account.trouble = in_every_language(key_rejected_message(account.gateway))
        account.save(update_fields=["trouble"])


def note_success(shop_id: int) -> None:
    """The key works (again)."""
    LabelAccount.objects.filter(shop=shop_id).exclude(trouble={}).update(trouble={}, checked_at=timezone.now())


def _bound_to(shop: Shop) -> str:
    return f"label-account:{shop.public_id}"
