"""Two months of shipments in the busy shop of a demo account."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from accounts.tests.factories import make_user
from carriers.tracking_status import TrackingStatus as T
from demo.history.parcels import SentParcel, plan_parcels
from demo.history.rows import SHIPMENTS, fill_history
from demo.history.timelines import Fate
from integrations.models import ExternalOrder, Fulfillment
from integrations.services.fulfillment_audit import schedule_nightly_audit
from integrations.tests.factories import make_connection
from shipments.models.attention import ATTENTION_KINDS
from shipments.queries import statistics
from shipments.services.counters.comparison import compare_all
from shipments.services.figures import compare_figures
from shipments.states import Blocker, ShipmentStatus
from shipments.tests.factories import fill_sender
from shops.models import PackagePreferences
from shops.tests.factories import make_shop

# A Monday morning, and a Friday night.
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 10, 9, 21, 0, tzinfo=UTC)


def _planned(now: datetime, *, seed: int = 1, count: int = 120) -> list[SentParcel]:
    preferences, shop_id = PackagePreferences(), uuid.UUID(int=1)
    return plan_parcels(shop_id, preferences, {}, seed=seed, now=now, count=count, last_number=10_200)


def test_the_same_seed_and_moment_make_the_same_parcels():
    assert _planned(MONDAY, count=60) == _planned(MONDAY, count=60)
    assert _planned(MONDAY, count=60) != _planned(MONDAY, count=60, seed=2)


@pytest.mark.parametrize("now", [MONDAY, FRIDAY])
def test_a_parcel_is_ordered_labeled_printed_scanned_and_delivered_in_this_order(now: datetime):
    parcels = _planned(now)
    for parcel in parcels:
        timeline = parcel.timeline
        moments = [timeline.placed_at, timeline.imported_at, timeline.labeled_at, timeline.printed_at]
        moments += [scan.at for scan in timeline.scans]
        assert all(earlier <= later for earlier, later in pairwise(moments)), parcel
        assert now - timedelta(days=70) < moments[0]
        assert moments[-1] <= now
        assert timezone.localtime(timeline.placed_at).hour >= 7
    placed = [parcel.timeline.placed_at for parcel in parcels]
    assert placed == sorted(placed)
    assert [int(parcel.order.number) for parcel in parcels] == list(range(10_081, 10_201))


@pytest.mark.parametrize("now", [MONDAY, FRIDAY])
def test_neither_the_shop_nor_a_carrier_works_on_sundays(now: datetime):
    for timeline in (parcel.timeline for parcel in _planned(now)):
        for moment in (timeline.labeled_at, *(scan.at for scan in timeline.scans)):
            assert timezone.localtime(moment).weekday() < 6


def test_what_is_late_or_waits_or_came_back_is_so_today():
    timelines = [parcel.timeline for parcel in _planned(MONDAY, count=560)]
    late = [timeline for timeline in timelines if timeline.fate is Fate.DELAYED and timeline.delivered_at is None]
    assert late
    assert all(MONDAY - timeline.labeled_at > timedelta(days=2) for timeline in late)
    waiting = [timeline for timeline in timelines if timeline.status is ShipmentStatus.AT_PICKUP_POINT]
    assert {MONDAY - timeline.status_at > timedelta(days=5) for timeline in waiting} == {True, False}
    returned = [timeline for timeline in timelines if timeline.status is ShipmentStatus.RETURNED]
    assert returned
    assert all(timeline.scans[-1].status is T.RETURNED for timeline in returned)
    assert any(timeline.fate is Fate.NEVER_SCANNED and not timeline.scans for timeline in timelines)


@pytest.mark.django_db
def test_a_shop_of_two_months_looks_lived_in_and_adds_up():
    shop = make_shop()
    fill_sender(shop)
    connection = make_connection(shop)
    fill_history(connection, make_user(), now=timezone.now())
    rows = shop.shipments
    assert rows.count() == SHIPMENTS
    seldom = {ShipmentStatus.REGISTERED, ShipmentStatus.OUT_FOR_DELIVERY}
    assert {str(status) for status in set(ShipmentStatus) - seldom} <= set(rows.values_list("status", flat=True))
    # The live part of the demo shop has one that the platform refused.
    assert set(rows.values_list("attention", flat=True)) == {"", *ATTENTION_KINDS} - {"unsynced", "order"}
    assert set(Blocker.values) == set(rows.values_list("blocked_by", flat=True))
    assert {"NL", "BE", "DE", "FR", "GB", "US"} <= set(rows.values_list("country", flat=True))
    assert rows.values("carrier").distinct().count() == 4
    returns = rows.exclude(parent=None)
    assert returns.filter(status=ShipmentStatus.DELIVERED).exists()
    assert returns.exclude(status=ShipmentStatus.DELIVERED).exists()
    assert not rows.exclude(email__in=["", shop.email]).exclude(email__endswith="@example.com").exists()
    # What nobody can tell from rows that the product itself wrote.
    assert compare_all() == []
    assert compare_figures(every_day=True) == 0
    assert sum(number for _day, number in statistics.per_day(shop, 70)) > 0.9 * SHIPMENTS
    assert {row.search_text for row in rows.all()} == {row.make_search_text() for row in rows.all()}
    # No night makes the platform answer about orders that it does not have.
    schedule_nightly_audit(connection, timezone.now())
    assert not Fulfillment.objects.exclude(audit_at=None).exists()
    assert not ExternalOrder.objects.filter(changes_pending=True).exists()
