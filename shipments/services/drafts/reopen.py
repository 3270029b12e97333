"""Making a shipment a draft again that certainly has no label, or only a test label."""

import time
from collections.abc import Iterable

from django.db import transaction

from lib.bulk import bulk_update_columns
from shipments.models import FurtherParcel, Shipment, ShipmentEvent
from shipments.states import ShipmentStatus

DISCARD_BATCH_SIZE = 250
RELEASED_FIELDS = [
    "status",
    "status_at",
    "barcode",
    "tracking_url",
    "registered_at",
    "printed_at",
    "search_text",
    "gateway",
    "external_id",
    "price",
    "next_poll_at",
]


def release(shipment: Shipment) -> None:
    """Make a shipment without a real label a draft again, without saving. Raises IllegalMove."""
    shipment.move_to(ShipmentStatus.DRAFT)
    shipment.barcode, shipment.registered_at, shipment.printed_at, shipment.price = None, None, None, None
    shipment.tracking_url = shipment.gateway = shipment.external_id = ""
    shipment.next_poll_at = None
    shipment.search_text = shipment.make_search_text()


def discard_test_labels(shipment_ids: Iterable[int], *, by_id: int | None = None) -> list[int]:
    """Make shipments with a test label drafts again; returns their ids. May be repeated."""
    with transaction.atomic():
        locked = Shipment.objects.order_by("pk").select_for_update()
        rows = list(locked.filter(pk__in=list(shipment_ids), status=ShipmentStatus.TEST))
        for shipment in rows:
            release(shipment)
        bulk_update_columns(rows, RELEASED_FIELDS)
        FurtherParcel.objects.filter(shipment__in=rows).delete()
        kind = ShipmentEvent.Kind.TEST_DISCARDED
        ShipmentEvent.objects.bulk_create(
            [ShipmentEvent(shipment=row, kind=kind, actor_id=by_id) for row in rows], batch_size=500
        )
    return [shipment.pk for shipment in rows]


def discard_all_test_labels(shop_id: int, *, by_id: int | None, seconds: float = 5) -> int:
    """In short transactions, for about ``seconds``; returns how many. What is left is done by calling it again."""
    discarded, deadline = 0, time.monotonic() + seconds
    tests = Shipment.objects.filter(shop=shop_id).tests().order_by("listed_at", "pk").values_list("pk", flat=True)
    while ids := list(tests[:DISCARD_BATCH_SIZE]):
        discarded += len(discard_test_labels(ids, by_id=by_id))
        if time.monotonic() >= deadline:
            break
    return discarded
