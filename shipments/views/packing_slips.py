"""Packing slips as PDFs: of a run of labels, or of one shipment."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from shipments.job_kinds import JobKind
from shipments.services.labels import packing_slips
from shops.tenancy import ShopRequest


@require_GET
def of_job(request: ShopRequest, public_id: UUID) -> HttpResponse:
    """The slips of the labels in a finished run, in the same order."""
    job = get_object_or_404(request.shop.jobs, public_id=public_id, kind=JobKind.LABELS)
    if not job.is_finished:
        raise Http404
    try:
        content = packing_slips.slips_of_job(job)
    except FileNotFoundError as nothing:
        raise Http404 from nothing
    return _download(content, timezone.localdate().isoformat())


@require_GET
def of_shipment(request: ShopRequest, public_id: UUID) -> HttpResponse:
    """The slip of one shipment, concept or not."""
    shipment = get_object_or_404(request.shop.shipments, public_id=public_id)
    return _download(packing_slips.slip_of(shipment), shipment.reference)


def _download(content: bytes, what: str) -> HttpResponse:
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in what)
    headers = {"Content-Disposition": f'attachment; filename="pakbon-{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
