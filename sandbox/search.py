"""POST /ecom/v1/orders/search: Wix's query language as far as orders know it."""

import base64
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from sandbox.errors import WixError, validation_error
from sandbox.models import Order, Site

ENUM = frozenset({"$eq", "$ne", "$in", "$nin"})
EVERY = ENUM | {"$gt", "$gte", "$lt", "$lte", "$startsWith", "$isEmpty", "$exists"}
MANY = frozenset({"$hasAll", "$hasSome"})
FIELDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("status", "paymentStatus", "fulfillmentStatus", "channelInfo.type", "shippingInfo.title"), ENUM),
    **dict.fromkeys(("id", "buyerInfo.contactId", "channelInfo.externalOrderId", "checkoutId"), ENUM),
    **dict.fromkeys(("createdDate", "updatedDate", "purchasedDate", "number", "buyerInfo.email"), EVERY),
    **dict.fromkeys(("priceSummary.total.amount", "archived", "imported", "seenByAHuman"), EVERY),
    **dict.fromkeys(("lineItems.catalogReference.appId", "fulfillmentStatusesAggregate.statuses"), MANY),
}
COLUMNS = {
    "status": "status",
    "paymentStatus": "payment_status",
    "fulfillmentStatus": "fulfillment_status",
    "createdDate": "created",
    "updatedDate": "updated",
    "number": "number",
    "archived": "archived",
    "id": "order_id",
}
"""Fields with a column of their own; the others are looked up in the JSON, on what is left."""
LOOKUPS = {
    "$eq": "",
    "$in": "__in",
    "$gt": "__gt",
    "$gte": "__gte",
    "$lt": "__lt",
    "$lte": "__lte",
    "$startsWith": "__startswith",
}
SORTABLE = frozenset({"createdDate", "updatedDate", "number", "status", "paymentStatus", "fulfillmentStatus"})
HIDDEN = ("PENDING", "REJECTED")
LARGEST_PAGE, MOST_SORTS = 100, 4
Test = Callable[[dict[str, Any]], bool]


def search(site: Site, body: dict[str, Any]) -> dict[str, Any]:
    """A page of orders. A body without the wrapper ``search`` is answered with an unfiltered default page."""
    wanted = body.get("search")
    wanted = wanted if isinstance(wanted, dict) else {}
    paging = wanted.get("cursorPaging") or {}
    limit = paging.get("limit", LARGEST_PAGE)
    if not isinstance(limit, int) or not 1 <= limit <= LARGEST_PAGE:
        raise validation_error("search.cursorPaging.limit", "must be between 1 and 100", "MAX")
    question = _from_cursor(paging["cursor"]) if paging.get("cursor") else wanted
    offset = question.get("offset", 0)
    rows, test = _query(site, question.get("filter") or {})
    rows = rows.order_by(*_sort(question.get("sort") or []))
    found = _page(rows, test, offset, limit)
    return _answer(found, question, limit)


def _page(rows: QuerySet[Order], test: Test | None, offset: int, limit: int) -> tuple[list[Order], int, bool]:
    """The rows of a page, the offset behind it, and whether there is more."""
    if test is None:
        chunk = list(rows[offset : offset + limit + 1])
        return chunk[:limit], offset + limit, len(chunk) > limit
    kept: list[Order] = []
    at = offset
    for row in rows[offset:].iterator():
        if test(row.data):
            if len(kept) == limit:
                return kept, at, True
            kept.append(row)
        at += 1
    return kept, at, False


def _answer(found: tuple[list[Order], int, bool], question: dict[str, Any], limit: int) -> dict[str, Any]:
    rows, offset, more = found
    metadata: dict[str, Any] = {"count": len(rows), "hasNext": more}
    if more:
        again = {"filter": question.get("filter") or {}, "sort": question.get("sort") or [], "offset": offset}
        metadata["cursors"] = {"next": base64.urlsafe_b64encode(json.dumps(again).encode()).decode()}
    return {"orders": [row.data for row in rows], "metadata": metadata}


def _from_cursor(cursor: str) -> dict[str, Any]:
    try:
        question: dict[str, Any] = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError as error:
        raise validation_error("search.cursorPaging.cursor", "is not a cursor") from error
    return question


def _sort(entries: list[dict[str, str]]) -> list[str]:
    if len(entries) > MOST_SORTS:
        raise validation_error("search.sort", "has more than 4 entries", "MAX_ITEMS")
    names = []
    for entry in entries:
        field = entry.get("fieldName", "")
        if field not in SORTABLE:
            raise validation_error("search.sort.fieldName", f"{field} cannot be sorted on")
        names.append(("-" if entry.get("order", "ASC") == "DESC" else "") + COLUMNS[field])
    names = names or ["-created"]
    return [*names, "-id" if names[0].startswith("-") else "id"]


