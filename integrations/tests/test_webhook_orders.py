"""An order that a webhook carries is stored without a call when it is certain, and asked for when it is not."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from integrations.models import Connection, WebhookEvent
from integrations.orders import FulfillmentStatus, PaymentStatus
from integrations.services import erasure, mirror, webhook_orders
from integrations.tests.deliveries import apply, deliver, post, states
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order

pytestmark = pytest.mark.django_db
LATER = make_order().updated_at + timedelta(minutes=1)


def test_a_paid_order_is_offered_before_the_delivery_is_answered(acme: FakePlatform, connection: Connection):
    assert deliver(acme, order=make_order()) == 200
    assert states() == [("applied", "")]
    assert WebhookEvent.objects.get().next_at is None
    assert connection.orders.get().eligibility == "open"
    assert connection.orders.get().order == make_order()
    apply()
    assert not acme.calls
    connection.refresh_from_db()
    assert connection.webhook_at is not None


def test_a_change_is_taken_over_and_compared_with_what_was_imported(acme: FakePlatform, connection: Connection):
    mirror_order(connection)
    connection.orders.update(changes_pending=False)
    deliver(acme, order=make_order(updated_at=LATER, archived=True))
    row = connection.orders.get()
    assert (row.eligibility, row.changes_pending) == ("archived", True)


def test_the_same_delivery_again_changes_nothing(acme: FakePlatform, connection: Connection):
    deliver(acme, order=make_order())
    connection.orders.update(changes_pending=False)
    assert [post("event-1"), post("event-1")] == [200, 200]
    assert states() == [("applied", "")]
    assert not connection.orders.get().changes_pending


def test_events_that_overtake_each_other_end_with_the_newest(acme: FakePlatform, connection: Connection):
    deliver(acme, "paid", order=make_order(updated_at=LATER))
    deliver(acme, "placed", order=make_order(payment=PaymentStatus.NOT_PAID))
    assert states() == [("applied", ""), ("ignored", "older")]
    assert connection.orders.get().eligibility == "open"
    apply()
    assert not acme.calls


def test_two_events_of_one_moment_that_say_the_same_ask_nothing(acme: FakePlatform, connection: Connection):
    deliver(acme, "approved", order=make_order())
    deliver(acme, "paid", order=make_order())
    assert states() == [("applied", "")] * 2


def test_two_events_of_one_moment_that_differ_are_asked_about(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order()]
    deliver(acme, "paid", order=make_order())
    deliver(acme, "approved", order=make_order(payment=PaymentStatus.NOT_PAID))
    assert states() == [("applied", ""), ("received", "")]
    assert connection.orders.get().eligibility == "open"
    apply()
    assert acme.calls.count("fetch_orders") == 1
    assert connection.orders.get().eligibility == "open"


def test_what_we_did_ourselves_is_known_at_once(acme: FakePlatform, connection: Connection):
    mirror_order(connection)
    deliver(acme, by_us=True, order=make_order(updated_at=LATER, fulfillment=FulfillmentStatus.FULFILLED))
    assert connection.orders.get().eligibility == "fulfilled"


def test_an_erased_buyer_does_not_come_back(acme: FakePlatform, connection: Connection):
    erasure.erase(connection, "order-10231")
    deliver(acme, order=make_order())
    assert states() == [("applied", "")]
    assert not connection.orders.exists()


@pytest.mark.parametrize("state", ["reconnect", "permission", "copy", "removed", "disconnected"])
def test_a_site_that_is_not_connected_gets_no_orders(acme: FakePlatform, state: str):
    site = make_connection(external_id="instance-1", state=state)
    assert deliver(acme, order=make_order()) == 200
    apply()
    assert not site.orders.exists()
    assert [row[0] for row in states()] == ["ignored"]


def test_a_site_gets_its_own_orders_only(acme: FakePlatform, connection: Connection):
    other = make_connection(external_id="other")
    deliver(acme, installation="other", order=make_order())
    assert (connection.orders.count(), other.orders.count()) == (0, 1)


def _refuse(*_: object) -> dict[str, int]:
    return {"created": 0, "updated": 0, "rejected": 1}


def _fail(*_: object) -> dict[str, int]:
    raise ArithmeticError


def _lock(*_: object) -> dict[str, int]:
    raise OperationalError("canceling statement due to lock timeout")


@pytest.mark.parametrize("trouble", [_refuse, _fail, _lock])
def test_an_order_that_cannot_be_stored_is_asked_for(
    acme: FakePlatform, connection: Connection, monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., dict[str, int]]
):
    acme.orders = [make_order()]
    with monkeypatch.context() as wrong:
        wrong.setattr(mirror, "store_orders", trouble)
        assert deliver(acme, order=make_order()) == 200
    assert states() == [("received", "")]
    apply()
    assert states() == [("applied", "")]
    assert connection.orders.count() == 1


def test_a_shop_with_many_events_does_not_write_its_connection_each_time(acme: FakePlatform, connection: Connection):
    moment = timezone.now() - timedelta(seconds=30)
    Connection.objects.update(webhook_at=moment)
    deliver(acme, order=make_order())
    connection.refresh_from_db()
    assert connection.webhook_at == moment


def test_nothing_of_the_order_is_in_the_event(acme: FakePlatform, connection: Connection):
    deliver(acme, order=make_order())
    kept = WebhookEvent.objects.values().get()
    assert "Hanna" not in str(kept)
    assert "Vermeulen" not in repr(acme.events["event-1"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(database.vendor == "sqlite", reason="SQLite has no row locks: one transaction writes at a time")
def test_a_reading_that_holds_the_order_does_not_hold_up_the_answer(acme: FakePlatform):
    site = make_connection(external_id="instance-1")
    mirror_order(site)
    held, answered = Event(), Event()

    def read() -> None:
        with transaction.atomic():
            list(site.orders.select_for_update())
            held.set()
            answered.wait(10)
        database.close()

    reading = Thread(target=read)
    reading.start()
    held.wait(10)
    try:
        assert deliver(acme, order=make_order(updated_at=LATER)) == 200
        assert states() == [("received", "")]
    finally:
        answered.set()
        reading.join()


def test_an_order_stored_meanwhile_in_a_newer_version_stays(connection: Connection, monkeypatch: pytest.MonkeyPatch):
    """Two transactions bring the same new order: the one that comes second may have the older version."""
    write_one, newer = mirror._write_one, make_order(updated_at=LATER, archived=True)

    def collide(*_: object) -> None:
        raise IntegrityError

    def write_after_another(*arguments: Any) -> Any:
        monkeypatch.undo()
        mirror_order(connection, newer)
        return write_one(*arguments)

    monkeypatch.setattr(mirror, "insert_rows", collide)
    monkeypatch.setattr(mirror, "_write_one", write_after_another)
    mirror.store_orders(connection, [make_order()])
    assert connection.orders.get().eligibility == "archived"


def test_the_limit_of_waiting_is_below_the_time_to_answer():
    assert int(webhook_orders.LOCK_TIMEOUT.removesuffix("ms")) <= 300
