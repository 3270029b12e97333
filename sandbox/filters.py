"""Wix's query language for orders.

Every filter becomes a predicate in Python; the part that concerns indexed columns also becomes a database query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q

from sandbox.errors import application_error, as_dict, validation_error

Test = Callable[[dict[str, Any]], bool]
ENUM_OPERATORS = frozenset({"$eq", "$ne", "$in", "$nin"})
ALL_OPERATORS = ENUM_OPERATORS | {"$gt", "$gte", "$lt", "$lte", "$startsWith", "$isEmpty", "$exists"}
LIST_OPERATORS = frozenset({"$hasAll", "$hasSome"})
DATE_FIELDS = ("createdDate", "updatedDate", "purchasedDate")
SLOT = "shippingInfo.logistics.deliveryTimeSlot"
AMOUNT_FIELDS = (
    "priceSummary.total.amount",
    "balanceSummary.authorized.amount",
    "balanceSummary.pending.amount",
    "balanceSummary.pendingRefund.amount",
    "taxInfo.totalTax.amount",
    "taxInfo.totalExempt.amount",
)
STATUS_FIELDS = ("status", "paymentStatus", "fulfillmentStatus")
ENUM_FIELDS = (*STATUS_FIELDS, "channelInfo.type", "shippingInfo.title", "shippingInfo.region.name")
TEXT_FIELDS = (
    "number",
    "buyerInfo.email",
    "billingInfo.contactDetails.firstName",
    "billingInfo.contactDetails.lastName",
    "businessLocation.id",
    "businessLocation.name",
    "shippingInfo.logistics.deliveryTime",
)
TIME_FIELDS = (*DATE_FIELDS, f"{SLOT}.from", f"{SLOT}.to")
BOOLEAN_FIELDS = ("archived", "imported", "seenByAHuman", "demo")
ID_FIELDS = (
    "id",
    "buyerInfo.contactId",
    "buyerInfo.memberId",
    "channelInfo.externalOrderId",
    "checkoutId",
    "createdBy.userId",
    "lineItems.subscriptionInfo.id",
)
LIST_FIELDS = (
    "lineItems.catalogReference.appId",
    "lineItems.catalogReference.catalogItemId",
    "lineItems.locations.id",
    "appliedDiscounts.coupon.id",
)
SORTABLE_LIST_FIELDS = ("fulfillmentStatusesAggregate.statuses", "lineItems.productName.original")
FIELDS: dict[str, frozenset[str]] = {
    **dict.fromkeys((*ENUM_FIELDS, *ID_FIELDS), ENUM_OPERATORS),
    **dict.fromkeys((*TEXT_FIELDS, *TIME_FIELDS, *AMOUNT_FIELDS, *BOOLEAN_FIELDS), ALL_OPERATORS),
    **dict.fromkeys((*LIST_FIELDS, *SORTABLE_LIST_FIELDS), LIST_OPERATORS),
}
SORTABLE_FIELDS = frozenset((*ENUM_FIELDS, *TEXT_FIELDS, *TIME_FIELDS, *AMOUNT_FIELDS, *SORTABLE_LIST_FIELDS))
# Fields that have a column in the index.
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
LOOKUPS = {"$eq": "", "$in": "__in", "$gt": "__gt", "$gte": "__gte", "$lt": "__lt", "$lte": "__lte"}
NEGATIONS = {"$ne": "", "$nin": "__in"}


@dataclass(frozen=True)
class Condition:
    """``test`` decides for an order's JSON. ``query`` matches at least those orders, and exactly those if ``exact``."""

    test: Test
    query: Q
    exact: bool


def build_condition(wanted: Any) -> Condition:
    """Parse a filter. Raises WixError 400 for what Wix rejects."""
    parts = [_part(name, value) for name, value in as_dict(wanted, "search.filter").items()]
    query = Q()
    for part in parts:
        query &= part.query
    tests = [part.test for part in parts]
    return Condition(lambda data: all(test(data) for test in tests), query, all(part.exact for part in parts))


def names_status(wanted: Any) -> bool:
    """Whether the filter mentions ``status`` at any depth."""
    if isinstance(wanted, dict):
        return "status" in wanted or any(names_status(value) for value in wanted.values())
    return isinstance(wanted, list) and any(names_status(part) for part in wanted)


def value_at(data: Any, field: str) -> Any:
    """The value at a dotted path, also through lists, converted so that it can be compared."""
    for name in field.split("."):
        if isinstance(data, list):
            data = [value_at(entry, name) for entry in data]
        else:
            data = data.get(name) if isinstance(data, dict) else None
    return comparable(field, data)


def comparable(field: str, value: Any) -> Any:
    """Convert dates to datetimes and amounts to decimals. Raises WixError 400."""
    if value is None or isinstance(value, (list, bool)):
        return value
    try:
        if field in TIME_FIELDS:
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Decimal(value) if field in AMOUNT_FIELDS else value
    except (ValueError, TypeError, InvalidOperation) as error:
        raise validation_error(f"search.filter.{field}", f"has the unreadable value {value!r}") from error


