"""Erasing personal data of shipments whose order was erased."""

import time
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from integrations.models import ExternalOrder
from integrations.services import erasure as orders_erasure
from jobs.models import Job
from lib.stored_messages import in_all_languages
from shipments.content import ADDRESS_FIELDS, POINT_COLUMNS
from shipments.models import Shipment, ShipmentEvent
from shipments.states import Blocker, ShipmentStatus

# Country, weight, carrier and barcode are kept for statistics.
PERSONAL_FIELDS = (*(set(ADDRESS_FIELDS) - {"country"}), *POINT_COLUMNS.values(), "tracking_url")
ERASE_BATCH_SIZE = 100
ERASED_MESSAGE = _("The buyer's details were erased at their request")
NO_LABEL_MESSAGE = _("The buyer's details in this order were erased at their request, so no label can be created.")


def erase_due(*, seconds: float = 20) -> int:
    """Erase the shipments of erased orders; returns their number. Safe to run concurrently.

    Looks at the orders erased since yesterday and at those with something left. Shipments whose label is being created
    are erased by a later run.
    """
    erased, last, deadline = 0, 0, time.monotonic() + seconds
    while time.monotonic() < deadline and (orders := _pending_orders(last)):
        last, found = orders[-1], _personal_shipments(orders)
        ready = [shipment for shipment in found if shipment.status != ShipmentStatus.REGISTERING]
        for shipment in ready:
            _erase(shipment)
        erased += len(ready)
        left = {
            order for shipment in found for order in (shipment.order_id, shipment.parent and shipment.parent.order_id)
        }
        orders_erasure.settle([order for order in orders if order not in left])
    return erased


def _pending_orders(last: int) -> list[int]:
    pending = ExternalOrder.objects.filter(erasure_pending=True, pk__gt=last).order_by("pk")
    return list(pending.values_list("pk", flat=True)[:ERASE_BATCH_SIZE])


def _personal_shipments(orders: list[int]) -> list[Shipment]:
    """Outgoing ones and returns, by two questions: no index serves an OR over two tables."""
    rows = Shipment.including_deleted.exclude(**dict.fromkeys(PERSONAL_FIELDS, ""))
    return [*rows.filter(order__in=orders), *rows.filter(parent__order__in=orders).select_related("parent")]


def _erase(shipment: Shipment) -> None:
    changes: dict[str, object] = dict.fromkeys(PERSONAL_FIELDS, "")
    for name, value in changes.items():
        setattr(shipment, name, value)
    barcodes = shipment.further_parcels.values_list("barcode", flat=True)
    changes |= {"search_text": shipment.make_search_text(*barcodes), "notes": [], "version": F("version") + 1}
    # What was typed with an article, such as a name to engrave, is personal; the article is not.
    changes["order_lines"] = [replace(line, choices=()).to_json() for line in shipment.lines]
    if shipment.is_draft:
        problem = {"field": "person", "code": "erased", "text": in_all_languages(NO_LABEL_MESSAGE)}
        changes |= {"problems": [problem], "blocked_by": Blocker.ADDRESS}
    with transaction.atomic():
        unchanged = Shipment.including_deleted.filter(pk=shipment.pk, status=shipment.status, version=shipment.version)
        if unchanged.update(**changes) != 1:
            return
        ShipmentEvent.objects.create(
            shipment=shipment, kind=ShipmentEvent.Kind.ORDER_CHANGED, text=in_all_languages(ERASED_MESSAGE)
        )
    _remove_files(shipment)


def _remove_files(shipment: Shipment) -> None:
    """Delete label files with the recipient's name; the labels of other shipments can be rendered again."""
    for job in Job.objects.filter(items__shipment=shipment).exclude(file=""):
        (settings.FILES_DIR / job.file).unlink(missing_ok=True)
        Job.objects.filter(pk=job.pk).update(file="")
