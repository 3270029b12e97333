"""The hand-over sheet of today, to print from the browser."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shipments.queries.handover import MAX_LISTED, todays_handover
from shops.tenancy import ShopRequest


@require_GET
def handover_sheet(request: ShopRequest) -> HttpResponse:
    context = {"handover": todays_handover(request.shop), "now": timezone.now(), "most": MAX_LISTED}
    return render(request, "shipments/handover.html", context)
