"""A shop's account at a label gateway: its API key is checked at once, kept sealed, and never shown again."""

import logging
from dataclasses import asdict
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit import trail
from audit.actions import AuditAction
from carriers.gateways import DEFAULT_GATEWAY, GATEWAYS, gateway_display_name, gateways_with_account, get_gateway
from carriers.gateways.base import AccountIdentity, GatewayProvider
from lib import exchange_log
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.http import ApiError, ApiForbidden, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.stored_messages import in_all_languages
from lib.text import plain_form
from shops.models import GatewayAccount, Shop
from shops.services import gateway_webhooks
from shops.services.gateway_senders import same_place

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
KEY_FORBIDDEN_MESSAGE = _(
    "This API key may not do this at {gateway}. Let the owner of the {gateway} account give it the permission, or "
    "paste a key of somebody who has it under Shop settings, then try again."
)
TROUBLE_MESSAGES = {
    "rate_limited": _("{gateway} asked us to slow down. Labels and tracking go on by themselves; nothing is lost."),
    "unreachable": _(
        "{gateway} isn't responding. Labels and tracking wait; nothing is lost, and we keep trying by ourselves."
    ),
    "broken": _(
        "We couldn't understand the response from {gateway}. Labels and tracking wait; nothing is lost, and we keep "
        "trying by ourselves."
    ),
    "payment": _(
        "{gateway} wants a payment before it makes more labels. Pay at {gateway}, then create the labels again. "
        "Nothing is lost."
    ),
}
MIN_RECHECK_WAIT, MAX_RECHECK_WAIT = timedelta(minutes=1), timedelta(hours=6)


