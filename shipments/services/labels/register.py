"""Making labels: each parcel is registered once and promised to its shop once; then one PDF is made."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.gateways import gateway_display_name
from carriers.gateways.base import RegistrationResult
from carriers.parcels import Consignment, Registration, RegistrationRejected
from carriers.tracking_links import carrier_display_name
from integrations.services import telling
from jobs import runner
from jobs.models import Job
from lib.bulk import bulk_update_columns
from lib.http import ApiError, ApiUnauthorized
from lib.leases import LeaseLost, RetryPolicy, renew
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services.labels.files import FORMS, SLIPS, consignment_of, draw_file, gateway_of, pausing
from shipments.services.labels.gateway import gateway_name, open_gateway
from shipments.services.labels.preflight import Refusal, check_orders, pieces_to_tell, refusal_of
from shipments.services.locks import locked_statuses
from shipments.states import ShipmentStatus, next_question
from shops.models import Shop
from shops.services.gateway_accounts import key_rejected_message, record_failure, record_success

log = logging.getLogger(__name__)
GONE = _("This shipment no longer exists.")
BUSY = _("The label is already being made by another run.")
CANCELLED = _("This shipment was cancelled.")
NO_ANSWER = _("The carrier did not answer. Nothing was lost; try again.")
WAITING = _("{gateway} does not answer now. Nothing is lost: we try again by ourselves, and no label is made twice.")
RETRIES = RetryPolicy(max_age=timedelta(minutes=30))
"""After this long without an answer a parcel is a concept again, and the merchant decides."""
PER_TURN = 25
"""How many parcels are announced between two signs of life."""
SETTLE = 5
"""How many first waits a lost call gets to finish at the other side before we look."""


def start_labels(
    shop: Shop,
    user: User,
    *,
    shipments: QuerySet[Shipment],
    layout: str,
    start: int,
    key: str,
    forms: bool = True,
    slips: bool = False,
) -> Job:
    """Queue labels for these shipments of the shop, printed in this order. The same key gives the same job.

    ``forms`` prints the papers for customs with the labels, ``slips`` offers packing slips in a file of their own.
    """
    items = (JobItem(shipment_id=pk) for pk in shipments.filter(shop=shop).values_list("pk", flat=True))
    beside = {FORMS: forms, SLIPS: slips}
    return runner.start(
        shop, user, kind=JobKind.LABELS, key=key, items=items, layout=layout, start=start, payload=beside
    )


def make_labels(job: Job, items: list[JobItem]) -> None:
    """One batch: each parcel is registered once and promised once; who cannot be labelled is named with the reason."""
    batch = _load(items)
    for item in items:
        _settle_early(item, batch.get(item.shipment_id or 0))
    candidates = [batch[item.shipment_id] for item in items if item.shipment_id and _is_open(item)]
    refused = check_orders(candidates)
    refused |= {shipment.pk: reason for shipment in candidates if (reason := refusal_of(shipment))}
    gateway = gateway_name(job.shop_id)
    tried = {shipment.pk for shipment in candidates if shipment.gateway}
    mine = _claim(job, items, [shipment for shipment in candidates if shipment.pk not in refused], refused, gateway)
    outcome = _register(job, gateway, mine, tried)
    _record(job, items, mine, gateway, outcome)
    _wait_for_the_rest(job, outcome, mine, gateway)


def _load(items: Sequence[JobItem]) -> dict[int, Shipment]:
    rows = Shipment.objects.filter(pk__in=[item.shipment_id for item in items if item.shipment_id])
    full = rows.select_related("shop", "parent", "order__connection", "fulfillment").prefetch_related("customs_items")
    return {shipment.pk: shipment for shipment in full}


def _is_open(item: JobItem) -> bool:
    return item.state in {JobItem.State.WAITING, JobItem.State.WORKING}


def _settle_early(item: JobItem, shipment: Shipment | None) -> None:
    """Shipments that need no registration: they have a label, or never will."""
    if shipment is None:
        runner.refuse(item, "gone", GONE)
    elif shipment.status == ShipmentStatus.CANCELLED:
        runner.refuse(item, "cancelled", CANCELLED)
    elif shipment.has_label:
        item.state = JobItem.State.OK
    elif shipment.status == ShipmentStatus.REGISTERING and item.state != JobItem.State.WORKING:
        runner.refuse(item, "busy", BUSY, retryable=True)


def _claim(
    job: Job, items: list[JobItem], shipments: list[Shipment], refused: dict[int, Refusal], gateway: str
) -> list[Shipment]:
    """Take the concepts we are about to register, in one compare-and-swap; who else took one keeps it.

    The gateway is written in the same moment: whatever happens afterwards, the next try looks there first.
    """
    ids = [shipment.pk for shipment in shipments]
    with transaction.atomic():
        renew(job)
        resumed = {item.shipment_id or 0 for item in items if item.state == JobItem.State.WORKING}
        now = locked_statuses({*ids, *resumed})
        ours = {pk for pk in ids if pk in resumed and now.get(pk) == ShipmentStatus.REGISTERING}
        free = {pk for pk in ids if now.get(pk) == ShipmentStatus.CONCEPT}
        moved = Shipment.objects.filter(pk__in=free, status=ShipmentStatus.CONCEPT)
        begun = {"status": ShipmentStatus.REGISTERING, "status_at": timezone.now(), "gateway": gateway}
        if moved.update(**begun) != len(free):
            raise LeaseLost
        mine = ours | free
        # A dead worker had begun with these, and meanwhile their order said no: they are concepts again.
        abandoned = Shipment.objects.filter(pk__in=resumed & set(refused), status=ShipmentStatus.REGISTERING)
        abandoned.update(status=ShipmentStatus.CONCEPT, status_at=timezone.now())
        for item in items:
            if item.shipment_id in mine:
                item.state = JobItem.State.WORKING
            elif item.shipment_id in refused:
                code, sentence, retryable = refused[item.shipment_id]
                runner.refuse(item, code, sentence, retryable=retryable)
            elif _is_open(item):
                runner.refuse(item, "busy", BUSY, retryable=True)
        runner.record(job, items)
    return [shipment for shipment in shipments if shipment.pk in mine]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A gateway's answers by reference. ``error`` says why some are missing, ``refusal`` that none will come."""

    answers: dict[str, RegistrationResult]
    error: ApiError | None = None
    refusal: Refusal | None = None

    def of(self, shipment: Shipment) -> RegistrationResult | None:
        return self.answers.get(str(shipment.public_id))


