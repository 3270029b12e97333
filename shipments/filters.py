"""What a list shows: tabs, search, filters, sort and page, all read from the address and only ever narrowing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from carriers.territories import EU
from integrations.models import Connection, ExternalOrder
from lib.text import clean
from shipments.models import Shipment

PER_PAGE = 50
LONGEST_SEARCH = 200
PERIODS = {"vandaag": 1, "week": 7, "maand": 30}
M = TypeVar("M", bound=models.Model)
DESTINATIONS: dict[str, Q] = {
    "nl": Q(country="NL"),
    "be": Q(country="BE"),
    "eu": Q(country__in=sorted(EU)),
    "wereld": ~Q(country__in=sorted(EU | {"NL", "BE", ""})),
}
SHIPMENT_SORTS = {"datum": "created_at", "naam": "person", "land": "country", "status": "status"}
ORDER_SORTS = {"datum": "placed_at", "naam": "customer", "land": "country", "totaal": "total"}
KEPT = ("tab", "site", "zoek", "naar", "vervoerder", "periode", "al")
TABS = ("alle", "concepten", "printen", "onderweg", "bezorgd", "aandacht")


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, and what the address said."""

    page: Page[Any]
    query: dict[str, str]
    sort: str
    down: bool


def _words(query: QueryDict) -> str:
    return clean(query.get("zoek", ""), LONGEST_SEARCH)[0].casefold().lstrip("#")


def _narrow(rows: QuerySet[M], query: QueryDict) -> QuerySet[M]:
    for word in _words(query).split():
        rows = rows.filter(search_text__contains=word)
    destination = DESTINATIONS.get(query.get("naar", ""))
    return rows.filter(destination) if destination is not None else rows


def shipments(rows: QuerySet[Shipment], query: QueryDict) -> QuerySet[Shipment]:
    """The shipments that all filters but the tab leave over."""
    rows = _narrow(rows, query)
    if query.get("vervoerder"):
        rows = rows.filter(carrier=query["vervoerder"])
    days = PERIODS.get(query.get("periode", ""))
    return rows.filter(created_at__gte=timezone.now() - timedelta(days=days)) if days else rows


def in_tab(rows: Any, tab: str) -> Any:
    """The shipments of one tab."""
    narrowed = {
        "concepten": rows.concepts,
        "printen": rows.to_print,
        "onderweg": rows.underway,
        "bezorgd": rows.delivered,
        "aandacht": rows.needing_attention,
    }
    return narrowed[tab]() if tab in narrowed else rows


def tab_counts(rows: Any) -> dict[str, int]:
    """How many shipments each tab holds, and how many concepts miss something, in one query."""
    ids = {tab: in_tab(Shipment.objects.all(), tab).filter(pk=OuterRef("pk")) for tab in TABS[1:]}
    counts = {tab: Count("pk", filter=Exists(found)) for tab, found in ids.items()}
    blocked = Count("pk", filter=Q(status="concept") & ~Q(blocked_by=""))
    answer: dict[str, int] = rows.order_by().aggregate(alle=Count("pk"), missing=blocked, **counts)
    return answer


def sort_of(query: QueryDict, sorts: dict[str, str]) -> tuple[str, bool]:
    """Which column, and whether the largest comes first; unknown ones mean newest first."""
    wanted = query.get("sorteer", "")
    name = wanted.lstrip("-")
    return (name, wanted.startswith("-")) if name in sorts else ("datum", True)


def listing(rows: QuerySet[M], query: QueryDict, sorts: dict[str, str]) -> Listing:
    """The page the address asks for; a page that does not exist is the last one."""
    name, down = sort_of(query, sorts)
    column = ("-" if down else "") + sorts[name]
    ordered = rows.order_by(column, "-pk" if down else "pk")
    page = Paginator(ordered, PER_PAGE).get_page(query.get("pagina"))
    kept = {key: str(query[key]) for key in KEPT if query.get(key)}
    return Listing(page, kept, name, down)


def open_orders(connection: Connection, query: QueryDict) -> QuerySet[ExternalOrder]:
    """The orders of a connection that can be imported, or with ``al`` also those that were."""
    imported = Exists(Shipment.objects.filter(order=OuterRef("pk")))
    rows = _narrow(connection.orders.annotate(is_imported=imported), query)
    fresh = Q(verdict="open", is_imported=False)
    return rows.filter(fresh | Q(is_imported=True)) if query.get("al") else rows.filter(fresh)
