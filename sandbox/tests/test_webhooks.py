"""Webhooks: three signed layers, Wix's retry schedule, and the faults that switches cause."""

import json
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
import responses
import time_machine
from django.utils import timezone

from sandbox import consent, order_actions, sites, switches, webhooks
from sandbox.models import App, Delivery, Order, Site
from sandbox.tests.conftest import Wix

URL = "https://backoffice.example/webhooks/wix/"
NOON = "2027-01-04T12:00:00Z"


@pytest.fixture
def listening(orders: list[Order]) -> list[Order]:
    """The orders were there before anybody listened."""
    switches.set_switches({"webhook_url": URL})
    return orders


def waiting() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("event_type", flat=True))


def unwrapped(body: str, app: App) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Envelope, event and identity of a delivered JWT, its signature verified."""
    claims = jwt.decode(body, app.public_key, algorithms=["RS256"])
    envelope = json.loads(claims["data"])
    return envelope, json.loads(envelope["data"]), json.loads(envelope["identity"])


def delivered() -> list[str]:
    return [str(call.request.body) for call in responses.calls]


def kinds() -> list[str]:
    """Event types in the order they were delivered, read without verifying."""
    read = [jwt.decode(body, options={"verify_signature": False}) for body in delivered()]
    return [json.loads(claims["data"])["eventType"] for claims in read]


@responses.activate
def test_an_event_arrives_as_a_signed_jwt_of_three_layers(listening: list[Order], app: App, site: Site):
    responses.post(URL)
    order_actions.change(listening[0], "archive", {})
    assert webhooks.deliver_due() == 1
    assert responses.calls[0].request.headers["Content-Type"] == "text/plain"
    envelope, event, identity = unwrapped(delivered()[0], app)
    assert (envelope["instanceId"], envelope["eventType"]) == (site.instance_id, "wix.ecom.v1.order_updated")
    assert identity == {"identityType": "WIX_USER", "wixUserId": webhooks.OWNER}
    assert event["updatedEvent"]["currentEntity"]["archived"] is True
    assert (event["entityFqdn"], event["slug"], event["entityId"]) == (
        "wix.ecom.v1.order",
        "updated",
        listening[0].order_id,
    )
    assert (event["entityEventSequence"], event["triggeredByAnonymizeRequest"]) == ("1", False)
    assert Delivery.objects.get().state == "delivered"
    assert webhooks.deliver_due() == 0


def test_nothing_is_sent_while_there_is_no_address_or_no_app(orders: list[Order], site: Site):
    order_actions.change(orders[0], "archive", {})
    switches.set_switches({"webhook_url": URL})
    Site.objects.update(installed=False)
    orders[0].site.refresh_from_db()
    order_actions.change(orders[0], "archive", {})
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("cancel", ["wix.ecom.v1.order_canceled", "wix.ecom.v1.order_updated"]),
        ("pay", ["wix.ecom.v1.order_payment_status_updated", "wix.ecom.v1.order_updated"]),
        ("edit", ["wix.ecom.v1.order_committed", "wix.ecom.v1.order_updated"]),
        ("refund", ["wix.ecom.v1.order_payment_status_updated", "wix.ecom.v1.order_updated"]),
        (
            "fulfill",
            ["wix.ecom.v1.fulfillments_updated", "wix.ecom.v1.order_fulfilled", "wix.ecom.v1.order_updated"],
        ),
    ],
)
def test_what_happens_to_an_order_has_its_events(listening: list[Order], action: str, expected: list[str]):
    order_actions.change(listening[0], action, {})
    assert waiting() == expected


def test_a_new_paid_order_is_created_approved_and_paid(listening: list[Order], site: Site):
    sites.add_orders(site, 1)
    assert [event_type.rsplit("order_", 1)[1] for event_type in waiting()] == [
        "created",
        "approved",
        "payment_status_updated",
    ]
    sequences = [json.loads(json.loads(row.envelope)["data"])["entityEventSequence"] for row in Delivery.objects.all()]
    assert sequences == ["1", "2", "3"]


@responses.activate
def test_our_own_fulfillment_comes_back_as_ours(listening: list[Order], wix: Wix, app: App):
    responses.post(URL)
    wix.fulfil(listening[0], "T1")
    webhooks.deliver_due()
    events = [unwrapped(body, app) for body in delivered()]
    assert {identity["appId"] for _envelope, _event, identity in events} == {"our-app"}
    fulfillments = next(event for envelope, event, _identity in events if "fulfillments" in envelope["eventType"])
    entity = fulfillments["updatedEvent"]["currentEntity"]
    assert entity["orderId"] == listening[0].order_id
    assert entity["fulfillments"][0]["trackingInfo"]["trackingNumber"] == "T1"
    fulfilled = next(event for envelope, event, _identity in events if "fulfilled" in envelope["eventType"])
    assert fulfilled["actionEvent"]["body"]["newFulfillmentStatus"] == "FULFILLED"


def test_installing_and_removing_are_told_flatly(listening: list[Order], site: Site):
    consent.install(site, "https://backoffice.example/")
    sites.remove_app(site)
    assert waiting() == ["AppInstalled", "AppRemoved"]
    for row in Delivery.objects.all():
        assert json.loads(json.loads(row.envelope)["data"]) == {"appId": "our-app"}


def test_a_privacy_request_says_so(listening: list[Order]):
    order_actions.change(listening[0], "anonymize", {})
    flags = [
        json.loads(json.loads(row.envelope)["data"])["triggeredByAnonymizeRequest"] for row in Delivery.objects.all()
    ]
    assert True in flags


@responses.activate
def test_a_refused_delivery_is_retried_on_wixs_schedule_and_then_lost(listening: list[Order]):
    responses.post(URL, status=500)
    with time_machine.travel(NOON, tick=False) as clock:
        order_actions.change(listening[0], "archive", {})
        waits = []
        while Delivery.objects.get().state == "waiting":
            clock.move_to(Delivery.objects.get().next_at)
            before = timezone.now()
            assert webhooks.deliver_due() == 1
            waits.append((Delivery.objects.get().next_at - before) / timedelta(minutes=1))
    row = Delivery.objects.get()
    assert waits[:-1] == [1, 10, 60, 120, 120, 120, 240, 240, 240, 480, 480, 720]
    assert (row.state, row.attempts, row.last_answer) == ("lost", 13, "500")


@responses.activate
def test_a_retry_carries_the_first_content(listening: list[Order], app: App):
    responses.post(URL, status=503)
    responses.post(URL, status=200)
    switches.set_switches({"webhook_time_scale": 0})
    order_actions.change(listening[0], "archive", {})
    webhooks.deliver_due()
    Order.objects.filter(pk=listening[0].pk).update(data={})
    webhooks.deliver_due()
    first, second = (unwrapped(body, app)[:2] for body in delivered())
    assert first == second
    assert Delivery.objects.get().attempts == 2


def test_a_time_scale_shortens_the_schedule(listening: list[Order], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(webhooks, "_post", lambda *_call: ("500", False))
    switches.set_switches({"webhook_time_scale": 0.001})
    order_actions.change(listening[0], "archive", {})
    with time_machine.travel(datetime.fromisoformat("2027-01-04T12:00:00+00:00"), tick=False):
        webhooks.deliver_due()
        assert Delivery.objects.get().next_at - timezone.now() == timedelta(milliseconds=60)


@responses.activate
@pytest.mark.parametrize("trouble", [requests.ConnectionError(), requests.ReadTimeout()])
def test_a_receiver_that_is_away_is_a_failed_attempt(listening: list[Order], trouble: Exception):
    responses.post(URL, body=trouble)
    order_actions.change(listening[0], "archive", {})
    webhooks.deliver_due()
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_answer) == ("waiting", 1, type(trouble).__name__)


@responses.activate
def test_an_answer_that_takes_too_long_or_is_a_redirect_does_not_count(
    listening: list[Order], monkeypatch: pytest.MonkeyPatch
):
    responses.post(URL)
    ticks = iter([0.0, 1.3])
    monkeypatch.setattr(webhooks.time, "monotonic", lambda: next(ticks))
    assert webhooks._post(URL, "x") == ("200 after 1300 ms", False)
    monkeypatch.undo()
    responses.replace(responses.POST, URL, status=302, headers={"Location": "https://elsewhere.example/"})
    assert webhooks._post(URL, "x") == ("302", False)


@responses.activate
def test_a_switch_delivers_twice_or_never(listening: list[Order]):
    responses.post(URL)
    switches.set_switches({"webhook_fault": "duplicate"})
    order_actions.change(listening[0], "archive", {})
    webhooks.deliver_due()
    events = list(Delivery.objects.values_list("event_id", flat=True))
    assert len(delivered()) == 2
    assert len(events) == 2
    assert len(set(events)) == 1
    switches.set_switches({"webhook_fault": "drop"})
    order_actions.change(listening[0], "archive", {})
    assert webhooks.deliver_due() == 0
    assert Delivery.objects.filter(state="lost").count() == 1


@responses.activate
def test_a_switch_lets_a_later_event_overtake(listening: list[Order]):
    responses.post(URL)
    switches.set_switches({"webhook_fault": "reorder"})
    with time_machine.travel(NOON, tick=False) as clock:
        order_actions.change(listening[0], "cancel", {})
        webhooks.deliver_due()
        clock.shift(2)
        webhooks.deliver_due()
    assert kinds() == ["wix.ecom.v1.order_updated", "wix.ecom.v1.order_canceled"]


@responses.activate
def test_a_switch_delays_every_delivery(listening: list[Order]):
    responses.post(URL)
    switches.set_switches({"webhook_delay_ms": 5000})
    with time_machine.travel(NOON, tick=False) as clock:
        order_actions.change(listening[0], "archive", {})
        assert webhooks.deliver_due() == 0
        clock.shift(6)
        assert webhooks.deliver_due() == 1


@responses.activate
@pytest.mark.parametrize("fault", ["bad_signature", "unsigned", "expired"])
def test_a_switch_spoils_the_signature(listening: list[Order], app: App, fault: str):
    responses.post(URL)
    switches.set_switches({"webhook_fault": fault})
    order_actions.change(listening[0], "archive", {})
    webhooks.deliver_due()
    with pytest.raises(jwt.InvalidTokenError):
        unwrapped(delivered()[0], app)


def refuse_and_retry(listening: list[Order], app: App, **values: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claims of a first attempt, and of its retry a minute later."""
    responses.post(URL, status=500)
    switches.set_switches(values)
    with time_machine.travel(NOON, tick=False) as clock:
        order_actions.change(listening[0], "archive", {})
        webhooks.deliver_due()
        clock.shift(61)
        webhooks.deliver_due()
        clock.shift(601)
        webhooks.deliver_due()
    read = [jwt.decode(body, app.public_key, algorithms=["RS256"], options=LAX) for body in delivered()]
    assert len(read) == 3
    return read[0], read[2]


