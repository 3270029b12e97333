"""Filters, tabs, sorting and pagination of lists, from the query string."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import connections, models
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import QueryDict
from django.utils import timezone

from integrations.models import OFFERED, WAITING, Connection, ExternalOrder
from integrations.models.zones import ZONES
from lib.bounded_count import MAX_COUNTED, count_at_most
from lib.search_text import Word, parse_words
from lib.text import clean_text, parse_int
from shipments.models import JobItem, Shipment
from shipments.models.attention import ATTENTION_KINDS
from shipments.queries.first_found import all_found, first_keys
from shipments.queries.handover import MAX_UNSCANNED_DAYS, narrow_unscanned
from shipments.queries.statistics import start_of_day
from shipments.states import ShipmentStatus

PAGE_SIZE, LARGE_PAGE_SIZE = 50, 200
MAX_SEARCH_LENGTH = 200
# Where counting what a search matches stops.
MAX_COUNTED_IN_SEARCH = 200
PERIODS = {"today": 1, "week": 7, "month": 30}
M = TypeVar("M", bound=models.Model)
DESTINATIONS = {zone: Q(zone=zone) for zone in ZONES}
# Only what an index carries: sorting by another column would read every row of the shop for each page.
SHIPMENT_SORTS = {"date": "listed_at"}
ORDER_SORTS = {"date": "listed_at", "name": "customer", "total": "total"}
TABS = ("all", "drafts", "tests", "to_print", "printed", "in_transit", "delivered", "attention")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. ``newer`` and ``older`` are the query parameters of the adjacent pages; empty at an end.

    ``sorts`` are the columns that the list can be sorted by. ``found`` is how many rows a search found, at most
    MAX_COUNTED_IN_SEARCH + 1, where it was looked for from the first row on. ``is_partial``: the words are so short
    that only the newest LONG_WALK rows were looked through.
    """

    rows: list[Any]
    sort: str
    descending: bool
    size: int
    newer: dict[str, str]
    older: dict[str, str]
    sorts: Collection[str] = ()
    found: int | None = None
    is_partial: bool = False


def _searched(rows: QuerySet[M], query: QueryDict) -> QuerySet[M]:
    words = _words(query)
    return rows if words is None else all_found(rows, words)


def _words(query: QueryDict) -> list[Word] | None:
    """None without a search; one that holds no letter and no figure has no words, and finds nothing."""
    typed = query.get("q", "").strip()
    return parse_words(typed) if typed else None


def _narrow(rows: QuerySet[M], query: QueryDict) -> QuerySet[M]:
    destination = DESTINATIONS.get(query.get("destination", ""))
    return rows.filter(destination) if destination is not None else rows


def filter_shipments(rows: QuerySet[Shipment], query: QueryDict) -> QuerySet[Shipment]:
    """Those of the filters and the search; for a page of a list see ``narrow_shipments`` and ``listing``."""
    return _searched(narrow_shipments(rows, query), query)


def narrow_shipments(rows: QuerySet[Shipment], query: QueryDict) -> QuerySet[Shipment]:
    """Those of the filters, whatever is searched for."""
    rows = _narrow(rows, query)
    if carrier := clean_text(query.get("carrier", ""), MAX_SEARCH_LENGTH)[0]:
        rows = rows.filter(carrier=carrier)
    if days := PERIODS.get(query.get("period", "")):
        rows = rows.filter(listed_at__gte=timezone.now() - timedelta(days=days))
    return _counted(rows, query)


