"""Pages of jobs: progress, result, files and downloads."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.reauthentication import check_recent_sign_in
from carriers.gateways import gateway_display_name
from jobs import runner
from jobs.models import Job
from lib.http import ApiError
from shipments.job_kinds import JobKind
from shipments.models import JobItem
from shipments.presentation.job_failures import failures
from shipments.presentation.job_messages import HEADINGS, JobMessages
from shipments.services.csv_files import file_export
from shipments.services.drafts import bulk_edit
from shipments.services.labels import files
from shipments.services.labels.file_parts import PartsMissing, kept_parts
from shipments.services.labels.needs import label_needs
from shipments.states import ShipmentStatus
from shops.permissions import ShopPermission
from shops.retention import get_retention
from shops.tenancy import ShopRequest
from ui.redirects import current_path

MAX_SHOWN = 200
PART_NUMBER = re.compile(r"[0-9]{1,4}")
MAX_FAILED_SHOWN = 500
MAX_DOWNLOADS = 100
DOWNLOADS_RETENTION = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Download:
    job: Job

    @property
    def title(self) -> Promise | str:
        return HEADINGS[JobKind(self.job.kind)]

    @property
    def has_file(self) -> bool:
        """Expired exports are gone; label files can always be rendered again."""
        return bool(self.job.file) and (self.job.kind == JobKind.LABELS or not self.is_past)

    @property
    def is_past(self) -> bool:
        end = expires_at(self.job)
        return end is not None and end < timezone.now()

    @property
    def expires_at(self) -> datetime | None:
        return expires_at(self.job)


def expires_at(job: Job) -> datetime | None:
    if not job.file or job.finished_at is None or job.kind != JobKind.EXPORT:
        return None
    return job.finished_at + timedelta(days=get_retention(job.shop).file_days)


@require_GET
def job_detail(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    job = get_object_or_404(request.shop.jobs.select_related("started_by"), public_id=public_id)
    return render(request, "shipments/job.html", job_context(job, request) | (_named(job) if job.is_finished else {}))


def job_context(job: Job, request: ShopRequest, *, in_list: bool = False) -> dict[str, object]:
    """Progress or result of a job for templates, in at most four queries."""
    progress = runner.progress(job)
    quarter = 4 * progress.done // max(1, progress.total)
    tests = _count_tests(job)
    facts = {
        "job": job,
        "progress": progress,
        "job_messages": JobMessages(job, progress, tests),
        "tests": tests,
        "all_tests": [("all_matching", "tab=tests")],
        "real_key": uuid.uuid5(job.public_id, "real").hex,
        "quarter": quarter,
        "percent": 25 * quarter,
        "is_told": request.GET.get("progress_quarter") == str(quarter),
        "in_list": in_list or request.GET.get("in_list") == "1",
        "max_shown": MAX_SHOWN,
        "max_failed": MAX_FAILED_SHOWN,
        "parts": sorted(kept_parts(job)) if job.kind == JobKind.LABELS else [],
    }
    return facts | (_result(job, progress, request) if job.is_finished else {})


def _count_tests(job: Job) -> int:
    if job.kind != JobKind.LABELS or not job.is_finished:
        return 0
    return job.items.filter(state=JobItem.State.OK, shipment__status=ShipmentStatus.TEST).count()


def _result(job: Job, progress: runner.Progress, request: ShopRequest) -> dict[str, object]:
    causes, failed = failures(job, MAX_FAILED_SHOWN, current_path(request)) if progress.failed else ([], [])
    return {
        "causes": causes,
        "failed": failed,
        "retryable": progress.retryable,
        "missing": progress.missing,
        "label_needs": label_needs(request.shop) if progress.ready else [],
        "can_undo": bulk_edit.can_undo(job),
        "expires_at": expires_at(job),
    }


def _named(job: Job) -> dict[str, object]:
    items = job.items.select_related("shipment")
    done = items.filter(state=JobItem.State.OK)
    return {
        "unchanged": items.filter(state=JobItem.State.UNCHANGED)[:MAX_SHOWN],
        # In the order of the index; what is done has no code.
        "done": done.order_by("code", "position", "pk")[:MAX_SHOWN] if job.kind != JobKind.EXPORT else [],
    }


@require_POST
def stop_job(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    job = get_object_or_404(request.shop.jobs, public_id=public_id)
    runner.request_stop(job)
    return _back(request, job)


@require_POST
def dismiss_job(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    job = get_object_or_404(request.shop.jobs, public_id=public_id)
    runner.dismiss(job)
    return _back(request, job, otherwise="shipments:downloads")


@require_POST
def retry_job(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse:
    job = get_object_or_404(request.shop.jobs, public_id=public_id)
    if not job.is_finished or not job.items.filter(state=JobItem.State.FAILED, retryable=True).exists():
        return redirect("shipments:job", public_id=public_id)
    again = runner.retry_failed(job, request.user)
    runner.dismiss(job)
    return _back(request, again)


def _back(request: ShopRequest, job: Job, otherwise: str = "") -> HttpResponse:
    if request.POST.get("in_list") == "1" and job.kind == JobKind.IMPORT:
        return redirect("shipments:import")
    return redirect(otherwise) if otherwise else redirect("shipments:job", public_id=job.public_id)


@require_GET
def download_job_file(request: ShopRequest, public_id: uuid.UUID) -> HttpResponse | FileResponse:
    """Labels as one PDF, or an export as CSV, which asks for the password again. Downloading marks labels as printed.

    ``part`` is a part of the labels that is there while others are missing, also of a job that is not finished.
    """
    own = request.shop.jobs.filter(kind__in=[JobKind.LABELS, JobKind.EXPORT])
    job = get_object_or_404(own, public_id=public_id)
    part = request.GET.get("part", "")
    if not job.is_finished and not part:
        raise Http404
    if job.kind == JobKind.EXPORT:
        check_recent_sign_in(request, back_to=reverse("shipments:job", args=[public_id]))
    try:
        if part:
            return _part(request, job, part)
        return _labels(request, job) if job.kind == JobKind.LABELS else _export(job)
    except FileNotFoundError as missing:
        raise Http404 from missing
    except PartsMissing as some:
        message = _(
            "%(gateway)s isn't responding. %(ready)s of the %(total)s parts are here to download; try the rest later."
        )
        names = {"gateway": gateway_display_name(files.gateway_of(job)), "ready": some.ready, "total": some.total}
        messages.error(request, message % names)
        return redirect("shipments:job", public_id=public_id)
    except ApiError:
        message = _("%(gateway)s isn't responding. The labels were created; download them later.")
        messages.error(request, message % {"gateway": gateway_display_name(files.gateway_of(job))})
        return redirect("shipments:job", public_id=public_id)


def _labels(request: ShopRequest, job: Job) -> FileResponse:
    content = files.label_file(job).open("rb")
    return _pdf(request, job, content)


def _part(request: ShopRequest, job: Job, number: str) -> FileResponse:
    if job.kind != JobKind.LABELS or not PART_NUMBER.fullmatch(number):
        raise Http404
    path, shipments = files.part_file(job, int(number))
    return _pdf(request, job, path.open("rb"), only=shipments, suffix=f"-{number}")


def _pdf(
    request: ShopRequest, job: Job, content: IO[bytes], *, only: Sequence[int] | None = None, suffix: str = ""
) -> FileResponse:
    """Downloads by read-only members do not mark labels as printed."""
    if ShopPermission.MANAGE_SHIPMENTS in request.membership.permissions:
        files.mark_printed(job, request.user, only=only)
    prefix = "testlabels" if _count_tests(job) else "labels"
    name = f"{prefix}-{timezone.localdate().isoformat()}-{str(job.public_id)[:8]}{suffix}.pdf"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


def _export(job: Job) -> FileResponse:
    content = file_export.export_file(job).open("rb")
    return FileResponse(
        content, as_attachment=True, filename=file_export.download_name(job), content_type="text/csv; charset=utf-8"
    )


@require_GET
def downloads(request: ShopRequest) -> HttpResponse:
    recent = request.shop.jobs.filter(created_at__gte=timezone.now() - DOWNLOADS_RETENTION).defer("payload")
    newest_first = recent.select_related("started_by").order_by("-created_at", "-pk")
    listing = list(newest_first[: MAX_DOWNLOADS + 1])
    rows = [Download(job) for job in listing[:MAX_DOWNLOADS]]
    facts = {"rows": rows, "has_more": len(listing) > MAX_DOWNLOADS, "most": MAX_DOWNLOADS}
    return render(request, "shipments/downloads.html", facts)
