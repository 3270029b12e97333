"""A site with the app installed and a few orders, and a client that calls the API as the product does."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from sandbox import call_counter, seed, sites
from sandbox.models import App, Order, Site

FULFILLMENTS = "/ecom/v1/fulfillments"


@pytest.fixture(scope="session")
def key_pair() -> tuple[str, str]:
    """Made once: a key takes longer than a test."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture(autouse=True)
def app(db: None, key_pair: tuple[str, str]) -> App:
    cache.clear()
    call_counter.reset()
    private, public = key_pair
    return App.objects.create(app_id="our-app", secret="our-secret", private_key=private, public_key=public)


@pytest.fixture
def site(app: App) -> Site:
    return Site.objects.create(name="Atelier Voorbeeld", url="https://shop.example", installed=True)


@pytest.fixture
def other_site(app: App) -> Site:
    return Site.objects.create(name="Studio Tweede", url="https://studio.example", installed=True)


@pytest.fixture
def orders(site: Site) -> list[Order]:
    """Five paid, open orders of two mugs and a plate each, the oldest first."""
    made = sites.add_orders(site, 5, seed=1)
    for order in made:
        lines = order.data["lineItems"]
        order.data["lineItems"] = [
            {**lines[0], "id": "line-1", "quantity": 2},
            {**lines[0], "id": "line-2", "quantity": 1},
        ]
        order.save()
    return made


@pytest.fixture
def seeded(app: App) -> Site:
    seed.create_seed_data()
    Site.objects.update(installed=True)
    return Site.objects.get(name=seed.FIRST_SHOP)


@dataclass
class Wix:
    """Calls for one installation. Every answer is (status, JSON or None)."""

    site: Site
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.raw(method, path, body, **headers)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if not self.token:
            self.mint()
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(method, path, headers={"Authorization": self.token, **headers}, **content)  # type: ignore[arg-type]

    def mint(self, **changes: str) -> str:
        """A token, kept for the calls after it."""
        self.token = str(self.ask_token(**changes).json()["access_token"])
        return self.token

    def ask_token(self, **changes: str) -> Any:
        body = {
            "grant_type": "client_credentials",
            "client_id": "our-app",
            "client_secret": "our-secret",
            "instance_id": self.site.instance_id,
            **changes,
        }
        return self.client.post("/oauth2/token", json.dumps(body), content_type="application/json")

    def search(self, **search: Any) -> tuple[int, Any]:
        return self.call("POST", "/ecom/v1/orders/search", {"search": search})

    def numbers(self, **search: Any) -> list[str]:
        status, answer = self.search(**search)
        assert status == 200, answer
        return [order["number"] for order in answer["orders"]]

    def fulfil(self, order: Order, number: str = "", **changes: Any) -> tuple[int, Any]:
        tracking = {
            "trackingNumber": number,
            "shippingProvider": "PostNL",
            "trackingLink": f"https://t.example/{number}",
        }
        wanted: dict[str, Any] = {"lineItems": [{"id": "line-1"}, {"id": "line-2"}]}
        wanted |= {"trackingInfo": tracking} if number else {}
        path = f"{FULFILLMENTS}/orders/{order.order_id}/create-fulfillment"
        return self.call("POST", path, {"fulfillment": wanted | changes})

    def order(self, order: Order) -> Any:
        return self.call("GET", f"/ecom/v1/orders/{order.order_id}")[1]["order"]


@pytest.fixture
def wix(site: Site) -> Wix:
    return Wix(site)


def code_of(answer: Any) -> str:
    """The code of an application error."""
    return str(answer["details"]["applicationError"]["code"])
