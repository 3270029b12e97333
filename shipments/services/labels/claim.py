"""Claiming drafts for a job that makes labels, and writing what became of them.

A person may change a draft while its order and its delivery moment are asked about. So what is registered is read in
the transaction that claims it, and a draft that is not as it was checked is not claimed: the job checks it again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs import runner
from jobs.models import Job
from lib.leases import LeaseLost, renew
from shipments.models import JobItem, Shipment
from shipments.services.labels.gateway import held_gateway
from shipments.services.labels.loading import load_to_register
from shipments.services.labels.preflight import LabelBlocker, label_blocker
from shipments.services.row_locks import lock_statuses
from shipments.states import ShipmentStatus

BUSY_MESSAGE = _("The label is already being created by another job.")
# How long a label is only the business of who is making it: longer than a job tries; see ``preflight.RETRIES``.
LEASE = timedelta(minutes=45)
# The code of an item that waits for somebody who did not answer; the others go first.
POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Checked:
    """The drafts of a batch after everybody was asked. ``blocked`` and ``silent`` are keyed by shipment id."""

    drafts: Sequence[Shipment]
    blocked: Mapping[int, LabelBlocker] = field(default_factory=dict)
    # Their orders could not be read now.
    silent: Collection[int] = frozenset()

    def is_ready(self, shipment_id: int) -> bool:
        return shipment_id not in self.blocked and shipment_id not in self.silent


def claim_drafts(job: Job, items: Sequence[JobItem], checked: Checked, gateway: str) -> list[Shipment]:
    """Move the drafts to REGISTERING in one compare-and-swap; returns those that this job registers, as they are now.

    Stores the gateway and when it is asked should this job die, in the same transaction. Items of drafts that were
    changed since they were checked stay as they are; so do all when by now another gateway makes this shop's labels.
    """
    with transaction.atomic():
        renew(job)
        is_current = held_gateway(job.shop_id) == gateway
        claimed, blocked, changed = _read_again(checked) if is_current else ({}, {}, _ready(checked).keys())
        until = timezone.now() + LEASE
        drafts = Shipment.objects.filter(pk__in=claimed)
        if drafts.move(ShipmentStatus.REGISTERING, gateway=gateway, next_poll_at=until) != len(claimed):
            raise LeaseLost
        for item in items:
            _set_state(item, checked, claimed, blocked, changed)
        runner.record(job, list(items))
    for shipment in claimed.values():
        shipment.move_to(ShipmentStatus.REGISTERING, source=ShipmentStatus.DRAFT)
        shipment.gateway, shipment.next_poll_at = gateway, until
    return list(claimed.values())


def _ready(checked: Checked) -> dict[int, int]:
    """The versions of the drafts that nothing speaks against."""
    return {one.pk: one.version for one in checked.drafts if checked.is_ready(one.pk)}


def _read_again(checked: Checked) -> tuple[dict[int, Shipment], dict[int, LabelBlocker], Collection[int]]:
    """Under their locks: the drafts to register, what blocks others now, and those that were changed meanwhile."""
    versions = _ready(checked)
    statuses = lock_statuses(versions)
    now = load_to_register([pk for pk in versions if statuses.get(pk) == ShipmentStatus.DRAFT])
    # One that was deleted is not among them either.
    changed = versions.keys() - statuses.keys()
    changed |= {pk for pk, shipment in now.items() if shipment.version != versions[pk]}
    blocked = {
        pk: reason
        for pk, shipment in now.items()
        if pk not in changed and (reason := label_blocker(shipment)) is not None
    }
    return {pk: now[pk] for pk in versions if pk in now and pk not in changed | blocked.keys()}, blocked, changed


def _set_state(
    item: JobItem,
    checked: Checked,
    claimed: Collection[int],
    blocked: Mapping[int, LabelBlocker],
    changed: Collection[int],
) -> None:
    pk = item.shipment_id or 0
    if pk in claimed:
        item.state, item.code = JobItem.State.IN_PROGRESS, ""
    elif (reason := checked.blocked.get(pk) or blocked.get(pk)) is not None:
        code, message, retryable = reason
        runner.fail_item(item, code, message, retryable=retryable)
    elif pk in checked.silent:
        item.state, item.code = JobItem.State.WAITING, POSTPONED
    elif pk in changed:
        item.state, item.code = JobItem.State.WAITING, ""
    elif pk in {draft.pk for draft in checked.drafts}:
        runner.fail_item(item, "busy", BUSY_MESSAGE, retryable=True)


def still_registering(shipments: Sequence[Shipment]) -> list[Shipment]:
    """Those of the claimed shipments that nobody took over, as they are now. Locks them until the transaction ends."""
    statuses = lock_statuses([shipment.pk for shipment in shipments])
    held = {one.pk: one for one in shipments if statuses.get(one.pk) == ShipmentStatus.REGISTERING}
    now = load_to_register(list(held))
    return [now[pk] for pk, claimed in held.items() if now[pk].next_poll_at == claimed.next_poll_at]
