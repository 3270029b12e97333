"""The call that creates labels at the gateway, and what is known of each label after it."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from carriers.gateways.base import RegistrationResult
from carriers.parcels import Consignment
from jobs.models import Job
from lib.http import ApiError, ApiUnauthorized, ApiUnavailable
from lib.leases import renew
from shipments.models import Shipment
from shipments.services.labels.files import build_consignment
from shipments.services.labels.gateway import open_gateway
from shipments.services.labels.preflight import LabelBlocker
from shops.services.gateway_accounts import key_rejected_message, record_failure, record_success

log = logging.getLogger(__name__)
# Registrations between two renewals of the lease.
REGISTER_BATCH_SIZE = 25


@dataclass(frozen=True, slots=True)
class RegistrationOutcome:
    """Results by reference. Of a reference in ``unknown`` it is unknown whether it was registered; other missing ones
    certainly were not. ``error`` explains missing ones; with a ``blocker`` they fail.
    """

    answers: dict[str, RegistrationResult]
    unknown: frozenset[str] = frozenset()
    error: ApiError | None = None
    blocker: LabelBlocker | None = None

    def of(self, shipment: Shipment) -> RegistrationResult | None:
        return self.answers.get(str(shipment.public_id))

    def is_unknown(self, shipment: Shipment) -> bool:
        return str(shipment.public_id) in self.unknown


def register_at_gateway(job: Job, gateway: str, shipments: list[Shipment]) -> RegistrationOutcome:
    """Runs outside a transaction. None of these was sent to the gateway before."""
    answers: dict[str, RegistrationResult] = {}
    sent: set[str] = set()
    if not shipments:
        return RegistrationOutcome(answers)
    error: ApiError | None = None
    blocker: LabelBlocker | None = None
    try:
        opened_gateway = open_gateway(job.shop_id, gateway)
        for chunk in _chunks_renewing_lease(job, [build_consignment(shipment) for shipment in shipments]):
            references = {consignment.reference for consignment in chunk}
            sent |= references
            try:
                answers |= {answer.reference: answer for answer in opened_gateway.register(chunk)}
            except ApiError as failure:
                if _had_no_effect(failure):
                    sent -= references
                raise
        record_success(job.shop_id)
    except ApiUnauthorized as failure:
        record_failure(job.shop_id, failure)
        error, blocker = failure, ("gateway_key", key_rejected_message(gateway, failure), True)
    except ApiError as failure:
        log.warning("The label gateway failed: %s", type(failure).__name__)
        record_failure(job.shop_id, failure)
        error = failure
    return RegistrationOutcome(answers, frozenset(sent - answers.keys()), error, blocker)


def _had_no_effect(error: ApiError) -> bool:
    return isinstance(error, ApiUnauthorized) or (isinstance(error, ApiUnavailable) and not error.sent)


def _chunks_renewing_lease(job: Job, consignments: Sequence[Consignment]) -> Iterator[Sequence[Consignment]]:
    """A gateway call may take seconds, so renew the lease between calls. Raises LeaseLost."""
    for start in range(0, len(consignments), REGISTER_BATCH_SIZE):
        if start:
            renew(job)
        yield consignments[start : start + REGISTER_BATCH_SIZE]
