"""The days on which nobody delivers, computed for any year, and when a shop hands its parcels over."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from carriers.delivery_days import (
    AMSTERDAM,
    ShippingHabits,
    first_delivery_day,
    is_delivery_day,
    leaving_day,
    public_holidays,
)
from carriers.delivery_options import DeliveryMoment, DeliveryOptions
from carriers.gateways.myparcel.delivery_options import habits_query

DATA = Path(__file__).parent / "data" / "delivery_dates.tsv"
ROWS = [line.split("\t") for line in DATA.read_text().splitlines() if not line.startswith(("#", "label_made_at"))]
CASES = [pytest.param(datetime.fromisoformat(row[0]), date.fromisoformat(row[1]), id=row[2]) for row in ROWS]
MONDAY = date(2026, 11, 30)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), AMSTERDAM)


@pytest.mark.parametrize(("made_at", "first_day"), CASES)
def test_the_first_day_that_may_be_promised(made_at: datetime, first_day: date):
    assert first_delivery_day(made_at) == first_day


@pytest.mark.parametrize(("made_at", "first_day"), CASES)
def test_an_offer_of_a_day_on_which_nobody_delivers_is_not_believed(made_at: datetime, first_day: date):
    every_day = DeliveryOptions(
        tuple(DeliveryMoment("evening", made_at.date() + timedelta(days=ahead)) for ahead in range(-2, 12))
    )
    assert every_day.first_day("evening", since=first_delivery_day(made_at)) == first_day


@pytest.mark.parametrize("year", range(2024, 2091))
def test_every_year_has_the_same_holidays(year: int):
    """Easter by the rule of Gauss, as a second way to find the days that move with it."""
    easter = easter_sunday(year)
    moving = [easter + timedelta(days=days) for days in (1, 39, 50)]
    kings_day = date(year, 4, 26 if date(year, 4, 27).weekday() == 6 else 27)
    fixed = [date(year, 1, 1), kings_day, date(year, 12, 25), date(year, 12, 26)]
    assert not any(is_delivery_day(day) for day in moving + fixed)
    ordinary = [easter - timedelta(days=2), date(year, 12, 24), date(year, 12, 31)]
    assert all(is_delivery_day(day) for day in ordinary if day.weekday() != 6)


def easter_sunday(year: int) -> date:
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + 24) % 30
    e = (2 * b + 4 * c + 6 * d + 5) % 7
    day = date(year, 3, 22) + timedelta(days=d + e)
    # The two exceptions of the rule.
    if day == date(year, 4, 26) or (day == date(year, 4, 25) and d == 28 and a > 10):
        day -= timedelta(days=7)
    return day


@pytest.mark.parametrize(
    ("day", "country", "delivered"),
    [
        (date(2027, 5, 1), "NL", True),
        (date(2027, 7, 21), "NL", True),
        (date(2026, 7, 21), "BE", False),
        (date(2028, 8, 15), "BE", False),
        (date(2027, 11, 1), "BE", False),
        (date(2027, 11, 11), "BE", False),
        (date(2027, 4, 27), "BE", False),
        (date(2028, 5, 1), "BE", False),
        (date(2027, 3, 26), "DE", False),
        (date(2027, 11, 2), "BE", True),
        (date(2027, 11, 2), "", True),
        (date(2027, 11, 2), "ZZ", True),
        (date(2027, 12, 25), "ZZ", False),
    ],
)
def test_the_holidays_of_the_destination_count_too(day, country, delivered):
    assert is_delivery_day(day, country) is delivered


def test_belgian_days_are_skipped_in_a_row():
    assert first_delivery_day(at(date(2026, 7, 20)), "BE") == date(2026, 7, 22)
    assert first_delivery_day(at(date(2026, 7, 20))) == date(2026, 7, 21)
    assert first_delivery_day(at(date(2026, 10, 31)), "BE") == date(2026, 11, 2)


def test_a_country_nobody_knows_has_no_holidays():
    assert public_holidays("ZZ", 2027) == frozenset()


NO_SATURDAY = ShippingHabits(frozenset({5, 6}))
UNTIL_FOUR = ShippingHabits(cutoff=time(16))
CHRISTMAS = ShippingHabits(closed_periods=((date(2026, 12, 21), date(2027, 1, 3)),))


@pytest.mark.parametrize(
    ("habits", "made_at", "leaves", "arrives"),
    [
        (UNTIL_FOUR, at(MONDAY, 16), MONDAY, date(2026, 12, 1)),
        (UNTIL_FOUR, at(MONDAY, 16, 1), date(2026, 12, 1), date(2026, 12, 2)),
        (UNTIL_FOUR, datetime.fromisoformat("2026-11-30T14:59:00+00:00"), MONDAY, date(2026, 12, 1)),
        (UNTIL_FOUR, datetime.fromisoformat("2026-11-30T15:30:00+00:00"), date(2026, 12, 1), date(2026, 12, 2)),
        # A parcel that waits leaves when carriers collect: not on Sunday, nor at Christmas.
        (UNTIL_FOUR, at(date(2026, 12, 5), 17), date(2026, 12, 7), date(2026, 12, 8)),
        (UNTIL_FOUR, at(date(2026, 12, 24), 17), date(2026, 12, 28), date(2026, 12, 29)),
        (NO_SATURDAY, at(date(2026, 12, 4)), date(2026, 12, 4), date(2026, 12, 5)),
        (NO_SATURDAY, at(date(2026, 12, 5)), date(2026, 12, 7), date(2026, 12, 8)),
        (NO_SATURDAY, at(date(2026, 12, 6)), date(2026, 12, 7), date(2026, 12, 8)),
        (ShippingHabits(frozenset({0, 1, 2, 3})), at(MONDAY), date(2026, 12, 4), date(2026, 12, 5)),
        (CHRISTMAS, at(date(2026, 12, 20)), date(2026, 12, 20), date(2026, 12, 21)),
        (CHRISTMAS, at(date(2026, 12, 21)), date(2027, 1, 4), date(2027, 1, 5)),
        (CHRISTMAS, at(date(2027, 1, 3)), date(2027, 1, 4), date(2027, 1, 5)),
        (ShippingHabits(closed_periods=((MONDAY, date(2029, 1, 1)),)), at(MONDAY), None, None),
    ],
)
def test_what_a_shop_does_not_hand_over_leaves_later(habits, made_at, leaves, arrives):
    assert leaving_day(made_at, habits) == leaves
    assert first_delivery_day(made_at, habits=habits) == arrives


@pytest.mark.parametrize(
    ("habits", "query"),
    [
        (ShippingHabits(), {}),
        (UNTIL_FOUR, {"cutoff_time": "16:00"}),
        (NO_SATURDAY, {"dropoff_days": "1;2;3;4;5"}),
        (ShippingHabits(frozenset({2})), {"dropoff_days": "1;2;4;5;6"}),
        # Monday delivery: handed over on Saturday before 15:00.
        (
            ShippingHabits(frozenset({6}), cutoff=time(14, 30)),
            {"dropoff_days": "1;2;3;4;5;6", "cutoff_time": "14:30", "monday_delivery": "1"},
        ),
        (
            ShippingHabits(frozenset({6}), cutoff=time(15)),
            {"dropoff_days": "1;2;3;4;5;6", "cutoff_time": "15:00"},
        ),
        (
            ShippingHabits(frozenset({5, 6}), cutoff=time(14)),
            {"dropoff_days": "1;2;3;4;5", "cutoff_time": "14:00"},
        ),
        (ShippingHabits(closed_periods=((MONDAY, MONDAY),)), {"deliverydays_window": "14"}),
    ],
)
def test_the_gateway_is_told_what_the_shop_said_and_no_more(habits, query):
    assert habits_query(habits, at(MONDAY)) == query


def test_where_the_first_day_was_not_offered_the_next_one_is_a_day_of_delivery_too():
    offered = [DeliveryMoment("evening", date(2026, 12, day)) for day in (25, 26, 27, 28, 29)]
    options = DeliveryOptions((*offered, DeliveryMoment("morning", date(2026, 12, 24))))
    assert options.first_day("evening", since=date(2026, 12, 24)) == date(2026, 12, 28)
    assert options.first_day("morning", since=date(2026, 12, 24)) == date(2026, 12, 24)
    assert DeliveryOptions(tuple(offered[:3])).first_day("evening", since=date(2026, 12, 24)) is None
