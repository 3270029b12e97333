"""MyParcel before it is opened with a shop's key: credentials and webhooks."""

import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carriers.account_terms import AccountTerms
from carriers.gateways.base import (
    AccountIdentity,
    AccountMessages,
    Allocate,
    InvalidWebhook,
    Price,
    PriceQuestion,
    SenderPolicy,
    Sleep,
    WebhookSubscription,
)
from carriers.gateways.myparcel import contracts, rates
from carriers.gateways.myparcel.client import MyParcelClient, encode_key, iam_url
from carriers.gateways.myparcel.gateway import MyParcelGateway
from carriers.gateways.myparcel.mapping import address_of
from carriers.gateways.myparcel.payloads import is_id
from lib import exchange_log
from lib.http import ApiClient, ApiError
from lib.json_parsing import parse_json
from lib.json_values import as_dict
from lib.links import LOOPBACK_HOSTS
from lib.user_agent import user_agent

log = logging.getLogger(__name__)
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
    hooks = ("shipment_status_change",)

    def __init__(self, api_url: str) -> None:
        self._url = urlsplit(api_url)
        heard = exchange_log.listener("myparcel")
        self._api = ApiClient(api_url, agent=user_agent(), on_exchange=heard)
        self._iam = ApiClient(iam_url(api_url), agent=user_agent(), on_exchange=heard)

    @property
    def is_sandbox(self) -> bool:
        return self._url.hostname in LOOPBACK_HOSTS

    def sandbox_key(self) -> str:
        if not self.is_sandbox:
            raise LookupError("the real MyParcel gives its keys to merchants only")
        control = ApiClient(f"{self._url.scheme}://{self._url.netloc}", agent=user_agent())
        return str(as_dict(control.call("GET", "/sandbox/myparcel/account.json", repeatable=True)).get("apiKey") or "")

    def read_terms(self, key: str) -> AccountTerms:
        return contracts.read_terms(MyParcelClient(self._api, key))

    def read_price(self, key: str, question: PriceQuestion) -> Price | None:
        return rates.read_price(MyParcelClient(self._api, key), question)

    def open(self, key: str, *, allocate: Allocate, sleep: Sleep, sender: SenderPolicy) -> MyParcelGateway:
        return MyParcelGateway(self._api, key, sleep=sleep, sender=sender)

    def check_credentials(self, key: str) -> AccountIdentity:
        """Reading shipments decides. MyParcel's answer to whose key it is names no shop, so senders do."""
        newest = MyParcelClient(self._api, key).search()
        senders = [address for row in newest if (address := address_of(row.sender))]
        return AccountIdentity(self._shop_id(key), tuple(dict.fromkeys(senders)))

    def _shop_id(self, key: str) -> str:
        """Empty when the other host does not answer, or the key is a user's with several shops."""
        try:
            who = MyParcelClient(self._iam, key).whoami()
        except ApiError as error:
            log.warning("MyParcel did not say whose key this is: %s", type(error).__name__)
            return ""
        if who.type == "SHOP":
            return who.id
        return who.shop_ids[0] if len(who.shop_ids) == 1 else ""

    def subscriptions(self, key: str) -> list[WebhookSubscription]:
        rows = MyParcelClient(self._api, key).subscriptions()
        return [WebhookSubscription(row.id, row.hook, row.url) for row in rows]

    def subscribe(self, key: str, urls: Mapping[str, str]) -> dict[str, int]:
        return MyParcelClient(self._api, key).subscribe(urls)

    def unsubscribe(self, key: str, ids: Sequence[str]) -> None:
        MyParcelClient(self._api, key).unsubscribe(ids)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, key: str) -> list[str]:
        """MyParcel sends the account's key in a header; there is no signature."""
        sent = headers.get("X-MyParcel-Authorization", "")
        if not hmac.compare_digest(sent.encode(), encode_key(key).encode()):
            raise InvalidWebhook
        try:
            return _shipment_ids(parse_json(body))
        except ValueError:
            return []


def _shipment_ids(body: Any) -> list[str]:
    data = body.get("data") if isinstance(body, Mapping) else None
    hooks = data.get("hooks") if isinstance(data, Mapping) else None
    rows = [row for row in hooks if isinstance(row, Mapping)] if isinstance(hooks, list) else []
    ids = [row.get("shipment_id") for row in rows]
    return [str(one) for one in ids if is_id(one)][:MAX_WEBHOOK_SHIPMENTS]


def build() -> MyParcelProvider:
    return MyParcelProvider(settings.MYPARCEL_API_URL)
