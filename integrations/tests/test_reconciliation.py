"""Reconciliation: what a webhook or a lagging search missed is found within the hour or the next night."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, SyncRun
from integrations.orders import OrderStatus
from integrations.services import mirror, sync
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import PLACED, FakePlatform, make_order
from lib import leases
from lib.http import ApiRejected, ApiUnavailable

pytestmark = pytest.mark.django_db


def in_order(**moments: timedelta | None) -> Connection:
    """A connection that is up to date, but for what the test says (as how long ago)."""
    now = timezone.now()
    facts = {
        "synced_at": timedelta(),
        "synced_through": timedelta(),
        "hourly_at": timedelta(),
        "nightly_at": timedelta(),
    }
    ago = {name: None if span is None else now - span for name, span in (facts | moments).items()}
    return make_connection(**({"connected_at": now - timedelta(days=60)} | ago))


def scheduled() -> SyncRun | None:
    sync.schedule_syncs()
    return SyncRun.objects.first()


def test_a_connection_that_is_up_to_date_is_left_alone():
    in_order()
    assert scheduled() is None


@pytest.mark.parametrize(
    ("late", "kind", "back"),
    [
        ({"synced_at": timedelta(minutes=6)}, "changes", timedelta(minutes=10)),
        ({"hourly_at": timedelta(minutes=61)}, "hourly", timedelta(hours=48)),
        ({"nightly_at": timedelta(hours=25)}, "nightly", timedelta(days=30)),
        ({"nightly_at": None}, "nightly", timedelta(days=30)),
        ({"hourly_at": timedelta(hours=3), "nightly_at": timedelta(hours=25)}, "nightly", timedelta(days=30)),
    ],
)
def test_what_is_due_is_read_back_as_far_as_it_should(late, kind, back):
    in_order(**late)
    run = scheduled()
    assert run.kind == kind
    assert abs(timezone.now() - back - run.since) < timedelta(seconds=5)


def test_after_a_long_outage_no_gap_is_skipped():
    in_order(synced_through=timedelta(days=5), hourly_at=timedelta(days=5))
    assert timezone.now() - scheduled().since > timedelta(days=5)


def test_a_new_connection_reads_what_is_open_and_reconciles_an_hour_later():
    make_connection()
    run = scheduled()
    assert (run.kind, run.since) == ("changes", None)


@pytest.mark.parametrize(("hour", "day"), [(2, 24), (4, 25)])
def test_the_night_begins_at_three_on_the_clock_of_the_merchant(hour, day):
    now = datetime(2026, 11, 25, hour, 30, tzinfo=timezone.get_default_timezone())
    assert sync._last_night(now) == datetime(2026, 11, day, 3, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(("kind", "columns"), [("hourly", {"hourly_at"}), ("nightly", {"hourly_at", "nightly_at"})])
def test_a_reconciliation_that_was_read_to_the_end_is_not_due_again(acme: FakePlatform, kind, columns):
    connection = make_connection(synced_through=timezone.now())
    sync.request_sync(connection, kind)
    sync.sync_due()
    connection.refresh_from_db()
    assert {name for name in ("hourly_at", "nightly_at") if getattr(connection, name)} == columns


def test_a_change_that_no_search_showed_at_first_is_found_by_the_hour(acme: FakePlatform):
    late = make_order(1, status=OrderStatus.CANCELED, updated_at=timezone.now() - timedelta(hours=5))
    connection = in_order(hourly_at=timedelta(hours=2))
    mirror_order(connection, make_order(1))
    acme.orders = [late]
    sync.schedule_syncs()
    sync.sync_due()
    assert ExternalOrder.objects.get().eligibility == "canceled"


def test_a_large_shop_lets_the_others_have_their_turn(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(sync, "PAGES_PER_TURN", 2)
    acme.orders, acme.page_size = [make_order(number) for number in range(1, 8)], 1
    large, small = make_connection(), make_connection()
    first, second = sync.request_sync(large), sync.request_sync(small)
    turns = []
    while sync.sync_due(seconds=0):
        turns.append((SyncRun.objects.get(pk=first.pk).seen, SyncRun.objects.get(pk=second.pk).seen))
    assert turns[:3] == [(2, 0), (2, 2), (4, 2)]
    assert set(SyncRun.objects.values_list("state", "seen")) == {("done", 7)}


def test_a_reading_that_needs_another_turn_wakes_a_worker_for_it(acme: FakePlatform, monkeypatch):
    monkeypatch.setattr(sync, "PAGES_PER_TURN", 2)
    woken: list[str] = []
    monkeypatch.setattr(leases, "wake_worker", woken.append)
    acme.orders, acme.page_size = [make_order(number) for number in (1, 2, 3)], 1
    run = sync.request_sync(make_connection())
    assert sync.sync_due() == 1
    run.refresh_from_db()
    assert (run.state, run.seen, woken) == ("running", 2, ["integrations.sync_due"] * 2)
    assert sync.sync_due() == 1
    run.refresh_from_db()
    assert (run.state, run.seen, len(woken)) == ("done", 3, 3)


def test_a_refused_cursor_starts_the_reading_again_and_misses_nothing(acme: FakePlatform):
    acme.orders, acme.page_size = [make_order(number) for number in range(1, 5)], 2
    run = sync.request_sync(make_connection())
    SyncRun.objects.update(cursor="2")
    acme.fail["orders_page"] = [ApiRejected("the cursor expired", status=400)]
    sync.sync_due()
    run.refresh_from_db()
    assert run.cursor == ""
    SyncRun.objects.update(next_at=timezone.now())
    sync.sync_due()
    assert ExternalOrder.objects.count() == 4


def test_being_slowed_down_costs_no_patience(acme: FakePlatform):
    acme.orders = [make_order(1)]
    run = sync.request_sync(make_connection())
    SyncRun.objects.update(cursor="0")
    for _minute in range(8):
        acme.fail["orders_page"] = [ApiUnavailable("slow down", sent=False, retry_after=30, status=429)]
        SyncRun.objects.update(next_at=timezone.now())
        Connection.objects.update(paused_until=None)
        sync.sync_due()
    run.refresh_from_db()
    assert (run.tries, run.cursor) == (0, "0")
    assert run.next_at < timezone.now() + timedelta(seconds=60)


def test_what_was_read_by_id_is_not_undone_by_a_search_that_lags(acme: FakePlatform):
    connection = make_connection(synced_through=PLACED)
    mirror_order(connection, make_order(1, status=OrderStatus.CANCELED, updated_at=PLACED + timedelta(hours=2)))
    acme.orders = [make_order(1, updated_at=PLACED + timedelta(hours=1))]
    sync.request_sync(connection)
    sync.sync_due()
    assert ExternalOrder.objects.get().eligibility == "canceled"


def test_only_a_newer_version_is_news(acme: FakePlatform):
    connection = make_connection()
    order = mirror_order(connection, make_order(1))
    assert order.changes_pending
    ExternalOrder.objects.update(changes_pending=False)
    mirror_order(connection, make_order(1))
    assert not ExternalOrder.objects.get().changes_pending
    mirror_order(connection, make_order(1, updated_at=order.changed_at + timedelta(seconds=1)))
    assert ExternalOrder.objects.get().changes_pending


def test_the_first_mail_after_we_told_the_shop_is_kept(acme: FakePlatform):
    connection = make_connection()
    sent = datetime(2026, 11, 24, 12, tzinfo=UTC)
    row = make_fulfillment(connection, state="done", sent_at=sent)
    before, after = sent - timedelta(hours=1), sent + timedelta(seconds=2)
    order = make_order(updated_at=after, buyer_mail_times=(before, after, after + timedelta(days=1)))
    mirror.store_orders(connection, [order])
    mirror.store_orders(connection, [order])
    row.refresh_from_db()
    assert row.buyer_mailed_at == after


@pytest.mark.parametrize("state", ["sending", "unknown", "cancelled"])
def test_a_mail_counts_before_its_answer_and_after_a_deletion(acme: FakePlatform, state):
    connection = make_connection()
    sent = timezone.now() - timedelta(minutes=1)
    row = make_fulfillment(connection, state=state, sent_at=sent, confirmed_at=sent if state == "cancelled" else None)
    moment = timezone.now()
    mirror.store_orders(connection, [make_order(updated_at=moment, buyer_mail_times=(moment,))])
    row.refresh_from_db()
    assert row.buyer_mailed_at == moment


@pytest.mark.parametrize("state", ["due", "needs_attention"])
def test_a_mail_about_something_else_is_not_ours(acme: FakePlatform, state):
    connection = make_connection()
    row = make_fulfillment(connection, state=state)
    mirror.store_orders(connection, [make_order(updated_at=timezone.now(), buyer_mail_times=(timezone.now(),))])
    row.refresh_from_db()
    assert row.buyer_mailed_at is None
