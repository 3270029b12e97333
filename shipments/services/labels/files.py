"""Label files: one PDF per job in the order of the selection, rendered again after cleanup."""

import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from carriers.customs import required_documents
from carriers.gateways import LOCAL
from carriers.gateways.base import Sleep
from carriers.gateways.pdf_merge import merge
from carriers.labels import sheet_plan
from carriers.parcels import Consignment, PrintedLabel
from jobs.models import Job
from lib.leases import renew
from shipments.content import needs_customs
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.loading import load_to_print
from shipments.services.row_locks import lock_statuses
from shipments.states import ShipmentStatus
from shops.models import Shop

# Payload keys: print customs documents with the labels, offer packing slips as a separate file.
FORMS_KEY, SLIPS_KEY = "forms", "slips"


def build_consignment(shipment: Shipment) -> Consignment:
    """Reads ``shop`` and ``customs_items``."""
    customs = shipment.declaration() if needs_customs(shipment.destination) else None
    return shipment.consignment(customs)


def label_file(job: Job) -> Path:
    """Raises FileNotFoundError when the job has no labels, an ApiError when the gateway cannot return them now."""
    path = _path(job.public_id)
    is_ready = path.exists() and not _is_stale(job, path)
    if not is_ready and not render_file(job, path, pause=time.sleep):
        raise FileNotFoundError(path)
    return path


def _path(public_id: uuid.UUID) -> Path:
    path: Path = settings.FILES_DIR / f"labels-{public_id}.pdf"
    return path


def _is_stale(job: Job, path: Path) -> bool:
    """Whether a label in this file was replaced: a test label by a real one."""
    written = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    return job.items.filter(state=JobItem.State.OK, shipment__registered_at__gt=written).exists()


def sleep_keeping_lease(job: Job) -> Sleep:
    def pause(seconds: float) -> None:
        time.sleep(seconds)
        renew(job)

    return pause


def render_file(job: Job, path: Path, *, pause: Sleep) -> bool:
    """Write the PDF atomically; False when the job has no labels. Raises an ApiError when the gateway fails."""
    done = job.items.filter(state=JobItem.State.OK, shipment__barcode__isnull=False)
    ids = list(done.values_list("shipment_id", flat=True))
    rows = load_to_print([pk for pk in ids if pk])
    shipments = [rows[pk] for pk in ids if pk in rows]
    if not shipments:
        return False
    parts, free = _render_parts(shipments, job, pause)
    content = merge(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    _remember_sheet_start(job, free)
    return True


def _remember_sheet_start(job: Job, free: int) -> None:
    """Store the first free place of the sheet for the next labels, if the shop wants that. Rendering again later does
    not.
    """
    if job.layout == "a4" and job.finished_at is None:
        Shop.objects.filter(pk=job.shop_id, label_continue=True).update(label_start=free)


def _render_parts(shipments: Sequence[Shipment], job: Job, pause: Sleep) -> tuple[list[bytes], int]:
    """The PDF parts, one per run of labels of the same gateway, and the first free place on the last A4 sheet.

    Only the first part starts on a used sheet; each other part starts a new sheet.
    """
    parts, start, free, places = [], job.start, job.start, _parcel_positions(shipments)
    with_forms = job.payload.get(FORMS_KEY, True)
    for gateway, group in groupby(shipments, key=_gateway_of):
        labels = [_printed_label(row, *places.get(row.pk, (1, 1)), with_forms=with_forms) for row in group]
        opened_gateway = open_gateway(job.shop_id, gateway, pause=pause)
        parts.append(opened_gateway.render_labels(labels, job.layout or "a6", start))
        if on_sheets := opened_gateway.sheet_slots(labels):
            free, start = sheet_plan(on_sheets, start)[1], 1
    return parts, free


def _printed_label(shipment: Shipment, number: int, count: int, *, with_forms: bool) -> PrintedLabel:
    consignment = build_consignment(shipment)
    forms: tuple[str, ...] = ()
    if with_forms and consignment.customs is not None:
        forms = required_documents(consignment.customs, consignment.choice, consignment.weight)
    return PrintedLabel(
        consignment,
        shipment.barcode or "",
        forms=forms,
        day=timezone.localdate(shipment.registered_at) if shipment.registered_at else None,
        parcel_number=number,
        parcel_count=count,
        return_of=(shipment.parent.barcode or "") if shipment.parent else "",
        external_id=shipment.external_id,
        further=tuple(parcel.barcode for parcel in shipment.further_parcels.all()) if shipment.parcel_count > 1 else (),
    )


def _parcel_positions(shipments: Sequence[Shipment]) -> dict[int, tuple[int, int]]:
    """Number and count of each parcel among the parcels of its order, by shipment id."""
    orders = [shipment.order_id for shipment in shipments if shipment.order_id]
    rows = Shipment.objects.filter(order__in=orders).exclude(status=ShipmentStatus.CANCELED)
    by_order: dict[int, list[int]] = defaultdict(list)
    for pk, order in rows.order_by("order", "parcel_number").values_list("pk", "order"):
        by_order[order].append(pk)
    return {pk: (index, len(pks)) for pks in by_order.values() for index, pk in enumerate(pks, 1)}


def _gateway_of(shipment: Shipment) -> str:
    return shipment.gateway or LOCAL


def gateway_of(job: Job) -> str:
    """The gateway to fetch this file from; LOCAL when the job has only test labels."""
    made = Shipment.objects.filter(pk__in=job.items.filter(state=JobItem.State.OK).values("shipment"))
    named = made.exclude(gateway__in=["", LOCAL]).values_list("gateway", flat=True)
    return named.order_by("pk").first() or LOCAL


def mark_printed(job: Job, by: User) -> None:
    """Only the first download counts. May be repeated."""
    now = timezone.now()
    ids = list(job.items.filter(state=JobItem.State.OK).values_list("shipment_id", flat=True))
    with transaction.atomic():
        first = [pk for pk, status in lock_statuses(ids).items() if status == ShipmentStatus.REGISTERED]
        Shipment.objects.filter(pk__in=first).move(ShipmentStatus.PRINTED, status_at=now, printed_at=now)
        kind = ShipmentEvent.Kind.PRINTED
        ShipmentEvent.objects.bulk_create(
            [ShipmentEvent(shipment_id=pk, kind=kind, actor=by, at=now) for pk in first], batch_size=500
        )


def clean_files() -> None:
    """Delete label files past their retention; they can be rendered again while the shipments exist."""
    oldest = time.time() - settings.FILE_RETENTION_DAYS * 24 * 3600
    for path in settings.FILES_DIR.glob("labels-*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