LAX = {"verify_exp": False, "verify_iat": False}


@responses.activate
def test_a_retry_is_signed_anew(listening: list[Order], app: App):
    first, retry = refuse_and_retry(listening, app)
    assert retry["iat"] - first["iat"] == 662
    assert retry["exp"] - retry["iat"] == 3600


@responses.activate
def test_a_retry_can_carry_the_first_attempts_times_and_be_too_old(listening: list[Order], app: App):
    first, retry = refuse_and_retry(listening, app, webhook_retry_exp="original", webhook_exp_seconds=300)
    assert (retry["iat"], retry["exp"]) == (first["iat"], first["exp"])
    assert retry["exp"] - first["iat"] == 300, "over by the time of the second retry"


@responses.activate
@pytest.mark.parametrize(
    ("kind", "names"), [("plain", {"alg", "typ"}), ("bare", {"alg"}), ("kid", {"alg", "typ", "kid"})]
)
def test_the_header_of_a_jwt_can_differ(listening: list[Order], app: App, kind: str, names: set[str]):
    responses.post(URL)
    switches.set_switches({"webhook_header": kind})
    order_actions.change(listening[0], "archive", {})
    webhooks.deliver_due()
    assert set(jwt.get_unverified_header(delivered()[0])) == names
    assert unwrapped(delivered()[0], app)


