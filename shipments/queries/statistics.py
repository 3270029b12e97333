"""Statistics: shipments per day, carrier and destination, and durations.

Each function takes the shipments of one shop and runs one query. A shipment counts from the time its label was created;
canceled shipments and test labels do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from integrations.models import Fulfillment
from shipments.models.querysets import ShipmentQuerySet
from shipments.queries.filters import DESTINATIONS
from shipments.states import ShipmentStatus
from shops.models import Shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Upper limits of the time from order to label; the last group has no limit.
ORDER_TO_LABEL_LIMITS = (4 * HOUR, DAY, 2 * DAY, 4 * DAY)
# Upper limits of the time from label to delivery.
DELIVERY_TIME_LIMITS = (DAY, 2 * DAY, 3 * DAY, 5 * DAY)
# A platform updated within this time counts as updated immediately.
IMMEDIATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Durations:
    """One count for each of ``limits``, and at the end the count of those that took longer."""

    limits: tuple[timedelta, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


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


def sent_since(shipments: ShipmentQuerySet, since: datetime) -> ShipmentQuerySet:
    sent = shipments.exclude(status__in=[ShipmentStatus.CANCELED, ShipmentStatus.TEST])
    return sent.filter(registered_at__gte=since, parent=None)


def period_start(days: int) -> datetime:
    """Midnight at the start of the first of the last ``days`` days, including today."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)


def per_day(shipments: ShipmentQuerySet, days: int) -> list[tuple[date, int]]:
    """One count for each of the last ``days`` days, today last, including days with 0."""
    found = sent_since(shipments, period_start(days)).order_by().annotate(day=TruncDate("registered_at"))
    counted = dict(found.values_list("day").annotate(number=Count("pk")))
    today = timezone.localdate()
    span = [today - timedelta(days=back) for back in reversed(range(days))]
    return [(day, counted.get(day, 0)) for day in span]


def per_working_day(counts: Sequence[tuple[date, int]]) -> int:
    """The average over the days with at least one shipment."""
    busy = [number for _day, number in counts if number]
    return round(sum(busy) / len(busy)) if busy else 0


def per_carrier(shipments: ShipmentQuerySet) -> list[tuple[str, int]]:
    found = shipments.order_by().values_list("carrier").annotate(number=Count("pk"))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def per_destination(shipments: ShipmentQuerySet) -> dict[str, int]:
    counts = {group: Count("pk", filter=condition) for group, condition in DESTINATIONS.items()}
    answer: dict[str, int] = shipments.order_by().aggregate(**counts)
    return answer


def order_to_label(shipments: ShipmentQuerySet) -> Durations:
    """From payment to label; from the order date when the payment date is unknown."""
    paid = Coalesce("order__paid_at", "order__placed_at")
    return _durations(shipments.filter(order__isnull=False), paid, F("registered_at"), ORDER_TO_LABEL_LIMITS)


def delivery_time(shipments: ShipmentQuerySet) -> Durations:
    delivered = shipments.filter(delivered_at__isnull=False)
    return _durations(delivered, F("registered_at"), F("delivered_at"), DELIVERY_TIME_LIMITS)


def _durations(rows: ShipmentQuerySet, start: F | Coalesce, end: F, limits: tuple[timedelta, ...]) -> Durations:
    took = ExpressionWrapper(end - start, output_field=DurationField())
    edges = (None, *limits, None)
    counts = {
        f"group_{number}": Count("pk", filter=_between(above, upto))
        for number, (above, upto) in enumerate(zip(edges, edges[1:], strict=False))
    }
    counted = rows.order_by().annotate(took=took).aggregate(**counts)
    return Durations(limits, tuple(counted.values()))


def _between(above: timedelta | None, upto: timedelta | None) -> Q:
    return (Q(took__gt=above) if above is not None else Q()) & (Q(took__lte=upto) if upto is not None else Q())


def push_timings(shop: Shop, since: datetime) -> PushTimings:
    states = Fulfillment.State
    took = ExpressionWrapper(F("confirmed_at") - F("queued_at"), output_field=DurationField())
    done = Q(state=states.DONE)
    counted = (
        shop.fulfillments.filter(queued_at__gte=since)
        .order_by()
        .annotate(took=took)
        .aggregate(
            immediate=Count("pk", filter=done & Q(took__lte=IMMEDIATE)),
            later=Count("pk", filter=done & Q(took__gt=IMMEDIATE)),
            waiting=Count("pk", filter=Q(state__in=[states.DUE, states.SENDING, states.UNCONFIRMED])),
            failed=Count("pk", filter=Q(state=states.NEEDS_ATTENTION)),
        )
    )
    return PushTimings(**counted)
