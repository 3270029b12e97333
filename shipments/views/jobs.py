"""A long job: how far it is, how it ended, and its file."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.tenancy import ShopRequest
from shipments.models import Job
from shipments.services import jobs, labelling

MOST_SHOWN = 200


@require_GET
def page(request: ShopRequest, public_id: str) -> HttpResponse:
    """The runner while it runs, the result afterwards; htmx asks for the same page again."""
    job = get_object_or_404(request.shop.jobs, public_id=public_id)
    refused = job.items.filter(state="refused")
    first = job.items.filter(state="ok").select_related("shipment").first()
    page = {
        "job": job,
        "progress": jobs.progress(job),
        "refused": refused.select_related("order", "shipment")[:MOST_SHOWN],
        "already": job.items.filter(state="already").select_related("order", "shipment")[:MOST_SHOWN],
        "done": job.items.filter(state="ok").select_related("order", "shipment")[:MOST_SHOWN],
        "retryable": refused.filter(retryable=True).count(),
        "first": first,
        "missing": job.items.filter(state="ok").exclude(shipment__blocked_by="").count() if job.kind == "import" else 0,
    }
    return render(request, "shipments/job.html", page)


@require_POST
def stop(request: ShopRequest, public_id: str) -> HttpResponse:
    """End after what is being done now; what is done stays."""
    jobs.request_stop(get_object_or_404(request.shop.jobs, public_id=public_id))
    return redirect("shipments:job", public_id=public_id)


@require_POST
def retry(request: ShopRequest, public_id: str) -> HttpResponse:
    """Try the refused ones again for which that can help."""
    again = jobs.retry_refused(get_object_or_404(request.shop.jobs, public_id=public_id), request.user)
    return redirect("shipments:job", public_id=again.public_id)


@require_GET
def file(request: ShopRequest, public_id: str) -> HttpResponse | FileResponse:
    """The finished labels as one PDF; downloading marks them as printed."""
    job = get_object_or_404(request.shop.jobs, public_id=public_id, kind=Job.Kind.LABELS)
    try:
        content = labelling.label_file(job).open("rb")
    except FileNotFoundError as nothing:
        raise Http404 from nothing
    labelling.mark_printed(job, request.user)
    name = f"labels-{timezone.localdate().isoformat()}-{str(job.public_id)[:8]}.pdf"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")
