"""The sweep: differences are added to the totals, and shipments that have a status too long are marked."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from integrations.models import OPEN_ORDERS
from shipments.models import SHIPMENT_COUNTS, SHIPMENT_HOURS, Shipment
from shipments.models.attention import OVERDUE_AFTER
from shipments.states import ShipmentStatus

# A sweep handles at most this many batches of each; the next one goes on.
MAX_BATCHES = 10
OVERDUE_BATCH_SIZE = 500


def keep_counters() -> None:
    """Safe to run concurrently and any number of times."""
    for counter in (SHIPMENT_COUNTS, SHIPMENT_HOURS, OPEN_ORDERS):
        counter.fold(batches=MAX_BATCHES)
    mark_overdue()


def mark_overdue() -> int:
    """Mark shipments that have had their status too long; returns how many. Safe to run concurrently."""
    now = timezone.now()
    return sum(_mark(status, now - age) for status, age in OVERDUE_AFTER.items())


def _mark(status: ShipmentStatus, limit: datetime) -> int:
    late = Shipment.objects.filter(
        # The list is the condition of the index, which a planner recognizes word by word.
        status__in=list(OVERDUE_AFTER),
        overdue=False,
    ).filter(status=status, status_at__lte=limit)
    marked = 0
    for _batch in range(MAX_BATCHES):
        with transaction.atomic():
            rows = late.order_by("status_at").select_for_update(skip_locked=True)
            ids = list(rows.values_list("pk", flat=True)[:OVERDUE_BATCH_SIZE])
            marked += late.filter(pk__in=ids).order_by().update(overdue=True)
        if len(ids) < OVERDUE_BATCH_SIZE:
            break
    return marked