def _query(site: Site, wanted: dict[str, Any]) -> tuple[QuerySet[Order], Test | None]:
    rows = site.orders.filter(visible_at__lte=timezone.now()).exclude(status="INITIALIZED")
    if not _names_status(wanted):
        rows = rows.exclude(status__in=HIDDEN)
    condition, tests = _conditions(wanted)
    test = (lambda data: all(one(data) for one in tests)) if tests else None
    return rows.filter(condition), test


def _names_status(wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return "status" in wanted or any(_names_status(value) for value in wanted.values())
    return isinstance(wanted, list) and any(_names_status(one) for one in wanted)


def _conditions(wanted: Any) -> tuple[Q, list[Test]]:
    """As much as the database can decide, and tests for the rest. Every condition must hold."""
    if not isinstance(wanted, dict):
        raise validation_error("search.filter", "must be an object")
    condition, tests = Q(), []
    for key, value in wanted.items():
        if key == "$and":
            parts = [_conditions(one) for one in value]
            for part, more in parts:
                condition &= part
                tests += more
        elif key in {"$or", "$not"}:
            tests.append(_combined(key, value))
        else:
            part, more = _field(key, value)
            condition &= part
            tests += more
    return condition, tests


def _combined(key: str, value: Any) -> Test:
    options = [_as_test(one) for one in (value if isinstance(value, list) else [value])]
    if key == "$or":
        return lambda data: any(option(data) for option in options)
    return lambda data: not any(option(data) for option in options)


def _as_test(wanted: dict[str, Any]) -> Test:
    tests: list[Test] = []
    for key, value in wanted.items():
        if key in {"$or", "$not"}:
            tests.append(_combined(key, value))
        elif key == "$and":
            tests += [_as_test(one) for one in value]
        else:
            operator, operand = _operator(key, value)
            tests.append(_field_test(key, operator, operand))
    return lambda data: all(test(data) for test in tests)


def _operator(field: str, value: Any) -> tuple[str, Any]:
    if not isinstance(value, dict):
        value = {"$eq": value}
    if len(value) != 1:
        raise WixError(400, {"message": "SE-1105: Filter must contain single operator", "details": {}})
    (operator, operand) = next(iter(value.items()))
    if field not in FIELDS:
        raise validation_error("search.filter", f"{field} cannot be filtered on")
    if operator not in FIELDS[field]:
        raise validation_error("search.filter", f"{field} does not support {operator}")
    return operator, operand


def _field(field: str, value: Any) -> tuple[Q, list[Test]]:
    operator, operand = _operator(field, value)
    column = COLUMNS.get(field)
    if column is None or operator not in {*LOOKUPS, "$ne", "$nin"}:
        return Q(), [_field_test(field, operator, operand)]
    operand = [_cast(column, one) for one in operand] if isinstance(operand, list) else _cast(column, operand)
    if operator in {"$ne", "$nin"}:
        return ~Q(**{column + ("__in" if operator == "$nin" else ""): operand}), []
    return Q(**{column + LOOKUPS[operator]: operand}), []


def _cast(column: str, value: Any) -> Any:
    if column not in {"created", "updated"}:
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise validation_error("search.filter", f"{value} is not a date") from error


def _look_up(data: Any, field: str) -> Any:
    for name in field.split("."):
        if isinstance(data, list):
            data = [one.get(name) for one in data if isinstance(one, dict)]
        else:
            data = data.get(name) if isinstance(data, dict) else None
    return data


def _field_test(field: str, operator: str, operand: Any) -> Test:
    def test(data: dict[str, Any]) -> bool:
        return _compare(operator, _look_up(data, field), operand)

    return test


def _compare(operator: str, value: Any, operand: Any) -> bool:
    simple: dict[str, Callable[[], bool]] = {
        "$eq": lambda: (value or False) == (operand or False),
        "$ne": lambda: (value or False) != (operand or False),
        "$in": lambda: value in operand,
        "$nin": lambda: value not in operand,
        "$exists": lambda: (value is not None) == bool(operand),
        "$isEmpty": lambda: (not value) == bool(operand),
        "$startsWith": lambda: str(value or "").startswith(str(operand)),
        "$hasSome": lambda: bool(set(value or []) & set(operand)),
        "$hasAll": lambda: set(operand) <= set(value or []),
    }
    return simple[operator]() if operator in simple else _ordered(operator, value, operand)


def _ordered(operator: str, value: Any, operand: Any) -> bool:
    try:
        left, right = Decimal(str(value)), Decimal(str(operand))
    except InvalidOperation:
        return False
    return {"$gt": left > right, "$gte": left >= right, "$lt": left < right, "$lte": left <= right}[operator]
