"""Numbers of a shop, read from counters that triggers keep. Nothing here counts rows; each function is one query."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from integrations.models import Connection, OpenOrderCount
from shipments.models import ShipmentCount, ShipmentHour
from shipments.models.attention import ATTENTION_KINDS
from shipments.states import UNDERWAY, UNLABELED, Blocker, ShipmentStatus
from shops.models import Shop

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class ShipmentNumbers:
    """Numbers of shipments by status, blocker and kind of attention."""

    groups: dict[tuple[str, str, str], int]

    def of(self, *statuses: str) -> int:
        return sum(number for (status, _blocker, _kind), number in self.groups.items() if status in statuses)

    @property
    def has_real_labels(self) -> bool:
        """Whether there ever was a label that is no test label."""
        return self.of(*UNLABELED, ShipmentStatus.TEST) < sum(self.groups.values())

    @property
    def tabs(self) -> dict[str, int]:
        """Shipments per tab, and ``missing``: drafts that cannot get a label yet."""
        groups = self.groups.items()
        return {
            "all": sum(self.groups.values()),
            "drafts": self.of(*UNLABELED),
            "tests": self.of(ShipmentStatus.TEST),
            "to_print": self.of(ShipmentStatus.REGISTERED),
            "printed": self.of(ShipmentStatus.PRINTED),
            "in_transit": self.of(*UNDERWAY),
            "delivered": self.of(ShipmentStatus.DELIVERED),
            "attention": sum(number for (_status, _blocker, kind), number in groups if kind),
            "missing": sum(number for (status, blocker, _), number in groups if blocker and status in UNLABELED[:1]),
        }

    @property
    def addresses(self) -> int:
        """Drafts whose address comes first, whatever else needs attention about them."""
        groups = self.groups.items()
        return sum(n for (status, blocker, _), n in groups if (status, blocker) == (UNLABELED[0], Blocker.ADDRESS))

    @property
    def kinds(self) -> dict[str, int]:
        """Shipments per kind of attention, most urgent first, with those of which there are none."""
        found = dict.fromkeys(ATTENTION_KINDS, 0)
        for (_status, _blocker, kind), number in self.groups.items():
            if kind:
                found[kind] = found.get(kind, 0) + number
        return found


def shipment_numbers(shop: Shop) -> ShipmentNumbers:
    rows = ShipmentCount.objects.filter(shop=shop).order_by().values_list("status", "blocked_by", "attention")
    return ShipmentNumbers({tuple(group): number for *group, number in rows.annotate(sum=Sum("number")) if number})


def count_tabs(shop: Shop) -> dict[str, int]:
    """See ``ShipmentNumbers.tabs``."""
    return shipment_numbers(shop).tabs


def attention_kinds(shop: Shop) -> dict[str, int]:
    """See ``ShipmentNumbers.kinds``; together they are the attention tab."""
    return shipment_numbers(shop).kinds


def waiting_by_connection(shop: Shop) -> dict[int, int]:
    """Orders to import by id of an active connection; connections without any are left out."""
    rows = OpenOrderCount.objects.filter(shop=shop, connection__state=Connection.State.ACTIVE, is_imported=False)
    found = rows.order_by().values_list("connection").annotate(sum=Sum("number"))
    return {connection: number for connection, number in found if number}


def waiting_of_connection() -> Coalesce:
    """The number of orders to import of an active connection, to annotate connections with."""
    rows = OpenOrderCount.objects.filter(
        connection=OuterRef("pk"), connection__state=Connection.State.ACTIVE, is_imported=False
    )
    return Coalesce(Subquery(rows.order_by().values("connection").annotate(sum=Sum("number")).values("sum")), 0)


def waiting_by_zone(connection: Connection) -> dict[str, int]:
    """Orders to import by zone, whatever the state of the connection; zones without any may be left out."""
    rows = OpenOrderCount.objects.filter(connection=connection, is_imported=False)
    return dict(rows.order_by().values_list("zone").annotate(sum=Sum("number")))


@dataclass(frozen=True, slots=True)
class LatelyShipped:
    """``days`` are labels made per local day, today last, including days with 0. The others are sums."""

    days: list[tuple[date, int]]
    delivered_today: int
    arrived: int
    arrived_fast: int


def lately_shipped(shop: Shop, *, days: int, arrived_days: int) -> LatelyShipped:
    """``arrived`` are of the labels of the last ``arrived_days`` days. At most a row an hour of ``days`` is read."""
    names, starts = ShipmentHour.Measure, _starts_of_days(days)
    since = {
        names.SENT: starts[0][1],
        names.DELIVERED: starts[-1][1],
        names.ARRIVED: (first := _starts_of_days(arrived_days)[0][1]),
        names.ARRIVED_FAST: first,
    }
    asked = Q()
    for measure, hour in since.items():
        asked |= Q(measure=measure, hour__gte=hour)
    rows = ShipmentHour.objects.filter(asked, shop=shop).order_by()
    # Only what is shown by day is needed by hour.
    group = Case(When(measure=names.SENT, then="hour"), default=0)
    found = rows.annotate(group=group).values_list("measure", "group").annotate(sum=Sum("number"))
    numbers = {(measure, hour): number for measure, hour, number in found}
    return LatelyShipped(
        _by_day({hour: number for (measure, hour), number in numbers.items() if measure == names.SENT}, starts),
        delivered_today=numbers.get((names.DELIVERED, 0), 0),
        arrived=numbers.get((names.ARRIVED, 0), 0),
        arrived_fast=numbers.get((names.ARRIVED_FAST, 0), 0),
    )


def _starts_of_days(days: int) -> list[tuple[date, int]]:
    """The last local days with the hour since 1970 in which they start, today last."""
    zone, today = timezone.get_current_timezone(), timezone.localdate()
    found = (today - timedelta(days=back) for back in reversed(range(days)))
    return [(day, int(datetime.combine(day, time(), zone).timestamp()) // HOUR_SECONDS) for day in found]


def _by_day(hours: dict[int, int], starts: list[tuple[date, int]]) -> list[tuple[date, int]]:
    firsts = [hour for _day, hour in starts]
    numbers = [0] * len(starts)
    for hour, number in hours.items():
        numbers[bisect_right(firsts, hour) - 1] += number
    return [(day, number) for (day, _hour), number in zip(starts, numbers, strict=True)]
