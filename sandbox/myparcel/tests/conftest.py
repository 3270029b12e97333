"""A client that calls the sandbox as MyParcel's customers call MyParcel."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sandbox.myparcel import switches

SHIPMENT = "application/vnd.shipment+json;charset=utf-8;version=1.1"


@dataclass
class Api:
    """Every answer is (status, JSON or bytes)."""

    key: str
    scheme: str = "basic"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        token = base64.b64encode(self.key.encode()).decode()
        sent = {"Authorization": f"{self.scheme} {token}", "User-Agent": "Tests/1.0", **headers}
        kind = sent.pop("Content-Type", SHIPMENT)
        content = {} if body is None else {"data": json.dumps(body), "content_type": kind}
        return self.client.generic(method, "/myparcel" + path, headers=sent, **content)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.raw(method, path, body, **headers)
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status_code, json.loads(answer.content) if is_json else answer.content

    def create(self, *shipments: dict[str, Any]) -> tuple[int, Any]:
        return self.call("POST", "/shipments", {"data": {"shipments": list(shipments)}})

    def ids(self, *shipments: dict[str, Any]) -> list[int]:
        status, answer = self.create(*shipments)
        assert status == 200, answer
        return [row["id"] for row in answer["data"]["ids"]]


@pytest.fixture
def api(db: None) -> Api:
    cache.clear()
    return Api(switches.current_account().api_key)


def home(**changes: Any) -> dict[str, Any]:
    """A plain parcel within the Netherlands."""
    place = {"cc": "NL", "postal_code": "3524KB", "city": "Utrecht", "street": "Lindelaan", "number": "12"}
    recipient = place | {"person": "Hanna Vermeulen"} | changes.pop("recipient", {})
    options = {"package_type": 1, "delivery_type": 2} | changes.pop("options", {})
    plain = {"carrier": 1, "recipient": recipient, "options": options, "physical_properties": {"weight": 700}}
    return plain | {"reference_identifier": "ORDER-1"} | changes


def swiss(**changes: Any) -> dict[str, Any]:
    """A parcel to outside the EU with its customs form."""
    items = [
        {
            "description": "Mug",
            "amount": 1,
            "weight": 300,
            "item_value": {"amount": 1500, "currency": "EUR"},
            "classification": "691200",
            "country": "NL",
        }
    ]
    form = {"contents": 1, "invoice": "F1", "weight": 300, "items": items}
    place = {"cc": "CH", "postal_code": "8001", "city": "Zürich", "street": "Bahnhofquai 9", "number": ""}
    return home(**({"recipient": place, "customs_declaration": form} | changes))
