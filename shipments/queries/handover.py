"""Printed labels that the carrier has not scanned: those of today by carrier, and those that wait for days."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from shipments.models import Shipment
from shipments.queries.statistics import start_of_day
from shops.models import Shop

MAX_LISTED = 1000
# A label that is never scanned costs nothing; most parcels are scanned within a day.
UNSCANNED_DAYS = 3
MAX_UNSCANNED_DAYS = 60


@dataclass(frozen=True, slots=True)
class CarrierHandover:
    """``parcels`` is the number of things to hand over: a shipment may be several."""

    carrier: str
    shipments: Sequence[Shipment]

    @property
    def parcels(self) -> int:
        return sum(one.parcel_count for one in self.shipments)


@dataclass(frozen=True, slots=True)
class Handover:
    """``is_cut``: more were printed today than MAX_LISTED; the oldest of them are listed."""

    carriers: Sequence[CarrierHandover]
    is_cut: bool


def todays_handover(shop: Shop) -> Handover:
    """What was printed today and not scanned yet, in two queries. Returns are handed over by the buyer."""
    printed = shop.shipments.printed().filter(printed_at__gte=start_of_day(timezone.localdate()))
    rows = list(printed.order_by("printed_at", "pk").prefetch_related("further_parcels")[: MAX_LISTED + 1])
    by_carrier: dict[str, list[Shipment]] = defaultdict(list)
    for one in rows[:MAX_LISTED]:
        if not one.is_return:
            by_carrier[one.carrier].append(one)
    carriers = [CarrierHandover(carrier, by_carrier[carrier]) for carrier in sorted(by_carrier)]
    return Handover(carriers, len(rows) > MAX_LISTED)


def narrow_unscanned(rows: QuerySet[Shipment], days: int) -> QuerySet[Shipment]:
    """Those that were printed this many days ago or longer, and not scanned."""
    long_ago = timezone.now() - timedelta(days=days)
    return rows.filter(tab="printed", printed_at__lte=long_ago)
