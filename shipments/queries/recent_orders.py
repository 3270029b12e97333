"""The newest orders of a shop that were imported or can be."""

from datetime import datetime
from heapq import merge
from itertools import islice

from integrations.models import OFFERED, ExternalOrder
from shops.models import Shop


def newest_orders(shop: Shop, *, since: datetime, most: int) -> list[ExternalOrder]:
    """Newest first, without those of erased buyers. Two queries, and one for each site."""
    sites = [
        connection.orders.filter(OFFERED, listed_at__gte=since)
        .order_by("-listed_at", "-pk")
        .values_list("listed_at", "pk")[:most]
        for connection in shop.connections.all()
    ]
    keys = [pk for _listed_at, pk in islice(merge(*sites, reverse=True), most)]
    rows = ExternalOrder.objects.in_bulk(keys)
    return [rows[pk] for pk in keys if pk in rows and rows[pk].erased_at is None]
