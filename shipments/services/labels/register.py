"""Creating labels: register each parcel once, enqueue its fulfillment once, then render one PDF."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carriers.gateways import LOCAL, gateway_display_name
from carriers.gateways.base import RegistrationResult
from carriers.parcels import Registration, RegistrationRejected
from jobs import runner
from jobs.models import Job
from lib.http import ApiError, ApiUnauthorized
from lib.leases import renew
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment
from shipments.queries.key_pieces import read_keys
from shipments.services import delivery_moments
from shipments.services.drafts.reopen import discard_test_labels, release
from shipments.services.labels.claim import BUSY_MESSAGE, POSTPONED, Checked, claim_drafts, still_registering
from shipments.services.labels.file_parts import PartsMissing
from shipments.services.labels.files import (
    FORMS_KEY,
    SLIPS_KEY,
    gateway_of,
    render_file,
    sleep_keeping_lease,
)
from shipments.services.labels.gateway import gateway_name
from shipments.services.labels.loading import load_to_register
from shipments.services.labels.preflight import RETRIES, SilentPlatform, label_blocker, recheck_orders
from shipments.services.labels.registration import apply_registration, block_refused, store
from shipments.services.labels.registration_call import RegistrationOutcome, register_at_gateway
from shipments.services.labels.unanswered import keep_asking, look_up_now, seconds_until_settled
from shipments.services.row_locks import lock_statuses
from shipments.states import ShipmentStatus
from shops.models import Shop

log = logging.getLogger(__name__)
GONE_MESSAGE = _("This shipment no longer exists.")
CANCELED_MESSAGE = _("This shipment was cancelled.")
NO_ANSWER_MESSAGE = _("The carrier did not respond. No label was created; try again.")
UNKNOWN_MESSAGE = _(
    "The carrier did not say whether this label was created. We keep asking; until then it can't be changed, so that "
    "no second label is paid for."
)
WAITING_MESSAGE = _(
    "{gateway} isn't responding. Nothing is lost: we'll retry automatically, and no label is created twice."
)
PARTS_MISSING_MESSAGE = _(
    "{gateway} isn't responding. {ready} of the {total} parts of your file are ready to download; we'll fetch the rest "
    "automatically."
)
# The phase before ``registration_call.REGISTERING`` and those of ``files``.
CHECKING = "check"
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
    items = (JobItem(shipment_id=pk) for pk in read_keys(shipments.filter(shop=shop)))
    payload = {FORMS_KEY: forms, SLIPS_KEY: slips}
    return runner.start(
        shop, user, kind=JobKind.LABELS, key=key, items=items, layout=layout, start=start, payload=payload
    )


def make_labels(job: Job, items: list[JobItem]) -> None:
    """Raises RetryLater when something did not answer: nothing has failed, and the job goes on with these later."""
    gateway = gateway_name(job.shop_id)
    batch = load_to_register([item.shipment_id for item in items if item.shipment_id])
    tried = {item.shipment_id for item in items if item.shipment_id and item.state == JobItem.State.IN_PROGRESS}
    look_up_error = _settle_unanswered(job, tried, batch)
    if gateway != LOCAL:
        _discard_test_labels(job, items, batch)
    for item in items:
        _finish_unregistered(item, batch.get(item.shipment_id or 0))
    candidates = [batch[item.shipment_id] for item in items if item.shipment_id and _is_open(item)]
    candidates = [shipment for shipment in candidates if shipment.is_draft]
    if candidates:
        runner.enter_phase(job, CHECKING, 0, len(candidates))
    blocked, silent = recheck_orders(candidates)
    if silent and RETRIES.is_exhausted(since=job.created_at):
        blocked |= {pk: (one.code, one.failure, True) for pk, one in silent.items()}
        silent = {}
    checked = Checked(candidates, blocked, silent.keys())
    _settle_moments(job, gateway, [one for one in candidates if checked.is_ready(one.pk) and not label_blocker(one)])
    claimed = claim_drafts(job, items, checked, gateway)
    outcome = register_at_gateway(job, gateway, claimed, tried=tried)
    _record(job, items, claimed, outcome)
    _postpone_if_unanswered(job, items, replace(outcome, look_up_error=look_up_error), gateway, silent)


def _settle_moments(job: Job, gateway: str, ready: Sequence[Shipment]) -> None:
    """Ask whether a morning or evening is possible. Raises RetryLater while a limit of calls stops the asking."""
    wait = delivery_moments.settle(job.shop_id, gateway, ready)
    if wait and not RETRIES.is_exhausted(since=job.created_at):
        raise runner.RetryLater(_waiting_message(gateway), at_least=wait)


def _settle_unanswered(job: Job, tried: set[int], batch: dict[int, Shipment]) -> ApiError | None:
    """Ask the gateway first for labels that may exist. ``batch`` gets the rows as they are then."""
    error = None
    asked = [pk for pk, one in batch.items() if one.status == ShipmentStatus.REGISTERING]
    asked = [pk for pk in asked if pk in tried or not _is_elsewhere(job, pk)]
    if asked:
        renewing = partial(renew, job)
        error = look_up_now(asked, actor_id=job.started_by_id, creates_missing=True, renew_lease=renewing)
        batch |= load_to_register(asked)
    return error


def _is_elsewhere(job: Job, shipment_id: int) -> bool:
    """Whether another job is creating this label now."""
    others = JobItem.objects.filter(shipment=shipment_id, state=JobItem.State.IN_PROGRESS).exclude(job=job)
    return others.filter(job__finished_at=None).exists()


def _discard_test_labels(job: Job, items: list[JobItem], batch: dict[int, Shipment]) -> None:
    """A shop with a key gets real labels in their place."""
    wanted = [pk for pk in (item.shipment_id for item in items if _is_open(item)) if pk in batch and batch[pk].is_test]
    if wanted:
        batch |= load_to_register(discard_test_labels(wanted, by_id=job.started_by_id))


def _is_open(item: JobItem) -> bool:
    return item.state in {JobItem.State.WAITING, JobItem.State.IN_PROGRESS}


def _is_unanswered(item: JobItem) -> bool:
    """Not one whose draft was changed meanwhile: that is simply checked again."""
    return item.state == JobItem.State.IN_PROGRESS or (item.state == JobItem.State.WAITING and item.code == POSTPONED)


def _finish_unregistered(item: JobItem, shipment: Shipment | None) -> None:
    if shipment is None:
        runner.fail_item(item, "gone", GONE_MESSAGE)
    elif shipment.status == ShipmentStatus.CANCELED:
        runner.fail_item(item, "cancelled", CANCELED_MESSAGE)
    elif shipment.has_label:
        item.state, item.code = JobItem.State.OK, ""
    elif shipment.status == ShipmentStatus.REGISTERING and item.state != JobItem.State.IN_PROGRESS:
        if shipment.may_have_label:
            item.state = JobItem.State.IN_PROGRESS
        else:
            runner.fail_item(item, "busy", BUSY_MESSAGE, retryable=True)


def _record(job: Job, items: list[JobItem], claimed: list[Shipment], outcome: RegistrationOutcome) -> None:
    """Store the results in one transaction. Shipments of which the result is unknown stay as they are."""
    with transaction.atomic():
        renew(job)
        settled = [shipment for shipment in still_registering(claimed) if not outcome.is_unknown(shipment)]
        answers: dict[int, Registration] = {}
        for shipment in settled:
            answer = outcome.of(shipment)
            if isinstance(answer, Registration):
                apply_registration(shipment, answer)
                answers[shipment.pk] = answer
            else:
                release(shipment)
        store(settled, answers, job.started_by_id)
        block_refused(
            (shipment, answer)
            for shipment in settled
            if isinstance(answer := outcome.of(shipment), RegistrationRejected)
        )
        by_id = {shipment.pk: shipment for shipment in settled}
        unfinished = [item for item in items if item.state == JobItem.State.IN_PROGRESS]
        ended = [item for item in unfinished if item.shipment_id in by_id]
        for item in ended:
            _set_result(item, outcome.of(by_id[item.shipment_id or 0]), outcome)
        sent = {shipment.pk for shipment in claimed}
        asked_in_vain = [item for item in unfinished if item.shipment_id not in sent]
        for item in asked_in_vain:
            item.code = POSTPONED
        runner.record(job, ended + asked_in_vain)


def _postpone_if_unanswered(
    job: Job, items: list[JobItem], outcome: RegistrationOutcome, gateway: str, silent: dict[int, SilentPlatform]
) -> None:
    """Items without a result are tried again by the job; too late, they end. Raises RetryLater."""
    unanswered = [item for item in items if _is_unanswered(item) and item.shipment_id not in silent]
    if unanswered and RETRIES.is_exhausted(since=job.created_at):
        _end_unanswered(job, unanswered)
        unanswered = []
    if not unanswered and (not silent or _has_fresh_items(job)):
        return
    if not unanswered:
        slowest = max(silent.values(), key=lambda one: one.retry_after)
        raise runner.RetryLater(slowest.message, at_least=slowest.retry_after)
    # Soon the first time, because most labels whose answer was lost are there; then when none can arrive any more.
    soon = LOST_CALL_WAITS * settings.RETRY_BASE_SECONDS
    if outcome.unknown or outcome.error:
        requested = outcome.error.retry_after if outcome.error else 0.0
        raise runner.RetryLater(_waiting_message(gateway), at_least=max(requested, soon))
    if not _has_further_items(job, items):
        wait = seconds_until_settled([item.shipment_id or 0 for item in unanswered])
        requested = outcome.look_up_error.retry_after if outcome.look_up_error else 0.0
        raise runner.RetryLater(_waiting_message(gateway), at_least=max(requested, wait, soon))


def _has_fresh_items(job: Job) -> bool:
    return job.items.filter(state=JobItem.State.WAITING, code="").exists()


def _has_further_items(job: Job, batch: list[JobItem]) -> bool:
    """Whether something can be done while some labels are waited for."""
    waiting = job.items.filter(state=JobItem.State.WAITING)
    return waiting.exclude(pk__in=[item.pk for item in batch if item.code]).exists()


def _end_unanswered(job: Job, items: list[JobItem]) -> None:
    """Labels that may exist are asked for by the sweep from now on; the others are drafts again."""
    ids = [item.shipment_id or 0 for item in items]
    with transaction.atomic():
        statuses = lock_statuses(ids)
        for item in items:
            is_unknown = statuses.get(item.shipment_id or 0) == ShipmentStatus.REGISTERING
            message = UNKNOWN_MESSAGE if is_unknown else NO_ANSWER_MESSAGE
            runner.fail_item(item, "unknown" if is_unknown else "no_answer", message, retryable=True)
        keep_asking(ids, actor_id=job.started_by_id)
        runner.record(job, items)


def _waiting_message(gateway: str) -> Promise:
    return format_lazy(WAITING_MESSAGE, gateway=gateway_display_name(gateway))


def _unfetched_message(job: Job, error: ApiError) -> Promise:
    gateway = gateway_display_name(gateway_of(job))
    if isinstance(error, PartsMissing):
        return format_lazy(PARTS_MISSING_MESSAGE, gateway=gateway, ready=error.ready, total=error.total)
    return _waiting_message(gateway_of(job))


def _set_result(item: JobItem, answer: RegistrationResult | None, outcome: RegistrationOutcome) -> None:
    """Without an answer or a blocker the item waits for the next attempt, which is at once when nobody was asked."""
    if isinstance(answer, Registration):
        item.state = JobItem.State.OK
    elif isinstance(answer, RegistrationRejected):
        runner.fail_item(item, "carrier", answer.reason, retryable=True)
    elif outcome.blocker is not None:
        code, message, retryable = outcome.blocker
        runner.fail_item(item, code, message, retryable=retryable)
    else:
        item.state, item.code = JobItem.State.WAITING, "" if outcome.is_overtaken else POSTPONED


def release_unfinished(job: Job) -> None:
    """A job that was stopped, or whose workers died: what it was creating may exist."""
    stopped = job.items.filter(state=JobItem.State.STOPPED).values_list("shipment_id", flat=True)
    with transaction.atomic():
        keep_asking([pk for pk in stopped if pk], actor_id=job.started_by_id)


def finish_labels(job: Job) -> dict[str, object]:
    """Render the PDF; no file without labels.

    Raises RetryLater when the gateway cannot return the labels now.
    """
    release_unfinished(job)
    name = f"labels-{job.public_id}.pdf"
    report = partial(runner.enter_phase, job)
    try:
        drawn = render_file(job, settings.FILES_DIR / name, pause=sleep_keeping_lease(job), report=report)
    except ApiError as error:
        log.warning("The labels could not be fetched: %s", type(error).__name__)
        cause = error.cause if isinstance(error, PartsMissing) else error
        if not RETRIES.is_exhausted(since=job.created_at) and not isinstance(cause, ApiUnauthorized):
            raise runner.RetryLater(_unfetched_message(job, error), at_least=error.retry_after) from error
        # The labels exist; the download fetches them later.
        drawn = True
    made = job.items.filter(state=JobItem.State.OK)
    return {
        "file": name if drawn else "",
        "has_tests": made.filter(shipment__status=ShipmentStatus.TEST).exists(),
    }
