"""Label files: one PDF per job in the order of the selection, rendered again after cleanup."""

import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from carriers.customs import required_documents
from carriers.gateways import LOCAL
from carriers.gateways.base import LabelGateway, LabelWriter, Sleep
from carriers.gateways.pdf_merge import merge_files
from carriers.labels import sheet_plan
from carriers.parcels import Consignment, PrintedLabel
from jobs.models import Job
from lib.http import ApiError, ApiUnauthorized
from lib.leases import renew
from shipments.content import needs_customs
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services.labels.file_parts import (
    KeptPart,
    MadeLabel,
    Part,
    PartsMissing,
    forget_parts,
    keep_part,
    kept_parts,
    split_in_parts,
)
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.loading import load_to_print
from shipments.services.row_locks import lock_statuses
from shipments.states import ShipmentStatus
from shops.models import Shop

# Payload keys: print customs documents with the labels, offer packing slips as a separate file.
FORMS_KEY, SLIPS_KEY = "forms", "slips"
# What the rendering is doing; see ``Progress``.
FETCHING, MERGING = "fetch", "merge"
TOO_MANY_REQUESTS = 429
# Called with a phase, how many of its steps are done, and how many there are.
Progress = Callable[[str, int, int], None]
# Shipments in memory while a file is drawn.
LOAD_BATCH_SIZE = 250


def report_to_nobody(_phase: str, _done: int, _total: int) -> None:
    return


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


def render_file(job: Job, path: Path, *, pause: Sleep, report: Progress = report_to_nobody) -> bool:
    """Write the PDF atomically; False when the job has no labels.

    Raises PartsMissing when some parts are kept and others could not be fetched, another ApiError when none could.
    """
    parts = split_in_parts(made_labels(job))
    if not parts:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = _fetch_parts(job, parts, pause, report)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    try:
        if len(parts) == 1:
            kept[0].path.replace(unfinished)
        else:
            report(MERGING, 0, len(parts))
            with unfinished.open("wb") as target:
                merge_files([part.path for part in kept], target)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    forget_parts(job)
    _remember_sheet_start(job, _free_place(job, kept))
    return True


def made_labels(job: Job) -> list[MadeLabel]:
    """In the order of the job. A label without its recipient is of no use to anybody."""
    done = job.items.filter(state=JobItem.State.OK, shipment__barcode__isnull=False, shipment__deleted_at=None)
    rows = done.filter(shipment__recipient_erased_at=None)
    return [MadeLabel(*row) for row in rows.values_list("shipment_id", "shipment__gateway", "shipment__barcode")]


def _fetch_parts(job: Job, parts: Sequence[Part], pause: Sleep, report: Progress) -> list[KeptPart]:
    """Those that were kept before are not fetched again. One that fails costs no other."""
    known = kept_parts(job)
    fetched: list[KeptPart] = []
    failures: dict[str, ApiError] = {}
    errors: list[ApiError] = []
    for part in parts:
        report(FETCHING, len(fetched), len(parts))
        # Only the first labels on sheets start on a used one; each further part starts a new sheet.
        start = 1 if any(one.slots for one in fetched) else job.start
        digest = part.digest(job, start)
        try:
            if part.gateway in failures:
                raise failures[part.gateway]
            kept = known.get(part.number)
            is_same = kept is not None and kept.digest == digest
            fetched.append(kept if kept and is_same else _fetch_part(job, part, digest, start, pause))
        except ApiError as error:
            errors.append(error)
            if isinstance(error, ApiUnauthorized) or error.status == TOO_MANY_REQUESTS:
                # It would say the same of every other part.
                failures[part.gateway] = error
    if errors and fetched:
        raise PartsMissing(len(errors), len(parts), errors[0])
    if errors:
        raise errors[0]
    return fetched


def _fetch_part(job: Job, part: Part, digest: str, start: int, pause: Sleep) -> KeptPart:
    labels = _printed_labels(part.ids, job, pause)
    opened_gateway = open_gateway(job.shop_id, part.gateway, pause=pause)
    unfinished = settings.FILES_DIR / f"labels-{job.public_id}.{uuid.uuid4().hex}"
    try:
        with unfinished.open("wb") as target:
            slots = _write_part(target, opened_gateway, labels, job.layout or "a6", start)
        return keep_part(job, part, digest, slots, unfinished)
    finally:
        unfinished.unlink(missing_ok=True)


