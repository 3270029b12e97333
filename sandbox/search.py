"""POST /ecom/v1/orders/search: filtering, sorting and cursor paging."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from sandbox import switches
from sandbox.errors import as_dict, validation_error
from sandbox.filters import COLUMNS, SORTABLE_FIELDS, Condition, build_condition, names_status, value_at
from sandbox.models import Order, Site

# Statuses that are omitted unless the filter mentions `status`. INITIALIZED is always omitted.
HIDDEN_STATUSES = ("PENDING", "REJECTED")
MAX_PAGE_SIZE, MAX_SORT_FIELDS, MAX_CURSOR_LENGTH = 100, 4, 16_000
CHUNK_SIZE = 200
DEFAULT_SORT = [{"fieldName": "createdDate", "order": "DESC"}]
# Pairs of a field name and whether it is sorted in descending order.
Sort = list[tuple[str, bool]]


@dataclass(frozen=True)
class CursorState:
    """The content of a cursor: filter and sort as received, and the position behind which its page begins.

    ``backwards`` is a cursor of the page before: its page ends in front of that position.
    """

    filter: Any
    sort: Any
    after: list[Any]
    backwards: bool = False


def search(site: Site, body: dict[str, Any]) -> dict[str, Any]:
    """A page of orders.

    A body without the wrapper ``search`` gives an unfiltered page or an error, as a switch says: unconfirmed.
    """
    if "search" not in body and switches.read()["wrong_wrapper"] == "refused":
        raise validation_error("search", "must not be empty", "REQUIRED")
    wanted = as_dict(body.get("search"), "search")
    paging = as_dict(wanted.get("cursorPaging"), "search.cursorPaging")
    limit = _limit(paging.get("limit", MAX_PAGE_SIZE))
    state = CursorState(wanted.get("filter"), wanted.get("sort"), [])
    if paging.get("cursor"):
        state = _read_cursor(paging["cursor"])
    refresh_index(site)
    found = _matching_orders(site, state, _sort(state.sort))
    answer = _answer(list(islice(found, limit + 1)), state, limit)
    if switches.read()["metadata_total"]:
        answer["metadata"]["total"] = _total(site, state)
    return answer


def refresh_index(site: Site) -> None:
    """Update the index with the changes that have become visible."""
    lagging = site.orders.filter(visible_at__lte=timezone.now())
    if lagging.exists():
        with transaction.atomic():
            _index(list(lagging.all()))


def _index(rows: list[Order]) -> None:
    for row in rows:
        row.update_columns()
        row.updated, row.visible_at, row.shown = datetime.fromisoformat(row.data["updatedDate"]), None, None
    columns = ["status", "payment_status", "fulfillment_status", "archived", "buyer", "updated", "visible_at", "shown"]
    Order.objects.bulk_update(rows, columns, batch_size=100)


def _limit(limit: Any) -> int:
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MAX_PAGE_SIZE:
        raise validation_error("search.cursorPaging.limit", "must be between 1 and 100", "MAX", threshold=MAX_PAGE_SIZE)
    return limit


def _sort(entries: Any) -> Sort:
    if not isinstance(entries or [], list) or len(entries or []) > MAX_SORT_FIELDS:
        raise validation_error(
            "search.sort", "must be a list of at most 4 entries", "MAX_ITEMS", threshold=MAX_SORT_FIELDS
        )
    sort: Sort = []
    for entry in entries or DEFAULT_SORT:
        field = as_dict(entry, "search.sort").get("fieldName", "")
        if field not in SORTABLE_FIELDS:
            raise validation_error("search.sort.fieldName", f"{field} cannot be sorted on", "UNSUPPORTED_FIELD")
        if entry.get("order", "ASC") not in {"ASC", "DESC"}:
            raise validation_error("search.sort.order", "is ASC or DESC", "ENUM")
        sort.append((field, entry.get("order") == "DESC"))
    return sort


def _candidates(site: Site, wanted: Any) -> tuple[QuerySet[Order], Condition]:
    """The orders that may match the filter, and the condition that decides."""
    condition = build_condition(wanted)
    rows = site.orders.exclude(status="INITIALIZED").filter(condition.query)
    rows = rows.exclude(visible_at__isnull=False, shown__isnull=True)
    return (rows if names_status(wanted) else rows.exclude(status__in=HIDDEN_STATUSES)), condition


def _matching_orders(site: Site, state: CursorState, sort: Sort) -> Iterator[tuple[Order, list[Any]]]:
    """Matching orders from the cursor on, nearest first, each with its own position."""
    rows, condition = _candidates(site, state.filter)
    if all(field in COLUMNS for field, _descending in sort):
        return _by_column(rows, condition, sort, state)
    return _by_value(rows, condition, sort, state)


def _total(site: Site, state: CursorState) -> int:
    """The number of matching orders on all pages."""
    rows, condition = _candidates(site, state.filter)
    if condition.exact:
        return rows.count()
    return sum(condition.test(row.shown or row.data) for row in rows.iterator(chunk_size=CHUNK_SIZE))


def _by_column(
    rows: QuerySet[Order], condition: Condition, sort: Sort, state: CursorState
) -> Iterator[tuple[Order, list[Any]]]:
    after = state.after
    columns = [(COLUMNS[field], descending) for field, descending in sort] + [("id", sort[0][1])]
    columns = [(column, descending != state.backwards) for column, descending in columns]
    rows = rows.order_by(*(("-" if descending else "") + column for column, descending in columns))
    if after:
        try:
            rows = rows.filter(_after_cursor(columns, after))
        except (ValidationError, TypeError) as error:
            raise _invalid_cursor() from error
    for row in rows.iterator(chunk_size=CHUNK_SIZE) if not condition.exact else _first_page(rows):
        if condition.exact or condition.test(row.shown or row.data):
            yield row, [_as_text(getattr(row, column)) for column, _descending in columns]


def _first_page(rows: QuerySet[Order]) -> Iterator[Order]:
    """Enough rows for one page and to know whether another follows."""
    return iter(rows[: MAX_PAGE_SIZE + 1])


def _after_cursor(columns: list[tuple[str, bool]], after: list[Any]) -> Q:
    """A filter for the rows after the position ``after`` in the order of ``columns``."""
    if len(after) != len(columns):
        raise _invalid_cursor()
    behind, same = Q(), Q()
    for (column, descending), value in zip(columns, after, strict=True):
        behind |= same & Q(**{f"{column}__{'lt' if descending else 'gt'}": value})
        same &= Q(**{column: value})
    return behind


def _by_value(
    rows: QuerySet[Order], condition: Condition, sort: Sort, state: CursorState
) -> Iterator[tuple[Order, list[Any]]]:
    """Sort by fields without a column: read all matching orders, sort in Python, page by offset."""
    fitting = [row for row in rows.order_by("id") if condition.exact or condition.test(row.shown or row.data)]
    for field, descending in reversed(sort):
        fitting.sort(key=lambda row, field=field: _rank(row.shown or row.data, field), reverse=descending)  # type: ignore[misc]
    start = state.after[0] if state.after else 0
    if not isinstance(start, int):
        raise _invalid_cursor()
    placed = [(row, [place]) for place, row in enumerate(fitting, 1)]
    return iter(placed[: start - 1][::-1] if state.backwards else placed[start:])


def _rank(data: dict[str, Any], field: str) -> tuple[bool, Any]:
    value = value_at(data, field)
    value = " ".join(str(item) for item in value) if isinstance(value, list) else value
    return (value is not None, value if value is not None else 0)


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _answer(rows: list[tuple[Order, list[Any]]], state: CursorState, limit: int) -> dict[str, Any]:
    page, more = rows[:limit], len(rows) > limit
    if state.backwards:
        page.reverse()
    has_next, has_previous = (True, more) if state.backwards else (more, bool(state.after))
    metadata: dict[str, Any] = {"count": len(page), "cursors": {}, "hasNext": has_next}
    if has_next and page:
        metadata["cursors"]["next"] = _cursor(state, page[-1][1], backwards=False)
    if has_previous and page:
        metadata["cursors"]["prev"] = _cursor(state, page[0][1], backwards=True)
    if not has_next and switches.read()["last_cursors"] == "absent":
        del metadata["cursors"]
    return {"orders": [row.shown or row.data for row, _place in page], "metadata": metadata}


def _cursor(state: CursorState, after: list[Any], *, backwards: bool) -> str:
    content = json.dumps([state.filter, state.sort, after, int(timezone.now().timestamp()), backwards])
    return base64.urlsafe_b64encode(content.encode()).decode()


def _read_cursor(cursor: Any) -> CursorState:
    if not isinstance(cursor, str) or len(cursor) > MAX_CURSOR_LENGTH:
        raise _invalid_cursor()
    try:
        wanted, sort, after, made, backwards = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        age, lifetime = timezone.now().timestamp() - made, switches.read()["cursor_seconds"]
    except (ValueError, TypeError) as error:
        raise _invalid_cursor() from error
    if lifetime and age > lifetime:
        raise validation_error("search.cursorPaging.cursor", "is too old")
    return CursorState(wanted, sort, list(after), bool(backwards))


def _invalid_cursor() -> Exception:
    return validation_error("search.cursorPaging.cursor", "is not a cursor of this search")
