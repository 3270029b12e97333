"""The dashboard."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from shipments.models.querysets import ShipmentQuerySet
from shipments.presentation import attention_list
from shipments.presentation.onboarding import onboarding_steps
from shipments.queries import filters, statistics
from shipments.states import ShipmentStatus
from shipments.views.import_orders import SiteTab, site_tabs
from shops.models import Shop
from shops.services.preferences import get_preferences
from shops.tenancy import ShopRequest
from ui import charts

MAX_SHOWN = 5
FAST_DELIVERY = timedelta(days=2)
CHART_DAYS = 14


@require_GET
def dashboard(request: ShopRequest) -> HttpResponse:
    shipments = request.shop.shipments.all()
    counts, tabs = filters.count_tabs(shipments), site_tabs(request.shop)
    active = [tab for tab in tabs if tab.connection.is_active]
    numbers = _numbers(shipments) | {"within_two_days": _within_two_days(request.shop)}
    unreadable = {tab.connection.pk for tab in tabs if tab.is_partly_unreadable}
    items = attention_list.connection_items([tab.connection for tab in tabs], unreadable)
    items += attention_list.shipment_items(shipments, numbers)
    items += attention_list.test_label_items(counts["tests"])
    facts: dict[str, Any] = {
        "hour": timezone.localtime().hour,
        "today": timezone.localdate(),
        "counts": counts,
        "missing": counts["missing"],
        "can_import": bool(active),
        "waiting": sum(tab.waiting for tab in active),
        "sources": _sources(active),
        "strip": numbers,
        "attention": items[:MAX_SHOWN],
        "changed": shipments.for_rows().order_by("-status_at")[:MAX_SHOWN],
    }
    if not counts["all"]:
        facts |= _first_steps(request, connected=bool(active))
    return render(request, "shipments/dashboard.html", facts | _fortnight(request.shop))


def _first_steps(request: ShopRequest, *, connected: bool) -> dict[str, Any]:
    steps = onboarding_steps(request.shop, get_preferences(request.shop), connected=connected)
    return {"steps": steps, "ready": sum(step.done for step in steps)}


def _sources(tabs: list[SiteTab]) -> list[tuple[str, int]]:
    """Waiting orders by site; empty with only one site."""
    return [(str(tab.connection), tab.waiting) for tab in tabs if tab.waiting] if len(tabs) > 1 else []


def _numbers(shipments: ShipmentQuerySet) -> dict[str, Any]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    answer: dict[str, Any] = shipments.order_by().aggregate(
        **attention_list.attention_counts(),
        delivered_today=Count("pk", filter=Q(status=ShipmentStatus.DELIVERED, status_at__gte=midnight)),
        out_today=Count("pk", filter=Q(status=ShipmentStatus.OUT_FOR_DELIVERY)),
        oldest=Min("registered_at", filter=Q(status=ShipmentStatus.REGISTERED)),
    )
    return answer


def _within_two_days(shop: Shop) -> int | None:
    """The share of what was sent lately and delivered, in percent; None when nothing was."""
    durations = statistics.totals(shop, 30).delivery_time
    return round(100 * durations.within(FAST_DELIVERY) / durations.total) if durations.total else None


def _fortnight(shop: Shop) -> dict[str, Any]:
    days = statistics.per_day(shop, CHART_DAYS)
    return {
        "days": days,
        "chart": charts.build_column_chart([(day.isoformat(), number) for day, number in days]),
        "fortnight": sum(number for _day, number in days),
        "a_day": statistics.per_working_day(days),
    }
