"""Printing labels: how many, on what paper, and who cannot come along."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.models import Shop
from accounts.tenancy import ShopRequest
from shipments.services.labelling import start_labels
from shipments.states import ShipmentStatus
from shipments.views.listing import selected

MOST_NAMED = 50
LAYOUTS = ("a6", "a4")


def page(request: ShopRequest) -> HttpResponse:
    """GET and a first POST choose the paper; a POST with ``papier`` starts."""
    data = request.POST if request.method == "POST" else request.GET
    shipments = selected(request, data).exclude(status=ShipmentStatus.CANCELLED)
    if not shipments.exists():
        messages.error(request, _("Choose at least one shipment."))
        return redirect("shipments:list")
    if request.method == "POST" and data.get("papier") in LAYOUTS:
        return _start(request, shipments, data)
    blocked = shipments.filter(status=ShipmentStatus.CONCEPT).exclude(blocked_by="")
    page = {
        "total": shipments.count(),
        "blocked": blocked[:MOST_NAMED],
        "blocked_count": blocked.count(),
        "ids": [] if data.get("alles") else data.getlist("zending"),
        "matching": data.get("alles", ""),
        "key": uuid.uuid4().hex,
        "start": request.shop.label_start,
        "layout": request.shop.label_layout,
    }
    page["printable"] = page["total"] - page["blocked_count"]
    return render(request, "shipments/labels.html", page)


def _start(request: ShopRequest, shipments, data: QueryDict) -> HttpResponse:  # type: ignore[no-untyped-def]
    layout, place = str(data["papier"]), str(data.get("start"))
    start = int(place) if place in {"1", "2", "3", "4"} else 1
    if data.get("onthoud"):
        Shop.objects.filter(pk=request.shop.pk).update(label_layout=layout, label_start=start)
    key = data.get("key", "")[:64] or uuid.uuid4().hex
    job = start_labels(request.shop, request.user, shipments=shipments, layout=layout, start=start, key=key)
    return redirect("shipments:job", public_id=job.public_id)
