"""The call that creates labels at the gateway, and what is known of each label after it."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from carriers.gateways import LOCAL
from carriers.gateways.base import RegistrationResult
from jobs.models import Job
from jobs.runner import PUT_OFF_KEY, enter_phase
from lib.http import ApiError, ApiUnauthorized, ApiUnavailable
from shipments.models import Shipment
from shipments.services.labels.claim import still_registering
from shipments.services.labels.files import build_consignment
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.preflight import LabelBlocker
from shops.services import practice
from shops.services.gateway_accounts import key_rejected_message, record_failure, record_success

log = logging.getLogger(__name__)
# Registrations between two renewals of the lease.
REGISTER_BATCH_SIZE = 25
# So many errors in a row are the gateway's, whatever is asked of it.
MAX_FAILURES, SERVER_ERROR = 3, 500
# A phase of the job.
REGISTERING = "register"


@dataclass(frozen=True, slots=True)
class RegistrationOutcome:
    """Results by reference. Of a reference in ``unknown`` it is unknown whether it was registered; other missing ones
    certainly were not. ``error`` explains missing ones; with a ``blocker`` they fail. ``look_up_error`` is why it could
    not be asked whether earlier ones exist. ``is_overtaken``: the shop began to practice, so the rest was not sent.
    """

    answers: dict[str, RegistrationResult]
    unknown: frozenset[str] = frozenset()
    error: ApiError | None = None
    blocker: LabelBlocker | None = None
    look_up_error: ApiError | None = None
    is_overtaken: bool = False

    def of(self, shipment: Shipment) -> RegistrationResult | None:
        return self.answers.get(str(shipment.public_id))

    def is_unknown(self, shipment: Shipment) -> bool:
        return str(shipment.public_id) in self.unknown


def register_at_gateway(
    job: Job, gateway: str, shipments: Sequence[Shipment], *, tried: Collection[int] = ()
) -> RegistrationOutcome:
    """Runs outside a transaction. The gateway has none of these.

    Of those in ``tried`` an earlier answer was lost. One of them may be the cause, so they go in ever smaller parts.
    """
    answers: dict[str, RegistrationResult] = {}
    sent: set[str] = set()
    if not shipments:
        return RegistrationOutcome(answers)
    error: ApiError | None = None
    blocker: LabelBlocker | None = None
    failures, is_overtaken = 0, False
    try:
        opened_gateway = open_gateway(job.shop_id, gateway)
        for chunk in _chunks_renewing_lease(job, shipments, tried):
            if is_overtaken := gateway != LOCAL and practice.is_on(job.shop_id):
                break
            consignments = [build_consignment(shipment) for shipment in _about_to_send(chunk, gateway)]
            references = {consignment.reference for consignment in consignments}
            sent |= references
            try:
                answers |= {answer.reference: answer for answer in opened_gateway.register(consignments)}
                failures = 0
            except ApiError as failure:
                if _had_no_effect(failure):
                    sent -= references
                failures += 1
                if failures == MAX_FAILURES or not _may_be_these_only(failure):
                    raise
                error = failure
        if error is None and not is_overtaken:
            record_success(job.shop_id)
    except ApiUnauthorized as failure:
        record_failure(job.shop_id, failure)
        error, blocker = failure, ("gateway_key", key_rejected_message(gateway, failure), True)
    except ApiError as failure:
        log.warning("The label gateway failed: %s", type(failure).__name__)
        record_failure(job.shop_id, failure)
        error = failure
    unknown = frozenset(sent - answers.keys())
    return RegistrationOutcome(answers, unknown, error, blocker, is_overtaken=is_overtaken)


def _may_be_these_only(error: ApiError) -> bool:
    """Whether it may be something in these labels that the gateway stumbles over."""
    return isinstance(error, ApiUnavailable) and error.status is not None and error.status >= SERVER_ERROR


def _had_no_effect(error: ApiError) -> bool:
    return isinstance(error, ApiUnauthorized) or (isinstance(error, ApiUnavailable) and not error.sent)


def _chunks_renewing_lease(
    job: Job, shipments: Sequence[Shipment], tried: Collection[int]
) -> Iterator[Sequence[Shipment]]:
    """A gateway call may take seconds, so the lease is renewed before each. Raises LeaseLost."""
    smaller = max(1, REGISTER_BATCH_SIZE >> int(job.payload.get(PUT_OFF_KEY, 0)))
    again = [shipment for shipment in shipments if shipment.pk in tried]
    fresh = [shipment for shipment in shipments if shipment.pk not in tried]
    chunks = [*_in_parts(again, smaller), *_in_parts(fresh, REGISTER_BATCH_SIZE)]
    done = 0
    for chunk in chunks:
        enter_phase(job, REGISTERING, done, len(shipments))
        done += len(chunk)
        yield chunk


def _in_parts(shipments: Sequence[Shipment], size: int) -> Iterator[Sequence[Shipment]]:
    for start in range(0, len(shipments), size):
        yield shipments[start : start + size]


def _about_to_send(shipments: Sequence[Shipment], gateway: str) -> Sequence[Shipment]:
    """Those that nobody took over since they were claimed. What was sent may arrive late, so the moment is kept.

    A test label is drawn here: nothing is sent.
    """
    if gateway == LOCAL:
        return shipments
    with transaction.atomic():
        held = still_registering(shipments)
        Shipment.objects.filter(pk__in=[shipment.pk for shipment in held]).update(status_at=timezone.now())
    return held