def _part(name: str, value: Any) -> Condition:
    if name == "$and":
        return _all_of(_list(name, value))
    if name == "$or":
        return _any_of(_list(name, value))
    if name == "$not":
        return _none_of(value if isinstance(value, list) else [value])
    return _field(name, value)


def _all_of(wanted: list[Any]) -> Condition:
    parts = [build_condition(part) for part in wanted]
    query = Q()
    for part in parts:
        query &= part.query
    return Condition(lambda data: all(part.test(data) for part in parts), query, all(part.exact for part in parts))


def _any_of(wanted: list[Any]) -> Condition:
    parts = [build_condition(part) for part in wanted]
    exact, query = all(part.exact for part in parts), Q()
    for part in parts if exact else []:
        query |= part.query
    return Condition(lambda data: any(part.test(data) for part in parts), query, exact)


def _none_of(wanted: list[Any]) -> Condition:
    parts = [build_condition(part) for part in wanted]
    exact, query = all(part.exact for part in parts), Q()
    for part in parts if exact else []:
        query &= ~part.query
    return Condition(lambda data: not any(part.test(data) for part in parts), query, exact)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise validation_error(f"search.filter.{name}", "must be a list with at least one filter", "TYPE")
    return value


def _field(field: str, value: Any) -> Condition:
    operator, operand = _operator(field, value if isinstance(value, dict) else {"$eq": value})
    test = _test(field, operator, operand)
    column, lookups = COLUMNS.get(field), {**LOOKUPS, **NEGATIONS}
    if column is None or operator not in lookups or operand is None:
        return Condition(test, Q(), exact=False)
    query = Q(**{column + lookups[operator]: operand})
    return Condition(test, ~query if operator in NEGATIONS else query, exact=True)


def _operator(field: str, value: dict[str, Any]) -> tuple[str, Any]:
    """The field's only operator and its operand. Raises WixError 400."""
    if field not in FIELDS:
        raise validation_error(f"search.filter.{field}", "cannot be filtered on", "UNSUPPORTED_FIELD")
    if len(value) != 1:
        raise application_error(400, "SE-1105", f"Filter must contain single operator for '{field}'")
    ((operator, operand),) = value.items()
    if operator not in FIELDS[field]:
        raise validation_error(f"search.filter.{field}", f"does not support {operator}", "UNSUPPORTED_OPERATOR")
    return operator, _operand(field, operator, operand)


def _operand(field: str, operator: str, operand: Any) -> Any:
    name = f"search.filter.{field}"
    if operator in {"$in", "$nin", "$hasAll", "$hasSome"}:
        if not isinstance(operand, list):
            raise validation_error(name, f"{operator} needs a list", "TYPE")
        return [comparable(field, _typed(field, value)) for value in operand]
    if operator in {"$exists", "$isEmpty"}:
        return bool(operand)
    return comparable(field, _typed(field, operand))


def _typed(field: str, value: Any) -> Any:
    """Check the JSON type of a value. Raises WixError 400."""
    wanted: type | tuple[type, ...] = (
        (str, int, float) if field in AMOUNT_FIELDS else bool if field in BOOLEAN_FIELDS else str
    )
    if value is None or (isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))):
        return str(value) if field in AMOUNT_FIELDS and value is not None else value
    raise validation_error(f"search.filter.{field}", f"has a value of the wrong type: {value!r}", "TYPE")


def _test(field: str, operator: str, operand: Any) -> Test:
    compare = OPERATORS[operator]

    def test(data: dict[str, Any]) -> bool:
        value = value_at(data, field)
        return compare(bool(value) if field in BOOLEAN_FIELDS and operator in ENUM_OPERATORS else value, operand)

    return test


def _ordered(decide: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, operand: value is not None and operand is not None and decide(value, operand)


def _among(value: Any, operand: Any) -> bool:
    return any(item in operand for item in value) if isinstance(value, list) else value in operand


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda value, operand: _among(value, [operand]),
    "$ne": lambda value, operand: not _among(value, [operand]),
    "$in": _among,
    "$nin": lambda value, operand: not _among(value, operand),
    "$gt": _ordered(lambda value, operand: value > operand),
    "$gte": _ordered(lambda value, operand: value >= operand),
    "$lt": _ordered(lambda value, operand: value < operand),
    "$lte": _ordered(lambda value, operand: value <= operand),
    "$startsWith": lambda value, operand: isinstance(value, str) and value.startswith(str(operand)),
    "$exists": lambda value, operand: (value is not None) is operand,
    "$isEmpty": lambda value, operand: (not value) is operand,
    "$hasSome": lambda value, operand: any(item in operand for item in value or []),
    "$hasAll": lambda value, operand: all(item in (value or []) for item in operand),
}
