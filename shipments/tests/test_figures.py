"""The figures of a shop are always what a count of every shipment says, without counting them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.db.models.signals import post_migrate, pre_migrate
from django.utils import timezone

from integrations.models import ExternalOrder, Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from lib.bulk import bulk_update_columns
from shipments.models import FigureEntry, Shipment
from shipments.models.figure_triggers import trigger_names
from shipments.queries import statistics
from shipments.services import figures
from shipments.tests.factories import make_shipment
from shipments.tests.full_count import full_count
from shops.models import Shop

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
COUNT = iter(range(10_000))


def sent(shop: Shop, moment: datetime, **fields: object) -> Shipment:
    return make_shipment(
        shop, **({"status": "printed", "barcode": f"3S{next(COUNT)}", "registered_at": moment} | fields)
    )


def known(shop: Shop, days: int) -> dict[str, object]:
    totals = statistics.totals(shop, days)
    pushes = totals.push_timings
    return {
        "days": {day: number for day, number in statistics.per_day(shop, days) if number},
        "carriers": dict(totals.carriers),
        "destinations": totals.destinations,
        "order_to_label": totals.order_to_label.counts,
        "delivery_time": totals.delivery_time.counts,
        "pushes": (pushes.immediate, pushes.later, pushes.waiting, pushes.failed),
    }


def assert_right(shop: Shop, days: int = 90) -> None:
    assert known(shop, days) == full_count(shop, days)
    figures.fold_due()
    assert not FigureEntry.objects.filter(folded=False).exists()
    assert known(shop, days) == full_count(shop, days)


def test_what_happens_to_a_shipment_changes_the_figures_of_the_day_of_its_label(shop: Shop):
    now = timezone.now()
    order = mirror_order(make_connection(shop), make_order(1))
    draft = make_shipment(shop, order=order)
    assert_right(shop)
    outgoing = Shipment.objects.filter(pk=draft.pk)
    label_at = order.placed_at + timedelta(hours=3)
    with time_machine.travel(label_at + timedelta(days=12), tick=False):
        for change in (
            {"status": "registered", "registered_at": label_at, "barcode": "3SA"},
            {"carrier": "dhlforyou", "country": "DE"},
            {"status": "delivered", "delivered_at": label_at + timedelta(days=11)},
            # The carrier corrects itself.
            {"delivered_at": label_at + timedelta(hours=20)},
            {"status": "cancelled"},
            {"status": "registered", "registered_at": label_at + timedelta(days=2)},
            {"deleted_at": now},
            {"deleted_at": None},
            {"status": "test"},
            {"status": "printed"},
        ):
            (Shipment.including_deleted if "deleted_at" in change else outgoing).filter(pk=draft.pk).update(**change)
            assert_right(shop)
        assert statistics.totals(shop, 14).delivery_time.counts == (1, 0, 0, 0, 0)
        # Paid, as we hear later, long before it was placed here.
        ExternalOrder.objects.filter(pk=order.pk).update(paid_at=label_at - timedelta(days=3))
        assert_right(shop)
        assert statistics.totals(shop, 14).order_to_label.counts == (0, 0, 0, 0, 1)
        outgoing.get().delete()
        assert_right(shop)
        assert statistics.totals(shop, 14).carriers == []


def test_many_shipments_written_at_once_are_all_counted(shop: Shop, rival: Shop):
    now = timezone.now()
    rows = [
        Shipment(
            shop=owner,
            reference=f"{number}",
            status="printed",
            registered_at=now - timedelta(hours=7 * number),
            carrier=("postnl", "dpd")[number % 2],
            country=("NL", "BE", "FR", "US", "")[number % 5],
            package_type="package",
            weight=100,
        )
        for number in range(40)
        for owner in (shop, rival)
    ]
    Shipment.objects.bulk_create(rows)
    for row in rows[::3]:
        row.status, row.delivered_at = "delivered", row.registered_at + timedelta(hours=5 + row.pk % 90)
    bulk_update_columns(rows[::3], ["status", "delivered_at"])
    Shipment.objects.filter(shop=rival, country="US").delete()
    for owner in (shop, rival):
        assert_right(owner)
    assert sum(statistics.totals(shop, 90).of("carrier").values()) == 40


def test_a_push_moves_from_waiting_to_done_or_failed(shop: Shop):
    now = timezone.now()
    row = make_fulfillment(make_connection(shop), 1, state=Fulfillment.State.DUE, queued_at=now)
    for change in (
        {"state": "sending"},
        {"state": "unknown"},
        {"state": "needs_attention"},
        {"state": "due", "queued_at": now + timedelta(seconds=5)},
        {"state": "done", "confirmed_at": now + timedelta(seconds=65)},
        {"confirmed_at": now + timedelta(seconds=65, microseconds=1)},
        {"state": "cancelled"},
    ):
        Fulfillment.objects.filter(pk=row.pk).update(**change)
        assert_right(shop)


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        # The night that has an hour less, and the one in which an hour comes twice.
        (datetime(2026, 3, 28, 23, 30, tzinfo=AMSTERDAM), datetime(2026, 3, 29, 0, 1, tzinfo=AMSTERDAM), (28, 29)),
        (datetime(2026, 3, 29, 23, 59, tzinfo=AMSTERDAM), datetime(2026, 3, 30, 0, 0, tzinfo=AMSTERDAM), (29, 30)),
        (datetime(2026, 10, 24, 23, 59, tzinfo=AMSTERDAM), datetime(2026, 10, 25, 0, 0, tzinfo=AMSTERDAM), (24, 25)),
        (
            datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=AMSTERDAM),
            datetime(2026, 10, 26, 0, 0, tzinfo=AMSTERDAM),
            (25, 26),
        ),
    ],
)
def test_a_day_begins_at_midnight_also_when_the_clock_was_moved(
    shop: Shop, first: datetime, second: datetime, days: tuple[int, int]
):
    sent(shop, first)
    sent(shop, second)
    with time_machine.travel(second + timedelta(days=2), tick=False):
        assert_right(shop, 14)
        busy = [day for day, number in statistics.per_day(shop, 14) if number]
        assert busy == [date(first.year, first.month, day) for day in days]
        for moment in (first, second):
            assert figures.compare_day(shop, moment.date()) == 0


def test_durations_are_exact_to_the_microsecond(shop: Shop):
    moment = timezone.now().replace(microsecond=999_999) - timedelta(days=9)
    for extra in (-1, 0, 1):
        sent(shop, moment, delivered_at=moment + timedelta(days=2, microseconds=extra))
        sent(
            shop, moment.replace(microsecond=0), delivered_at=moment.replace(microsecond=extra + 1) + timedelta(days=5)
        )
    assert_right(shop)


def test_a_period_reads_as_many_rows_however_many_shipments_there_are(shop: Shop, django_assert_num_queries):
    now = timezone.now().replace(hour=12)
    for number in range(3):
        sent(shop, now - timedelta(days=number))
    figures.fold_due()
    before = FigureEntry.objects.count()
    for number in range(9):
        sent(shop, now - timedelta(days=number % 3))
    figures.fold_due()
    assert FigureEntry.objects.count() == before
    with django_assert_num_queries(2):
        statistics.per_day(shop, 90), statistics.totals(shop, 90)


def test_what_no_trigger_saw_is_found_by_the_nightly_comparison(shop: Shop, caplog):
    outgoing = sent(shop, timezone.now())
    make_fulfillment(make_connection(shop), 1, state=Fulfillment.State.DUE, queued_at=timezone.now())
    assert figures.compare_day(shop, timezone.localdate()) == 0
    FigureEntry.objects.filter(figure="sent").delete()
    FigureEntry.objects.filter(figure="country:NL").update(number=5)
    assert figures.compare_figures() == 2
    assert "2 figures" in caplog.text
    assert_right(shop)
    figures.pause_triggers("default")
    Shipment.objects.filter(pk=outgoing.pk).update(carrier="dpd")
    figures.resume_triggers("default")
    assert_right(shop)
    assert len(trigger_names("default")) == 7


def test_a_deleted_shop_leaves_no_figures(shop: Shop, rival: Shop):
    for owner in (shop, rival):
        sent(owner, timezone.now())
    rival.memberships.all().delete()
    rival.delete()
    assert set(FigureEntry.objects.values_list("shop", flat=True)) == {shop.pk}


def test_migrations_run_without_triggers_and_have_them_again_afterwards():
    """A trigger names columns that a migration may rename, and SQLite copies a table to alter it, without triggers."""
    config = apps.get_app_config("shipments")
    facts = {"app_config": config, "verbosity": 0, "interactive": False, "using": "default", "apps": apps}
    pre_migrate.send(sender=config, plan=["a migration"], **facts)
    assert trigger_names("default") == []
    post_migrate.send(sender=config, plan=["a migration"], **facts)
    assert len(trigger_names("default")) == 7
