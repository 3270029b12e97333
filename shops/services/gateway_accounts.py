"""A shop's account at MyParcel: its API key is checked at once, kept sealed, and never shown again."""

import logging
import platform
from typing import Any

import django
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.gateways import MYPARCEL
from carriers.gateways.myparcel.client import MyParcelClient
from lib.crypto import Unreadable, seal, unseal
from lib.http import ApiClient, ApiError, ApiUnauthorized
from lib.languages import in_every_language
from shops.models import LabelAccount, Shop

log = logging.getLogger(__name__)
AGENT = f"MyParcel-Backoffice/0.1 Django/{django.get_version()} Python/{platform.python_version()}"
HOOKS = ("shipment_status_change",)
SHORTEST, LONGEST = 8, 200
NOT_A_KEY = _(
    "This does not look like an API key. Copy it from MyParcel: Shop settings, Integration, Generate API key. "
    "Nothing was changed."
)
WRONG_KEY = _(
    "MyParcel does not accept this key. Generate a new one in MyParcel and paste it here. Nothing was changed."
)
UNREACHABLE = _("MyParcel does not answer now, so the key could not be checked. Nothing was changed; try again later.")
NO_LONGER = _(
    "MyParcel no longer accepts the API key of this shop. Paste a new one under Shop settings, then try again."
)


class KeyRefused(Exception):
    """The key was not saved; ``sentence`` says why and what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def api_for_myparcel() -> ApiClient:
    return ApiClient(settings.MYPARCEL_API_URL, agent=AGENT)


def save_key(shop: Shop, key: str) -> LabelAccount:
    """Check this key at MyParcel, keep it in place of the old one, and ask to be told of statuses.

    Raises KeyRefused; then nothing was changed. May be repeated.
    """
    key = "".join(key.split())
    if not SHORTEST <= len(key) <= LONGEST or not key.isascii():
        raise KeyRefused(NOT_A_KEY)
    client = MyParcelClient(api_for_myparcel(), key)
    try:
        client.subscriptions()
    except ApiUnauthorized as error:
        raise KeyRefused(WRONG_KEY) from error
    except ApiError as error:
        raise KeyRefused(UNREACHABLE) from error
    now = timezone.now()
    kept = {
        "gateway": MYPARCEL,
        "key_sealed": seal(key, _bound_to(shop)),
        "key_ends_with": key[-4:],
        "checked_at": now,
        "saved_at": now,
        "trouble": {},
        "hooks": {},
    }
    account, _made = LabelAccount.objects.update_or_create(shop=shop, defaults=kept)
    _subscribe(account, client)
    return account


def can_be_told() -> bool:
    """Whether MyParcel can reach us: it sends to https only."""
    return bool(settings.BASE_URL.startswith("https://"))


def _subscribe(account: LabelAccount, client: MyParcelClient) -> None:
    """Without it statuses are asked for all the same, only later."""
    if not can_be_told():
        return
    url = f"{settings.BASE_URL}/webhooks/myparcel/{account.hook_key}/".lower()
    try:
        account.hooks = client.subscribe(url, HOOKS)
    except ApiError as error:
        log.warning("MyParcel took no subscription: %s", type(error).__name__)
        return
    LabelAccount.objects.filter(pk=account.pk).update(hooks=account.hooks)


def remove_key(shop: Shop) -> None:
    """Forget the key and end the subscriptions; from now on labels are test labels. May be repeated."""
    account = LabelAccount.objects.filter(shop=shop).first()
    if account is None:
        return
    try:
        if account.hooks:
            client = MyParcelClient(api_for_myparcel(), key_of(account))
            client.unsubscribe([str(number) for number in account.hooks.values()])
    except ApiError as error:
        log.warning("MyParcel kept a subscription: %s", type(error).__name__)
    account.delete()


def key_of(account: LabelAccount) -> str:
    """The key itself. Raises ApiUnauthorized when it cannot be read any more, as if MyParcel had refused it."""
    try:
        return unseal(account.key_sealed, _bound_to(account.shop))
    except Unreadable as error:
        raise ApiUnauthorized("the key cannot be read", status=401) from error


def note_failure(shop_id: int, error: ApiError) -> None:
    """A key that is no longer accepted is said on the settings page."""
    if isinstance(error, ApiUnauthorized):
        LabelAccount.objects.filter(shop=shop_id).update(trouble=in_every_language(NO_LONGER))


def note_success(shop_id: int) -> None:
    """The key works (again)."""
    LabelAccount.objects.filter(shop=shop_id).exclude(trouble={}).update(trouble={}, checked_at=timezone.now())


def _bound_to(shop: Shop) -> str:
    return f"label-account:{shop.public_id}"
