"""Filters, tabs, sorting and pagination of lists, from the query string."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from carriers.territories import EU
from integrations.models import WAITING, Connection, ExternalOrder
from lib.search_text import contains_words, parse_words
from lib.text import clean_text
from shipments.models import Shipment

PAGE_SIZE, LARGE_PAGE_SIZE = 50, 200
MAX_SEARCH_LENGTH = 200
PERIODS = {"today": 1, "week": 7, "month": 30}
M = TypeVar("M", bound=models.Model)
DESTINATIONS: dict[str, Q] = {
    "nl": Q(country="NL"),
    "be": Q(country="BE"),
    "eu": Q(country__in=sorted(EU)),
    "world": ~Q(country__in=sorted(EU | {"NL", "BE", ""})),
}
SHIPMENT_SORTS = {"date": "created_at", "name": "person", "country": "country", "status": "status"}
ORDER_SORTS = {"date": "placed_at", "name": "customer", "country": "country", "total": "total"}
TABS = ("all", "drafts", "tests", "to_print", "printed", "in_transit", "delivered", "attention")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. ``newer`` and ``older`` are the query parameters of the adjacent pages; empty at an end."""

    rows: list[Any]
    sort: str
    descending: bool
    size: int
    newer: dict[str, str]
    older: dict[str, str]


def _narrow(rows: QuerySet[M], query: QueryDict) -> QuerySet[M]:
    """A search that holds no letter and no figure finds nothing."""
    if typed := query.get("q", "").strip():
        rows = rows.filter(contains_words(parse_words(typed)))
    destination = DESTINATIONS.get(query.get("destination", ""))
    return rows.filter(destination) if destination is not None else rows


def filter_shipments(rows: QuerySet[Shipment], query: QueryDict) -> QuerySet[Shipment]:
    rows = _narrow(rows, query)
    if carrier := clean_text(query.get("carrier", ""), MAX_SEARCH_LENGTH)[0]:
        rows = rows.filter(carrier=carrier)
    days = PERIODS.get(query.get("period", ""))
    return rows.filter(created_at__gte=timezone.now() - timedelta(days=days)) if days else rows


def filter_tab(rows: Any, tab: str) -> Any:
    narrowed = {
        "drafts": rows.drafts,
        "tests": rows.tests,
        "to_print": rows.to_print,
        "printed": rows.printed,
        "in_transit": rows.underway,
        "delivered": rows.delivered,
        "attention": rows.needing_attention,
    }
    return narrowed[tab]() if tab in narrowed else rows


def parse_sort(query: QueryDict, sorts: dict[str, str]) -> tuple[str, bool]:
    """The column, and whether it is descending. Unknown values sort newest first."""
    wanted = query.get("sort", "")
    name = wanted.lstrip("-")
    return (name, wanted.startswith("-")) if name in sorts else ("date", True)


def listing(rows: QuerySet[M], query: QueryDict, sorts: dict[str, str], *, among: QuerySet[M]) -> Listing:
    """Keyset pagination, so that the last page costs as much as the first. ``after`` and ``before`` in the query hold
    the public id of a row of ``among``; an unknown id means the first page.
    """
    name, descending = parse_sort(query, sorts)
    size = LARGE_PAGE_SIZE if query.get("page_size") == str(LARGE_PAGE_SIZE) else PAGE_SIZE
    after, before = _start(among, query.get("after", "")), _start(among, query.get("before", ""))
    if before is not None:
        found = list(_beyond(rows, sorts[name], before, not descending)[: size + 1])[::-1]
        if len(found) > size:
            return _page(found[1:], name, descending, size, newer=True, older=True)
        after = None
    ordered = _beyond(rows, sorts[name], after, descending)
    found = list(ordered[: size + 1])
    if not found and after is not None:
        after, found = None, list(_beyond(rows, sorts[name], None, descending)[: size + 1])
    return _page(found[:size], name, descending, size, newer=after is not None, older=len(found) > size)


def _page(rows: list[Any], name: str, descending: bool, size: int, *, newer: bool, older: bool) -> Listing:
    return Listing(
        rows,
        name,
        descending,
        size,
        newer={"before": str(rows[0].public_id)} if newer and rows else {},
        older={"after": str(rows[-1].public_id)} if older and rows else {},
    )


def _start(among: QuerySet[M], wanted: str) -> Any:
    found = parse_uuids([wanted])
    return among.filter(public_id=found[0]).first() if found else None


def _beyond(rows: QuerySet[M], column: str, start: Any, descending: bool) -> QuerySet[M]:
    sign, side = ("-", "lt") if descending else ("", "gt")
    if start is not None:
        value = getattr(start, column)
        rows = rows.filter(Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": start.pk}))
    return rows.order_by(sign + column, sign + "pk")


def parse_uuids(values: Iterable[str]) -> list[uuid.UUID]:
    """Skips invalid values, which cannot match a row."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found


def waiting_orders() -> QuerySet[ExternalOrder]:
    """Open orders of active connections without a shipment, including those whose draft was deleted."""
    return ExternalOrder.objects.waiting()


def open_orders(connection: Connection, query: QueryDict) -> QuerySet[ExternalOrder]:
    """Orders that can be imported; with ``include_imported`` also those that were imported."""
    rows = _narrow(connection.orders.all(), query)
    return rows.filter(WAITING | Q(is_imported=True)) if query.get("include_imported") else rows.filter(WAITING)
