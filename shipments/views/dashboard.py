"""The dashboard."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shipments.content import ADDRESS_FIELDS
from shipments.models.querysets import ShipmentQuerySet
from shipments.presentation import attention_list, troubles
from shipments.presentation.onboarding import onboarding_steps
from shipments.queries import statistics
from shipments.queries.counts import LatelyShipped, ShipmentNumbers, lately_shipped, shipment_numbers
from shipments.services.labels.needs import label_needs
from shipments.states import ShipmentStatus
from shipments.views.import_orders import SiteTab, site_tabs
from shops.tenancy import ShopRequest
from ui import charts

MAX_SHOWN = 5
# What was delivered fast is judged by the labels of the last month.
CHART_DAYS, ARRIVED_DAYS = 14, 30


@require_GET
def dashboard(request: ShopRequest) -> HttpResponse:
    shipments = request.shop.shipments.all()
    numbers, tabs = shipment_numbers(request.shop), site_tabs(request.shop)
    counts, lately = numbers.tabs, lately_shipped(request.shop, days=CHART_DAYS, arrived_days=ARRIVED_DAYS)
    active = [tab for tab in tabs if tab.connection.is_active]
    unreadable = {tab.connection.pk for tab in tabs if tab.is_partly_unreadable}
    items = attention_list.connection_items([tab.connection for tab in tabs], unreadable)
    items += troubles.trouble_items(request.shop, [tab.connection for tab in tabs])
    items += attention_list.need_items(label_needs(request.shop), counts["drafts"] - counts["missing"])
    kinds = numbers.kinds | {"address": numbers.addresses}
    items += attention_list.shipment_items(shipments, kinds, limit=MAX_SHOWN)
    items += attention_list.test_label_items(counts["tests"])
    facts: dict[str, Any] = {
        "hour": timezone.localtime().hour,
        "today": timezone.localdate(),
        "counts": counts,
        "missing": counts["missing"],
        "can_import": bool(active),
        "waiting": sum(tab.waiting for tab in active),
        "sources": _sources(active),
        "strip": _strip(shipments, numbers, lately),
        "attention": items[:MAX_SHOWN],
        "changed": shipments.for_overview(*ADDRESS_FIELDS).order_by("-status_at")[:MAX_SHOWN],
    }
    facts |= _next_press(facts["waiting"], counts)
    if not numbers.has_real_labels:
        facts |= _first_steps(request, connected=bool(active))
    return render(request, "shipments/dashboard.html", facts | _fortnight(lately))


def _first_steps(request: ShopRequest, *, connected: bool) -> dict[str, Any]:
    steps = onboarding_steps(request.shop, connected=connected)
    ready = sum(step.done for step in steps)
    return {"steps": steps, "ready": ready, "next_step": next((step for step in steps if not step.done), None)}


def _next_press(waiting: int, counts: dict[str, int]) -> dict[str, Any]:
    """The one blue button: import, then make labels, then print them, then none."""
    complete = counts["drafts"] - counts["missing"]
    presses = (("import", waiting), ("make", complete), ("print", counts["to_print"]))
    return {"complete": complete, "next_press": next((name for name, number in presses if number), "")}


def _sources(tabs: list[SiteTab]) -> list[tuple[str, int]]:
    """Waiting orders by site; empty with only one site."""
    return [(str(tab.connection), tab.waiting) for tab in tabs if tab.waiting] if len(tabs) > 1 else []


def _strip(shipments: ShipmentQuerySet, numbers: ShipmentNumbers, lately: LatelyShipped) -> dict[str, Any]:
    # The status is the condition of the index.
    unprinted = shipments.filter(status=ShipmentStatus.REGISTERED, registered_at__isnull=False)
    return {
        "delivered_today": lately.delivered_today,
        "out_today": numbers.of(ShipmentStatus.OUT_FOR_DELIVERY),
        "oldest": unprinted.order_by("registered_at").values_list("registered_at", flat=True).first(),
        "within_two_days": round(100 * lately.arrived_fast / lately.arrived) if lately.arrived else None,
    }


def _fortnight(lately: LatelyShipped) -> dict[str, Any]:
    return {
        "days": lately.days,
        "chart": charts.build_column_chart([(day.isoformat(), number) for day, number in lately.days]),
        "fortnight": sum(number for _day, number in lately.days),
        "a_day": statistics.per_working_day(lately.days),
    }
