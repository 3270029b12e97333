"""The next page is fetched while the last one is stored; errors, pauses, leases and the budget are as without that."""

import uuid
from collections.abc import Callable
from threading import Event, current_thread, main_thread
from typing import Any

import pytest
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, SyncRun
from integrations.services import sync, tokens
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from lib.http import ApiUnavailable

pytestmark = pytest.mark.django_db
PATIENCE_SECONDS = 20.0


def offer_pages(acme: FakePlatform, count: int) -> None:
    acme.orders, acme.page_size = [make_order(number) for number in range(1, count + 1)], 1


def read(connection: Connection) -> SyncRun:
    run = sync.request_sync(connection)
    sync.sync_due()
    run.refresh_from_db()
    connection.refresh_from_db()
    return run


def before_storing(monkeypatch: pytest.MonkeyPatch, action: Callable[[Any], None]) -> None:
    """``action`` gets the orders of each page when the reading has decided to store it."""
    original = sync.mirror.store_orders

    def store(connection: Connection, orders: Any, rejected: Any = ()) -> dict[str, int]:
        action(orders)
        return original(connection, orders, rejected)

    monkeypatch.setattr(sync.mirror, "store_orders", store)


def test_the_next_page_is_fetched_while_the_last_one_is_stored(acme: FakePlatform, monkeypatch):
    offer_pages(acme, 3)
    asked = {cursor: Event() for cursor in ("", "1", "2")}
    original = acme.orders_page

    def ask(**question: Any):
        asked[question["cursor"]].set()
        return original(**question)

    acme.orders_page = ask
    overlapped = []
    before_storing(
        monkeypatch,
        lambda orders: overlapped.append(orders[0].number == "3" or asked[orders[0].number].wait(PATIENCE_SECONDS)),
    )
    run = read(make_connection())
    assert overlapped == [True, True, True]
    assert (run.state, run.seen, acme.calls.count("orders_page")) == ("done", 3, 3)


def test_no_page_is_fetched_that_this_turn_does_not_store(acme: FakePlatform, monkeypatch):
    offer_pages(acme, 5)
    monkeypatch.setattr(sync, "PAGES_PER_TURN", 2)
    counted: list[object] = []
    monkeypatch.setattr(tokens, "consume_call", lambda *call: counted.append(call))
    run = read(make_connection())
    assert (run.seen, acme.calls.count("orders_page"), len(counted)) == (2, 2, 2)


def test_an_error_of_a_page_fetched_ahead_costs_none_that_came_before_it(acme: FakePlatform):
    offer_pages(acme, 3)
    original = acme.orders_page

    def ask(**question: Any):
        if question["cursor"] == "2":
            acme.fail["orders_page"] = [ApiUnavailable("slow down", sent=False, retry_after=60, status=429)]
        return original(**question)

    acme.orders_page = ask
    connection = make_connection()
    run = read(connection)
    assert (run.state, run.cursor, run.seen, run.tries) == ("running", "2", 2, 0)
    assert connection.paused_until is not None
    acme.orders_page = original
    Connection.objects.update(paused_until=None)
    SyncRun.objects.update(next_at=timezone.now())
    sync.sync_due()
    run.refresh_from_db()
    assert (run.state, run.seen) == ("done", 3)
    assert acme.calls.count("orders_page") == 4


@pytest.mark.parametrize("lost", ["lease", "consent"])
def test_whoever_lost_the_lease_or_the_consent_fetches_no_further_page(acme: FakePlatform, lost: str):
    offer_pages(acme, 3)
    original = acme.orders_page

    def lose(**question: Any):
        page = original(**question)
        if lost == "lease":
            SyncRun.objects.update(lease_token=uuid.uuid4())
        else:
            Connection.objects.update(state="disconnected")
        return page

    acme.orders_page = lose
    read(make_connection())
    assert acme.calls.count("orders_page") == 1
    assert not ExternalOrder.objects.exists()


def test_a_token_that_ends_between_two_pages_is_minted_by_the_worker_itself(acme: FakePlatform, monkeypatch):
    """The thread has no connection to the database, in which the token and the lock of its mint are."""
    offer_pages(acme, 3)
    minted_in = []
    original = acme.mint_token

    def mint(installation_id: str):
        minted_in.append(current_thread())
        return original(installation_id)

    acme.mint_token = mint
    ended, page = [], acme.orders_page

    def ask(**question: Any):
        answer = page(**question)
        if not question["cursor"]:
            ended.append(True)
        return answer

    acme.orders_page = ask
    stored = tokens.ConnectionTokens._stored
    monkeypatch.setattr(
        tokens.ConnectionTokens, "_stored", lambda own: "" if ended and len(minted_in) < 2 else stored(own)
    )
    run = read(make_connection())
    assert minted_in == [main_thread(), main_thread()]
    assert (run.state, run.seen) == ("done", 3)


def test_a_refused_token_is_renewed_by_the_worker_itself(acme: FakePlatform):
    offer_pages(acme, 3)
    original, renewed_in = acme.orders_page, []

    def ask(**question: Any):
        if question["cursor"] == "1" and not renewed_in:
            acme.tokens.renew(acme.tokens.token())
            renewed_in.append(current_thread())
        return original(**question)

    acme.orders_page = ask
    run = read(make_connection())
    assert renewed_in == [main_thread()]
    assert (run.state, run.seen, acme.calls.count("mint")) == ("done", 3, 2)


def test_a_thread_does_not_probe_after_a_pause(acme: FakePlatform):
    """Only one worker at a time may, and the database says which."""
    connection = make_connection(times_opened=1)
    acme.tokens = tokens.ConnectionTokens(connection)
    acme.tokens.token()  # the probe
    assert acme.tokens.token()
    other = tokens.ConnectionTokens(connection)
    with tokens.without_database(), pytest.raises(tokens.NeedsDatabase):
        other.token()
    connection.refresh_from_db()
    with tokens.without_database():
        assert acme.tokens.token()