def _register(job: Job, gateway: str, shipments: list[Shipment], tried: set[int]) -> Outcome:
    """Announce the parcels, outside any transaction; those that were tried before are looked for first."""
    answers: dict[str, RegistrationResult] = {}
    if not shipments:
        return Outcome(answers)
    consignments = {shipment.pk: consignment_of(shipment) for shipment in shipments}
    try:
        opened = open_gateway(job.shop_id, gateway)
        found: dict[str, Registration | None] = {}
        for some in _in_turns(job, [consignments[shipment.pk] for shipment in shipments if shipment.pk in tried]):
            found |= opened.find_registrations(some)
        answers |= {reference: one for reference, one in found.items() if one is not None}
        for some in _in_turns(job, [one for one in consignments.values() if one.reference not in found]):
            answers |= {answer.reference: answer for answer in opened.register(some)}
    except ApiUnauthorized as error:
        record_failure(job.shop_id, error)
        return Outcome(answers, error, ("gateway_key", key_rejected_message(gateway), True))
    except ApiError as error:
        log.warning("The label gateway failed: %s", type(error).__name__)
        too_late = RETRIES.is_exhausted(since=job.created_at)
        return Outcome(answers, error, ("no_answer", NO_ANSWER, True) if too_late else None)
    record_success(job.shop_id)
    too_late = len(answers) < len(shipments) and RETRIES.is_exhausted(since=job.created_at)
    return Outcome(answers, None, ("no_answer", NO_ANSWER, True) if too_late else None)


def _in_turns(job: Job, consignments: Sequence[Consignment]) -> Iterator[Sequence[Consignment]]:
    """A gateway may take seconds for a call, so we keep the job between turns; who lost it announces nothing more."""
    for start in range(0, len(consignments), PER_TURN):
        if start:
            renew(job)
        yield consignments[start : start + PER_TURN]


def _wait_for_the_rest(job: Job, outcome: Outcome, shipments: list[Shipment], gateway: str) -> None:
    """Parcels without an answer stay 'being made' and are looked for before the next try. Raises Later."""
    if outcome.refusal is not None or all(outcome.of(shipment) for shipment in shipments):
        return
    asked = outcome.error.retry_after if outcome.error else 0.0
    settle = SETTLE * settings.RETRY_BASE_SECONDS
    raise runner.Later(_waiting_message(gateway), at_least=max(asked, settle))


