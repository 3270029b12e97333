"""Targets of the contract tests: the sandbox, and Wix itself when WIX_CONTRACT=1 and the app's keys are set."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.test import override_settings
from django.utils.module_loading import import_string

from integrations.orders import FulfillmentUpdate, OrderData
from integrations.providers.base import OrderProvider, PlatformSession
from integrations.services.tokens import FreshTokens
from tests.platforms import PRODUCT_PROVIDERS
from tests.sandbox_server import SITE, WixSandbox

NEEDED = ("WIX_APP_ID", "WIX_APP_SECRET", "WIX_INSTANCE_ID")
# An id that no installation and no order has.
NOBODY = "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3"
FULFILLMENTS = "/ecom/v1/fulfillments"
# How every tracking number of this suite begins, so that it takes back what it made.
OURS = "CONTRACT-"
MANY = 130
SECONDS_BETWEEN = 2
TARGETS = ["sandbox", "Wix"] if os.environ.get("WIX_CONTRACT") == "1" else ["sandbox"]


@dataclass
class Target:
    """One side of the contract. ``sandbox`` is None for Wix itself; ``order_id`` names the order to write to."""

    app_id: str
    secret: str
    instance_id: str
    web_url: str
    api_url: str
    sandbox: WixSandbox | None = None
    order_id: str = ""
    provider: OrderProvider = field(init=False)
    tokens: FreshTokens = field(init=False)

    def __post_init__(self) -> None:
        self.provider = self.build()
        self.tokens = FreshTokens(self.provider, self.instance_id)

    def build(self, *webhook_keys: str) -> OrderProvider:
        """The provider under test, as the product's own registry builds it."""
        keys = {"WIX_APP_ID": self.app_id, "WIX_APP_SECRET": self.secret, "WIX_WEBHOOK_PUBLIC_KEYS": webhook_keys}
        with override_settings(**keys, WIX_WEB_URL=self.web_url, WIX_API_URL=self.api_url):
            provider: OrderProvider = import_string(PRODUCT_PROVIDERS["wix"])()
        return provider

    @property
    def session(self) -> PlatformSession:
        return self.provider.open(self.instance_id, self.tokens)

    def call(self, method: str, path: str, body: Any = None, authorization: str | None = None) -> requests.Response:
        """A call as it is, with our token unless told otherwise."""
        header = self.tokens.token() if authorization is None else authorization
        headers = {"Authorization": header} if header else {}
        return requests.request(method, self.api_url + path, json=body, headers=headers, timeout=30)

    def search(self, **search: Any) -> dict[str, Any]:
        """The answer of a search that must succeed."""
        answer = self.call("POST", "/ecom/v1/orders/search", {"search": search})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refuses(self, **search: Any) -> int:
        return self.call("POST", "/ecom/v1/orders/search", {"search": search}).status_code

    def order(self, order_id: str) -> OrderData:
        return self.orders(order_id)[order_id]

    def orders(self, *order_ids: str) -> dict[str, OrderData]:
        """Those that the site has, by id; each could be read."""
        page = self.session.fetch_orders(order_ids)
        assert not page.rejected
        return {order.external_id: order for order in page.orders}

    def fulfillments(self, order_id: str) -> list[dict[str, Any]]:
        answer = self.call("GET", f"{FULFILLMENTS}/orders/{order_id}")
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["orderWithFulfillments"]["fulfillments"]
        return rows

    def create(self, order_id: str, **fulfillment: Any) -> requests.Response:
        path = f"{FULFILLMENTS}/orders/{order_id}/create-fulfillment"
        return self.call("POST", path, {"fulfillment": fulfillment})

    def take_back(self, order_id: str) -> None:
        """Delete every fulfillment that this suite made."""
        for row in self.fulfillments(order_id):
            if (row.get("trackingInfo") or {}).get("trackingNumber", "").startswith(OURS):
                self.call("DELETE", f"{FULFILLMENTS}/{row['id']}/orders/{order_id}")


def sandbox_target(sandbox: WixSandbox) -> Target:
    instance_id, app = sandbox.install(), sandbox.app
    return Target(app["appId"], app["appSecret"], instance_id, sandbox.url, sandbox.url, sandbox)


def wix_target() -> Target:
    unset = [name for name in NEEDED if not os.environ.get(name)]
    if unset:
        pytest.fail(f"WIX_CONTRACT=1 needs {', '.join(unset)} as well.")
    return Target(
        *(os.environ[name] for name in NEEDED),
        web_url="https://www.wix.com",
        api_url="https://www.wixapis.com",
        order_id=os.environ.get("WIX_CONTRACT_ORDER_ID", ""),
    )


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WixSandbox]:
    """Filled so that every search has a second page."""
    with WixSandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        sandbox.set_switches(rate_limit=0)
        sandbox.ask("/sandbox/orders", {"site": SITE, "count": MANY, "seed": 1})
        yield sandbox


@pytest.fixture(scope="session", params=TARGETS)
def wix(request: pytest.FixtureRequest) -> Target:
    return sandbox_target(request.getfixturevalue("sandbox")) if request.param == "sandbox" else wix_target()


@pytest.fixture(autouse=True)
def _unhurried(request: pytest.FixtureRequest) -> Iterator[None]:
    """Wix allows 200 calls a minute; the sandbox was told not to count."""
    hurried = "wix" not in request.fixturenames or request.getfixturevalue("wix").sandbox is not None
    yield
    if not hurried:
        time.sleep(SECONDS_BETWEEN)


@pytest.fixture
def order_id(wix: Target) -> Iterator[str]:
    """An approved, open order of two units or more, before and after without a fulfillment of ours."""
    if wix.sandbox is not None:
        yield str(wix.sandbox.add_order()["id"])
        return
    if not wix.order_id:
        pytest.skip("Nothing is written to Wix unless WIX_CONTRACT_ORDER_ID names an order for it.")
    wix.take_back(wix.order_id)
    yield wix.order_id
    wix.take_back(wix.order_id)


def new_tracking_number() -> str:
    return f"{OURS}{uuid4().hex[:12].upper()}"


def update(order: OrderData, number: str, *, pieces: int = 1) -> FulfillmentUpdate:
    """So many pieces of the first line that is left to ship."""
    line = order.lines_to_ship[0]
    return FulfillmentUpdate(
        reference=number,
        order_id=order.external_id,
        tracking_number=number,
        carrier="PostNL",
        tracking_url=f"https://track.example/{number}",
        lines=((line.id, pieces),),
    )
