"""What became of a scan, as the script of the scan page reads it (``static/js/scan.js``)."""

from dataclasses import asdict, dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.models import Job, JobItem
from shipments.models import Shipment
from shipments.presentation.job_failures import SHARED_CODES, FailedItem, SharedCause
from shipments.services.labels.scanning import Refusal, Scan
from shipments.states import Blocker
from ui.templatetags.backoffice import natural_datetime

MAKING, READY, REPEAT, REFUSED = "making", "ready", "repeat", "refused"
NO_LABEL_MESSAGE = gettext_lazy("No label was made. Try again.")


@dataclass(frozen=True, slots=True)
class ScanLine:
    """``text`` says why there is no label (yet), ``url`` and ``action`` lead to what mends it.

    ``is_late``: the label waits for somebody else. ``is_shared``: the reason is the shop's, not the parcel's.
    """

    state: str
    job: str = ""
    shipment: str = ""
    number: str = ""
    name: str = ""
    text: str = ""
    url: str = ""
    action: str = ""
    file: str = ""
    is_late: bool = False
    is_shared: bool = False

    def as_json(self) -> dict[str, str | bool]:
        return asdict(self)


def scan_line(scan: Scan, back: str) -> ScanLine:
    """``back`` is the page that settings lead back to."""
    if scan.job is not None:
        return job_line(scan.job, back)
    line = _line_of(scan.shipment)
    if scan.is_repeat:
        return replace(line, state=REPEAT, text=_repeat(scan.shipment))
    url, action = _way_on(scan)
    return replace(line, text=_reason(scan), url=url, action=str(action))


def job_line(job: Job, back: str) -> ScanLine:
    """Of a job with one label. Reads ``items`` and their ``shipment``."""
    item = next(iter(job.items.all()), None)
    line = replace(_line_of(item.shipment if item else None), job=str(job.public_id))
    if not job.is_finished:
        waiting = job.waiting_message
        return replace(line, state=MAKING, text=waiting, is_late=bool(waiting))
    if job.file:
        return replace(line, state=READY, file=reverse("shipments:job_file", args=[job.public_id]))
    if item is None or item.state != JobItem.State.FAILED:
        return replace(line, text=str(NO_LABEL_MESSAGE))
    is_shared = item.code in SHARED_CODES
    cause = SharedCause(item.code, 1, item.message, job, back) if is_shared else FailedItem(item, back)
    return replace(line, text=item.message, url=cause.url, action=str(cause.action), is_shared=is_shared)


def _line_of(shipment: Shipment | None) -> ScanLine:
    if shipment is None:
        return ScanLine(REFUSED)
    name = shipment.recipient.name
    return ScanLine(REFUSED, shipment=str(shipment.public_id), number=shipment.reference, name=name)


def _repeat(shipment: Shipment | None) -> str:
    if shipment is not None and shipment.printed_at:
        return _("This label was printed already: %(moment)s.") % {"moment": natural_datetime(shipment.printed_at)}
    return _("This label is being made already.")


def _reason(scan: Scan) -> str:
    if scan.shipment is not None and scan.refusal == Refusal.INCOMPLETE:
        incomplete = _("This draft is not ready for a label. Complete it first.")
        return f"{Blocker(scan.shipment.blocked_by).label}. {incomplete}"
    reasons = {
        Refusal.UNKNOWN: _("No shipment has the exact number or barcode “%(code)s”."),
        Refusal.SEVERAL: _("Several shipments have the number “%(code)s”. Scan a barcode, or choose one in the list."),
        Refusal.NOT_IMPORTED: _("Order %(code)s is not imported yet."),
        Refusal.CANCELED: _("This shipment was cancelled."),
    }
    return reasons[scan.refusal or Refusal.UNKNOWN] % {"code": scan.code[:60]}


def _way_on(scan: Scan) -> tuple[str, Promise | str]:
    if scan.order is not None:
        asked = {"site": str(scan.order.connection.public_id), "q": scan.order.number}
        return f"{reverse('shipments:import')}?{urlencode(asked)}", _("Import")
    if scan.refusal == Refusal.SEVERAL:
        return f"{reverse('shipments:list')}?{urlencode({'q': scan.code})}", _("Choose")
    if scan.shipment is None:
        return "", ""
    is_draft = scan.shipment.is_draft
    page = reverse("shipments:edit" if is_draft else "shipments:detail", args=[scan.shipment.public_id])
    return page, _("Edit") if is_draft else _("View")
