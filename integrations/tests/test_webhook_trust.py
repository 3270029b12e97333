"""While webhooks of a site arrive its orders are read hourly; when they stop, every few minutes again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.models import Connection, SyncRun
from integrations.services import erasure, sync
from integrations.services.webhook_trust import GRACE, TRUST_FOR
from integrations.tests.deliveries import deliver
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order

pytestmark = pytest.mark.django_db


def told(ago: timedelta = timedelta(minutes=1), **moments: object) -> Connection:
    """A connection that was read and reconciled just now, and had its last webhook ``ago``."""
    now = timezone.now()
    read = {"synced_at": now, "synced_through": now, "hourly_at": now, "nightly_at": now}
    return make_connection(external_id="instance-1", webhook_at=now - ago, **(read | moments))


def scheduled() -> SyncRun | None:
    sync.schedule_syncs()
    return SyncRun.objects.first()


@pytest.mark.parametrize("quiet", [timedelta(minutes=1), TRUST_FOR - timedelta(minutes=1)])
def test_while_webhooks_arrive_the_orders_are_read_hourly(quiet: timedelta):
    connection = told(quiet, synced_at=timezone.now() - timedelta(minutes=50))
    assert scheduled() is None
    assert sync.next_sync(connection) == connection.synced_at + timedelta(hours=1)
    looked_at = Connection.objects.get().sync_at
    assert looked_at == connection.synced_at + timedelta(hours=1), "until then nobody looks at it"
    Connection.objects.update(synced_at=timezone.now() - timedelta(minutes=61), sync_at=timezone.now())
    run = scheduled()
    assert run is not None
    assert run.kind == "changes"


def test_the_hourly_reading_goes_back_to_the_last_one_and_no_further():
    """Two days at every hour would be a call for each hundred of its orders."""
    long_ago = timezone.now() - timedelta(hours=3)
    told(synced_at=long_ago, synced_through=long_ago, hourly_at=long_ago)
    run = scheduled()
    assert run is not None
    assert run.since is not None
    assert abs(run.since - long_ago + timedelta(minutes=10)) < timedelta(seconds=5)


def test_every_night_the_last_thirty_days_are_read_all_the_same():
    told(nightly_at=timezone.now() - timedelta(hours=25))
    run = scheduled()
    assert run is not None
    assert run.kind == "nightly"


def test_a_site_whose_webhooks_stopped_is_read_every_few_minutes():
    connection = told(TRUST_FOR + timedelta(minutes=1), synced_at=timezone.now() - timedelta(minutes=6))
    assert scheduled() is not None
    assert sync.next_sync(connection) == connection.synced_at + timedelta(minutes=5)


def read_again(acme: FakePlatform, **changes: object) -> bool:
    """Read an order that changed a while ago; whether webhooks are still relied on."""
    connection = Connection.objects.get()
    settled = timezone.now() - GRACE - timedelta(seconds=5)
    acme.orders = [replace(make_order(updated_at=settled), **changes)]  # type: ignore[arg-type]
    sync.request_sync(connection)
    sync.sync_due()
    connection.refresh_from_db()
    return connection.webhook_at is not None


def test_an_order_that_no_webhook_told_of_ends_the_trust_until_the_next_webhook(acme: FakePlatform):
    connection = told()
    assert not read_again(acme)
    assert connection.orders.count() == 1
    deliver(acme, order=make_order(7))
    connection.refresh_from_db()
    assert connection.webhook_at is not None


def test_an_order_that_was_told_of_proves_nothing_against_webhooks(acme: FakePlatform):
    told()
    deliver(acme)
    assert read_again(acme)


def test_a_known_order_proves_nothing_against_webhooks(acme: FakePlatform):
    mirror_order(told())
    assert read_again(acme)


def test_an_order_without_events_proves_nothing(acme: FakePlatform):
    told()
    assert read_again(acme, imported=True)


def test_an_order_with_events_under_way_proves_nothing(acme: FakePlatform):
    told()
    assert read_again(acme, updated_at=timezone.now() + timedelta(minutes=1))


def test_an_erased_order_proves_nothing(acme: FakePlatform):
    erasure.erase(told(), "order-10231")
    assert read_again(acme)
