"""Wix's webhooks, verified and parsed by our provider. Only the sandbox sends them on request."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.events import EventKind, PlatformEvent
from integrations.providers.base import InvalidWebhook
from tests.contract.conftest import Target, new_tracking_number, sandbox_target, update
from tests.sandbox_server import SITE, WixSandbox, listening
from tests.stack import eventually

pytestmark = [pytest.mark.stack, pytest.mark.contract]


@pytest.fixture
def wix(sandbox: WixSandbox) -> Iterator[Target]:
    yield sandbox_target(sandbox)
    sandbox.reset_switches()
    sandbox.set_switches(rate_limit=0)


@pytest.fixture
def received(wix: Target, sandbox: WixSandbox) -> Iterator[list[str]]:
    with listening(sandbox) as bodies:
        yield bodies


def read(wix: Target, bodies: list[str], now: datetime | None = None) -> list[PlatformEvent]:
    """Every delivery through our provider, with the key of the app's dashboard."""
    assert wix.sandbox is not None
    key = wix.sandbox.app["webhookPublicKey"]
    provider = wix.build(key)
    moment = now or datetime.now(UTC)
    return [provider.parse_webhook({}, body.encode(), now=moment) for body in bodies]


def told_about(events: list[PlatformEvent], order_id: str) -> set[str]:
    assert all(event.kind is EventKind.ORDER and event.order_id == order_id for event in events)
    return {event.type.rsplit(".", 1)[1] for event in events}


def test_a_new_paid_order_says_so_and_each_event_has_an_id_of_its_own(wix: Target, sandbox: WixSandbox, received):
    order = sandbox.add_order()
    eventually(lambda: len(received) == 3)
    events = read(wix, received)
    assert told_about(events, order["id"]) == {"order_created", "order_approved", "order_payment_status_updated"}
    assert len({event.event_id for event in events}) == 3
    assert {event.installation for event in events} == {wix.instance_id}
    assert not any(event.by_us or event.unreadable for event in events)


@pytest.mark.parametrize("told", ["all", "without_updated", "fulfillments_only"])
def test_our_own_fulfillment_comes_back_as_ours_whichever_events_tell_of_it(
    wix: Target, sandbox: WixSandbox, received, told: str
):
    sandbox.set_switches(webhook_url="", fulfillment_events=told, fulfilled_action="SOMETHING_NEW")
    order = wix.order(sandbox.add_order()["id"])
    with listening(sandbox) as bodies:
        wix.session.push([update(order, new_tracking_number())])
        eventually(lambda: len(bodies) == (2 if told == "all" else 1))
        events = read(wix, bodies)
    assert "fulfillments_updated" in told_about(events, order.external_id)
    assert all(event.by_us for event in events)


@pytest.mark.parametrize(
    "switches",
    [
        {"webhook_header": "bare"},
        {"webhook_header": "kid"},
        {"webhook_content_type": "application/json"},
        {"webhook_content_type": ""},
        {"webhook_payload": "texts"},
    ],
)
def test_however_a_delivery_is_packed_it_is_understood(
    wix: Target, sandbox: WixSandbox, received, switches: dict[str, Any]
):
    sandbox.set_switches(**switches)
    order = sandbox.add_order()
    eventually(lambda: len(received) == 3)
    events = read(wix, received)
    assert len(told_about(events, order["id"])) == 3
    assert all(event.changed_at == datetime.fromisoformat(order["updatedDate"]) for event in events)


def test_a_retry_that_carries_its_first_expired_signature_is_taken_for_as_long_as_wix_retries(
    wix: Target, sandbox: WixSandbox, received
):
    sandbox.set_switches(webhook_exp_seconds=300)
    sandbox.add_order()
    eventually(lambda: len(received) == 3)
    last_retry = datetime.now(UTC) + timedelta(hours=47, minutes=11)
    assert not any(event.unreadable for event in read(wix, received, last_retry))
    with pytest.raises(InvalidWebhook):
        read(wix, received, last_retry + timedelta(days=3))


@pytest.mark.parametrize("fault", ["bad_signature", "unsigned"])
def test_what_wix_did_not_sign_is_refused(wix: Target, sandbox: WixSandbox, received, fault: str):
    sandbox.set_switches(webhook_fault=fault)
    sandbox.add_order()
    eventually(lambda: len(received) == 3)
    for body in received:
        with pytest.raises(InvalidWebhook):
            read(wix, [body])


def test_a_second_delivery_of_an_event_has_the_same_id(wix: Target, sandbox: WixSandbox, received):
    sandbox.set_switches(webhook_fault="duplicate")
    sandbox.add_order()
    eventually(lambda: len(received) == 6)
    assert len({event.event_id for event in read(wix, received)}) == 3


def test_a_privacy_request_asks_to_erase(wix: Target, sandbox: WixSandbox, received):
    order = sandbox.add_order()
    sandbox.ask(f"/sandbox/orders/{order['id']}/anonymize", {})
    eventually(lambda: len(received) == 5)
    assert any(event.erases for event in read(wix, received))


def test_a_copy_of_a_site_names_its_origin_and_a_removed_app_says_goodbye(wix: Target, sandbox: WixSandbox, received):
    copy = sandbox.ask("/sandbox/duplicate", {"site": SITE})
    sandbox.ask("/sandbox/remove-app", {"site": copy["siteName"]})
    eventually(lambda: len(received) == 2)
    events = {event.kind: event for event in read(wix, received)}
    assert set(events) == {EventKind.INSTALLED, EventKind.REMOVED}
    assert {event.installation for event in events.values()} == {copy["instanceId"]}
    assert events[EventKind.INSTALLED].origin_installation == wix.instance_id