@responses.activate
@pytest.mark.parametrize("kind", ["application/json", "application/jwt", ""])
def test_the_content_type_can_differ(listening: list[Order], kind: str):
    responses.post(URL)
    switches.set_switches({"webhook_content_type": kind})
    order_actions.change(listening[0], "archive", {})
    webhooks.deliver_due()
    assert responses.calls[0].request.headers.get("Content-Type", "") == kind


@responses.activate
def test_members_of_an_event_can_be_json_texts(listening: list[Order], app: App, site: Site):
    responses.post(URL)
    switches.set_switches({"webhook_payload": "texts"})
    sites.add_orders(site, 1)
    order_actions.change(listening[0], "cancel", {})
    webhooks.deliver_due()
    events = {event["slug"]: event for _envelope, event, _identity in (unwrapped(body, app) for body in delivered())}
    assert json.loads(events["created"]["createdEvent"]["entityAsJson"])["number"] == "10206"
    assert json.loads(events["canceled"]["actionEvent"]["bodyAsJson"])["order"]["status"] == "CANCELED"
    assert json.loads(events["updated"]["updatedEvent"]["currentEntityAsJson"])["number"] == "10201"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("all", ["fulfillments_updated", "order_fulfilled", "order_updated"]),
        ("without_updated", ["fulfillments_updated", "order_fulfilled"]),
        ("fulfillments_only", ["fulfillments_updated"]),
    ],
)
def test_the_events_of_a_fulfillment_can_be_fewer(listening: list[Order], wix: Wix, told: str, expected: list[str]):
    switches.set_switches({"fulfillment_events": told, "fulfilled_action": "SOMETHING_NEW"})
    wix.fulfil(listening[0], "T1")
    assert [event_type.removeprefix("wix.ecom.v1.") for event_type in waiting()] == expected
    for row in Delivery.objects.filter(event_type__endswith="order_fulfilled"):
        assert json.loads(json.loads(row.envelope)["data"])["actionEvent"]["body"]["action"] == "SOMETHING_NEW"