def _counted(rows: QuerySet[Shipment], query: QueryDict) -> QuerySet[Shipment]:
    """Those that a number elsewhere counted: of a job, of one kind of attention, missing data, delivered today, or
    printed for days and not scanned.
    """
    if query.get("job"):
        made = JobItem.objects.filter(job__public_id__in=parse_uuids([query.get("job", "")]), state=JobItem.State.OK)
        rows = rows.filter(pk__in=made.values("shipment"))
    if query.get("kind") in ATTENTION_KINDS:
        rows = rows.exclude(attention="").filter(attention=query["kind"])
    if query.get("missing"):
        rows = rows.filter(status=ShipmentStatus.DRAFT).exclude(blocked_by="")
    if query.get("delivered") == "today":
        rows = rows.filter(status_at__gte=start_of_day(timezone.localdate()))
    days = parse_int(query.get("unscanned", ""))
    if days and days <= MAX_UNSCANNED_DAYS:
        rows = narrow_unscanned(rows, days)
    return rows


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

    ``rows`` are those of the filters; what the query searches for is found in them here.
    """
    name, descending = parse_sort(query, sorts)
    size = LARGE_PAGE_SIZE if query.get("page_size") == str(LARGE_PAGE_SIZE) else PAGE_SIZE
    first = partial(_first, words=_words(query), size=size)
    page = partial(_page, name=name, descending=descending, size=size, sorts=sorts)
    after, before = _start(among, query.get("after", "")), _start(among, query.get("before", ""))
    if before is not None:
        found = first(rows_behind(rows, sorts[name], before, descending=not descending))
        if found.has_more:
            return page(replace(found, rows=found.rows[::-1]), newer=True, older=True)
        after = None
    found = first(rows_behind(rows, sorts[name], after, descending=descending))
    if not found.rows and after is not None:
        after, found = None, first(rows_behind(rows, sorts[name], None, descending=descending))
    return page(found, newer=after is not None, older=found.has_more)


@dataclass(frozen=True, slots=True)
class _First:
    """The first rows of a list, and whether there are more; ``found`` is how many a search found."""

    rows: list[Any]
    has_more: bool
    found: int | None = None
    is_partial: bool = False


def _first(rows: QuerySet[Any], *, words: list[Word] | None, size: int) -> _First:
    """In two queries. For keys alone PostgreSQL reads the index that has every column of the filter and nothing else;
    asked for whole rows it may take a narrower index and drop rows, or join all rows before it takes the first.
    """
    if words is None:
        keys, number, is_partial = list(rows.values_list("pk", flat=True)[: size + 1]), None, False
    else:
        # As far as the count goes, so that nothing is looked for twice.
        found = first_keys(rows, words, max(size, MAX_COUNTED_IN_SEARCH) + 1)
        keys, number, is_partial = found.keys, len(found.keys), found.is_partial
    by_key = rows.order_by().in_bulk(keys[:size])
    return _First([by_key[key] for key in keys[:size] if key in by_key], len(keys) > size, number, is_partial)


def _page(
    first: _First, *, name: str, descending: bool, size: int, sorts: Collection[str], newer: bool, older: bool
) -> Listing:
    rows = first.rows
    return Listing(
        rows,
        name,
        descending,
        size,
        newer={"before": str(rows[0].public_id)} if newer and rows else {},
        older={"after": str(rows[-1].public_id)} if older and rows else {},
        sorts=tuple(sorts),
        found=None if newer else first.found,
        is_partial=first.is_partial,
    )


def _start(among: QuerySet[M], wanted: str) -> Any:
    found = parse_uuids([wanted])
    return among.filter(public_id=found[0]).first() if found else None


def rows_behind(rows: QuerySet[M], column: str, start: Any, *, descending: bool) -> QuerySet[M]:
    """The rows behind ``start`` in this order; all of them without a start.

    An index is entered at the row itself on PostgreSQL, where the pair is compared as one value, and at the first row
    with its value on SQLite, for which Django writes the pair with OR: there the bound is what an index can use. The
    same bound twice would make PostgreSQL's planner expect fewer rows than there are.
    """
    sign, bound, behind = ("-", "lte", TupleLessThan) if descending else ("", "gte", TupleGreaterThan)
    if start is not None:
        value = getattr(start, column)
        rows = rows.filter(behind((F(column), F("pk")), (value, start.pk)))
        if not connections[rows.db].features.supports_tuple_lookups:
            rows = rows.filter(**{f"{column}__{bound}": value})
    return rows.order_by(sign + column, sign + "pk")


def count_matches(rows: QuerySet[M], page: Listing, query: QueryDict) -> tuple[int, str]:
    """How many rows match, and "+" when counting stopped there. ``page`` is one of these rows, which are those of the
    filters; what is searched for in them is found here, and counted less far, because no index counts it.
    """
    if not page.newer and not page.older:
        return len(page.rows), ""
    words, most = _words(query), MAX_COUNTED
    if words is None:
        number = count_at_most(rows, most)
    else:
        most = MAX_COUNTED_IN_SEARCH
        newest_first = rows.order_by("-listed_at", "-pk")
        number = len(first_keys(newest_first, words, most + 1).keys) if page.found is None else page.found
    return min(number, most), "+" if number > most else ""


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
    return _searched(narrow_orders(connection, query), query)


def narrow_orders(connection: Connection, query: QueryDict) -> QuerySet[ExternalOrder]:
    """Like ``open_orders``, whatever is searched for."""
    rows = _narrow(connection.orders.all(), query)
    return rows.filter(OFFERED if query.get("include_imported") else WAITING)


def search_orders(connection: Connection, query: QueryDict) -> tuple[Counter[str], str] | None:
    """The zones of what a search finds, and "+" when looking stopped there; None when nothing is searched for."""
    words = _words(query)
    if words is None:
        return None
    rows = narrow_orders(connection, query).order_by("-listed_at", "-pk")
    keys = first_keys(rows, words, MAX_COUNTED_IN_SEARCH + 1).keys
    more = "+" if len(keys) > MAX_COUNTED_IN_SEARCH else ""
    named = rows.order_by().filter(pk__in=keys[:MAX_COUNTED_IN_SEARCH])
    return Counter(named.values_list("zone", flat=True)), more


def order_sorts(query: QueryDict) -> dict[str, str]:
    """What open orders can be sorted by. With those that were imported the list is as long as the shop is old, and
    only the date is carried by an index.
    """
    return {"date": ORDER_SORTS["date"]} if query.get("include_imported") else ORDER_SORTS
