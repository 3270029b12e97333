"""Status messages of a gateway. It keeps one address per kind, and ours would silently end another program's.

So the list is read first, a stranger's address stays unless the merchant decides otherwise, and what was replaced is
kept and put back. Without messages statuses are polled all the same, only later.
"""

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.gateways.base import GatewayProvider, WebhookSubscription
from lib.http import ApiError, ApiForbidden
from shops.models import GatewayAccount

log = logging.getLogger(__name__)
UNKNOWN_MESSAGE = _(
    "{gateway} isn't responding, so it is not known whether the notifications moved. We check once a day; nothing is "
    "lost."
)
FIELDS = ("webhook_subscriptions", "foreign_webhooks", "replaced_webhooks", "webhooks_lost")


class WebhookError(Exception):
    """No answer: it is unknown whether anything was changed. ``message`` says so in words."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def webhooks_reachable() -> bool:
    """Whether a gateway can reach us: messages are sent to https only."""
    return bool(settings.BASE_URL.startswith("https://"))


def webhook_url(account: GatewayAccount) -> str:
    return f"{settings.BASE_URL}/webhooks/labels/{account.gateway}/{account.webhook_token}/".lower()


def refresh(account: GatewayAccount, provider: GatewayProvider, key: str) -> bool:
    """Subscribe where nobody else is, and note who is elsewhere. May be repeated.

    False when the gateway did not answer: then nothing was replaced and what we know stays.
    """
    if not webhooks_reachable():
        return True
    try:
        rows = _by_hook(provider, key)
        foreign = {hook: row.url for hook, row in rows.items() if _is_foreign(account, row)}
        free = [hook for hook in provider.hooks if hook not in foreign and not _is_current(account, rows.get(hook))]
        known = {hook: row.id for hook, row in rows.items() if hook not in foreign and hook not in free}
        made = provider.subscribe(key, dict.fromkeys(free, webhook_url(account))) if free else {}
    except ApiForbidden:
        return True
    except ApiError as error:
        log.warning("The label gateway took no subscription: %s", type(error).__name__)
        return False
    taken_from_us = any(hook in account.webhook_subscriptions for hook in foreign)
    account.webhooks_lost = bool(foreign) and (account.webhooks_lost or taken_from_us)
    account.webhook_subscriptions, account.foreign_webhooks = known | made, foreign
    account.save(update_fields=FIELDS)
    return True


def _by_hook(provider: GatewayProvider, key: str) -> dict[str, WebhookSubscription]:
    return {row.hook: row for row in provider.subscriptions(key) if row.hook in provider.hooks}


def _is_current(account: GatewayAccount, row: WebhookSubscription | None) -> bool:
    return row is not None and row.url.lower() == webhook_url(account)


def _is_foreign(account: GatewayAccount, row: WebhookSubscription) -> bool:
    """Another program's, or that of another shop here; not an earlier address of ours that nobody reads any more."""
    if row.id == account.webhook_subscriptions.get(row.hook) or _is_current(account, row):
        return False
    return not is_ours(row.url) or belongs_to_other_shop(account, row.url)


def is_ours(url: str) -> bool:
    """Whether an address leads to this backoffice."""
    return url.lower().startswith(f"{settings.BASE_URL}/webhooks/".lower())


def belongs_to_other_shop(account: GatewayAccount, url: str) -> bool:
    try:
        token = UUID(url.rstrip("/").rsplit("/", 1)[-1])
    except ValueError:
        return False
    return is_ours(url) and GatewayAccount.objects.filter(webhook_token=token).exclude(pk=account.pk).exists()


def take_over(account: GatewayAccount, provider: GatewayProvider, key: str) -> None:
    """Replace another program's address by ours, and keep it. May be repeated. Raises WebhookError."""
    try:
        rows = _by_hook(provider, key)
        theirs = {hook: row.url for hook, row in rows.items() if _is_foreign(account, row) and not is_ours(row.url)}
        if not theirs:
            refresh(account, provider, key)
            return
        # Kept before the call: an answer that is lost must not lose their address.
        account.replaced_webhooks = account.replaced_webhooks | theirs
        account.save(update_fields=["replaced_webhooks"])
        made = provider.subscribe(key, dict.fromkeys(theirs, webhook_url(account)))
    except ApiError as error:
        raise WebhookError(format_lazy(UNKNOWN_MESSAGE, gateway=provider.name)) from error
    account.webhook_subscriptions = account.webhook_subscriptions | made
    account.foreign_webhooks = {hook: url for hook, url in account.foreign_webhooks.items() if hook not in made}
    account.webhooks_lost = False
    account.save(update_fields=FIELDS)


def give_back(account: GatewayAccount, provider: GatewayProvider, key: str) -> None:
    """Put back what was replaced, where our address is still the current one. May be repeated. Raises WebhookError."""
    try:
        _put_back(account, provider, key)
    except ApiError as error:
        raise WebhookError(format_lazy(UNKNOWN_MESSAGE, gateway=provider.name)) from error


def _put_back(account: GatewayAccount, provider: GatewayProvider, key: str) -> None:
    rows = _by_hook(provider, key)
    ours = {hook for hook, row in rows.items() if not _is_foreign(account, row)}
    restored = {hook: url for hook, url in account.replaced_webhooks.items() if hook in ours or hook not in rows}
    if restored:
        provider.subscribe(key, restored)
    kept = {hook: number for hook, number in account.webhook_subscriptions.items() if hook in ours - set(restored)}
    account.webhook_subscriptions, account.replaced_webhooks, account.webhooks_lost = kept, {}, False
    account.foreign_webhooks = account.foreign_webhooks | restored
    account.save(update_fields=FIELDS)


def end(account: GatewayAccount, provider: GatewayProvider, key: str) -> bool:
    """Put back what was replaced and end our own subscriptions, nobody else's. May be repeated.

    False when another program's address could not be put back.
    """
    try:
        if account.replaced_webhooks:
            _put_back(account, provider, key)
        if account.webhook_subscriptions:
            provider.unsubscribe(key, [str(number) for number in account.webhook_subscriptions.values()])
    except ApiError as error:
        log.warning("The label gateway kept a subscription: %s", type(error).__name__)
    return not account.replaced_webhooks
