"""The first page: what is left to do, in the order in which work flows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_GET

from accounts.services import preferences_of
from accounts.tenancy import ShopRequest
from integrations.models import Fulfillment
from shipments import filters
from shipments.checklist import checklist
from shipments.models import Shipment
from shipments.states import Blocker, ShipmentStatus
from shipments.views.importing import Tab, tabs_of

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Todo:
    """One kind of thing that needs the merchant, and the one place where it is solved."""

    title: Promise | str
    text: Promise | str
    url: str
    action: Promise
    icon: str = "alert"
    is_bad: bool = False


@require_GET
def page(request: ShopRequest) -> HttpResponse:
    """Greeting, checklist until all is set up, the strip of five, and what needs attention."""
    shipments = request.shop.shipments.all()
    counts, tabs = filters.tab_counts(shipments), tabs_of(request.shop)
    steps = checklist(request.shop, preferences_of(request.shop), has_shipments=counts["alle"] > 0)
    kinds = _kinds(shipments)
    facts: dict[str, Any] = {
        "hour": timezone.localtime().hour,
        "counts": counts,
        "delivered_today": kinds["delivered_today"],
        "waiting": sum(tab.waiting for tab in tabs if tab.connection.is_active),
        "steps": steps,
        "ready": sum(step.done for step in steps),
        "all_ready": all(step.done for step in steps),
        "missing": counts["missing"],
        "can_import": any(tab.connection.is_active for tab in tabs),
        "attention": [*_of_sites(tabs), *_of_shipments(kinds)][:SHOWN],
        "changed": shipments.for_rows().order_by("-status_at")[:SHOWN],
    }
    return render(request, "shipments/dashboard.html", facts)


def _kinds(shipments: QuerySet[Shipment]) -> dict[str, int]:
    """How many shipments need somebody, by what they need, in one query."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    concept = Q(status=ShipmentStatus.CONCEPT)
    counted: dict[str, int] = shipments.order_by().aggregate(
        untold=Count("pk", filter=Q(fulfillment__state=Fulfillment.State.NEEDS_ATTENTION)),
        returned=Count("pk", filter=Q(status=ShipmentStatus.RETURNED)),
        delivered_today=Count("pk", filter=Q(status=ShipmentStatus.DELIVERED, status_at__gte=midnight)),
        **{blocker.value: Count("pk", filter=concept & Q(blocked_by=blocker)) for blocker in Blocker if blocker.value},
    )
    return counted


def _of_sites(tabs: list[Tab]) -> list[Todo]:
    """Sites that no longer let us in first: nothing comes in from there. Then sites with orders we cannot read."""
    wix, again = reverse("integrations:wix"), _("Connect again")
    lost = [
        Todo(
            format_lazy(_("{site} is no longer connected"), site=str(tab.connection)),
            tab.connection.trouble_text,
            wix,
            again,
            "unlink",
            is_bad=True,
        )
        for tab in tabs
        if not tab.connection.is_active
    ]
    unreadable = [
        Todo(
            format_lazy(_("Orders of {site} that we could not read"), site=str(tab.connection)),
            _("Nothing is lost: the order is safe in Wix. Correct it there, or try again."),
            f"{reverse('shipments:import')}?site={tab.connection.public_id}#onleesbaar",
            _("View"),
        )
        for tab in tabs
        if tab.connection.is_active and tab.is_partly_unreadable
    ]
    return lost + unreadable


def _of_shipments(kinds: dict[str, int]) -> list[Todo]:
    """Sorted by damage: what a buyer waits for first."""
    url = reverse("shipments:list") + "?tab=aandacht"
    untold = ngettext_lazy("%(n)d shipment Wix was not told about", "%(n)d shipments Wix was not told about", "n")
    returned = ngettext_lazy("%(n)d parcel came back", "%(n)d parcels came back", "n")
    customs = ngettext_lazy("%(n)d shipment misses customs data", "%(n)d shipments miss customs data", "n")
    address = ngettext_lazy("%(n)d address is incomplete", "%(n)d addresses are incomplete", "n")
    parcel = ngettext_lazy("%(n)d parcel is not possible like this", "%(n)d parcels are not possible like this", "n")
    order = ngettext_lazy("%(n)d order changed in the shop", "%(n)d orders changed in the shop", "n")
    before_label = _("Needed before a label can be made.")
    offered = {
        "untold": (untold, _("The buyer has no Track & Trace code yet."), _("Review and fix"), "refresh", True),
        "returned": (returned, _("Ask the buyer what to do with it."), _("View"), "return", True),
        "order": (order, _("Compare the draft with the order before you make the label."), _("View"), "alert", False),
        "customs": (customs, before_label, _("Complete"), "customs", False),
        "address": (address, before_label, _("Complete"), "pin", False),
        "parcel": (parcel, before_label, _("Complete"), "parcel", False),
    }
    return [
        Todo(title % {"n": kinds[kind]}, text, url, action, icon, is_bad)
        for kind, (title, text, action, icon, is_bad) in offered.items()
        if kinds[kind]
    ]
