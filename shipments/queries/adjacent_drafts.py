"""The previous and next draft in the order of the list."""

from dataclasses import dataclass

from django.db.models import QuerySet

from shipments.models import Shipment
from shipments.queries.filters import rows_behind
from shipments.states import ShipmentStatus
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class AdjacentDrafts:
    """``previous`` is newer, ``next`` is older."""

    previous: Shipment | None
    next: Shipment | None


def find_adjacent_drafts(shop: Shop, shipment: Shipment) -> AdjacentDrafts:
    """Two queries, each of which reads one row, however many drafts there are."""
    return AdjacentDrafts(
        drafts_behind(shop, shipment, descending=False).first(), drafts_behind(shop, shipment, descending=True).first()
    )


def drafts_behind(shop: Shop, shipment: Shipment, *, descending: bool) -> QuerySet[Shipment]:
    drafts = shop.shipments.filter(status=ShipmentStatus.DRAFT).only("public_id", "reference")
    return rows_behind(drafts, "listed_at", shipment, descending=descending)
