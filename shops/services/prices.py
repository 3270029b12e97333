"""What a parcel would cost with each carrier, where the shop's gateway account names prices. Kept in the cache."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from django.core.cache import cache

from carriers.gateways import GATEWAYS, get_gateway
from carriers.gateways.base import GatewayProvider, Price, PriceQuestion
from lib.cache_counters import cache_or_default
from lib.http import ApiError, ApiRejected
from shops.models import GatewayAccount, Shop
from shops.services.gateway_accounts import decrypt_api_key, record_failure

log = logging.getLogger(__name__)
KNOWN_SECONDS, UNKNOWN_SECONDS = 24 * 3600, 3600
# Status of a key that is not accepted; 403 only says that this account may not ask for prices.
KEY_REFUSED = 401
# While a gateway does not answer, pages do not wait for it again.
AWAY_SECONDS = 60
# In the cache for a question that has no price, because None is a question that was not asked.
UNKNOWN = "unknown"


def find_prices(shop: Shop, questions: Mapping[str, PriceQuestion]) -> dict[str, Price]:
    """Prices by the key of their question; a question without a known price is left out.

    Makes a call for each question that is not in the cache, and none after the first that fails. Raises nothing.
    """
    account: GatewayAccount | None = getattr(shop, "gateway_account", None)
    if account is None or account.gateway not in GATEWAYS:
        return {}
    keys = {name: _cache_key(account, question) for name, question in questions.items()}
    known: dict[str, object] = cache_or_default(lambda: cache.get_many(keys.values()), {})
    found = {name: known[key] for name, key in keys.items() if key in known}
    missing = {name: question for name, question in questions.items() if name not in found}
    found |= _ask(account, missing)
    return {name: price for name, price in found.items() if isinstance(price, Price)}


def _ask(account: GatewayAccount, questions: Mapping[str, PriceQuestion]) -> dict[str, Price]:
    away = f"prices-away:{account.pk}"
    found: dict[str, Price] = {}
    if not questions or cache_or_default(lambda: cache.get(away), None):
        return found
    try:
        provider, key = get_gateway(account.gateway), decrypt_api_key(account)
        for name, question in questions.items():
            price = _read_price(provider, key, question)
            _remember(_cache_key(account, question), price)
            if price is not None:
                found[name] = price
    except ApiError as error:
        log.warning("The label gateway named no price: %s", type(error).__name__)
        if error.status == KEY_REFUSED:
            record_failure(account.shop_id, error)
        seconds = max(AWAY_SECONDS, int(error.retry_after))
        cache_or_default(lambda: cache.set(away, 1, seconds), None)
    return found


def _read_price(provider: GatewayProvider, key: str, question: PriceQuestion) -> Price | None:
    """A question that is refused has no price: it is about a parcel that cannot be sent so."""
    try:
        return provider.read_price(key, question)
    except ApiRejected:
        return None


def _remember(key: str, price: Price | None) -> None:
    seconds = UNKNOWN_SECONDS if price is None else KNOWN_SECONDS
    cache_or_default(lambda: cache.set(key, price or UNKNOWN, seconds), None)


def _cache_key(account: GatewayAccount, question: PriceQuestion) -> str:
    """Of this key of the account: another key may have other prices."""
    choice = replace(question.choice, extras=frozenset())
    extras = sorted(question.choice.extras)
    text = f"{account.pk} {account.saved_at.isoformat()} {replace(question, choice=choice)!r} {extras}"
    return f"price:{hashlib.sha256(text.encode()).hexdigest()}"
