"""The statistics as a count of every shipment: what the ledger of figures must always say."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations.models import Fulfillment
from shipments.models import Shipment
from shipments.models.figure_triggers import DELIVERY_TIME_LIMITS, IMMEDIATE, ORDER_TO_LABEL_LIMITS
from shipments.queries.filters import DESTINATIONS
from shipments.queries.statistics import period_start
from shipments.states import ShipmentStatus
from shops.models import Shop


def sent_since(shop: Shop, since: datetime) -> QuerySet[Shipment]:
    sent = shop.shipments.exclude(status__in=[ShipmentStatus.CANCELED, ShipmentStatus.TEST])
    return sent.filter(registered_at__gte=since, parent=None)


def full_count(shop: Shop, days: int) -> dict[str, object]:
    sent = list(sent_since(shop, period_start(days)).select_related("order"))
    ordered = [(row.order.paid_at or row.order.placed_at, row.registered_at) for row in sent if row.order]
    delivered = [(row.registered_at, row.delivered_at) for row in sent if row.delivered_at]
    return {
        "days": dict(Counter(timezone.localdate(row.registered_at) for row in sent)),
        "carriers": dict(Counter(row.carrier for row in sent)),
        "destinations": {name: _count_of(sent, condition) for name, condition in DESTINATIONS.items()},
        "order_to_label": _durations(ordered, ORDER_TO_LABEL_LIMITS),
        "delivery_time": _durations(delivered, DELIVERY_TIME_LIMITS),
        "pushes": _pushes(shop.fulfillments.filter(queued_at__gte=period_start(days))),
    }


def _count_of(rows: list[Shipment], condition: Q) -> int:
    return Shipment.objects.filter(condition, pk__in=[row.pk for row in rows]).count()


def _durations(spans: list[tuple[datetime, datetime]], limits: tuple[timedelta, ...]) -> tuple[int, ...]:
    groups = Counter(sum(end - start > limit for limit in limits) for start, end in spans)
    return tuple(groups[number] for number in range(len(limits) + 1))


def _pushes(rows: QuerySet[Fulfillment]) -> tuple[int, int, int, int]:
    states = Fulfillment.State
    done = [row.confirmed_at - row.queued_at for row in rows if row.state == states.DONE and row.confirmed_at]
    soon = sum(took <= IMMEDIATE for took in done)
    return soon, len(done) - soon, sum(row.is_waiting for row in rows), sum(row.has_failed for row in rows)
