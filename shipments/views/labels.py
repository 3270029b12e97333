"""The label dialog: paper, position on the sheet, and shipments that cannot be printed."""

import uuid
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from carriers.gateways import LOCAL
from shipments.models.querysets import ShipmentQuerySet
from shipments.services.labels.gateway import gateway_name
from shipments.services.labels.register import start_labels
from shipments.states import ShipmentStatus
from shipments.views.label_needs import Answer, needs_context, save_answer
from shipments.views.shipment_list import is_dialog_request, redirect_back, selected_shipments
from shops.models import Shop
from shops.tenancy import ShopRequest

MAX_NAMED = 10
LAYOUTS = ("a6", "a4")
LABEL_FORM = "shipments/_labels_form.html"


@dataclass(frozen=True, slots=True)
class SheetSlot:
    number: int
    place: Promise


SHEET_SLOTS = (
    SheetSlot(1, gettext_lazy("top left")),
    SheetSlot(2, gettext_lazy("top right")),
    SheetSlot(3, gettext_lazy("bottom left")),
    SheetSlot(4, gettext_lazy("bottom right")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def label_dialog(request: ShopRequest) -> HttpResponse:
    """A POST with ``layout`` starts the job, one with ``need`` saves what the shop still needed; other requests show
    the form. htmx requests for the dialog get the form only.
    """
    data = request.POST if request.method == "POST" else request.GET
    shipments = selected_shipments(request, data).exclude(status=ShipmentStatus.CANCELED)
    if not shipments.exists():
        messages.error(request, _("Choose at least one shipment."))
        return redirect_back(request)
    answer = save_answer(request) if request.method == "POST" else Answer()
    page = _form_context(request.shop, shipments, data)
    if page["counts_new"]:
        page |= needs_context(request, answer)
    if request.method == "POST" and data.get("layout") in LAYOUTS and not page.get("needs"):
        return _start_job(request, shipments, data)
    in_dialog = is_dialog_request(request)
    page |= {"in_dialog": in_dialog, "window": "shipments/_labels_needs.html" if page.get("needs") else LABEL_FORM}
    template = page["window"] if in_dialog else "shipments/labels.html"
    return render(request, template, page, status=422 if answer.is_wrong else 200)


def _form_context(shop: Shop, shipments: ShipmentQuerySet, data: QueryDict) -> dict[str, Any]:
    blocked = Q(status=ShipmentStatus.DRAFT) & ~Q(blocked_by="")
    counts: dict[str, int] = shipments.order_by().aggregate(
        total=Count("pk"),
        blocked_count=Count("pk", filter=blocked),
        tests=Count("pk", filter=Q(status=ShipmentStatus.TEST)),
        drafts=Count("pk", filter=Q(status=ShipmentStatus.DRAFT)),
        printed=Count("pk", filter=Q(printed_at__isnull=False)),
    )
    printable = counts["total"] - counts["blocked_count"]
    end = shop.label_start - 1 + printable
    return counts | {
        "blocked": shipments.filter(blocked)[:MAX_NAMED],
        "printable": printable,
        # Only a label that is made now needs anything of the shop; one that exists is printed as it is.
        "counts_new": counts["drafts"] > counts["blocked_count"],
        "ids": [] if data.get("all_matching") else data.getlist("shipment"),
        "matching": data.get("all_matching", ""),
        "failed_of": data.get("failed_of", ""),
        "key": uuid.uuid4().hex,
        "start": shop.label_start,
        "layout": shop.label_layout,
        "slots": SHEET_SLOTS,
        "sheets": ceil(end / len(SHEET_SLOTS)),
        "last_slot": min(end, len(SHEET_SLOTS)),
        "has_forms": shipments.filter(customs_items__isnull=False).exists(),
        "is_continued": shop.label_continue,
        "is_practice": gateway_name(shop.pk) == LOCAL,
    }


def _start_job(request: ShopRequest, shipments: ShipmentQuerySet, data: QueryDict) -> HttpResponse:
    layout, place = str(data["layout"]), str(data.get("start"))
    start = int(place) if place in {"1", "2", "3", "4"} else 1
    if data.get("remember"):
        Shop.objects.filter(pk=request.shop.pk).update(label_layout=layout, label_start=start)
    if data.get("unprinted_only"):
        shipments = shipments.filter(printed_at=None)
    key = data.get("key", "")[:64] or uuid.uuid4().hex
    job = start_labels(
        request.shop,
        request.user,
        shipments=shipments,
        layout=layout,
        start=start,
        key=key,
        forms=bool(data.get("customs_forms")) or not data.get("choosing"),
        slips=bool(data.get("packing_slips")),
    )
    return redirect("shipments:job", public_id=job.public_id)
