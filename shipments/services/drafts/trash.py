"""Deleting drafts, and restoring them within ten minutes."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from integrations.models import ExternalOrder
from shipments.models import Shipment, ShipmentEvent
from shipments.states import ShipmentStatus
from shops.models import Shop

UNDO_WINDOW = timedelta(minutes=10)
DELETE_BATCH_SIZE = 500


def delete_drafts(shipments: QuerySet[Shipment], *, by: User) -> tuple[datetime, int]:
    """Returns the deletion time, which ``restore`` needs, and the number of deleted drafts. Shipments with a label are
    skipped. May be repeated.
    """
    deleted_at = timezone.now()
    with transaction.atomic():
        ids = list(
            shipments.filter(status=ShipmentStatus.DRAFT)
            .order_by("pk")
            .select_for_update(of=("self",))
            .values_list("pk", flat=True)
        )
        for start in range(0, len(ids), DELETE_BATCH_SIZE):
            some = Shipment.objects.filter(pk__in=ids[start : start + DELETE_BATCH_SIZE], status=ShipmentStatus.DRAFT)
            some.update(deleted_at=deleted_at)
        _log(ids, ShipmentEvent.Kind.DELETED, by)
    return deleted_at, len(ids)


def _log(ids: list[int], kind: str, by: User) -> None:
    ShipmentEvent.objects.bulk_create(
        [ShipmentEvent(shipment_id=pk, kind=kind, actor=by) for pk in ids], batch_size=DELETE_BATCH_SIZE
    )


def restore(shop: Shop, deleted_at: datetime, *, by: User) -> tuple[int, list[str]]:
    """Restore the drafts deleted at that time, within the undo window. Returns the number of restored drafts, and the
    references of those whose order was imported again, which stay deleted. May be repeated.
    """
    deleted = Shipment.including_deleted.filter(shop=shop, deleted_at=deleted_at)
    if deleted_at < timezone.now() - UNDO_WINDOW:
        return 0, []
    restored, imported_again = [], []
    for shipment in deleted.only("pk", "reference"):
        try:
            with transaction.atomic():
                row = Shipment.including_deleted.filter(pk=shipment.pk, deleted_at=deleted_at)
                restored += [shipment.pk] * row.update(deleted_at=None)
        except IntegrityError:  # shipment_once_per_order: the order has a new draft
            imported_again.append(shipment.reference)
    # Apply changes of the order made while it had no draft.
    ExternalOrder.objects.filter(shipments__in=restored).update(changes_pending=True)
    _log(restored, ShipmentEvent.Kind.RESTORED, by)
    return len(restored), imported_again


def purge_deleted() -> int:
    """Delete drafts that can no longer be restored; returns their number. Safe to run concurrently."""
    expired = Shipment.including_deleted.filter(
        deleted_at__lt=timezone.now() - UNDO_WINDOW, status=ShipmentStatus.DRAFT
    )
    total = 0
    while ids := list(expired.values_list("pk", flat=True)[:DELETE_BATCH_SIZE]):
        Shipment.including_deleted.filter(pk__in=ids, deleted_at__isnull=False).delete()
        total += len(ids)
    return total