def test_a_committed_draft_tells_what_it_changed(listening: list[Order]):
    lines = [line | {"quantity": 5} if line["id"] == "line-1" else line for line in listening[0].data["lineItems"]]
    lines = [lines[0], lines[1] | {"id": "line-3"}]
    order_actions.change(listening[0], "edit", {"order": {"lineItems": lines}})
    assert waiting() == ["wix.ecom.v1.order_committed", "wix.ecom.v1.order_updated"]
    body = json.loads(json.loads(Delivery.objects.first().envelope)["data"])["actionEvent"]["body"]
    assert set(body) == {"order", "draftOrderId", "changes", "commitSettings", "commitDate"}
    changed, added, removed = sorted(body["changes"]["lineItems"], key=lambda row: sorted(row)[0])[:3]
    assert {row["lineItemId"] for row in body["changes"]["lineItems"]} == {"line-1", "line-2", "line-3"}
    by_id = {row["lineItemId"]: row for row in (changed, added, removed)}
    assert by_id["line-1"]["changedDetails"]["order"]["quantity"] == 2, "as it was"
    assert by_id["line-3"]["lineItemAdded"] is True
    assert by_id["line-2"]["lineItemRemoved"]["quantity"] == 1
    assert "changedShippingInfo" not in body["changes"]


def test_another_address_without_a_draft_is_an_ordinary_update(listening: list[Order]):
    order_actions.change(listening[0], "readdress", {"addressLine": "Nieuweweg 9", "city": "Zwolle"})
    assert waiting() == ["wix.ecom.v1.order_updated"]
    entity = json.loads(json.loads(Delivery.objects.first().envelope)["data"])["updatedEvent"]["currentEntity"]
    assert entity["shippingInfo"]["logistics"]["shippingDestination"]["address"]["city"] == "Zwolle"
    assert entity["activities"][-1]["activityType"] == "SHIPPING_ADDRESS_EDITED"


@responses.activate
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("whole", {"id", "updatedDate", "lineItems", "shippingInfo"}),
        ("stale", {"id", "updatedDate", "lineItems", "shippingInfo"}),
        ("partial", {"id", "updatedDate"}),
        ("absent", set()),
    ],
)
def test_the_order_in_an_event_can_be_whole_stale_partial_or_absent(
    listening: list[Order], app: App, form: str, expected: set[str]
):
    responses.post(URL)
    switches.set_switches({"webhook_order": form})
    order = listening[0]
    order_actions.change(order, "pay", {})
    webhooks.deliver_due()
    _envelope, event, _identity = unwrapped(delivered()[0], app)
    told = event["actionEvent"]["body"]["order"]
    assert told.keys() & {"id", "updatedDate", "lineItems", "shippingInfo"} == expected
    assert event["entityId"] == order.order_id
    if form in ("whole", "stale"):
        is_current = form == "whole"
        assert (told["updatedDate"] == order.data["updatedDate"], told["paymentStatus"] == "PAID") == (is_current,) * 2
