"""MyParcel before it is opened with a shop's key: credentials and webhooks."""

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carriers.account_terms import AccountTerms
from carriers.gateways.base import AccountMessages, Allocate, InvalidWebhook, Price, PriceQuestion, Sleep
from carriers.gateways.myparcel import contracts, rates
from carriers.gateways.myparcel.client import MyParcelClient, encode_key
from carriers.gateways.myparcel.gateway import MyParcelGateway
from lib.http import ApiClient
from lib.user_agent import user_agent

HOOKS = ("shipment_status_change",)
MAX_WEBHOOK_SHIPMENTS = 100
ACCOUNT = AccountMessages(
    invalid_key=_(
        "This does not look like an API key. Copy it from MyParcel: Shop settings, Integration, Generate API key. "
        "Nothing was changed."
    ),
    key_hint=_(
        "In MyParcel: Shop settings, Integration, Generate API key. We check it immediately and store it encrypted."
    ),
)


class MyParcelProvider:
    name = "MyParcel"
    account = ACCOUNT

    def __init__(self, api_url: str) -> None:
        self._api = ApiClient(api_url, agent=user_agent())

    def open(self, key: str, *, allocate: Allocate, sleep: Sleep) -> MyParcelGateway:
        return MyParcelGateway(self._api, key, sleep=sleep)

    def check_credentials(self, key: str) -> None:
        MyParcelClient(self._api, key).subscriptions()

    def read_terms(self, key: str) -> AccountTerms:
        return contracts.read_terms(MyParcelClient(self._api, key))

    def read_price(self, key: str, question: PriceQuestion) -> Price | None:
        return rates.read_price(MyParcelClient(self._api, key), question)

    def subscribe(self, key: str, url: str) -> dict[str, int]:
        return MyParcelClient(self._api, key).subscribe(url, HOOKS)

    def unsubscribe(self, key: str, ids: Sequence[str]) -> None:
        MyParcelClient(self._api, key).unsubscribe(ids)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, key: str) -> list[str]:
        """MyParcel sends the account's key in a header; there is no signature."""
        sent = headers.get("X-MyParcel-Authorization", "")
        if not hmac.compare_digest(sent.encode(), encode_key(key).encode()):
            raise InvalidWebhook
        try:
            return _shipment_ids(json.loads(body))
        except (ValueError, RecursionError):
            return []


def _shipment_ids(body: Any) -> list[str]:
    data = body.get("data") if isinstance(body, Mapping) else None
    hooks = data.get("hooks") if isinstance(data, Mapping) else None
    rows = [row for row in hooks if isinstance(row, Mapping)] if isinstance(hooks, list) else []
    ids = [row.get("shipment_id") for row in rows]
    return [str(one) for one in ids if isinstance(one, int)][:MAX_WEBHOOK_SHIPMENTS]


def build() -> MyParcelProvider:
    return MyParcelProvider(settings.MYPARCEL_API_URL)