class ApiKeyRejected(Exception):
    """The key was not saved; ``message`` says why and what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def key_rejected_message(gateway: str, error: ApiError | None = None) -> Promise:
    """``error`` tells a missing permission from a key that is no longer known."""
    words = KEY_FORBIDDEN_MESSAGE if isinstance(error, ApiForbidden) else KEY_REVOKED_MESSAGE
    return format_lazy(words, gateway=gateway_display_name(gateway))


def save_api_key(shop: Shop, key: str, gateway: str = DEFAULT_GATEWAY, *, by: trail.Actor = None) -> GatewayAccount:
    """Check this key at the gateway, keep it in place of the old one, and subscribe to its status messages.

    A key of another shop at the gateway is kept all the same: the page says so. What the old key took from another
    program goes back first.

    Raises ApiKeyRejected; then nothing was changed. KeyError for a gateway without accounts. May be repeated.
    """
    provider, key = gateways_with_account()[gateway], "".join(plain_form(key).split())
    identity = _check_key(gateway, provider, key)
    before = GatewayAccount.objects.select_related("shop").filter(shop=shop, gateway=gateway).first()
    now = timezone.now()
    kept: dict[str, Any] = {
        "gateway": gateway,
        "api_key_encrypted": encrypt(key, _encryption_context(shop)),
        "api_key_suffix": key[-4:],
        "checked_at": now,
        "saved_at": now,
        "last_error": {},
        "failing_since": None,
        "contracts_due_at": now,
        "sender_accepted": None,
        "sender_answered_at": None,
        "next_check_at": now + (timedelta(days=1) if identity.shop_id else timedelta(hours=1)),
    }
    if before and not _is_same_shop(before, identity):
        is_restored = _end_subscriptions(before)
        kept |= {"webhook_subscriptions": {}, "foreign_webhooks": {}, "replaced_webhooks": {}, "webhooks_lost": False}
        kept |= {"remote_shop_id": "", "account_sender": {}}
        kept["former_shop"] = {"id": before.remote_shop_id, "name": before.remote_shop_name, "restored": is_restored}
    elif before:
        kept["former_shop"] = {}
    with transaction.atomic():
        account, _made = GatewayAccount.objects.update_or_create(shop=shop, defaults=kept)
        trail.record(AuditAction.KEY_SAVED, by=by, shop=shop, target=("gateway", gateway))
    apply_identity(account, identity)
    gateway_webhooks.refresh(account, provider, key)
    return account


def _is_same_shop(before: GatewayAccount, identity: AccountIdentity) -> bool:
    """Only when both are known: a doubt is not taken for the same shop."""
    return bool(identity.shop_id) and identity.shop_id == before.remote_shop_id


def apply_identity(account: GatewayAccount, identity: AccountIdentity) -> None:
    """Keep what the gateway said of its shop; what it left open stays as it was known."""
    account.remote_shop_id = identity.shop_id or account.remote_shop_id
    sharing = GatewayAccount.objects.filter(remote_shop_id=account.remote_shop_id).exclude(remote_shop_id="")
    ours = [account.shop.sender, *(one.shop.sender for one in sharing.select_related("shop"))]
    theirs = [sender for sender in identity.senders if not any(same_place(sender, own) for own in ours)]
    # Parcels that bear a sender of ours do not tell the gateway's own address, unless it prints no other.
    if theirs or (identity.senders and not account.account_sender and account.sender_accepted is not True):
        account.account_sender = asdict((theirs or identity.senders)[0])
    account.save(update_fields=["remote_shop_id", "account_sender"])


def changed_shop(account: GatewayAccount) -> bool:
    """Whether the key before this one belonged to another shop at the gateway; False while that is not known."""
    former = account.former_shop.get("id")
    return bool(former and account.remote_shop_id and former != account.remote_shop_id)


def shops_sharing_account(account: GatewayAccount) -> list[Shop]:
    """The other shops here with a key of the same shop at the gateway."""
    if not account.remote_shop_id:
        return []
    others = GatewayAccount.objects.filter(gateway=account.gateway, remote_shop_id=account.remote_shop_id)
    return [one.shop for one in others.exclude(pk=account.pk).select_related("shop").order_by("shop__name")]


def _check_key(gateway: str, provider: GatewayProvider, key: str) -> AccountIdentity:
    if not MIN_KEY_LENGTH <= len(key) <= MAX_KEY_LENGTH or not key.isascii():
        raise ApiKeyRejected(provider.account.invalid_key if provider.account else "")
    exchange_log.calls_are_for(gateway, None)
    try:
        return provider.check_credentials(key)
    except ApiForbidden as error:
        raise ApiKeyRejected(format_lazy(KEY_FORBIDDEN_MESSAGE, gateway=provider.name)) from error
    except ApiUnauthorized as error:
        raise ApiKeyRejected(format_lazy(KEY_REJECTED_MESSAGE, gateway=provider.name)) from error
    except ApiError as error:
        raise ApiKeyRejected(format_lazy(KEY_NOT_CHECKED_MESSAGE, gateway=provider.name)) from error


def remove_api_key(shop: Shop, gateway: str = DEFAULT_GATEWAY, *, by: trail.Actor = None) -> bool:
    """Forget the key and end the subscriptions; from now on labels are test labels. May be repeated.

    False when another program's subscription could not be put back.
    """
    account = GatewayAccount.objects.filter(shop=shop, gateway=gateway).first()
    if account is None:
        return True
    is_restored = _end_subscriptions(account)
    with transaction.atomic():
        account.delete()
        Shop.objects.filter(pk=shop.pk).update(is_practicing=True)
        trail.record(AuditAction.KEY_REMOVED, by=by, shop=shop, target=("gateway", gateway))
    return is_restored


def _end_subscriptions(account: GatewayAccount) -> bool:
    if account.gateway not in GATEWAYS:
        return True
    try:
        key = decrypt_api_key(account)
    except ApiUnauthorized:
        return not account.replaced_webhooks
    return gateway_webhooks.end(account, get_gateway(account.gateway), key)


def decrypt_api_key(account: GatewayAccount) -> str:
    """The key itself. The calls that follow in this thread are kept for support as those of this account.

    Raises ApiUnauthorized when it cannot be read any more, as if the gateway had refused it.
    """
    exchange_log.calls_are_for(account.gateway, exchange_log.Account(account.shop_id, account.reference_code))
    try:
        return decrypt(account.api_key_encrypted, _encryption_context(account.shop))
    except DecryptionError as error:
        raise ApiUnauthorized("the key cannot be read", status=401) from error


def error_kind(error: ApiError) -> str:
    """Empty for an answer about what was asked, which says nothing of the account."""
    if isinstance(error, ApiForbidden):
        return "forbidden"
    if isinstance(error, ApiUnauthorized):
        return "rejected"
    if isinstance(error, ApiUnavailable):
        return "rate_limited" if error.status == HTTPStatus.TOO_MANY_REQUESTS else "unreachable"
    if isinstance(error, ApiRejected):
        return "payment" if error.status == HTTPStatus.PAYMENT_REQUIRED else ""
    return "broken"


def trouble_message(gateway: str, error: ApiError) -> Promise:
    """For an error that has a kind."""
    kind = error_kind(error)
    if kind in {"rejected", "forbidden"}:
        return key_rejected_message(gateway, error)
    return format_lazy(TROUBLE_MESSAGES[kind], gateway=gateway_display_name(gateway))


def record_failure(shop_id: int, error: ApiError) -> None:
    """Say on the pages concerned what is wrong, and ask the account again soon: a good answer takes it back."""
    if not error_kind(error):
        return
    for account in GatewayAccount.objects.filter(shop=shop_id, gateway__in=gateways_with_account()):
        account.failing_since = account.failing_since or timezone.now()
        account.last_error = in_all_languages(trouble_message(account.gateway, error))
        account.next_check_at = timezone.now() + recheck_wait(account, error)
        account.save(update_fields=["last_error", "failing_since", "next_check_at"])


def recheck_wait(account: GatewayAccount, error: ApiError) -> timedelta:
    """As long as it has been failing until now, within bounds."""
    failing_for = timezone.now() - (account.failing_since or timezone.now())
    wait = min(max(failing_for, MIN_RECHECK_WAIT), MAX_RECHECK_WAIT)
    return max(wait, timedelta(seconds=error.retry_after))


def record_success(shop_id: int) -> None:
    """The key works (again)."""
    now = timezone.now()
    failing = GatewayAccount.objects.filter(shop=shop_id).exclude(last_error={}, failing_since=None)
    failing.update(last_error={}, failing_since=None, checked_at=now)


def _encryption_context(shop: Shop) -> str:
    return f"label-account:{shop.public_id}"
