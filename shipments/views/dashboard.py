"""The first page: what is left to do, in the order in which work flows."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.services import preferences_of
from accounts.tenancy import ShopRequest
from integrations.models import ExternalOrder
from shipments import filters
from shipments.checklist import checklist

SHOWN = 5


@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """Greeting, checklist until all is set up, the strip of five, and what needs attention."""
    shipments = request.shop.shipments.all()
    counts = filters.tab_counts(shipments)
    waiting = ExternalOrder.objects.open().filter(shop=request.shop).exclude(shipments__isnull=False).count()
    steps = checklist(request.shop, preferences_of(request.shop), has_shipments=counts["alle"] > 0)
    page: dict[str, Any] = {
        "hour": timezone.localtime().hour,
        "counts": counts,
        "waiting": waiting,
        "steps": steps,
        "ready": sum(step.done for step in steps),
        "all_ready": all(step.done for step in steps),
        "missing": counts["missing"],
        "can_import": any(step.key == "connect" and step.done for step in steps),
        "attention": shipments.needing_attention().for_rows()[:SHOWN],
        "changed": shipments.for_rows().order_by("-status_at")[:SHOWN],
    }
    return render(request, "shipments/dashboard.html", page)
