"""Reads our tables into the books that are compared. Needs Django."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby

from django.apps import apps
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment, UnreadableOrder
from jobs.models import Job
from lib.leases import LeasedRow
from shipments.models import JobItem, Shipment
from shipments.services.counters.comparison import compare_all
from shipments.services.figures import compare_figures
from shipments.states import ShipmentStatus
from shops.models import GatewayAccount
from storm.books import FailedItem, OurBooks, OurOrder, OurShipment

LONGEST_LEASE = timedelta(hours=1)


def read_ours(overdue_after: float) -> OurBooks:
    """``overdue_after`` is in seconds. What the nightly comparison finds it also repairs, so the first call tells."""
    orders = ExternalOrder.objects.values_list("external_id", "eligibility", "is_imported")
    return OurBooks(
        orders={row[0]: OurOrder(*row) for row in orders.iterator()},
        shipments=tuple(_shipments()),
        offered=frozenset(ExternalOrder.objects.waiting().values_list("external_id", flat=True)),
        unreadable=tuple(UnreadableOrder.objects.values_list("external_id", flat=True)),
        refused_connections=tuple(_refused_connections()),
        failed_items=tuple(_failed_items()),
        unfinished=tuple(_overdue(timedelta(seconds=overdue_after))),
        differences=tuple(_differences()),
    )


def _shipments() -> Iterator[OurShipment]:
    rows = Shipment.objects.filter(parent=None).select_related("order", "fulfillment")
    for row in rows.prefetch_related("further_parcels").iterator(500):
        promise, further = row.fulfillment, list(row.further_parcels.all())
        barcodes = [row.barcode, *(parcel.barcode for parcel in further)]
        yield OurShipment(
            id=str(row.public_id),
            order=row.order.external_id if row.order else "",
            status=row.status,
            barcodes=tuple(barcode for barcode in barcodes if barcode),
            external_id=row.external_id,
            further_ids=tuple(parcel.external_id for parcel in further),
            parcel_count=row.parcel_count,
            units={line["id"]: int(line["pieces"]) for line in row.order_lines},
            promise=promise.state if promise else "",
            told=promise.tracking_number if promise else "",
            withdraws=bool(promise and promise.action == Fulfillment.Action.DELETE),
            blocked=bool(row.blocked_by),
            house=row.number,
            reference=row.reference,
        )


def _refused_connections() -> Iterator[str]:
    for row in Connection.objects.connected().exclude(state=Connection.State.ACTIVE):
        yield f"{row} ({row.state})"
    for account in GatewayAccount.objects.exclude(last_error={}):
        yield f"to the gateway of {account.shop} ({account.last_error.get('en', '')})"


def _failed_items() -> Iterator[FailedItem]:
    """Of each shipment or order only what its newest job of a kind says."""
    rows = JobItem.objects.filter(job__kind__in=["labels", "import"]).select_related("job", "shipment", "order")
    rows = rows.order_by("job__kind", "shipment_id", "order_id", "-job_id")
    for (kind, shipment, order), items in groupby(rows, lambda item: (item.job.kind, item.shipment_id, item.order_id)):
        newest = next(items)
        if newest.state == JobItem.State.FAILED and (shipment or order):
            yield FailedItem(
                str(newest.shipment.public_id) if newest.shipment else "",
                newest.order.external_id if newest.order else "",
                kind,
                newest.code,
            )


def leased_models() -> list[type[LeasedRow]]:
    return [model for model in apps.get_models() if issubclass(model, LeasedRow)]


def _overdue(allowed: timedelta) -> Iterator[str]:
    """Rows that waited too long, and leases that do not end."""
    now = timezone.now()
    for model in leased_models():
        name = model._meta.model_name
        for row in model._default_manager.filter(next_at__lt=now - allowed):
            yield f"{name} {row.pk} is due since {row.next_at:%H:%M:%S}"
        for row in model._default_manager.filter(lease_until__gt=now + LONGEST_LEASE):
            yield f"{name} {row.pk} is leased until {row.lease_until}"
        for row in model._default_manager.filter(lease_until=None).exclude(lease_token=None):
            yield f"{name} {row.pk} is leased without an end"
    for job in Job.objects.unfinished():
        yield f"the {job.kind} job {job.pk} is {job.state}"
    for order in ExternalOrder.objects.filter(changes_pending=True):
        yield f"the changes of order {order.external_id} are not applied"
    for promise in Fulfillment.objects.filter(audit_at__lt=now - allowed):
        yield f"fulfillment {promise.pk} is not audited since {promise.audit_at:%H:%M:%S}"
    late = Shipment.objects.filter(next_poll_at__lt=now - allowed)
    yield from (f"shipment {row.public_id} was not polled since {row.next_poll_at:%H:%M:%S}" for row in late)


def _differences() -> Iterator[str]:
    yield from (difference.message for difference in compare_all())
    if wrong := compare_figures():
        yield f"{wrong} figures of days were wrong"


def unfinished() -> dict[str, int]:
    """How much is still to be done, in queries that are cheap enough to repeat."""
    states = [Fulfillment.State.DUE, Fulfillment.State.SENDING, Fulfillment.State.UNCONFIRMED]
    counts = {
        "jobs": Job.objects.unfinished().count(),
        "updates": Fulfillment.objects.filter(state__in=states).count(),
        "labels": Shipment.objects.filter(status=ShipmentStatus.REGISTERING).count(),
        "drafts": Shipment.objects.filter(status=ShipmentStatus.DRAFT, blocked_by="").count(),
        "orders": ExternalOrder.objects.waiting().count(),
        "changes": ExternalOrder.objects.filter(changes_pending=True).count(),
    }
    return {name: count for name, count in counts.items() if count}
