"""Scan and print. A script sends the scans and asks what became of them; without it each scan is a form."""

import uuid

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.models import Job
from shipments.job_kinds import JobKind
from shipments.presentation.scan_lines import job_line, scan_line
from shipments.services.labels.needs import SENDER, label_needs
from shipments.services.labels.scanning import Scan, take_scan
from shops.tenancy import ShopRequest
from ui.middleware import permissions_policy
from ui.redirects import with_return

# The state of as many scans is asked for at once.
MAX_ASKED = 40
# Settings that hold what a shop still needs, by the code of the need.
NEED_PAGES: dict[str, tuple[str, Promise]] = {SENDER: ("shops:sender", _("Fill in"))}
KEY_PAGE: tuple[str, Promise] = ("shops:general", _("Enter the key"))


@require_http_methods(["GET", "HEAD", "POST"])
def scan_and_print(request: ShopRequest) -> HttpResponse:
    """For a packing table: each scan makes and prints one label. A POST is the form of a page without scripts."""
    code = request.POST.get("code", "") or request.GET.get("code", "")
    line = None
    if request.method == "POST":
        scan = _take(request, again=False)
        if scan.job is not None:
            return redirect("shipments:job", public_id=scan.job.public_id)
        line = scan_line(scan, _page())
    facts = {"code": code, "key": uuid.uuid4().hex, "line": line, "most": MAX_ASKED} | _need(request)
    response = render(request, "shipments/scan.html", facts)
    response["Permissions-Policy"] = permissions_policy(camera=True)
    return response


@require_POST
def take_code(request: ShopRequest) -> HttpResponse:
    """One scan; may be sent again with the same ``key`` when the answer was lost."""
    if _is_of_another_shop(request, request.POST.get("shop", "")):
        return HttpResponse(status=409)
    scan = _take(request, again=request.POST.get("again") == "1")
    return JsonResponse(scan_line(scan, _page()).as_json())


@require_GET
def scan_states(request: ShopRequest) -> HttpResponse:
    """What became of the jobs of earlier scans, in any order; jobs that are not known are left out."""
    if _is_of_another_shop(request, request.GET.get("shop", "")):
        return HttpResponse(status=409)
    asked = [_uuid(text) for text in request.GET.getlist("job")[:MAX_ASKED]]
    scans = request.shop.jobs.filter(kind=JobKind.LABELS, total=1, public_id__in=[one for one in asked if one])
    jobs: list[Job] = list(scans.prefetch_related("items__shipment"))
    return JsonResponse({"lines": [job_line(job, _page()).as_json() for job in jobs]})


def _take(request: ShopRequest, *, again: bool) -> Scan:
    code, key = request.POST.get("code", ""), request.POST.get("key", "")[:64]
    return take_scan(request.shop, request.user, code=code, key=key or uuid.uuid4().hex, again=again)


def _is_of_another_shop(request: ShopRequest, asked: str) -> bool:
    """Whether another shop was chosen in this browser since the page was opened."""
    return bool(asked) and asked != str(request.shop.public_id)


def _need(request: ShopRequest) -> dict[str, object]:
    """What the shop needs first before a label, and where that is mended; asked once for all scans of the page."""
    needs = label_needs(request.shop)
    if not needs:
        return {}
    page, action = NEED_PAGES.get(needs[0].code, KEY_PAGE)
    return {"need": needs[0], "mend_url": with_return(reverse(page), _page()), "mend_action": action}


def _page() -> str:
    return reverse("shipments:scan")


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
