"""Loads shipments for registration and for printing.

A batch has one shop and few connections, and few of its shipments have customs items or further parcels. Each shared
row is read once and each kind of related row only for the shipments that can have it: prefetching them for every
shipment costs more than reading the shipments.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from integrations.models import Connection
from shipments.content import needs_customs
from shipments.models import Shipment
from shops.models import Shop


def load_to_register(ids: Sequence[int]) -> dict[int, Shipment]:
    """By id, with order and connection, parent, shop and what ``build_consignment`` reads."""
    rows = _with_shops(Shipment.objects.filter(pk__in=ids).select_related("parent", "order"))
    orders = [shipment.order for shipment in rows if shipment.order]
    connections = Connection.objects.in_bulk({order.connection_id for order in orders})
    for order in orders:
        order.connection = connections[order.connection_id]
    return {shipment.pk: shipment for shipment in rows}


def load_to_print(ids: Sequence[int]) -> dict[int, Shipment]:
    """By id, with parent, shop, further parcels and what ``build_consignment`` reads."""
    rows = _with_shops(Shipment.objects.filter(pk__in=ids).select_related("parent").defer(*NOT_PRINTED))
    prefetch_related_objects([shipment for shipment in rows if shipment.parcel_count > 1], "further_parcels")
    return {shipment.pk: shipment for shipment in rows}


# JSON and long texts, which are decoded when they are loaded.
NOT_PRINTED = ("problems", "notes", "order_lines", "order_fingerprint", "search_text")


def _with_shops(shipments: "QuerySet[Shipment, Any]") -> list[Shipment]:
    rows = list(shipments)
    shops = Shop.objects.select_related("gateway_account", "preferences").in_bulk({row.shop_id for row in rows})
    for shipment in rows:
        shipment.shop = shops[shipment.shop_id]
    prefetch_related_objects([row for row in rows if needs_customs(row.destination)], "customs_items")
    return rows