def _free_place(job: Job, parts: Sequence[KeptPart]) -> int:
    """The first free place on the last A4 sheet."""
    start = free = job.start
    for part in parts:
        if part.slots:
            free, start = sheet_plan(part.slots, start)[1], 1
    return free


def part_file(job: Job, number: int) -> tuple[Path, list[int]]:
    """A part that is kept while others are missing, and the ids of its shipments. Raises FileNotFoundError."""
    kept = kept_parts(job).get(number)
    parts = {part.number: part for part in split_in_parts(made_labels(job))} if kept else {}
    if kept is None or number not in parts:
        raise FileNotFoundError(number)
    return kept.path, parts[number].ids


def _remember_sheet_start(job: Job, free: int) -> None:
    """Store the first free place of the sheet for the next labels, if the shop wants that. Rendering again later does
    not.
    """
    if job.layout == "a4" and job.finished_at is None:
        Shop.objects.filter(pk=job.shop_id, label_continue=True).update(label_start=free)


def _write_part(
    target: IO[bytes], gateway: LabelGateway, labels: Iterable[PrintedLabel], layout: str, start: int
) -> int:
    """Returns the number of places taken on A4 sheets."""
    if isinstance(gateway, LabelWriter):
        return gateway.write_labels(target, labels, layout, start)
    loaded = list(labels)
    target.write(gateway.render_labels(loaded, layout, start))
    return gateway.sheet_slots(loaded)


def _printed_labels(ids: Sequence[int], job: Job, pause: Sleep) -> Iterator[PrintedLabel]:
    """In this order, loaded a few at a time, and ``pause`` called between them to keep the lease."""
    with_forms = job.payload.get(FORMS_KEY, True)
    for start in range(0, len(ids), LOAD_BATCH_SIZE):
        if start:
            pause(0)
        batch = ids[start : start + LOAD_BATCH_SIZE]
        rows = load_to_print(batch)
        places = _parcel_positions(list(rows.values()))
        for pk in batch:
            if pk in rows:
                yield _printed_label(rows[pk], *places.get(pk, (1, 1)), with_forms=with_forms)


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
    orders = {shipment.order_id for shipment in shipments if shipment.order_id}
    if not orders:
        return {}
    rows = Shipment.objects.filter(order__in=orders).exclude(status=ShipmentStatus.CANCELED)
    by_order: dict[int, list[int]] = defaultdict(list)
    for pk, order in rows.order_by("order", "parcel_number").values_list("pk", "order"):
        by_order[order].append(pk)
    return {pk: (index, len(pks)) for pks in by_order.values() for index, pk in enumerate(pks, 1)}


def gateway_of(job: Job) -> str:
    """The gateway to fetch this file from; LOCAL when the job has only test labels."""
    made = Shipment.objects.filter(pk__in=job.items.filter(state=JobItem.State.OK).values("shipment"))
    named = made.exclude(gateway__in=["", LOCAL]).values_list("gateway", flat=True)
    return named.order_by("pk").first() or LOCAL


def mark_printed(job: Job, by: User, *, only: Collection[int] | None = None) -> None:
    """Only the first download counts; ``only`` are the shipments of a part. May be repeated."""
    now = timezone.now()
    made = job.items.filter(state=JobItem.State.OK).values_list("shipment_id", flat=True)
    ids = [pk for pk in made if only is None or pk in only]
    with transaction.atomic():
        first = [pk for pk, status in lock_statuses(ids).items() if status == ShipmentStatus.REGISTERED]
        Shipment.objects.filter(pk__in=first).move(ShipmentStatus.PRINTED, status_at=now, printed_at=now)
        kind = ShipmentEvent.Kind.PRINTED
        ShipmentEvent.objects.bulk_create(
            [ShipmentEvent(shipment_id=pk, kind=kind, actor=by, at=now) for pk in first], batch_size=500
        )
