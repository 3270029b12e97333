"""Making labels: each parcel is registered once and promised to its shop once; then one PDF is drawn."""

import logging
import time
import uuid
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop, User
from carriers.gateways import GATEWAYS
from carriers.gateways.base import LabelGateway
from carriers.parcels import Consignment, PrintedLabel, Registration, RegistrationRefused
from carriers.tracking import carrier_label
from integrations.services import telling
from lib.http import ApiError
from lib.languages import in_every_language
from lib.rows import write_columns
from lib.work import LostLease, keep
from shipments.concepts import needs_customs
from shipments.models import Job, JobItem, Shipment, ShipmentEvent
from shipments.services import jobs
from shipments.services.barcodes import take_numbers
from shipments.services.rechecking import Refusal, check_orders, pieces_to_tell, refusal_of
from shipments.states import ShipmentStatus

log = logging.getLogger(__name__)
GONE = _("This shipment no longer exists.")
BUSY = _("The label is already being made by another run.")
CANCELLED = _("This shipment was cancelled.")
NO_ANSWER = _("The carrier did not answer. Nothing was lost; try again.")


def start_labels(shop: Shop, user: User, *, shipments: QuerySet[Shipment], layout: str, start: int, key: str) -> Job:
    """Queue labels for these shipments of the shop, printed in this order. The same key gives the same job."""
    items = (JobItem(shipment_id=pk) for pk in shipments.filter(shop=shop).values_list("pk", flat=True))
    return jobs.start(shop, user, kind=Job.Kind.LABELS, key=key, items=items, layout=layout, start=start)


def make_labels(job: Job, items: list[JobItem]) -> None:
    """One batch: each parcel is registered once and promised once; who cannot be labelled is named with the reason."""
    batch = _load(items)
    for item in items:
        _settle_early(item, batch.get(item.shipment_id or 0))
    candidates = [batch[item.shipment_id] for item in items if item.shipment_id and _is_open(item)]
    refused = check_orders(candidates)
    refused |= {shipment.pk: reason for shipment in candidates if (reason := refusal_of(shipment))}
    mine = _claim(job, items, [shipment for shipment in candidates if shipment.pk not in refused], refused)
    answers = _register_or_not(job, mine)
    _record(job, items, mine, answers)


def _load(items: Sequence[JobItem]) -> dict[int, Shipment]:
    rows = Shipment.objects.filter(pk__in=[item.shipment_id for item in items if item.shipment_id])
    full = rows.select_related("shop", "order__connection", "fulfillment").prefetch_related("customs_items")
    return {shipment.pk: shipment for shipment in full}


def _is_open(item: JobItem) -> bool:
    return item.state in {JobItem.State.WAITING, JobItem.State.WORKING}


def _settle_early(item: JobItem, shipment: Shipment | None) -> None:
    """Shipments that need no registration: they have a label, or never will."""
    if shipment is None:
        _refuse(item, "gone", GONE)
    elif shipment.status == ShipmentStatus.CANCELLED:
        _refuse(item, "cancelled", CANCELLED)
    elif shipment.has_label:
        item.state = JobItem.State.OK
    elif shipment.status == ShipmentStatus.REGISTERING and item.state != JobItem.State.WORKING:
        _refuse(item, "busy", BUSY, retryable=True)


def _refuse(item: JobItem, code: str, sentence: object, *, retryable: bool = False) -> None:
    item.state, item.code, item.retryable = JobItem.State.REFUSED, code[:40], retryable
    item.reason = sentence if isinstance(sentence, dict) else in_every_language(sentence)


