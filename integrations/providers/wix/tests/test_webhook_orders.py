"""An order in a webhook is taken when it was signed just now and is as whole as an answered one; else it is a hint."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.events import PlatformEvent
from integrations.orders import FulfillmentStatus, OrderStatus, PaymentStatus
from integrations.providers.wix import webhooks
from integrations.providers.wix.reading import map_orders, read_orders
from integrations.providers.wix.tests.bodies import body
from integrations.providers.wix.tests.test_webhooks import APP, KEYS, as_json, signed

PAID = "order_payment_status_updated"
EVENTS_WITH_ORDER = ("order_approved", "order_canceled", "order_created", "order_fulfilled", PAID)


def entity_of(event: dict[str, Any]) -> dict[str, Any]:
    inside = event.get("createdEvent") or event.get("updatedEvent") or event["actionEvent"]
    found: dict[str, Any] = inside.get("entity") or inside.get("currentEntity") or inside["body"]["order"]
    return found


def delivered(
    name: str = PAID, change: Any = None, *, age: float = 1, signed_age: float | None = None
) -> PlatformEvent:
    """The recorded event, read ``age`` seconds after it happened and ``signed_age`` after it was signed."""
    content = body(f"webhook_{name}.jwt_claims")
    envelope = json.loads(content["data"])
    event = json.loads(envelope["data"])
    now = datetime.fromisoformat(event["eventTime"]).astimezone(UTC) + timedelta(seconds=age)
    envelope["data"] = json.dumps(change(event) or event if change else event)
    signed_at = now - timedelta(seconds=age if signed_age is None else signed_age)
    token = signed(content | {"data": json.dumps(envelope), "iat": signed_at, "exp": signed_at + timedelta(hours=1)})
    return webhooks.parse(token, keys=KEYS, app_id=APP, now=now)


@pytest.mark.parametrize("name", EVENTS_WITH_ORDER)
def test_the_order_of_every_event_reads_like_the_answer_to_a_call(name: str):
    event = delivered(name)
    assert event.order is not None
    raw = entity_of(json.loads(json.loads(body(f"webhook_{name}.jwt_claims")["data"])["data"]))
    assert event.order == map_orders(read_orders([raw])[0], {})[0][0]
    assert event.order.external_id == event.order_id


def test_an_order_says_what_it_says_whatever_the_event_is_called():
    created, paid = delivered("order_created").order, delivered(PAID).order
    assert created is not None
    assert paid is not None
    assert created.payment is PaymentStatus.NOT_PAID
    assert (paid.status, paid.payment) == (OrderStatus.APPROVED, PaymentStatus.PAID)
    assert (paid.number, paid.lines[0].name, paid.address.country) == ("10231", "Linnen tafelkleed", "NL")


def said_just_now(event: dict[str, Any]) -> None:
    entity_of(event)["updatedDate"] = event["eventTime"]


def as_json_just_now(event: dict[str, Any]) -> dict[str, Any]:
    said_just_now(event)
    return as_json(event)


@pytest.mark.parametrize("name", ["order_created", "order_updated", PAID])
def test_both_dresses_of_an_event_carry_the_same_order(name: str):
    plain = delivered(name, said_just_now).order
    assert plain is not None
    assert delivered(name, as_json_just_now).order == plain


def test_an_order_that_changed_long_before_its_event_may_be_the_one_before():
    assert delivered("order_updated").order is None
    assert delivered("order_updated", said_just_now).order is not None


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("order_approved", {"status": "INITIALIZED"}),
        ("order_canceled", {"status": "APPROVED"}),
        ("order_fulfilled", {"fulfillmentStatus": "NOT_FULFILLED"}),
        (PAID, {"paymentStatus": "NOT_PAID"}),
    ],
)
def test_an_order_that_does_not_say_what_its_event_says_is_the_one_before(name: str, before: dict[str, str]):
    assert delivered(name).order is not None
    assert delivered(name, having(**before)).order is None
    assert delivered(name, lambda event: having(**before)(event) or as_json(event)).order is None


@pytest.mark.parametrize(
    ("age", "signed_age"),
    [(200, 200), (200, 1), (1, 200), (60 * 60 * 24, 60 * 60 * 24)],
    ids=["a retry with its first signature", "signed again", "only said to be new", "a replay of yesterday"],
)
def test_an_old_event_is_only_a_hint(age: float, signed_age: float):
    event = delivered(age=age, signed_age=signed_age)
    assert event.order is None
    assert event.order_id == "22729cdc-134d-42ed-bfe9-ab771d939b09"


def without(*names: str) -> Any:
    def change(event: dict[str, Any]) -> None:
        for name in names:
            entity_of(event).pop(name)

    return change


def having(**values: Any) -> Any:
    return lambda event: entity_of(event).update(values)


def a_line_without_an_id(event: dict[str, Any]) -> None:
    entity_of(event)["lineItems"][0].pop("id")


def an_address_that_is_none(event: dict[str, Any]) -> None:
    entity_of(event)["shippingInfo"]["logistics"]["shippingDestination"]["address"] = [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        *(without(name) for name in (*webhooks.ORDER_FIELDS, "shippingInfo")),
        having(lineItems=[]),
        having(updatedDate="yesterday"),
        having(status={"value": "APPROVED"}),
        having(id="00000000-0000-0000-0000-000000000000"),
        having(fulfillmentStatus="PARTIALLY_FULFILLED"),
        having(fulfillmentStatus="NEW_WORD"),
        a_line_without_an_id,
        an_address_that_is_none,
        lambda event: event | {"triggeredByAnonymizeRequest": True},
        lambda event: event | {"actionEvent": {}},
        lambda event: event | {"actionEvent": {"body": {}}},
        lambda event: event | {"actionEvent": {"body": {"order": {}}}},
    ],
)
def test_an_order_that_is_not_whole_and_readable_is_only_a_hint(change: Any):
    """Nobody knows what is missing from it; the answer to a call does."""
    event = delivered(change=change)
    assert event.order is None
    assert not event.unreadable
    assert event.order_id == "22729cdc-134d-42ed-bfe9-ab771d939b09"


def test_a_digital_order_has_nothing_about_shipping():
    def digital(event: dict[str, Any]) -> None:
        without("shippingInfo")(event)
        having(fulfillmentStatus="FULFILLED")(event)
        event["slug"] = "updated"

    order = delivered(change=digital).order
    assert order is not None
    assert order.fulfillment is FulfillmentStatus.FULFILLED


def test_fulfillments_carry_no_order():
    event = delivered("fulfillments_updated")
    assert event.order is None
    assert event.order_id
