"""The concepts before and after one, in the order of the overview."""

from dataclasses import dataclass

from django.db.models import Q

from shipments.models import Shipment
from shipments.states import ShipmentStatus
from shops.models import Shop


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``previous`` stands above it in the list of concepts (newer), ``following`` below it."""

    previous: Shipment | None
    following: Shipment | None


def neighbours(shop: Shop, shipment: Shipment) -> Neighbours:
    """Two questions, however many concepts there are."""
    concepts = shop.shipments.filter(status=ShipmentStatus.CONCEPT).only("public_id", "reference")
    at, pk = shipment.created_at, shipment.pk
    newer = Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk)
    older = Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk)
    return Neighbours(
        concepts.filter(newer).order_by("created_at", "pk").first(),
        concepts.filter(older).order_by("-created_at", "-pk").first(),
    )
