"""The pick list of a selection, to print from the browser."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shipments.queries.pick_list import MAX_PARCELS, make_pick_list
from shipments.views.shipment_list import parse_selection, redirect_back
from shops.tenancy import ShopRequest

BY_ARTICLE, BY_ORDER = "article", "order"
# Web servers refuse an address with many more.
MAX_IDS_IN_ADDRESS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def pick_list(request: ShopRequest) -> HttpResponse:
    """A selection of rows comes by POST, because an address cannot hold two hundred ids."""
    data = request.POST if request.method == "POST" else request.GET
    choice = parse_selection(request, data)
    picked = make_pick_list(request.shop, choice.shipments)
    if not picked.parcels:
        messages.error(request, _("Choose at least one shipment that is to be sent."))
        return redirect_back(request)
    context = {
        "picked": picked,
        "fields": choice.fields,
        "fits_address": len(choice.fields) <= MAX_IDS_IN_ADDRESS,
        "back": data.get("next", ""),
        "by": BY_ORDER if data.get("by") == BY_ORDER else BY_ARTICLE,
        "now": timezone.now(),
        "most": MAX_PARCELS,
    }
    return render(request, "shipments/pick_list.html", context)
