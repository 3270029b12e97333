"""The previous and next draft in the order of the list."""

from dataclasses import dataclass

from django.db.models import Q

from shipments.models import Shipment
from shipments.states import ShipmentStatus
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class AdjacentDrafts:
    """``previous`` is newer, ``next`` is older."""

    previous: Shipment | None
    next: Shipment | None


def find_adjacent_drafts(shop: Shop, shipment: Shipment) -> AdjacentDrafts:
    """Two queries, independent of the number of drafts."""
    drafts = shop.shipments.filter(status=ShipmentStatus.DRAFT).only("public_id", "reference")
    at, pk = shipment.created_at, shipment.pk
    newer = Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk)
    older = Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk)
    return AdjacentDrafts(
        drafts.filter(newer).order_by("created_at", "pk").first(),
        drafts.filter(older).order_by("-created_at", "-pk").first(),
    )
