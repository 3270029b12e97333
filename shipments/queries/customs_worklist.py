"""The drafts of the customs worklist: those that the dashboard counts."""

from collections.abc import Iterable

from shipments.models import Shipment
from shipments.models.querysets import ShipmentQuerySet
from shops.models import Shop

MAX_PARCELS, MAX_ARTICLES = 200, 150


def missing_customs(shop: Shop) -> ShipmentQuerySet:
    """Drafts that only lack customs data, the one that waits longest first."""
    rows: ShipmentQuerySet = shop.shipments.needing_attention("customs").order_by("listed_at", "pk")
    return rows


def first_parcels(rows: Iterable[Shipment]) -> list[Shipment]:
    """As many as one page has room for, at least one. Needs ``customs_items``."""
    parcels: list[Shipment] = []
    articles: set[str] = set()
    for shipment in rows:
        articles |= {item.sku or item.description for item in shipment.customs_items.all()}
        if parcels and len(articles) > MAX_ARTICLES:
            break
        parcels.append(shipment)
    return parcels
