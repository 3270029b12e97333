"""A token refusal that passes: asked again by itself, and everything that waited is worked off without a person."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection
from integrations.services import circuit_breaker, connection_check, connections, fulfillments, sync, webhook_inbox
from integrations.tests.factories import make_connection, make_fulfillment
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from lib.http import ApiRejected, ApiUnauthorized, ApiUnavailable
from shops.models import Shop

pytestmark = pytest.mark.django_db
ACME = "/integratie/acme/"
NO_TOKEN = ApiRejected("invalid_client", status=400)


@pytest.fixture
def connection(acme: FakePlatform, shop: Shop) -> Connection:
    return make_connection(shop, external_id="instance-1", site_id="site-1", synced_through=timezone.now())


@pytest.fixture
def mine(client_for, owner: User) -> Client:
    owner.language = "en"
    owner.save()
    client: Client = client_for(owner)
    return client


def refuse_tokens(acme: FakePlatform, times: int) -> None:
    """Each attempt asks twice before it believes the refusal."""
    acme.fail["mint"] = [NO_TOKEN] * (2 * times)


def age(connection: Connection, **ages: timedelta) -> None:
    """As if this much time had passed since the moment in each column."""
    connection.refresh_from_db()
    for name, passed in ages.items():
        setattr(connection, name, getattr(connection, name) - passed)
    connection.save(update_fields=list(ages))


def stop(acme: FakePlatform, connection: Connection) -> None:
    refuse_tokens(acme, 1)
    sync.request_sync(connection)
    sync.sync_due()
    connection.refresh_from_db()
    assert connection.state == "reconnect"


def test_a_refusal_that_passes_heals_without_a_person(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    update = make_fulfillment(connection)
    acme.orders = [make_order(10400, updated_at=timezone.now())]
    assert connection_check.check_due() == 0, "not at once"
    age(connection, retry_at=timedelta(minutes=2))
    assert connection_check.check_due() == 1
    connection.refresh_from_db()
    assert (connection.state, connection.last_error, connection.next_attempt) == ("active", {}, None)
    fulfillments.push_due()
    sync.sync_due()
    update.refresh_from_db()
    assert update.state == "done"
    assert connection.orders.filter(external_id="order-10400").exists()


def test_each_wait_is_as_long_as_the_refusal_lasts_and_six_hours_at_most(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    for since, wait in ((0, 1 / 60), (2, 2), (5, 5), (100, 6)):
        Connection.objects.update(state_since=timezone.now() - timedelta(hours=since), retry_at=timezone.now())
        refuse_tokens(acme, 1)
        assert connection_check.check_due() == 1
        connection.refresh_from_db()
        expected = timezone.now() + timedelta(hours=wait)
        assert abs(connection.retry_at - expected) < timedelta(seconds=5), since
        assert connection.state == "reconnect"


def test_a_refusal_is_as_old_as_its_first_answer(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    age(connection, retry_at=timedelta(hours=1), state_since=timedelta(days=3))
    since = connection.state_since
    refuse_tokens(acme, 1)
    connection_check.check_due()
    connection.refresh_from_db()
    assert connection.state_since == since


def test_a_shop_that_does_not_answer_meanwhile_ends_nothing(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    age(connection, retry_at=timedelta(hours=1))
    acme.fail["mint"] = [ApiUnavailable("down")]
    assert connection_check.check_due() == 1
    connection.refresh_from_db()
    assert connection.next_attempt is not None
    age(connection, retry_at=timedelta(hours=1))
    connection_check.check_due()
    connection.refresh_from_db()
    assert connection.state == "active"


def test_after_two_weeks_only_a_person_tries(acme: FakePlatform, connection: Connection, mine: Client):
    stop(acme, connection)
    age(connection, retry_at=timedelta(hours=1), state_since=timedelta(days=14))
    assert connection_check.check_due() == 0
    said = mine.get(ACME).content.decode()
    assert "so we have stopped trying." in said
    assert "next try" not in said


def test_the_page_says_that_it_is_tried_and_when_and_keeps_the_button(
    acme: FakePlatform, connection: Connection, mine: Client
):
    stop(acme, connection)
    said = " ".join(mine.get(ACME).content.decode().split())
    assert "We keep asking Acme by ourselves; next try: today" in said
    assert "Reconnect</button>" in said


def test_a_removed_app_is_never_asked_again(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    connections.mark_removed(connection)
    age(connection, retry_at=timedelta(hours=1))
    assert connection_check.check_due() == 0
    assert connection.next_attempt is None


def test_an_app_removed_during_the_attempt_stays_removed(acme: FakePlatform, connection: Connection, monkeypatch):
    stop(acme, connection)
    age(connection, retry_at=timedelta(hours=1))
    describe = acme.describe

    def removed_meanwhile():
        connections.mark_removed(Connection.objects.get(pk=connection.pk))
        return describe()

    monkeypatch.setattr(acme, "describe", removed_meanwhile)
    connection_check.check_due()
    connection.refresh_from_db()
    assert connection.state == "removed"


def test_a_copy_still_waits_for_its_answer_afterwards(acme: FakePlatform, connection: Connection):
    Connection.objects.update(state="copy", origin_installation="instance-0")
    connection.refresh_from_db()
    refuse_tokens(acme, 1)
    connection_check.run_check(connection)
    age(connection, retry_at=timedelta(hours=1))
    connection_check.check_due()
    connection.refresh_from_db()
    assert connection.state == "copy"
    assert not connection.syncs.exists()


def test_findings_that_stop_no_call_keep_no_connection_stopped(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    acme.site = replace(acme.site, clock_offset=300)
    age(connection, retry_at=timedelta(hours=1))
    connection_check.check_due()
    connection.refresh_from_db()
    assert connection.state == "active"


def test_an_update_waits_as_long_as_the_refusal_and_then_has_its_days(acme: FakePlatform, connection: Connection):
    """Three days of retries are for faults: time without a connection is not part of them."""
    long_ago = timezone.now() - timedelta(days=5)
    update = make_fulfillment(connection, queued_at=long_ago, next_at=long_ago)
    refuse_tokens(acme, 1)
    fulfillments.push_due()
    update.refresh_from_db()
    connection.refresh_from_db()
    assert (connection.state, update.state) == ("reconnect", "due")
    age(connection, retry_at=timedelta(hours=1))
    connection_check.check_due()
    acme.fail["push"] = [ApiUnavailable("down", sent=False)]
    fulfillments.push_due()
    update.refresh_from_db()
    assert update.state == "due", "a fault just after the return is no reason to give up"


def test_a_call_refused_for_a_moment_stops_and_heals_too(acme: FakePlatform, connection: Connection):
    """The token is given and the API refuses it: the same doubt, the same cure."""
    circuit_breaker.record_failure(connection, ApiUnauthorized("", status=401))
    age(connection, retry_at=timedelta(hours=1))
    connection_check.check_due()
    connection.refresh_from_db()
    assert connection.state == "active"


def test_an_event_missed_meanwhile_is_read_by_the_sync(acme: FakePlatform, connection: Connection):
    stop(acme, connection)
    acme.orders = [make_order(10231, updated_at=timezone.now())]
    acme.events["paid"] = make_event("event-9", order_id="order-10231")
    webhook_inbox.receive("acme", {}, b"paid")
    webhook_inbox.apply_due()
    age(connection, retry_at=timedelta(hours=1))
    connection_check.check_due()
    sync.sync_due()
    assert connection.orders.filter(external_id="order-10231").exists()
