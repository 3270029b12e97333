"""Erasing personal data of shipments whose order was erased."""

from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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


def erase_due() -> int:
    """Erase the shipments of erased orders; returns their number. Safe to run concurrently.

    Shipments whose label is being created are erased by a later run.
    """
    of_erased = Q(order__erased_at__isnull=False) | Q(parent__order__erased_at__isnull=False)
    empty = Q(**dict.fromkeys(PERSONAL_FIELDS, ""))
    found = Shipment.including_deleted.filter(of_erased).exclude(empty).exclude(status=ShipmentStatus.REGISTERING)
    rows = list(found[:ERASE_BATCH_SIZE])
    for shipment in rows:
        _erase(shipment)
    return len(rows)


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
