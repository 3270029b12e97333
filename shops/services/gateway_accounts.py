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
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.http import ApiError, ApiUnauthorized
from lib.stored_messages import in_all_languages
from shops.models import GatewayAccount, Shop

log = logging.getLogger(__name__)
MIN_KEY_LENGTH, MAX_KEY_LENGTH = 8, 200
KEY_REJECTED_MESSAGE = _(
    "{gateway} does not accept this key. Generate a new one in {gateway} and paste it here. Nothing was changed."
)
KEY_NOT_CHECKED_MESSAGE = _(
    "{gateway} isn't responding, so the key couldn't be checked. Nothing was changed; try again later."
)
KEY_REVOKED_MESSAGE = _(
    "{gateway} no longer accepts this shop's API key. Paste a new one under Shop settings, then try again."
)


class ApiKeyRejected(Exception):
    """The key was not saved; ``message`` says why and what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def key_rejected_message(gateway: str) -> Promise:
    return format_lazy(KEY_REVOKED_MESSAGE, gateway=gateway_display_name(gateway))


def save_api_key(shop: Shop, key: str, gateway: str = DEFAULT_GATEWAY) -> GatewayAccount:
    """Check this key at the gateway, keep it in place of the old one, and subscribe to its status messages.

    Raises ApiKeyRejected; then nothing was changed. KeyError for a gateway without accounts. May be repeated.
    """
    provider, key = gateways_with_account()[gateway], "".join(key.split())
    _check_key(provider, key)
    now = timezone.now()
    kept = {
        "gateway": gateway,
        "api_key_encrypted": encrypt(key, _encryption_context(shop)),
        "api_key_suffix": key[-4:],
        "checked_at": now,
        "saved_at": now,
        "last_error": {},
        "webhook_subscriptions": {},
        "contracts_due_at": now,
    }
    account, _made = GatewayAccount.objects.update_or_create(shop=shop, defaults=kept)
    _subscribe(account, provider, key)
    return account


def _check_key(provider: GatewayProvider, key: str) -> None:
    if not MIN_KEY_LENGTH <= len(key) <= MAX_KEY_LENGTH or not key.isascii():
        raise ApiKeyRejected(provider.account.invalid_key if provider.account else "")
    try:
        provider.check_credentials(key)
    except ApiUnauthorized as error:
        raise ApiKeyRejected(format_lazy(KEY_REJECTED_MESSAGE, gateway=provider.name)) from error
    except ApiError as error:
        raise ApiKeyRejected(format_lazy(KEY_NOT_CHECKED_MESSAGE, gateway=provider.name)) from error


def webhooks_reachable() -> bool:
    """Whether a gateway can reach us: messages are sent to https only."""
    return bool(settings.BASE_URL.startswith("https://"))


def webhook_url(account: GatewayAccount) -> str:
    return f"{settings.BASE_URL}/webhooks/labels/{account.gateway}/{account.webhook_token}/".lower()


def _subscribe(account: GatewayAccount, provider: GatewayProvider, key: str) -> None:
    """Without a subscription statuses are polled all the same, only later."""
    if not webhooks_reachable():
        return
    try:
        account.webhook_subscriptions = provider.subscribe(key, webhook_url(account))
    except ApiError as error:
        log.warning("The label gateway took no subscription: %s", type(error).__name__)
        return
    GatewayAccount.objects.filter(pk=account.pk).update(webhook_subscriptions=account.webhook_subscriptions)


def remove_api_key(shop: Shop, gateway: str = DEFAULT_GATEWAY) -> None:
    """Forget the key and end the subscriptions; from now on labels are test labels. May be repeated."""
    account = GatewayAccount.objects.filter(shop=shop, gateway=gateway).first()
    if account is None:
        return
    try:
        if account.webhook_subscriptions and account.gateway in GATEWAYS:
            ids = [str(number) for number in account.webhook_subscriptions.values()]
            get_gateway(account.gateway).unsubscribe(decrypt_api_key(account), ids)
    except ApiError as error:
        log.warning("The label gateway kept a subscription: %s", type(error).__name__)
    account.delete()


def decrypt_api_key(account: GatewayAccount) -> str:
    """The key itself. Raises ApiUnauthorized when it cannot be read any more, as if the gateway had refused it."""
    try:
        return decrypt(account.api_key_encrypted, _encryption_context(account.shop))
    except DecryptionError as error:
        raise ApiUnauthorized("the key cannot be read", status=401) from error


def record_failure(shop_id: int, error: ApiError) -> None:
    """A key that is no longer accepted is said on the settings page."""
    if not isinstance(error, ApiUnauthorized):
        return
    for account in GatewayAccount.objects.filter(shop=shop_id):
        account.last_error = in_all_languages(key_rejected_message(account.gateway))
        account.save(update_fields=["last_error"])


def record_success(shop_id: int) -> None:
    """The key works (again)."""
    GatewayAccount.objects.filter(shop=shop_id).exclude(last_error={}).update(last_error={}, checked_at=timezone.now())


def _encryption_context(shop: Shop) -> str:
    return f"label-account:{shop.public_id}"
