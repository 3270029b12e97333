"""Why the label of a draft was refused the last time that it was tried."""

from dataclasses import dataclass
from datetime import datetime

from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment
from shipments.models.job_items import TRIED_CODES


@dataclass(frozen=True, slots=True)
class RefusedLabel:
    at: datetime
    message: str


def refused_label(shipment: Shipment) -> RefusedLabel | None:
    """None when nobody tried, when it is being tried again, and once somebody has edited the draft since."""
    tried = JobItem.objects.filter(shipment=shipment, job__kind=JobKind.LABELS).select_related("job")
    item = tried.order_by("-job_id").first()
    if item is None or item.state != JobItem.State.FAILED or item.code not in TRIED_CODES:
        return None
    at = item.job.finished_at or item.job.created_at
    if shipment.edited_at is not None and shipment.edited_at > at:
        return None
    return RefusedLabel(at, item.message)
