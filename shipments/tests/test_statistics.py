"""Statistics: which shipments count, on which day, durations, and how fast the platform was updated."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from integrations.models import Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import PLACED, make_order
from shipments.queries import statistics
from shipments.tests.factories import make_shipment
from shops.models import Shop
from ui.charts import build_column_chart, build_slices, labeled_days

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
COUNT = iter(range(10_000))


def sent(shop: Shop, moment: datetime, **fields: object):
    return make_shipment(
        shop, **({"status": "printed", "barcode": f"3S{next(COUNT)}", "registered_at": moment} | fields)
    )


def test_every_day_is_there_and_a_day_starts_at_midnight_where_the_merchant_is(shop: Shop):
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=AMSTERDAM), tick=False):
        sent(shop, datetime(2026, 11, 24, 0, 5, tzinfo=AMSTERDAM))
        sent(shop, datetime(2026, 11, 23, 23, 55, tzinfo=AMSTERDAM))
        sent(shop, datetime(2026, 11, 21, 23, 59, tzinfo=AMSTERDAM))
        days = statistics.per_day(shop, 3)
    assert days == [(date(2026, 11, 22), 0), (date(2026, 11, 23), 1), (date(2026, 11, 24), 1)]


def test_only_what_went_out_counts(shop: Shop):
    now = timezone.now()
    out = sent(shop, now)
    sent(shop, now, status="cancelled")
    sent(shop, now, status="test")
    sent(shop, now, parent=out)
    make_shipment(shop)
    assert statistics.per_day(shop, 1) == [(timezone.localdate(), 1)]


def test_a_working_day_is_a_day_on_which_something_went_out():
    assert statistics.per_working_day([(date(2026, 6, 5), 40), (date(2026, 6, 6), 0), (date(2026, 6, 8), 20)]) == 30
    assert statistics.per_working_day([]) == 0


def test_where_parcels_go_and_with_whom(shop: Shop):
    now = timezone.now()
    for country, carrier in (
        ("NL", "postnl"),
        ("NL", "dhlforyou"),
        ("BE", "postnl"),
        ("DE", "postnl"),
        ("US", "postnl"),
    ):
        sent(shop, now, country=country, carrier=carrier)
    totals = statistics.totals(shop, 14)
    assert totals.carriers == [("postnl", 4), ("dhlforyou", 1)]
    assert totals.destinations == {"nl": 2, "be": 1, "eu": 1, "world": 1}


def test_how_long_an_order_waits_for_its_label(shop: Shop):
    connection = make_connection(shop)
    for number, waited in enumerate((timedelta(hours=4), timedelta(hours=5), timedelta(days=4, seconds=1))):
        order = mirror_order(connection, make_order(number))
        sent(shop, order.placed_at + waited, order=order)
    with time_machine.travel(PLACED + timedelta(days=5), tick=False):
        sent(shop, timezone.now())
        assert statistics.totals(shop, 14).order_to_label.counts == (1, 1, 0, 0, 1)


def test_waiting_begins_when_the_order_is_paid(shop: Shop):
    """A bank transfer that arrives four days later is not a delay of the merchant."""
    paid = PLACED + timedelta(days=4)
    order = mirror_order(make_connection(shop), make_order(paid_at=paid))
    sent(shop, paid + timedelta(hours=1), order=order)
    with time_machine.travel(paid + timedelta(days=1), tick=False):
        assert statistics.totals(shop, 14).order_to_label.counts == (1, 0, 0, 0, 0)


def test_how_long_a_parcel_is_under_way(shop: Shop):
    moment = timezone.now() - timedelta(days=9)
    for took in (timedelta(hours=20), timedelta(days=2), timedelta(days=6)):
        sent(shop, moment, delivered_at=moment + took)
    sent(shop, moment)
    durations = statistics.totals(shop, 14).delivery_time
    assert durations.counts == (1, 1, 0, 0, 1)
    assert (durations.within(timedelta(days=2)), durations.total) == (2, 3)


def test_a_shop_that_heard_within_a_minute_was_told_at_once(shop: Shop):
    connection, now = make_connection(shop), timezone.now()
    states = Fulfillment.State
    for number, (state, waited) in enumerate(
        [
            (states.DONE, 60),
            (states.DONE, 61),
            (states.DUE, None),
            (states.UNCONFIRMED, None),
            (states.NEEDS_ATTENTION, None),
        ]
    ):
        confirmed_at = now + timedelta(seconds=waited) if waited else None
        make_fulfillment(connection, 20_000 + number, state=state, queued_at=now, confirmed_at=confirmed_at)
    make_fulfillment(connection, 30_000, state=states.DONE, queued_at=now - timedelta(days=40), confirmed_at=now)
    telling = statistics.totals(shop, 30).push_timings
    assert (telling.immediate, telling.later, telling.waiting, telling.failed) == (1, 1, 2, 1)
    assert telling.immediate_share == 20


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [(0, (3, 2, 1, 0)), (3, (3, 2, 1, 0)), (4, (6, 4, 2, 0)), (55, (60, 40, 20, 0)), (61, (150, 100, 50, 0))],
)
def test_the_scale_is_round_and_the_highest_bar_fits(highest: int, ticks: tuple[int, ...]):
    chart = build_column_chart([("one", highest), ("two", 0)])
    assert chart.ticks == ticks
    assert max(column.height for column in chart.columns) <= chart.height
    assert [column.is_last for column in chart.columns] == [False, True]


def test_shares_are_of_the_whole_and_lengths_of_the_longest():
    rows = build_slices([("a", 30), ("b", 10)])
    assert [(row.share, row.length) for row in rows] == [(75, 100), (25, 33)]
    assert [row.share for row in build_slices([("a", 0)])] == [0]


def test_the_page_shows_each_picture_with_its_table(client_for, owner, shop: Shop, django_assert_max_num_queries):
    for number in range(30):
        sent(shop, timezone.now() - timedelta(days=number % 9), delivered_at=timezone.now())
    client = client_for(owner)
    with django_assert_max_num_queries(12):
        page = client.get("/cijfers/?days=14").content.decode()
    for title in ("Zendingen per dag", "Per vervoerder", "Per bestemming", "Van label tot bezorging"):
        assert f'<caption class="table__caption">{title}' in page
    assert page.count('<svg class="slices__plot"') > 8


@pytest.mark.parametrize("asked", ["", "x", "14; drop", "9999", "-1", "²"])
def test_any_other_period_is_thirty_days(client_for, owner, shop: Shop, asked: str):
    page = client_for(owner).get("/cijfers/", {"days": asked}).content.decode()
    assert "laatste 30 dagen" in page


def test_figures_of_another_shop_are_not_mine(client_for, shop: Shop, rival: Shop):
    sent(shop, timezone.now())
    page = client_for(rival.memberships.get().user).get("/cijfers/").content.decode()
    assert "Per vervoerder" not in page


def test_dates_below_a_chart_leave_each_other_room():
    month = [date(2026, 10, 28) + timedelta(days=day) for day in range(30)]
    quarter = [date(2026, 8, 29) + timedelta(days=day) for day in range(90)]
    assert sorted(labeled_days(month)) == [date(2026, 10, 28), date(2026, 11, 15), date(2026, 11, 26)]
    assert sorted(labeled_days(quarter)) == [
        date(2026, 8, 29),
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 11, 26),
    ]
    assert labeled_days([]) == frozenset()
