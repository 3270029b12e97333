"""A long job: how far it is, how it ended, and its file."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.tenancy import ShopRequest
from lib.http import ApiError
from shipments.models import Job, JobItem
from shipments.services import jobs, printing

MOST_SHOWN = 200
MOST_REFUSED_SHOWN = 500
SOLVED_AT: dict[str, tuple[str, Promise]] = {
    "outside_eu": ("accounts:preferences", _("Change parcel preferences")),
    "sender": ("accounts:sender", _("Fill in")),
    "not_connected": ("integrations:wix", _("Connect again")),
    "shop_reconnect": ("integrations:wix", _("Connect again")),
    "shop_permission": ("integrations:wix", _("Connect again")),
    "gateway_key": ("accounts:general", _("Enter a new key")),
}
"""Where to mend what has nothing to do with the one order or shipment, by the code of the refusal."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was not done, why, and the one place where that can be solved; no place when it is gone."""

    item: JobItem

    @property
    def number(self) -> str:
        if self.item.order is not None:
            return self.item.order.number
        return self.item.shipment.reference if self.item.shipment is not None else ""

    @property
    def name(self) -> str:
        if self.item.order is not None:
            return self.item.order.customer
        return self.item.shipment.recipient.name if self.item.shipment is not None else ""

    @property
    def url(self) -> str:
        if self.item.code in SOLVED_AT:
            return reverse(SOLVED_AT[self.item.code][0])
        if self.item.shipment is not None:
            return reverse("shipments:detail", args=[self.item.shipment.public_id])
        order = self.item.order
        if order is None:
            return ""
        return (
            reverse("shipments:import")
            + "?"
            + urlencode({"site": str(order.connection.public_id), "zoek": order.number})
        )

    @property
    def action(self) -> Promise:
        if self.item.code in SOLVED_AT:
            return SOLVED_AT[self.item.code][1]
        return _("Edit") if self.item.shipment is not None and self.item.shipment.is_concept else _("View")


@require_GET
def page(request: ShopRequest, public_id: str) -> HttpResponse:
    """The runner while it runs, the result afterwards; htmx asks for the same page again."""
    job = get_object_or_404(request.shop.jobs.select_related("started_by"), public_id=public_id)
    progress = jobs.progress(job)
    quarter = 4 * progress.done // max(1, progress.total)
    facts = {
        "job": job,
        "progress": progress,
        "quarter": quarter,
        "percent": 25 * quarter,
        "is_told": request.GET.get("kwart") == str(quarter),
    }
    return render(request, "shipments/job.html", facts | (_result(job) if job.is_finished else {}))


def _result(job: Job) -> dict[str, object]:
    """What succeeded, what was there already, and what was refused and why, each with its shipment or order."""
    items = job.items.select_related("order__connection", "shipment")
    refused = items.filter(state=JobItem.State.REFUSED)
    done = items.filter(state=JobItem.State.OK)
    incomplete = done.filter(shipment__status="concept").exclude(shipment__blocked_by="")
    return {
        "refused": [Refused(item) for item in refused[:MOST_REFUSED_SHOWN]],
        "retryable": refused.filter(retryable=True).count(),
        "already": items.filter(state=JobItem.State.ALREADY)[:MOST_SHOWN],
        "done": done[:MOST_SHOWN],
        "missing": incomplete.count() if job.kind == Job.Kind.IMPORT else 0,
        "most_shown": MOST_SHOWN,
        "most_refused": MOST_REFUSED_SHOWN,
    }


@require_POST
def stop(request: ShopRequest, public_id: str) -> HttpResponse:
    """End after what is being done now; what is done stays."""
    jobs.request_stop(get_object_or_404(request.shop.jobs, public_id=public_id))
    return redirect("shipments:job", public_id=public_id)


@require_POST
def retry(request: ShopRequest, public_id: str) -> HttpResponse:
    """Try the refused ones again for which that can help; without any there is nothing to start."""
    job = get_object_or_404(request.shop.jobs, public_id=public_id)
    if not job.is_finished or not job.items.filter(state=JobItem.State.REFUSED, retryable=True).exists():
        return redirect("shipments:job", public_id=public_id)
    again = jobs.retry_refused(job, request.user)
    return redirect("shipments:job", public_id=again.public_id)


@require_GET
def file(request: ShopRequest, public_id: str) -> HttpResponse | FileResponse:
    """The finished labels as one PDF; downloading marks them as printed."""
    job = get_object_or_404(request.shop.jobs, public_id=public_id, kind=Job.Kind.LABELS)
    if not job.is_finished:
        raise Http404
    try:
        content = printing.label_file(job).open("rb")
    except FileNotFoundError as nothing:
        raise Http404 from nothing
    except ApiError:
        messages.error(request, _("MyParcel does not answer now. The labels are made; download them later."))
        return redirect("shipments:job", public_id=public_id)
    printing.mark_printed(job, request.user)
    name = f"labels-{timezone.localdate().isoformat()}-{str(job.public_id)[:8]}.pdf"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
