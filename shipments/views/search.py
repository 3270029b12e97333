"""Search and keyboard shortcuts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from integrations.models import ExternalOrder
from shipments.queries import search
from shipments.queries.first_found import LONG_WALK, Found
from shipments.views.shipment_list import is_dialog_request, redirect_back
from shops.tenancy import ShopRequest

YEAR_SECONDS = 365 * 24 * 3600
SHORTCUTS_OFF = "off"


@require_GET
def search_page(request: ShopRequest) -> HttpResponse:
    """An exact order number or barcode redirects to its shipment, so that a scanner opens it directly."""
    wanted = search.parse_query(request.GET.get("q", ""))
    if not request.htmx:
        found = search.find_exact(request.shop, wanted.text)
        if found is not None and wanted.wants_print:
            return redirect(f"{reverse('shipments:scan')}?{urlencode({'code': wanted.text})}")
        if found is not None:
            return redirect("shipments:detail", public_id=found.public_id)
        if wanted.text and request.GET.get("dialog"):
            return redirect(f"{reverse('shipments:list')}?{urlencode({'q': wanted.text})}")
    words = wanted.words
    connected = request.shop.connections.active().exists()
    shipments = search.find_shipments(request.shop, words)
    orders: Found[ExternalOrder] = search.find_orders(request.shop, words) if connected else Found([])
    facts = {
        "q": wanted.text,
        "words": words,
        "shipments": shipments.rows,
        "orders": orders.rows,
        "is_partial": shipments.is_partial or orders.is_partial,
        "looked_through": LONG_WALK,
        "pages": search.find_pages(words, connected=connected) if words or not wanted.text else [],
    }
    return render(request, "shipments/_search_results.html" if request.htmx else "shipments/search.html", facts)


@require_http_methods(["GET", "POST"])
def shortcuts(request: ShopRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "_shortcuts.html" if is_dialog_request(request) else "shipments/shortcuts.html")
    on = request.POST.get("enabled") == "1"
    message = _("Single-letter shortcuts are on.") if on else _("Single-letter shortcuts are off.")
    messages.success(request, message)
    response = redirect_back(request, "shipments:shortcuts")
    response.set_cookie(
        "keys", "on" if on else SHORTCUTS_OFF, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
    )
    return response
