"""Statistics: shipments per day, carrier and destination, and durations.

A shipment counts from the time its label was created; canceled shipments, test labels and returns do not count. Read
from the ledger of figures, so a page costs the same however many shipments there are; see ``FigureEntry``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Sum
from django.utils import timezone

from carriers.territories import EU
from shipments.models import FigureEntry
from shipments.models.figure_triggers import DAY as DAY
from shipments.models.figure_triggers import DELIVERY_TIME_LIMITS, ORDER_TO_LABEL_LIMITS
from shipments.models.figure_triggers import HOUR as HOUR
from shops.models import Shop

# The longest period that a page shows, in days; earlier figures are kept and not compared.
MAX_PERIOD = 90


@dataclass(frozen=True, slots=True)
class Durations:
    """One count for each of ``limits``, and at the end the count of those that took longer."""

    limits: tuple[timedelta, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)

    def within(self, limit: timedelta) -> int:
        """How many took at most ``limit``, which is one of ``limits``."""
        return sum(self.counts[: self.limits.index(limit) + 1])


@dataclass(frozen=True, slots=True)
class PushTimings:
    """When the platform received the fulfillments: immediately, later, not yet, or not at all after a failure."""

    immediate: int
    later: int
    waiting: int
    failed: int

    @property
    def total(self) -> int:
        return self.immediate + self.later + self.waiting + self.failed

    @property
    def immediate_share(self) -> int | None:
        return round(100 * self.immediate / self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a period, by kind of figure and value; see ``figure_triggers``."""

    numbers: Mapping[str, Mapping[str, int]]

    def of(self, kind: str) -> Mapping[str, int]:
        return self.numbers.get(kind, {})

    @property
    def carriers(self) -> list[tuple[str, int]]:
        """The most used first."""
        return sorted(self.of("carrier").items(), key=lambda pair: (-pair[1], pair[0]))

    @property
    def destinations(self) -> dict[str, int]:
        """By the keys of ``filters.DESTINATIONS``."""
        counts = dict.fromkeys(("nl", "be", "eu", "world"), 0)
        for country, number in self.of("country").items():
            if country:
                counts[_destination(country)] += number
        return counts

    @property
    def order_to_label(self) -> Durations:
        """From payment to label; from the order date when the payment date is unknown."""
        return self._durations("label", ORDER_TO_LABEL_LIMITS)

    @property
    def delivery_time(self) -> Durations:
        return self._durations("delivery", DELIVERY_TIME_LIMITS)

    @property
    def push_timings(self) -> PushTimings:
        pushes = self.of("push")
        return PushTimings(**{name: pushes.get(name, 0) for name in ("immediate", "later", "waiting", "failed")})

    def _durations(self, kind: str, limits: tuple[timedelta, ...]) -> Durations:
        groups = self.of(kind)
        return Durations(limits, tuple(groups.get(str(number), 0) for number in range(len(limits) + 1)))


def _destination(country: str) -> str:
    if country in {"NL", "BE"}:
        return country.lower()
    return "eu" if country in EU else "world"


def start_of_day(day: date) -> datetime:
    """Midnight in the settings' time zone."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def period_start(days: int) -> datetime:
    """Midnight at the start of the first of the last ``days`` days, including today."""
    return start_of_day(timezone.localdate() - timedelta(days=days - 1))


def per_day(shop: Shop, days: int) -> list[tuple[date, int]]:
    """Shipments on each of the last ``days`` days, today last, including days with 0."""
    found = FigureEntry.objects.filter(shop=shop, at__gte=period_start(days), figure="sent")
    counted: Counter[date] = Counter()
    for at, number in found.values_list("at").annotate(total=Sum("number")):
        counted[timezone.localdate(at)] += number
    today = timezone.localdate()
    span = [today - timedelta(days=back) for back in reversed(range(days))]
    return [(day, counted[day]) for day in span]


def per_working_day(counts: Sequence[tuple[date, int]]) -> int:
    """The average over the days with at least one shipment."""
    busy = [number for _day, number in counts if number]
    return round(sum(busy) / len(busy)) if busy else 0


def totals(shop: Shop, days: int) -> Totals:
    """The figures of the last ``days`` days, including today."""
    found = FigureEntry.objects.filter(shop=shop, at__gte=period_start(days))
    numbers: dict[str, dict[str, int]] = {}
    for figure, number in found.values_list("figure").annotate(total=Sum("number")):
        kind, _colon, value = figure.partition(":")
        numbers.setdefault(kind, {})[value] = number
    return Totals(
        {kind: {value: number for value, number in values.items() if number} for kind, values in numbers.items()}
    )