def _waiting_message(gateway: str) -> Promise:
    return format_lazy(WAITING, gateway=gateway_display_name(gateway))


def _record(job: Job, items: list[JobItem], shipments: list[Shipment], gateway: str, outcome: Outcome) -> None:
    """Barcodes, promises, log and results of a batch, in one transaction. Who has no answer yet stays as it is."""
    registered, settled = [], []
    for shipment in shipments:
        answer = outcome.of(shipment)
        if isinstance(answer, Registration):
            _fill(shipment, answer, gateway)
            registered.append(shipment)
        elif answer is not None or outcome.refusal is not None:
            # Refused means that nothing was made; without an answer the next try must look first.
            shipment.status, shipment.gateway = ShipmentStatus.CONCEPT, "" if answer else gateway
        else:
            continue
        settled.append(shipment)
    by_id = {shipment.pk: shipment for shipment in settled}
    with transaction.atomic():
        renew(job)
        locked_statuses([shipment.pk for shipment in shipments])
        _promise(registered)
        bulk_update_columns(settled, RECORDED)
        ShipmentEvent.objects.bulk_create(
            [
                ShipmentEvent(shipment=shipment, kind=ShipmentEvent.Kind.LABEL, actor_id=job.started_by_id)
                for shipment in registered
            ],
            batch_size=500,
        )
        ended = [item for item in items if item.state == JobItem.State.WORKING and item.shipment_id in by_id]
        for item in ended:
            _settle(item, outcome.of(by_id[item.shipment_id or 0]), outcome.refusal)
        runner.record(job, ended)


RECORDED = [
    "status",
    "status_at",
    "barcode",
    "tracking_url",
    "registered_at",
    "search_text",
    "fulfillment",
    "gateway",
    "external_id",
    "price",
    "tracking_status",
    "carrier_status_code",
    "follow_at",
]


def _fill(shipment: Shipment, answer: Registration, gateway: str) -> None:
    now = timezone.now()
    shipment.status, shipment.status_at = ShipmentStatus.REGISTERED, now
    shipment.registered_at = now
    shipment.barcode, shipment.tracking_url = answer.barcode, answer.tracking_url
    shipment.gateway, shipment.external_id, shipment.price = gateway, answer.external_id, answer.price_cents
    shipment.follow_at = (
        next_question(shipment.status, now, now) if answer.external_id and answer.tracking_url else None
    )
    shipment.search_text = shipment.make_search_text()


def _promise(shipments: list[Shipment]) -> None:
    """The same transaction that keeps the barcode promises it to the shop."""
    promises = [
        telling.Promise(
            order=shipment.order,
            source=shipment.public_id,
            tracking_number=shipment.barcode or "",
            carrier=carrier_display_name(shipment.carrier),
            tracking_url=shipment.tracking_url,
            lines=pieces_to_tell(shipment),
        )
        for shipment in shipments
        if shipment.order
    ]
    made = telling.promise(promises)
    for shipment in shipments:
        shipment.fulfillment = made.get(shipment.public_id)


def _settle(item: JobItem, answer: RegistrationResult | None, refusal: Refusal | None) -> None:
    if isinstance(answer, Registration):
        item.state = JobItem.State.OK
    elif isinstance(answer, RegistrationRejected):
        runner.refuse(item, "carrier", answer.reason, retryable=True)
    elif refusal is not None:
        code, sentence, retryable = refusal
        runner.refuse(item, code, sentence, retryable=retryable)


def give_back(job: Job) -> None:
    """A job that ended for good leaves no concept behind as 'being made'."""
    left = job.items.filter(state=JobItem.State.STOPPED).values("shipment")
    Shipment.objects.filter(pk__in=left, status=ShipmentStatus.REGISTERING).update(status=ShipmentStatus.CONCEPT)


def finish_labels(job: Job) -> dict[str, object]:
    """Put the finished labels into one PDF; no file when there is none. Raises Later when it cannot be fetched now."""
    give_back(job)
    name = f"labels-{job.public_id}.pdf"
    try:
        drawn = draw_file(job, settings.FILES_DIR / name, pause=pausing(job))
    except ApiError as error:
        log.warning("The labels could not be fetched: %s", type(error).__name__)
        if not RETRIES.is_exhausted(since=job.created_at) and not isinstance(error, ApiUnauthorized):
            raise runner.Later(_waiting_message(gateway_of(job)), at_least=error.retry_after) from error
        # The labels exist; the download fetches them when the gateway answers again.
        drawn = True
    return {"file": name if drawn else ""}
