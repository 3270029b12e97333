"""The webhook inbox: each event is stored once and applied by reading the order, in any order and number."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from integrations.events import EventKind
from integrations.models import Connection, WebhookEvent
from integrations.orders import OrderData, PaymentStatus
from integrations.services import mirror, webhook_inbox
from integrations.tests.deliveries import LONG_AGO, WEBHOOK_PATH, apply, deliver, post, states
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from integrations.views import webhooks
from lib.http import ApiInvalidResponse, ApiUnauthorized, ApiUnavailable

pytestmark = pytest.mark.django_db


def test_a_genuine_delivery_is_kept_and_answered(acme: FakePlatform, connection: Connection):
    assert deliver(acme) == 200
    assert states() == [("received", "")]
    assert not acme.calls


def test_a_duplicate_is_answered_and_kept_once(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order()]
    assert [deliver(acme), post("event-1"), post("event-1")] == [200, 200, 200]
    apply()
    assert post("event-1") == 200
    assert states() == [("applied", "")]


def test_a_delivery_that_nobody_signed_is_refused_and_counted(acme: FakePlatform):
    assert post("made up") == 401
    assert not WebhookEvent.objects.exists()
    assert webhook_inbox.rejected_this_hour("acme") == 1


def test_a_platform_we_do_not_know_does_not_exist(acme: FakePlatform):
    assert Client().post("/webhooks/somewhere/", "x", content_type="text/plain").status_code == 404


def test_only_posting_delivers(acme: FakePlatform):
    assert Client().get(WEBHOOK_PATH).status_code == 405


def test_a_delivery_larger_than_any_order_is_not_read(acme: FakePlatform):
    assert post(b"x" * (webhooks.MAX_BODY_BYTES + 1)) == 413
    assert post(b"x" * webhooks.MAX_BODY_BYTES) == 401


def test_without_a_database_the_shop_is_asked_to_send_it_again(acme: FakePlatform, monkeypatch: pytest.MonkeyPatch):
    def down(*args: object, **kwargs: object) -> None:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(WebhookEvent, "save", down)
    assert deliver(acme) == 503


def test_keeping_an_event_takes_one_insert(acme: FakePlatform, django_assert_num_queries):
    acme.events["event-1"] = make_event()
    with django_assert_num_queries(3):  # a savepoint around the insert
        assert webhook_inbox.receive("acme", {}, b"event-1")


def test_nothing_personal_is_kept(acme: FakePlatform):
    columns = {field.name for field in WebhookEvent._meta.concrete_fields}
    assert not columns & {"payload", "body", "data", "customer", "email"}


def test_a_paid_order_is_read_and_mirrored(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order()]
    deliver(acme)
    apply()
    assert states() == [("applied", "")]
    assert connection.orders.get().number == "10231"
    connection.refresh_from_db()
    assert connection.webhook_at is not None


def test_many_events_of_one_order_ask_the_shop_once(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order()]
    for number in range(6):
        deliver(acme, f"event-{number}")
    apply()
    assert acme.calls.count("fetch_orders") == 1
    assert states() == [("applied", "")] * 6


def test_an_order_is_read_once_for_all_its_events_however_many_orders_wait(acme: FakePlatform, connection: Connection):
    """Created, approved and paid of 150 new orders: two calls, and no order is in both."""
    acme.orders = [make_order(number) for number in range(10000, 10150)]
    asked: list[list[str]] = []
    ask = acme.fetch_orders
    acme.fetch_orders = lambda order_ids: asked.append(list(order_ids)) or ask(order_ids)  # type: ignore[method-assign]
    for kind in ("created", "approved", "paid"):
        for number in range(10000, 10150):
            acme.events[f"{kind}-{number}"] = make_event(f"{kind}-{number}", order_id=f"order-{number}")
            webhook_inbox.receive("acme", {}, f"{kind}-{number}".encode())
    apply()
    assert sorted(order_id for ids in asked for order_id in ids) == sorted(f"order-{n}" for n in range(10000, 10150))
    assert states() == [("applied", "")] * 450


def test_events_that_wait_for_a_retry_are_taken_along(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order()]
    for number in range(3):
        deliver(acme, f"event-{number}")
    later = timezone.now() + timedelta(minutes=1)
    WebhookEvent.objects.filter(event_id__in=["event-1", "event-2"]).update(next_at=later)
    webhook_inbox.apply_due()
    assert acme.calls.count("fetch_orders") == 1
    assert states() == [("applied", "")] * 3


def test_an_unreadable_order_is_asked_for_once_for_all_its_events(acme: FakePlatform, connection: Connection):
    acme.fail["fetch_orders"] = [ApiInvalidResponse("half")]
    for number in range(3):
        deliver(acme, f"event-{number}")
    apply()
    assert acme.calls.count("fetch_orders") == 1
    assert states() == [("received", "")] * 3


def test_events_of_many_orders_ask_once_for_each_hundred(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order(number) for number in range(10000, 10150)]
    for number in range(10000, 10150):
        deliver(acme, f"event-{number}", order_id=f"order-{number}")
    apply()
    assert acme.calls.count("fetch_orders") == 2
    assert connection.orders.count() == 150


def test_a_search_that_lags_behind_its_own_event_is_not_believed(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order(number) for number in range(5)]
    for number in range(5):
        deliver(acme, f"event-{number}", order_id=f"order-{number}")
    late = make_order(0).updated_at + timedelta(minutes=1)
    WebhookEvent.objects.filter(order_id="order-0").update(changed_at=late)
    apply()
    assert acme.calls.count("fetch_orders") == 2


def test_events_in_the_wrong_order_end_the_same(acme: FakePlatform, connection: Connection):
    """What the shop says now counts, not what an event said."""
    acme.orders = [make_order(payment=PaymentStatus.PAID)]
    deliver(acme, "paid", changed_at=make_order().updated_at)
    apply()
    deliver(
        acme,
        "created",
        type="acme.ecom.v1.order_created",
        changed_at=make_order().created_at - timedelta(hours=1),
    )
    apply()
    assert connection.orders.get().eligibility == "open"


def test_a_stale_answer_does_not_undo_what_is_known(acme: FakePlatform, connection: Connection):
    newer = make_order(updated_at=make_order().updated_at + timedelta(hours=1), archived=True)
    mirror_order(connection, newer)
    acme.orders = [make_order()]
    deliver(acme)
    apply()
    assert connection.orders.get().eligibility == "archived"


def test_an_event_that_we_caused_asks_nothing(acme: FakePlatform, connection: Connection):
    deliver(acme, by_us=True)
    apply()
    assert states() == [("ignored", "by_us")]
    assert not acme.calls


def test_an_order_that_is_gone_is_no_trouble(acme: FakePlatform, connection: Connection):
    deliver(acme)
    apply()
    assert states() == [("ignored", "order_gone")]


def test_an_installation_nobody_connected_is_kept_and_ignored(acme: FakePlatform):
    assert deliver(acme, installation="stranger") == 200
    apply()
    assert states() == [("ignored", "unknown_installation")]


def test_a_connection_without_consent_is_not_asked(acme: FakePlatform):
    make_connection(external_id="instance-1", state="reconnect")
    deliver(acme)
    apply()
    assert states() == [("ignored", "not_active")]
    assert not acme.calls


def test_what_is_none_of_our_business_is_ignored(acme: FakePlatform, connection: Connection):
    deliver(acme, kind=EventKind.OTHER, type="PaidPlanPurchased")
    apply()
    assert states() == [("ignored", "not_ours")]


def test_what_could_not_be_read_waits_for_a_person(acme: FakePlatform):
    assert deliver(acme, unreadable=True, type="", kind=EventKind.OTHER) == 200
    apply()
    assert states() == [("needs_attention", "unreadable")]


def test_a_shop_that_does_not_answer_is_asked_again_later(acme: FakePlatform, connection: Connection):
    acme.orders, acme.fail["fetch_orders"] = [make_order()], [ApiUnavailable("down")]
    deliver(acme)
    apply()
    assert states() == [("received", "")]
    connection.refresh_from_db()
    assert connection.last_error
    apply()
    assert states() == [("applied", "")]
    connection.refresh_from_db()
    assert not connection.last_error


def test_a_resting_connection_keeps_its_events_and_delays_nobody_else(acme: FakePlatform, connection: Connection):
    make_connection(external_id="other")
    acme.orders = [make_order()]
    Connection.objects.filter(pk=connection.pk).update(paused_until=timezone.now() + timedelta(minutes=5))
    deliver(acme, "mine")
    deliver(acme, "theirs", installation="other")
    apply()
    assert states() == [("received", ""), ("applied", "")]


def test_lost_consent_is_noticed_and_the_events_let_go(acme: FakePlatform, connection: Connection):
    acme.fail["fetch_orders"] = [ApiUnauthorized("gone", status=401)]
    deliver(acme)
    apply()
    connection.refresh_from_db()
    assert connection.state == "reconnect"
    assert states() == [("ignored", "not_active")]


def test_one_order_that_cannot_be_read_stands_alone_in_the_end(
    acme: FakePlatform, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    acme.orders = [make_order(number) for number in range(6)]
    ask = FakePlatform.fetch_orders

    def choking(self: FakePlatform, order_ids: list[str]):
        if "order-3" in order_ids:
            raise ApiInvalidResponse("order: lineItems.0.id: missing")
        return ask(self, order_ids)

    monkeypatch.setattr(FakePlatform, "fetch_orders", choking)
    for number in range(6):
        deliver(acme, f"event-{number}", order_id=f"order-{number}")
    for _try in range(webhook_inbox.RETRIES.max_attempts):
        apply()
    assert connection.orders.count() == 5
    assert [state for state in states() if state[0] != "applied"] == [("needs_attention", "unreadable")]


def test_an_event_that_kills_its_worker_is_put_aside(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order(), make_order(7)]
    deliver(acme, "deadly")
    WebhookEvent.objects.update(attempts=3)
    deliver(acme, "fine", order_id="order-7")
    apply()
    assert states() == [("needs_attention", "crashed"), ("applied", "")]


def test_a_worker_that_died_half_way_leaves_nothing_undone(acme: FakePlatform, connection: Connection, monkeypatch):
    acme.orders = [make_order()]
    deliver(acme)
    with monkeypatch.context() as dying:
        dying.setattr(webhook_inbox.mirror, "store_orders", _die)
        with pytest.raises(SystemExit):
            webhook_inbox.apply_due()
    WebhookEvent.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    webhook_inbox.apply_due()
    assert states() == [("applied", "")]
    assert connection.orders.count() == 1


def _die(*args: object) -> None:
    raise SystemExit


def test_put_aside_events_can_be_applied_again(acme: FakePlatform, connection: Connection):
    acme.orders = [make_order()]
    deliver(acme)
    WebhookEvent.objects.update(state="needs_attention", reason="crashed", attempts=4, next_at=None)
    assert webhook_inbox.retry_failed(WebhookEvent.objects.all()) == 1
    webhook_inbox.apply_due()
    assert states() == [("applied", "")]


def test_ids_are_kept_for_thirty_days_and_then_forgotten(acme: FakePlatform):
    deliver(acme, "old")
    deliver(acme, "young")
    WebhookEvent.objects.filter(event_id="old").update(received_at=timezone.now() - timedelta(days=30, minutes=1))
    WebhookEvent.objects.filter(event_id="young").update(received_at=timezone.now() - timedelta(days=29))
    assert webhook_inbox.delete_old_events() == 1
    assert WebhookEvent.objects.get().event_id == "young"


@pytest.mark.parametrize(
    ("late", "applied"),
    [
        ({"kind": EventKind.REMOVED, "type": "AppRemoved", "order_id": ""}, lambda one: one.state == "removed"),
        ({"erases": True}, lambda one: one.orders.get().erased_at is not None),
    ],
    ids=["a removal", "an erasure"],
)
def test_what_arrives_while_orders_are_read_is_not_taken_for_an_order(acme: FakePlatform, monkeypatch, late, applied):
    sites = {name: make_connection(external_id=name, site_id=name, state_since=LONG_AGO) for name in ("one", "two")}
    acme.orders = [make_order()]
    for name in sites:
        deliver(acme, name, installation=name)
    read, others = mirror.store_orders, []

    def arrive_meanwhile(connection: Connection, orders: list[OrderData], rejected: object) -> object:
        if not others:
            others.extend(site for site in sites.values() if site != connection)
            deliver(acme, "late", installation=others[0].external_id, **late)
        return read(connection, orders, rejected)

    monkeypatch.setattr(mirror, "store_orders", arrive_meanwhile)
    apply()
    apply()
    others[0].refresh_from_db()
    assert WebhookEvent.objects.get(event_id="late").state == "applied"
    assert applied(others[0])


def test_erasing_reaches_every_shop_that_ever_had_the_site(acme: FakePlatform, connection: Connection):
    earlier = make_connection(external_id="instance-1", state="disconnected")
    for one in (connection, earlier):
        mirror_order(one)
    acme.orders = [replace(make_order(), updated_at=timezone.now())]
    deliver(acme, erases=True)
    apply()
    for site in (connection, earlier):
        order = site.orders.get()
        assert order.erased_at is not None
        assert "Hanna" not in str(order.data) + order.customer + order.search_text
    assert not acme.calls
