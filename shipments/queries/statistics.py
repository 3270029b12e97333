"""How the work goes, in numbers: shipments a day, where they go and with whom, and how long things take.

Every function takes the shipments of one shop and asks the database once; a shipment counts from the moment its label
was made, and a cancelled one does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from integrations.models import Fulfillment
from shipments.models.shipments import ShipmentQuerySet
from shipments.queries.filters import DESTINATIONS
from shipments.states import ShipmentStatus
from shops.models import Shop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORDER_TO_LABEL_LIMITS = (4 * HOUR, DAY, 2 * DAY, 4 * DAY)
"""Upper ends of the groups of time between order and label; the last group has none."""
DELIVERY_TIME_LIMITS = (DAY, 2 * DAY, 3 * DAY, 5 * DAY)
"""Upper ends of the groups of time between label and delivery."""
IMMEDIATE = timedelta(minutes=1)
"""A shop that hears of a label within this time was told at once."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How many took how long: a count for each of ``limits``, and at the end those that took longer."""

    limits: tuple[timedelta, ...]
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class PushTimings:
    """How the shop was told of labels: at once, later, not yet, or not at all."""

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
    """Parcels that went out with a label made since ``moment``; returns are not counted."""
    return shipments.filter(registered_at__gte=since, parent=None).exclude(status=ShipmentStatus.CANCELED)


def period_start(days: int) -> datetime:
    """Midnight, so many days ago; today is the last of ``days`` days."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)


def per_day(shipments: ShipmentQuerySet, days: int) -> list[tuple[date, int]]:
    """A count for each of the last ``days`` days, today last; days without any are there too."""
    found = sent_since(shipments, period_start(days)).order_by().annotate(day=TruncDate("registered_at"))
    counted = dict(found.values_list("day").annotate(number=Count("pk")))
    today = timezone.localdate()
    span = [today - timedelta(days=back) for back in reversed(range(days))]
    return [(day, counted.get(day, 0)) for day in span]


def per_working_day(counts: Sequence[tuple[date, int]]) -> int:
    """The average of the days on which anything went out."""
    busy = [number for _day, number in counts if number]
    return round(sum(busy) / len(busy)) if busy else 0


def per_carrier(shipments: ShipmentQuerySet) -> list[tuple[str, int]]:
    """Carriers by number of shipments, the most used first."""
    found = shipments.order_by().values_list("carrier").annotate(number=Count("pk"))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def per_destination(shipments: ShipmentQuerySet) -> dict[str, int]:
    """How many go where, by the groups the lists filter on."""
    counts = {group: Count("pk", filter=condition) for group, condition in DESTINATIONS.items()}
    answer: dict[str, int] = shipments.order_by().aggregate(**counts)
    return answer


def order_to_label(shipments: ShipmentQuerySet) -> Durations:
    """From payment to label; where the shop does not say when it was paid, from when the order was placed."""
    paid = Coalesce("order__paid_at", "order__placed_at")
    return _durations(shipments.filter(order__isnull=False), paid, F("registered_at"), ORDER_TO_LABEL_LIMITS)


def delivery_time(shipments: ShipmentQuerySet) -> Durations:
    """From the label until the parcel was delivered; parcels under way are not counted."""
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
    """How the shop systems were told of what was promised since ``moment``."""
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
