"""Packing slips as PDF, of a job or of one shipment."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from shipments.job_kinds import JobKind
from shipments.services.labels import packing_slips
from shops.tenancy import ShopRequest


@require_GET
def job_packing_slips(request: ShopRequest, public_id: UUID) -> HttpResponse:
    job = get_object_or_404(request.shop.jobs, public_id=public_id, kind=JobKind.LABELS)
    if not job.is_finished:
        raise Http404
    try:
        content = packing_slips.job_packing_slips(job)
    except FileNotFoundError as missing:
        raise Http404 from missing
    return _download(content, timezone.localdate().isoformat())


@require_GET
def shipment_packing_slip(request: ShopRequest, public_id: UUID) -> HttpResponse:
    shipment = get_object_or_404(request.shop.shipments, public_id=public_id)
    return _download(packing_slips.shipment_packing_slip(shipment), shipment.reference)


def _download(content: bytes, title: str) -> HttpResponse:
    name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in title)
    headers = {"Content-Disposition": f'attachment; filename="pakbon-{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
