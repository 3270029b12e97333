"""What a person waits for goes before the schedule and before history, and what is looked at is found by an index."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, SyncRun
from integrations.services import fulfillments, sync
from integrations.services.tokens import Lane, consume_call, open_session
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform, make_order
from lib.http import ApiUnavailable

pytestmark = pytest.mark.django_db


def synced(**fields: object) -> Connection:
    now = timezone.now()
    read = {"synced_at": now, "synced_through": now, "hourly_at": now, "nightly_at": now}
    return make_connection(**(read | fields))


def long_ago(**fields: object) -> Connection:
    return synced(synced_at=timezone.now() - timedelta(minutes=6), **fields)


def test_a_sync_that_somebody_asked_for_goes_before_those_of_the_schedule(acme: FakePlatform):
    scheduled = [long_ago() for _shop in range(3)]
    sync.schedule_syncs()
    asked = sync.request_sync(synced())
    sync.sync_due(seconds=0)
    asked.refresh_from_db()
    assert asked.state == "done"
    assert SyncRun.objects.filter(connection__in=scheduled, state="queued").count() == 3


def test_a_task_of_its_own_reads_only_what_was_asked_for(acme: FakePlatform):
    waiting = long_ago()
    sync.schedule_syncs()
    asked = sync.request_sync(synced())
    assert sync.sync_due(only_asked=True) == 1
    asked.refresh_from_db()
    assert asked.state == "done"
    assert waiting.syncs.get().state == "queued"


def test_asking_for_a_sync_that_the_schedule_queued_brings_it_forward(acme: FakePlatform):
    connection = long_ago()
    sync.schedule_syncs()
    assert connection.syncs.get().asked_at is None
    sync.request_sync(connection)
    assert connection.syncs.get().asked_at is not None


def test_the_rest_of_a_long_history_waits_with_the_schedule(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(sync, "PAGES_PER_TURN", 1)
    acme.orders, acme.page_size = [make_order(1), make_order(2)], 1
    run = sync.request_sync(make_connection())
    assert sync.sync_due(only_asked=True) == 1
    run.refresh_from_db()
    assert (run.state, run.asked_at) == ("running", None)
    assert sync.sync_due(only_asked=True) == 0
    assert sync.sync_due() == 1


def test_history_leaves_calls_to_presses_and_promises(settings):
    settings.REQUESTS_PER_MINUTE = 10
    connection = make_connection()
    for _call in range(7):
        consume_call(connection, Lane.HISTORY)
    with pytest.raises(ApiUnavailable) as full:
        consume_call(connection, Lane.HISTORY)
    assert (full.value.status, full.value.sent) == (429, False)
    for _call in range(3):
        consume_call(connection, Lane.PRESS)
    with pytest.raises(ApiUnavailable):
        consume_call(connection, Lane.PRESS)


def test_a_reading_of_history_that_used_its_calls_does_not_hold_up_a_promise(acme: FakePlatform, settings, monkeypatch):
    settings.REQUESTS_PER_MINUTE = 10
    acme.page_size = 1
    acme.orders = [make_order(number) for number in range(1, 30)]
    connection = long_ago(synced_through=acme.orders[0].updated_at)
    sync.schedule_syncs()
    sync.sync_due()
    assert connection.syncs.get().state == "running", "it goes on when there are calls again"
    promise = make_fulfillment(connection, 5)
    assert fulfillments.push_due() == 1
    promise.refresh_from_db()
    assert promise.state == "done"


def test_a_press_is_read_with_the_calls_that_history_leaves(acme: FakePlatform, settings):
    settings.REQUESTS_PER_MINUTE = 10
    scheduled, pressed = long_ago(), synced()
    for connection in (scheduled, pressed):
        for _call in range(7):
            consume_call(connection, Lane.HISTORY)
    sync.schedule_syncs()
    sync.request_sync(pressed)
    sync.sync_due()
    assert pressed.syncs.get().state == "done"
    assert scheduled.syncs.get().state == "running", "it goes on when there are calls again"


def test_the_schedule_looks_at_a_connection_when_it_is_time(acme: FakePlatform, django_assert_num_queries):
    for _shop in range(5):
        synced(sync_at=timezone.now() + timedelta(minutes=1))
    with django_assert_num_queries(3):  # a savepoint around the claim
        assert sync.schedule_syncs() == 0
    Connection.objects.update(sync_at=timezone.now(), synced_at=timezone.now() - timedelta(minutes=6))
    assert sync.schedule_syncs() == 5
    assert SyncRun.objects.filter(state="queued").count() == 5
    assert sync.schedule_syncs() == 0, "each is looked at once"


def test_the_schedule_takes_a_bounded_number_and_rings_for_the_rest(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(sync, "SCHEDULE_BATCH_SIZE", 2)
    rung: list[str] = []
    monkeypatch.setattr(sync, "wake_worker", rung.append)
    for _shop in range(3):
        long_ago()
    assert sync.schedule_syncs() == 2
    assert "integrations.schedule_syncs" in rung
    rung.clear()
    assert sync.schedule_syncs() == 1
    assert "integrations.schedule_syncs" not in rung


def test_an_idle_poll_writes_no_row(acme: FakePlatform):
    connection = long_ago()
    for _poll in range(3):
        Connection.objects.update(sync_at=timezone.now(), synced_at=timezone.now() - timedelta(minutes=6))
        sync.schedule_syncs()
        assert sync.sync_due() == 1
    assert connection.syncs.count() == 1


def test_a_connection_whose_webhooks_stopped_is_looked_at_at_once(acme: FakePlatform):
    now = timezone.now()
    connection = synced(webhook_at=now, sync_at=now + timedelta(minutes=50), synced_through=now - timedelta(hours=1))
    acme.orders = [make_order(1, updated_at=now - timedelta(minutes=10))]
    sync.request_sync(connection)
    sync.sync_due()
    connection.refresh_from_db()
    assert connection.webhook_at is None
    assert connection.sync_at <= timezone.now()


def test_one_large_shop_does_not_keep_the_promises_of_a_small_one(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(fulfillments, "PUSH_BATCH_SIZE", 1)
    large, small = make_connection(), make_connection()
    for number in range(1, 6):
        make_fulfillment(large, number)
    small_one = make_fulfillment(small, 9)
    for _task in range(2):
        fulfillments.push_due(seconds=0)
    small_one.refresh_from_db()
    assert small_one.state == "done"
    assert open_session(large)
