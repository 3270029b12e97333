"""On which days carriers deliver, and the first day on which a parcel can be delivered.

Parcels lie still on Sundays and on the public holidays of the Netherlands, where they start, and of their destination,
by the package ``holidays``. The calendar is that of Amsterdam.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOME = "NL"
SATURDAY, SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)
# Public holidays on which the carriers work as on any other day.
ORDINARY = {HOME: frozenset({"Good Friday"})}
# The longest search for a day, in days; a shop that is closed for longer has no day to promise.
HORIZON = 400


@dataclass(frozen=True, slots=True)
class ShippingHabits:
    """When a shop hands its parcels over. By default on every day, at any time.

    ``closed_weekdays`` count from Monday 0; ``closed_periods`` are first and last days. What is made after ``cutoff``,
    a time in Amsterdam, leaves on the next day.
    """

    closed_weekdays: frozenset[int] = frozenset()
    closed_periods: tuple[tuple[date, date], ...] = ()
    cutoff: time | None = None

    @classmethod
    def from_columns(cls, weekdays: str, periods: list[list[str]], cutoff: time | None) -> Self:
        """``weekdays`` are figures, ``periods`` pairs of ISO dates; see ``shops.models.PackagePreferences``."""
        days = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in periods)
        return cls(frozenset(int(figure) for figure in weekdays), days, cutoff)

    def is_open(self, day: date) -> bool:
        return day.weekday() not in self.closed_weekdays and not any(
            first <= day <= last for first, last in self.closed_periods
        )


ANY_DAY = ShippingHabits()


def first_delivery_day(made_at: datetime, country: str = HOME, habits: ShippingHabits = ANY_DAY) -> date | None:
    """The first day that may be promised for a parcel to ``country`` whose label is made at ``made_at``.

    None when the shop is closed for longer than a year. Raises nothing.
    """
    leaves = leaving_day(made_at, habits)
    if leaves is None:
        return None
    return _first(leaves + ONE_DAY, lambda day: is_delivery_day(day, country))


def leaving_day(made_at: datetime, habits: ShippingHabits = ANY_DAY) -> date | None:
    """The day on which the parcel is handed over. None when the shop is closed for longer than a year.

    The day of the label counts as the shop says. A parcel that has to wait leaves on a day on which carriers collect.
    """
    local = made_at.astimezone(AMSTERDAM)
    today = local.date()
    if habits.is_open(today) and (habits.cutoff is None or local.time() <= habits.cutoff):
        return today
    return _first(today + ONE_DAY, lambda day: habits.is_open(day) and is_delivery_day(day))


def is_delivery_day(day: date, country: str = HOME) -> bool:
    """Whether parcels to ``country`` are delivered: no Sunday, and no holiday there or in the Netherlands."""
    return day.weekday() != SUNDAY and not any(day in public_holidays(place, day.year) for place in {HOME, country})


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Those on which parcels lie still; none of a country that the package ``holidays`` does not know."""
    import holidays  # noqa: PLC0415 - takes a fifteenth of a second, and few programs need it

    try:
        named = holidays.country_holidays(country, years=year, language="en_US")
    except NotImplementedError:
        return frozenset()
    ordinary = ORDINARY.get(country, frozenset())
    return frozenset(day for day in named if not ordinary & set(named.get_list(day)))


def _first(day: date, fits: Callable[[date], bool]) -> date | None:
    return next((later for later in (day + ONE_DAY * wait for wait in range(HORIZON)) if fits(later)), None)