def _claim(job: Job, items: list[JobItem], shipments: list[Shipment], refused: dict[int, Refusal]) -> list[Shipment]:
    """Take the concepts we are about to register, in one compare-and-swap; who else took one keeps it."""
    ids = [shipment.pk for shipment in shipments]
    with transaction.atomic():
        keep(job)
        resumed = {item.shipment_id or 0 for item in items if item.state == JobItem.State.WORKING}
        now = _locked(ids)
        ours = {pk for pk in resumed if now.get(pk) == ShipmentStatus.REGISTERING}
        free = {pk for pk, status in now.items() if status == ShipmentStatus.CONCEPT}
        moved = Shipment.objects.filter(pk__in=free, status=ShipmentStatus.CONCEPT)
        if moved.update(status=ShipmentStatus.REGISTERING, status_at=timezone.now()) != len(free):
            raise LostLease
        mine = ours | free
        # A dead worker had begun with these, and meanwhile their order said no: they are concepts again.
        abandoned = Shipment.objects.filter(pk__in=resumed & set(refused), status=ShipmentStatus.REGISTERING)
        abandoned.update(status=ShipmentStatus.CONCEPT, status_at=timezone.now())
        for item in items:
            if item.shipment_id in mine:
                item.state = JobItem.State.WORKING
            elif item.shipment_id in refused:
                code, sentence, retryable = refused[item.shipment_id]
                _refuse(item, code, sentence, retryable=retryable)
            elif _is_open(item):
                _refuse(item, "busy", BUSY, retryable=True)
        jobs.record(job, items)
    return [shipment for shipment in shipments if shipment.pk in mine]


def _locked(ids: list[int]) -> dict[int, str]:
    """The statuses of these shipments, held until the transaction ends.

    Always in one order: who locks the same rows in another order waits for us while we wait for them.
    """
    rows = Shipment.objects.order_by("pk").select_for_update().filter(pk__in=ids)
    return dict(rows.values_list("pk", "status"))


def _register(job: Job, shipments: list[Shipment]) -> dict[str, Registration | RegistrationRefused]:
    """Announce the parcels, outside any transaction; those a dead worker announced are found, not announced again."""
    if not shipments:
        return {}
    gateway = open_gateway(job.shop_id)
    answers: dict[str, Registration | RegistrationRefused] = dict(
        gateway.find([str(shipment.public_id) for shipment in shipments])
    )
    new = [consignment_of(shipment) for shipment in shipments if str(shipment.public_id) not in answers]
    return answers | {answer.reference: answer for answer in gateway.register(new)}


def _register_or_not(job: Job, shipments: list[Shipment]) -> dict[str, Registration | RegistrationRefused]:
    """A gateway that fails answers nothing: the parcels are concepts again, and are looked for before a next try."""
    try:
        return _register(job, shipments)
    except ApiError as error:
        log.warning("The label gateway failed: %s", type(error).__name__)
        return {}


def open_gateway(shop_id: int) -> LabelGateway:
    """The label gateway of the settings, with the shop's own barcode range."""
    gateway: LabelGateway = import_string(GATEWAYS[settings.LABEL_GATEWAY])(partial(take_numbers, shop_id))
    return gateway


def consignment_of(shipment: Shipment) -> Consignment:
    customs = shipment.declaration() if needs_customs(shipment.destination) else None
    return shipment.consignment(customs)


def _record(
    job: Job,
    items: list[JobItem],
    shipments: list[Shipment],
    answers: dict[str, Registration | RegistrationRefused],
) -> None:
    """Barcodes, promises, log and results of a batch, in one transaction."""
    by_id = {shipment.pk: shipment for shipment in shipments}
    registered = []
    for shipment in shipments:
        answer = answers.get(str(shipment.public_id))
        if isinstance(answer, Registration):
            _fill(shipment, answer)
            registered.append(shipment)
        else:
            shipment.status = ShipmentStatus.CONCEPT
    with transaction.atomic():
        keep(job)
        _locked([shipment.pk for shipment in shipments])
        _promise(registered)
        write_columns(shipments, RECORDED)
        ShipmentEvent.objects.bulk_create(
            [
                ShipmentEvent(shipment=shipment, kind=ShipmentEvent.Kind.LABEL, actor_id=job.started_by_id)
                for shipment in registered
            ],
            batch_size=500,
        )
        working = [item for item in items if item.state == JobItem.State.WORKING]
        for item in working:
            _settle(item, by_id[item.shipment_id or 0], answers)
        jobs.record(job, working)


