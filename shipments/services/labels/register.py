"""Creating labels: register each parcel once, enqueue its fulfillment once, then render one PDF."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.gateways import gateway_display_name
from carriers.gateways.base import RegistrationResult
from carriers.parcels import Consignment, Registration, RegistrationRejected
from carriers.tracking_links import carrier_display_name
from integrations.services import fulfillments
from jobs import runner
from jobs.models import Job
from lib.bulk import bulk_update_columns
from lib.http import ApiError, ApiUnauthorized
from lib.leases import LeaseLost, RetryPolicy, renew
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment, ShipmentEvent
from shipments.services import delivery_moments
from shipments.services.labels.files import (
    FORMS_KEY,
    SLIPS_KEY,
    build_consignment,
    gateway_of,
    render_file,
    sleep_keeping_lease,
)
from shipments.services.labels.gateway import gateway_name, open_gateway
from shipments.services.labels.preflight import LabelBlocker, label_blocker, recheck_orders, units_to_report
from shipments.services.row_locks import lock_statuses
from shipments.states import ShipmentStatus, next_poll_time
from shops.models import Shop
from shops.services.gateway_accounts import key_rejected_message, record_failure, record_success

log = logging.getLogger(__name__)
GONE_MESSAGE = _("This shipment no longer exists.")
BUSY_MESSAGE = _("The label is already being created by another job.")
CANCELED_MESSAGE = _("This shipment was cancelled.")
NO_ANSWER_MESSAGE = _("The carrier did not respond. Nothing was lost; try again.")
WAITING_MESSAGE = _(
    "{gateway} isn't responding. Nothing is lost: we'll retry automatically, and no label is created twice."
)
# After this time without a response the shipments become drafts again and their items fail.
RETRIES = RetryPolicy(max_age=timedelta(minutes=30))
# Registrations between two renewals of the lease.
REGISTER_BATCH_SIZE = 25
# Base retry delays to wait before we look up a registration whose response was lost.
LOST_CALL_WAITS = 5


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
    """Queue labels, printed in the order of ``shipments``. The same key returns the same job.

    ``forms`` prints customs documents with the labels, ``slips`` offers packing slips as a separate file.
    """
    items = (JobItem(shipment_id=pk) for pk in shipments.filter(shop=shop).values_list("pk", flat=True))
    payload = {FORMS_KEY: forms, SLIPS_KEY: slips}
    return runner.start(
        shop, user, kind=JobKind.LABELS, key=key, items=items, layout=layout, start=start, payload=payload
    )


def make_labels(job: Job, items: list[JobItem]) -> None:
    batch = _load(items)
    for item in items:
        _finish_unregistered(item, batch.get(item.shipment_id or 0))
    candidates = [batch[item.shipment_id] for item in items if item.shipment_id and _is_open(item)]
    blocked = recheck_orders(candidates)
    blocked |= {shipment.pk: reason for shipment in candidates if (reason := label_blocker(shipment))}
    gateway = gateway_name(job.shop_id)
    ready = [shipment for shipment in candidates if shipment.pk not in blocked]
    if (wait := delivery_moments.settle(job.shop_id, gateway, ready)) and not RETRIES.is_exhausted(
        since=job.created_at
    ):
        raise runner.RetryLater(_waiting_message(gateway), at_least=wait)
    tried_before = {shipment.pk for shipment in candidates if shipment.gateway}
    claimed = _claim(job, items, ready, blocked, gateway)
    outcome = _register(job, gateway, claimed, tried_before)
    _record(job, items, claimed, gateway, outcome)
    _postpone_if_unanswered(job, outcome, claimed, gateway)


def _load(items: Sequence[JobItem]) -> dict[int, Shipment]:
    rows = Shipment.objects.filter(pk__in=[item.shipment_id for item in items if item.shipment_id])
    # A batch has one shop and few connections, so fetch each once.
    shared = ("shop", "order__connection", "customs_items")
    full = rows.select_related("parent", "order", "fulfillment").prefetch_related(*shared)
    return {shipment.pk: shipment for shipment in full}


def _is_open(item: JobItem) -> bool:
    return item.state in {JobItem.State.WAITING, JobItem.State.IN_PROGRESS}


def _finish_unregistered(item: JobItem, shipment: Shipment | None) -> None:
    if shipment is None:
        runner.fail_item(item, "gone", GONE_MESSAGE)
    elif shipment.status == ShipmentStatus.CANCELED:
        runner.fail_item(item, "cancelled", CANCELED_MESSAGE)
    elif shipment.has_label:
        item.state = JobItem.State.OK
    elif shipment.status == ShipmentStatus.REGISTERING and item.state != JobItem.State.IN_PROGRESS:
        runner.fail_item(item, "busy", BUSY_MESSAGE, retryable=True)


def _claim(
    job: Job, items: list[JobItem], shipments: list[Shipment], blocked: dict[int, LabelBlocker], gateway: str
) -> list[Shipment]:
    """Move the drafts to REGISTERING in one compare-and-swap; returns those that this job registers.

    Stores the gateway in the same transaction, so that the next attempt queries that gateway first.
    """
    ids = [shipment.pk for shipment in shipments]
    with transaction.atomic():
        renew(job)
        resumed = {item.shipment_id or 0 for item in items if item.state == JobItem.State.IN_PROGRESS}
        now = lock_statuses({*ids, *resumed})
        ours = {pk for pk in ids if pk in resumed and now.get(pk) == ShipmentStatus.REGISTERING}
        free = {pk for pk in ids if now.get(pk) == ShipmentStatus.DRAFT}
        if Shipment.objects.filter(pk__in=free).move(ShipmentStatus.REGISTERING, gateway=gateway) != len(free):
            raise LeaseLost
        claimed_ids = ours | free
        # A crashed worker started with these and their orders are blocked now.
        Shipment.objects.filter(pk__in=resumed & set(blocked)).move(ShipmentStatus.DRAFT)
        for item in items:
            if item.shipment_id in claimed_ids:
                item.state = JobItem.State.IN_PROGRESS
            elif item.shipment_id in blocked:
                code, message, retryable = blocked[item.shipment_id]
                runner.fail_item(item, code, message, retryable=retryable)
            elif _is_open(item):
                runner.fail_item(item, "busy", BUSY_MESSAGE, retryable=True)
        runner.record(job, items)
    claimed = [shipment for shipment in shipments if shipment.pk in claimed_ids]
    for shipment in claimed:
        if shipment.pk in free:
            shipment.move_to(ShipmentStatus.REGISTERING, source=now[shipment.pk])
    return claimed


@dataclass(frozen=True, slots=True)
class RegistrationOutcome:
    """Results by reference. ``error`` explains missing ones; with a ``blocker`` missing ones fail."""

    answers: dict[str, RegistrationResult]
    error: ApiError | None = None
    blocker: LabelBlocker | None = None

    def of(self, shipment: Shipment) -> RegistrationResult | None:
        return self.answers.get(str(shipment.public_id))


def _register(job: Job, gateway: str, shipments: list[Shipment], tried_before: set[int]) -> RegistrationOutcome:
    """Runs outside a transaction. Shipments that may have been registered before are looked up first."""
    answers: dict[str, RegistrationResult] = {}
    if not shipments:
        return RegistrationOutcome(answers)
    consignments = {shipment.pk: build_consignment(shipment) for shipment in shipments}
    try:
        opened_gateway = open_gateway(job.shop_id, gateway)
        found: dict[str, Registration | None] = {}
        for some in _chunks_renewing_lease(
            job, [consignments[shipment.pk] for shipment in shipments if shipment.pk in tried_before]
        ):
            found |= opened_gateway.find_registrations(some)
        answers |= {reference: registration for reference, registration in found.items() if registration is not None}
        for some in _chunks_renewing_lease(
            job, [consignment for consignment in consignments.values() if consignment.reference not in found]
        ):
            answers |= {answer.reference: answer for answer in opened_gateway.register(some)}
    except ApiUnauthorized as error:
        record_failure(job.shop_id, error)
        return RegistrationOutcome(answers, error, ("gateway_key", key_rejected_message(gateway), True))
    except ApiError as error:
        log.warning("The label gateway failed: %s", type(error).__name__)
        too_late = RETRIES.is_exhausted(since=job.created_at)
        return RegistrationOutcome(answers, error, ("no_answer", NO_ANSWER_MESSAGE, True) if too_late else None)
    record_success(job.shop_id)
    too_late = len(answers) < len(shipments) and RETRIES.is_exhausted(since=job.created_at)
    return RegistrationOutcome(answers, None, ("no_answer", NO_ANSWER_MESSAGE, True) if too_late else None)


def _chunks_renewing_lease(job: Job, consignments: Sequence[Consignment]) -> Iterator[Sequence[Consignment]]:
    """A gateway call may take seconds, so renew the lease between calls. Raises LeaseLost."""
    for start in range(0, len(consignments), REGISTER_BATCH_SIZE):
        if start:
            renew(job)
        yield consignments[start : start + REGISTER_BATCH_SIZE]


def _postpone_if_unanswered(job: Job, outcome: RegistrationOutcome, shipments: list[Shipment], gateway: str) -> None:
    """Shipments without a result stay REGISTERING and are looked up by the next attempt. Raises RetryLater."""
    if outcome.blocker is not None or all(outcome.of(shipment) for shipment in shipments):
        return
    requested = outcome.error.retry_after if outcome.error else 0.0
    minimum = LOST_CALL_WAITS * settings.RETRY_BASE_SECONDS
    raise runner.RetryLater(_waiting_message(gateway), at_least=max(requested, minimum))


def _waiting_message(gateway: str) -> Promise:
    return format_lazy(WAITING_MESSAGE, gateway=gateway_display_name(gateway))


def _record(
    job: Job, items: list[JobItem], shipments: list[Shipment], gateway: str, outcome: RegistrationOutcome
) -> None:
    """Store barcodes, fulfillments, events and item results in one transaction; skips shipments without a result."""
    registered, finished = [], []
    spoken: dict[int, dict[str, str]] = {}
    for shipment in shipments:
        answer = outcome.of(shipment)
        if isinstance(answer, Registration):
            _apply_registration(shipment, answer, gateway)
            spoken[shipment.pk] = delivery_moments.record_standard(shipment, gateway)
            registered.append(shipment)
        elif answer is not None or outcome.blocker is not None:
            # A rejected shipment was not registered; without a response the next attempt must look it up.
            shipment.move_to(ShipmentStatus.DRAFT)
            shipment.gateway = "" if answer else gateway
        else:
            continue
        finished.append(shipment)
    by_id = {shipment.pk: shipment for shipment in finished}
    with transaction.atomic():
        renew(job)
        lock_statuses([shipment.pk for shipment in shipments])
        _enqueue_fulfillments(registered)
        bulk_update_columns(finished, REGISTRATION_FIELDS)
        ShipmentEvent.objects.bulk_create(
            [
                ShipmentEvent(
                    shipment=shipment,
                    kind=ShipmentEvent.Kind.LABEL,
                    actor_id=job.started_by_id,
                    text=spoken[shipment.pk],
                )
                for shipment in registered
            ],
            batch_size=500,
        )
        ended = [item for item in items if item.state == JobItem.State.IN_PROGRESS and item.shipment_id in by_id]
        for item in ended:
            _set_result(item, outcome.of(by_id[item.shipment_id or 0]), outcome.blocker)
        runner.record(job, ended)


REGISTRATION_FIELDS = [
    "delivery_type",
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
    "next_poll_at",
]


def _apply_registration(shipment: Shipment, answer: Registration, gateway: str) -> None:
    shipment.move_to(ShipmentStatus.REGISTERED)
    shipment.registered_at = now = shipment.status_at
    shipment.barcode, shipment.tracking_url = answer.barcode, answer.tracking_url
    shipment.gateway, shipment.external_id, shipment.price = gateway, answer.external_id, answer.price_cents
    shipment.next_poll_at = (
        next_poll_time(shipment.status, now, now) if answer.external_id and answer.tracking_url else None
    )
    shipment.search_text = shipment.make_search_text()


def _enqueue_fulfillments(shipments: list[Shipment]) -> None:
    """Must run in the transaction that stores the barcodes."""
    new = [
        fulfillments.NewFulfillment(
            order=shipment.order,
            source_id=shipment.public_id,
            tracking_number=shipment.barcode or "",
            carrier=carrier_display_name(shipment.carrier),
            tracking_url=shipment.tracking_url,
            lines=units_to_report(shipment),
        )
        for shipment in shipments
        if shipment.order
    ]
    stored = fulfillments.enqueue(new)
    for shipment in shipments:
        shipment.fulfillment = stored.get(shipment.public_id)


def _set_result(item: JobItem, answer: RegistrationResult | None, blocker: LabelBlocker | None) -> None:
    if isinstance(answer, Registration):
        item.state = JobItem.State.OK
    elif isinstance(answer, RegistrationRejected):
        runner.fail_item(item, "carrier", answer.reason, retryable=True)
    elif blocker is not None:
        code, message, retryable = blocker
        runner.fail_item(item, code, message, retryable=retryable)


def release_unfinished(job: Job) -> None:
    stopped = job.items.filter(state=JobItem.State.STOPPED).values("shipment")
    Shipment.objects.filter(pk__in=stopped).move(ShipmentStatus.DRAFT)


def finish_labels(job: Job) -> dict[str, object]:
    """Render the PDF; no file without labels.

    Raises RetryLater when the gateway cannot return the labels now.
    """
    release_unfinished(job)
    name = f"labels-{job.public_id}.pdf"
    try:
        drawn = render_file(job, settings.FILES_DIR / name, pause=sleep_keeping_lease(job))
    except ApiError as error:
        log.warning("The labels could not be fetched: %s", type(error).__name__)
        if not RETRIES.is_exhausted(since=job.created_at) and not isinstance(error, ApiUnauthorized):
            raise runner.RetryLater(_waiting_message(gateway_of(job)), at_least=error.retry_after) from error
        # The labels exist; the download fetches them later.
        drawn = True
    return {"file": name if drawn else ""}
