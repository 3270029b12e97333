"""The shipments overview."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.tenancy import ShopRequest
from carriers.vocabulary import CARRIERS, OPTIONS
from integrations.models import ExternalOrder
from shipments import filters
from shipments.services.editing import NotAConcept, delete_concept

TAB_NAMES = {
    "alle": _("All"),
    "concepten": _("Drafts"),
    "printen": _("To print"),
    "onderweg": _("In transit"),
    "bezorgd": _("Delivered"),
    "aandacht": _("Attention"),
}
DESTINATION_NAMES = {
    "nl": _("Netherlands"),
    "be": _("Belgium"),
    "eu": _("Rest of EU"),
    "wereld": _("Rest of world"),
}
PERIOD_NAMES = {"vandaag": _("Today"), "week": _("Last 7 days"), "maand": _("Last 30 days")}
MOST_DELETED = 1000


@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """Zendingen: tabs, filters and sort live in the address."""
    found = filters.shipments(request.shop.shipments.all(), request.GET)
    asked = str(request.GET.get("tab"))
    tab = asked if asked in filters.TABS else "alle"
    counts = filters.tab_counts(found)
    listing = filters.listing(filters.in_tab(found, tab).for_rows(), request.GET, filters.SHIPMENT_SORTS)
    active = request.shop.connections.active().exists()
    page = {
        "listing": listing,
        "tab": tab,
        "tabs": [(key, name, counts[key]) for key, name in TAB_NAMES.items()],
        "filters": _filters(request.GET),
        "carriers": CARRIERS,
        "destinations": DESTINATION_NAMES,
        "periods": PERIOD_NAMES,
        "options": OPTIONS,
        "can_import": active,
        "open_orders": open_order_count(request) if active else 0,
        "first_time": counts["alle"] == 0 and not _filters(request.GET),
        "matching": request.GET.urlencode() or "tab=alle",
    }
    return render(request, "shipments/list.html", page)


def _filters(query: QueryDict) -> dict[str, str]:
    return {key: str(query[key]) for key in ("zoek", "vervoerder", "naar", "periode") if query.get(key)}


def open_order_count(request: ShopRequest) -> int:
    """Orders that could be imported now."""
    return ExternalOrder.objects.open().filter(shop=request.shop).exclude(shipments__isnull=False).count()


def selected(request: ShopRequest, data: QueryDict) -> Any:
    """The shipments a form is about: ticked ones, or all that match a filter sent as one field."""
    if data.get("alles"):
        query = QueryDict(str(data["alles"]))
        found = filters.shipments(request.shop.shipments.all(), query)
        return filters.in_tab(found, str(query.get("tab", "alle"))).order_by("-created_at", "-pk")
    wanted = [value for value in data.getlist("zending") if _is_uuid(value)]
    return request.shop.shipments.filter(public_id__in=wanted).order_by("-created_at", "-pk")


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


@require_POST
def bulk(request: ShopRequest) -> HttpResponse:
    """Delete the selected concepts; shipments with a label stay."""
    gone = 0
    for shipment in selected(request, request.POST).filter(Q(status="concept"))[:MOST_DELETED]:
        try:
            delete_concept(shipment, by=request.user)
            gone += 1
        except NotAConcept:
            continue
    said = ngettext(
        "%(n)d draft deleted. Its order can be imported again.",
        "%(n)d drafts deleted. Their orders can be imported again.",
        gone,
    )
    messages.success(request, said % {"n": gone})
    return redirect(reverse("shipments:list") + "?tab=concepten")