RECORDED = ["status", "status_at", "barcode", "tracking_url", "registered_at", "search_text", "fulfillment"]


def _fill(shipment: Shipment, answer: Registration) -> None:
    shipment.status, shipment.status_at = ShipmentStatus.REGISTERED, timezone.now()
    shipment.registered_at = shipment.status_at
    shipment.barcode, shipment.tracking_url = answer.barcode, answer.tracking_url
    shipment.search_text = shipment.make_search_text()


def _promise(shipments: list[Shipment]) -> None:
    """The same transaction that keeps the barcode promises it to the shop."""
    promises = [
        telling.Promise(
            order=shipment.order,
            source=shipment.public_id,
            tracking_number=shipment.barcode or "",
            carrier=carrier_label(shipment.carrier),
            tracking_url=shipment.tracking_url,
            lines=pieces_to_tell(shipment),
        )
        for shipment in shipments
        if shipment.order
    ]
    made = telling.promise(promises)
    for shipment in shipments:
        shipment.fulfillment = made.get(shipment.public_id)


def _settle(item: JobItem, shipment: Shipment, answers: dict[str, Registration | RegistrationRefused]) -> None:
    answer = answers.get(str(shipment.public_id))
    if isinstance(answer, Registration):
        item.state = JobItem.State.OK
    elif answer is None:
        _refuse(item, "no_answer", NO_ANSWER, retryable=True)
    else:
        _refuse(item, "carrier", answer.reason, retryable=True)


def give_back(job: Job) -> None:
    """A job that ended for good leaves no concept behind as 'being made'."""
    left = job.items.filter(state=JobItem.State.STOPPED).values("shipment")
    Shipment.objects.filter(pk__in=left, status=ShipmentStatus.REGISTERING).update(status=ShipmentStatus.CONCEPT)


def finish_labels(job: Job) -> dict[str, object]:
    """Draw the finished labels into one PDF, in the order of the selection; no file when there is none."""
    give_back(job)
    name = f"labels-{job.public_id}.pdf"
    return {"file": name if _draw(job, settings.FILES_DIR / name) else ""}


def label_file(job: Job) -> Path:
    """The finished PDF, drawn again when it was cleaned away. FileNotFoundError when there is no label in it."""
    path: Path = settings.FILES_DIR / f"labels-{job.public_id}.pdf"
    if not path.exists() and not _draw(job, path):
        raise FileNotFoundError(path)
    return path


def _draw(job: Job, path: Path) -> bool:
    done = job.items.filter(state=JobItem.State.OK, shipment__barcode__isnull=False)
    ids = list(done.values_list("shipment_id", flat=True))
    rows = Shipment.objects.select_related("shop").prefetch_related("customs_items").in_bulk(ids)
    labels = [PrintedLabel(consignment_of(rows[pk]), rows[pk].barcode or "") for pk in ids if pk in rows]
    if not labels:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{uuid.uuid4().hex}")
    unfinished.write_bytes(open_gateway(job.shop_id).draw(labels, job.layout or "a6", job.start))
    unfinished.replace(path)
    return True


def mark_printed(job: Job, by: User) -> None:
    """The merchant downloaded these labels; the first download counts. May be repeated."""
    now = timezone.now()
    ids = list(job.items.filter(state=JobItem.State.OK).values_list("shipment_id", flat=True))
    with transaction.atomic():
        first = [pk for pk, status in _locked(ids).items() if status == ShipmentStatus.REGISTERED]
        Shipment.objects.filter(pk__in=first).update(status=ShipmentStatus.PRINTED, status_at=now, printed_at=now)
        kind = ShipmentEvent.Kind.PRINTED
        ShipmentEvent.objects.bulk_create(
            [ShipmentEvent(shipment_id=pk, kind=kind, actor=by, at=now) for pk in first], batch_size=500
        )


def clean_files() -> None:
    """Remove drawn files past their retention; they can be drawn again as long as the shipments are there."""
    oldest = time.time() - settings.FILE_RETENTION_DAYS * 24 * 3600
    for path in settings.FILES_DIR.glob("labels-*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
