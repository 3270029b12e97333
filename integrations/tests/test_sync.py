"""Synchronization: each page is stored with its cursor, newer data wins, an invalid order affects no other."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from integrations.messages import connection_message
from integrations.models import Connection, ExternalOrder, SyncRun
from integrations.orders import OrderStatus, PaymentStatus, RejectedOrder
from integrations.services import mirror, read_again, sync
from integrations.services.circuit_breaker import CallsPaused
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import PLACED, FakePlatform, make_order
from lib.http import ApiInvalidResponse, ApiUnauthorized, ApiUnavailable
from lib.stored_messages import in_all_languages

pytestmark = pytest.mark.django_db


def run_sync(connection: Connection) -> SyncRun:
    """Ask for a synchronisation and let a worker do it."""
    run = sync.request_sync(connection)
    sync.sync_due()
    run.refresh_from_db()
    connection.refresh_from_db()
    return run


def test_the_first_synchronisation_brings_the_open_orders(acme: FakePlatform):
    acme.orders = [make_order(1), make_order(2), make_order(3, payment=PaymentStatus.NOT_PAID)]
    connection = make_connection()
    run = run_sync(connection)
    assert (run.state, run.seen, run.created) == ("done", 2, 2)
    assert set(ExternalOrder.objects.values_list("number", flat=True)) == {"1", "2"}
    assert connection.synced_at is not None


def test_later_ones_bring_every_change_whatever_its_state(acme: FakePlatform):
    acme.orders = [make_order(1)]
    connection = make_connection()
    run_sync(connection)
    later = timezone.now()
    acme.orders = [make_order(1, status=OrderStatus.CANCELED, updated_at=later), make_order(2, updated_at=later)]
    run_sync(connection)
    assert dict(ExternalOrder.objects.values_list("number", "eligibility")) == {"1": "canceled", "2": "open"}


def test_synchronizations_that_find_nothing_are_one_row(acme: FakePlatform):
    connection = make_connection()
    idle = [run_sync(connection) for _time in range(3)]
    assert {run.pk for run in idle} == {idle[0].pk}
    assert idle[2].started_at > idle[0].started_at
    assert connection.synced_through == idle[2].started_at
    acme.orders = [make_order(1, updated_at=timezone.now())]
    found, next_one = run_sync(connection), run_sync(connection)
    assert (found.pk, found.seen) == (idle[0].pk, 1)
    assert next_one.pk != found.pk  # what was found stays told


def test_what_changes_while_a_reading_goes_on_is_read_by_the_next_one(acme: FakePlatform, settings):
    """The next reading goes on from the moment this one began, not from its end."""
    overlap = timedelta(seconds=settings.SYNC_OVERLAP_SECONDS)
    began = timezone.now()
    connection = make_connection(synced_through=began - timedelta(days=1))
    acme.orders, acme.page_size = (
        [make_order(number, updated_at=began - timedelta(hours=1)) for number in (1, 2)],
        1,
    )
    original = acme.orders_page

    def change_behind_the_first_page(**question: object):
        page = original(**question)
        if not question["cursor"]:
            clock.shift(overlap + timedelta(minutes=1))
            acme.orders[0] = replace(acme.orders[0], status=OrderStatus.CANCELED, updated_at=timezone.now())
            clock.shift(overlap + timedelta(minutes=1))
        return page

    with time_machine.travel(began, tick=False) as clock:
        acme.orders_page = change_behind_the_first_page
        run_sync(connection)
        assert connection.synced_through == began
        assert ExternalOrder.objects.get(number="1").eligibility == "open"
        acme.orders_page = original
        run_sync(connection)
    assert ExternalOrder.objects.get(number="1").eligibility == "canceled"


def test_a_reading_begins_a_little_before_the_last_one_did(acme: FakePlatform, settings):
    settings.SYNC_OVERLAP_SECONDS = 300
    connection = make_connection()
    first = run_sync(connection)
    acme.orders = [make_order(1, updated_at=first.started_at - timedelta(seconds=299))]
    second = run_sync(connection)
    assert second.since == first.started_at - timedelta(seconds=300)
    assert connection.orders.get().number == "1", "what the shop showed late is not missed"


def test_older_data_never_overwrites_newer(acme: FakePlatform):
    connection = make_connection()
    mirror_order(connection, make_order(1, updated_at=PLACED + timedelta(hours=2), email="new@example.com"))
    mirror_order(connection, make_order(1, updated_at=PLACED + timedelta(hours=1), email="old@example.com"))
    assert ExternalOrder.objects.get().order.email == "new@example.com"


def test_twenty_clicks_are_one_synchronisation(acme: FakePlatform):
    connection = make_connection()
    runs = {sync.request_sync(connection).pk for _click in range(20)}
    assert len(runs) == 1
    assert SyncRun.objects.count() == 1


def test_asking_hurries_a_reading_that_waits_and_leaves_one_that_is_going_on(acme: FakePlatform):
    connection, later = make_connection(), timezone.now() + timedelta(minutes=5)
    run = sync.request_sync(connection)
    SyncRun.objects.update(next_at=later)
    assert sync.request_sync(connection) == run
    run.refresh_from_db()
    assert run.next_at <= timezone.now()
    SyncRun.objects.update(next_at=later, lease_token=uuid.uuid4())
    assert sync.request_sync(connection) == run
    run.refresh_from_db()
    assert run.next_at == later


def test_neither_opening_the_page_nor_the_schedule_hurries_a_reading_that_waits(acme: FakePlatform):
    """It waits because the shop did not answer; asking at once would undo the growing pauses."""
    connection, later = make_connection(), timezone.now() + timedelta(minutes=5)
    run = sync.request_sync(connection)
    SyncRun.objects.update(next_at=later)
    assert sync.refresh_if_stale([connection]) == set()
    sync.schedule_syncs()
    run.refresh_from_db()
    assert run.next_at == later
    assert SyncRun.objects.count() == 1


def test_a_reading_of_a_connection_that_was_revoked_ends_without_a_call(acme: FakePlatform):
    connection = make_connection()
    run = sync.request_sync(connection)
    Connection.objects.update(state="disconnected")
    sync.sync_due()
    run.refresh_from_db()
    connection.refresh_from_db()
    assert (run.state, run.reason, run.next_at) == (
        "failed",
        in_all_languages(connection_message("acme", "reconnect")),
        None,
    )
    assert (acme.calls, connection.last_error) == ([], {})


def test_a_reading_that_kills_every_worker_is_given_up(acme: FakePlatform):
    connection = make_connection()
    run = sync.request_sync(connection)
    SyncRun.objects.update(attempts=SyncRun.max_crashes)
    sync.sync_due()
    run.refresh_from_db()
    assert (run.state, run.reason, run.next_at) == (
        "failed",
        in_all_languages(connection_message("acme", "crashed")),
        None,
    )
    assert "orders_page" not in acme.calls


def test_a_fresh_mirror_is_not_read_again_on_opening_the_page(acme: FakePlatform):
    connection = make_connection(synced_at=timezone.now())
    sync.refresh_if_stale([connection])
    assert not SyncRun.objects.exists()
    Connection.objects.update(synced_at=timezone.now() - timedelta(minutes=2))
    sync.refresh_if_stale(Connection.objects.all())
    assert SyncRun.objects.count() == 1


def test_a_worker_that_dies_between_pages_is_followed_by_one_that_goes_on_there(acme: FakePlatform):
    acme.orders, acme.page_size = [make_order(number) for number in range(1, 8)], 3
    connection = make_connection()
    run = sync.request_sync(connection)
    acme.fail["orders_page"] = []
    original = acme.orders_page

    def die_on_the_second_page(**question: object):
        if question["cursor"]:
            raise KeyboardInterrupt
        return original(**question)

    acme.orders_page = die_on_the_second_page
    with pytest.raises(KeyboardInterrupt):
        sync.sync_due()
    assert ExternalOrder.objects.count() == 3
    assert SyncRun.objects.get().attempts == 0, "a worker that got on does not count as a crash"
    acme.orders_page = original
    assert sync.sync_due() == 0, "somebody still holds the lease"
    SyncRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sync.sync_due()
    run.refresh_from_db()
    assert (run.state, ExternalOrder.objects.count()) == ("done", 7)


def test_a_slow_shop_leaves_the_run_due_and_says_so_in_words(acme: FakePlatform):
    acme.fail["orders_page"] = [ApiUnavailable("timeout")]
    connection = make_connection()
    run = run_sync(connection)
    assert run.state == "running"
    assert run.next_at is not None
    assert connection.last_error["nl"]
    assert connection.is_active
    SyncRun.objects.update(next_at=timezone.now())
    sync.sync_due()
    connection.refresh_from_db()
    assert connection.last_error == {}


def test_being_asked_to_slow_down_pauses_every_call_of_the_connection(acme: FakePlatform):
    acme.fail["orders_page"] = [ApiUnavailable("slow down", sent=False, retry_after=60, status=429)]
    connection = make_connection()
    run = run_sync(connection)
    assert connection.paused_until > timezone.now() + timedelta(seconds=50)
    SyncRun.objects.filter(pk=run.pk).update(next_at=timezone.now())
    assert sync.sync_due() == 0


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ApiUnavailable("slow down", sent=False, retry_after=60, status=429), 0),
        (CallsPaused("another worker asks", retry_after=60), 0),
        (ApiUnavailable("timeout"), 1),
        (ApiInvalidResponse("html"), 1),
    ],
    ids=["429", "held", "no answer", "not understood"],
)
def test_only_a_failure_makes_the_next_pause_longer(acme: FakePlatform, error, tries):
    acme.fail["orders_page"] = [error]
    run = run_sync(make_connection())
    assert (run.state, run.tries) == ("running", tries)


@pytest.mark.parametrize(("status", "state"), [(401, "reconnect"), (403, "permission")])
def test_a_refused_consent_stops_the_connection_with_the_reason(acme: FakePlatform, status: int, state: str):
    acme.fail["orders_page"] = [ApiUnauthorized("no", status=status)]
    connection = make_connection()
    run = run_sync(connection)
    assert (connection.state, run.state) == (state, "failed")
    assert run.reason["nl"]
    sync.schedule_syncs()
    assert SyncRun.objects.filter(state="queued").count() == 0


def test_an_answer_that_is_not_understood_starts_the_reading_again(acme: FakePlatform):
    acme.orders, acme.page_size = [make_order(1), make_order(2)], 1
    acme.fail["orders_page"] = []
    connection = make_connection()
    run = sync.request_sync(connection)
    original, acme.orders_page = acme.orders_page, lambda **q: (_ for _ in ()).throw(ApiInvalidResponse("html"))
    SyncRun.objects.filter(pk=run.pk).update(cursor="1")
    sync.sync_due()
    run.refresh_from_db()
    assert (run.cursor, run.state) == ("", "running")
    acme.orders_page = original


def test_an_order_that_cannot_be_read_is_named_and_the_others_are_there(acme: FakePlatform):
    acme.orders, acme.rejected = (
        [make_order(1)],
        [RejectedOrder("bad-1", "66", "lineItems.0.quantity is missing")],
    )
    connection = make_connection()
    run = run_sync(connection)
    assert (run.created, run.rejected) == (1, 1)
    assert connection.unreadable_orders.get().number == "66"


def test_an_order_the_database_refuses_stands_alone(acme: FakePlatform):
    connection = make_connection()
    poison = make_order(2, created_at=None)
    counts = mirror.store_orders(connection, [make_order(1), poison, make_order(3)])
    assert counts["rejected"] == 1
    assert set(connection.orders.values_list("number", flat=True)) == {"1", "3"}
    assert connection.unreadable_orders.get().external_id == "order-2"


def test_an_unreadable_order_that_can_be_read_again_is_no_longer_listed(acme: FakePlatform):
    connection = make_connection()
    mirror.store_orders(connection, [], [RejectedOrder("order-1", "1", "broken")])
    acme.orders = [make_order(1)]
    read_again.retry_unreadable(connection.unreadable_orders.get())
    assert not connection.unreadable_orders.exists()
    assert connection.orders.get().number == "1"


def test_an_unreadable_order_the_shop_does_not_have_any_more_is_forgotten(acme: FakePlatform):
    connection = make_connection()
    mirror.store_orders(connection, [], [RejectedOrder("order-1", "1", "broken")])
    assert not read_again.retry_unreadable(connection.unreadable_orders.get())
    assert not connection.unreadable_orders.exists()


def test_reading_orders_again_names_those_that_are_gone_and_notes_that_the_shop_answers(acme: FakePlatform):
    connection = make_connection(consecutive_failures=2, last_error={"en": "down"})
    kept, gone = (mirror_order(connection, make_order(number)) for number in (1, 2))
    acme.orders = [make_order(1, email="new@example.com", updated_at=timezone.now())]
    assert read_again.refresh_orders(connection, [kept, gone]) == {gone.pk}
    kept.refresh_from_db()
    connection.refresh_from_db()
    assert (kept.order.email, connection.consecutive_failures, connection.last_error) == ("new@example.com", 0, {})


def test_revoking_in_the_middle_keeps_nothing_of_the_page(acme: FakePlatform):
    connection = make_connection()
    original = acme.orders_page

    def revoke_on_the_way_back(**question: object):
        page = original(**question)
        Connection.objects.update(state="disconnected")
        return replace(page, orders=(make_order(1),))

    acme.orders_page = revoke_on_the_way_back
    run = run_sync(connection)
    assert not ExternalOrder.objects.exists()
    assert (run.state, run.seen, connection.state) == ("failed", 0, "disconnected")


def test_a_page_that_arrives_when_another_worker_took_over_is_not_stored(acme: FakePlatform):
    acme.orders = [make_order(1)]
    connection, successor = make_connection(), uuid.uuid4()
    original = acme.orders_page

    def lose_the_lease_meanwhile(**question: object):
        SyncRun.objects.update(lease_token=successor)
        return original(**question)

    acme.orders_page = lose_the_lease_meanwhile
    run = run_sync(connection)
    assert not ExternalOrder.objects.exists()
    assert (run.state, run.lease_token, connection.synced_at) == ("running", successor, None)


@pytest.mark.parametrize("lost", ["lease", "consent"])
def test_whoever_lost_the_lease_or_the_consent_at_the_end_does_not_mark_the_connection_as_read(
    acme: FakePlatform, monkeypatch, lost
):
    original = sync._store_page

    def keep_and_lose(run: SyncRun, page: object) -> None:
        original(run, page)
        if lost == "lease":
            SyncRun.objects.update(lease_token=uuid.uuid4())
        else:
            Connection.objects.update(state="disconnected")

    monkeypatch.setattr(sync, "_store_page", keep_and_lose)
    connection = make_connection()
    run_sync(connection)
    assert (connection.synced_at, connection.synced_through) == (None, None)


@pytest.mark.parametrize(("kind", "times"), [("changes", 0), ("hourly", 0), ("nightly", 1)])
def test_only_the_nightly_reading_has_the_promises_of_the_day_counted(acme: FakePlatform, monkeypatch, kind, times):
    audited: list[Connection] = []
    monkeypatch.setattr(sync, "schedule_nightly_audit", lambda connection, _read_since: audited.append(connection))
    sync.request_sync(make_connection(), kind)
    sync.sync_due()
    assert len(audited) == times


def test_storing_a_hundred_orders_takes_a_handful_of_queries(acme: FakePlatform, django_assert_max_num_queries):
    connection = make_connection()
    with django_assert_max_num_queries(9):
        mirror.store_orders(connection, [make_order(number) for number in range(1, 101)])
