"""Only what a parcel needs can refuse an order: its id, and of its articles the id and the number of pieces."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.order_ranges import NO_CURRENCY, fault_of
from integrations.orders import (
    ImportEligibility,
    OrderData,
    PaymentStatus,
    Unread,
    UnreadableReason,
    import_eligibility,
)
from integrations.providers.wix.reading import map_orders, read_orders
from integrations.providers.wix.tests.bodies import order_number

MISSING = object()
WRONG = {
    "missing": MISSING,
    "null": None,
    "a word": "morgen",
    "a number": 7,
    "a list": ["x", 1],
    "an object": {"x": {}},
}
NEEDED = {("id",), ("lineItems",), ("lineItems", 0), ("lineItems", 0, "id"), ("lineItems", 0, "quantity")}
Path = tuple[str | int, ...]


def taken_over(row: Any) -> tuple[list[OrderData], list[UnreadableReason]]:
    orders, rejected = read_orders([row])
    found, wrong = map_orders(orders, {})
    return found, [UnreadableReason(order.reason) for order in (*rejected, *wrong)]


def changed(row: dict[str, Any], path: Path, value: object) -> dict[str, Any]:
    row = copy.deepcopy(row)
    inside: Any = row
    for part in path[:-1]:
        inside = inside[part]
    if value is MISSING:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return row


def with_field(path: str, value: object) -> OrderData:
    """The order with this field, which must be taken over."""
    (order,), reasons = taken_over(changed(order_number("10231"), tuple(path.split(".")), value))
    assert not reasons
    return order


def paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Every field at every depth; of a list the first item."""
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, item in inner:
        yield (*before, name)
        yield from paths(item, (*before, name))


@pytest.mark.parametrize("value", WRONG.values(), ids=WRONG.keys())
def test_a_field_nobody_needs_never_refuses_an_order_whatever_stands_in_it(value):
    row = order_number("10231")
    fields = [path for path in paths(row) if path not in NEEDED]
    assert len(fields) > 100
    for path in fields:
        orders, reasons = taken_over(changed(row, path, value))
        assert (len(orders), reasons) == (1, []), path
        assert fault_of(orders[0]) is None
        unknown = path in {("status",), ("paymentStatus",)}
        wanted = {ImportEligibility.UNKNOWN} if unknown else {ImportEligibility.OPEN}
        # A pick-up, a fulfillment or an archive in these fields is what they say, and not wrong.
        assert import_eligibility(orders[0]) in wanted, path


@pytest.mark.parametrize(
    ("path", "values", "reason"),
    [
        ("id", ["", None, True, [], " ", "..", "a\0b", "x" * 65, MISSING], UnreadableReason.ID),
        ("lineItems", ["two", None, 7, {}, MISSING], UnreadableReason.LINES),
        ("lineItems.0", ["mok", None, 7, []], UnreadableReason.LINES),
        ("lineItems.0.id", ["", None, False, {}, "a\x00", "\ud800", MISSING], UnreadableReason.LINE_ID),
        (
            "lineItems.0.quantity",
            ["twee", None, True, -1, -1.5, 10**30, float("inf"), "1e5", [], MISSING],
            UnreadableReason.PIECES,
        ),
    ],
)
def test_what_a_parcel_needs_refuses_the_order_and_is_named(path, values, reason):
    steps = tuple(int(step) if step.isdigit() else step for step in path.split("."))
    for value in values:
        assert taken_over(changed(order_number("10231"), steps, value)) == ([], [reason]), value


@pytest.mark.parametrize("row", [None, "order", 7, [], True])
def test_what_is_no_order_at_all_is_told_too(row):
    assert taken_over(row) == ([], [UnreadableReason.SHAPE])


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("shippingInfo.logistics.deliveryTimeSlot", {"from": "morgen", "to": None}, Unread.DELIVERY_MOMENT),
        ("shippingInfo.logistics.deliveryTimeSlot", {"from": "9999-12-31T23:59:59Z"}, Unread.DELIVERY_MOMENT),
        ("shippingInfo.logistics.deliveryTimeSlot", {"from": "0001-01-01T00:00:00+14:00"}, Unread.DELIVERY_MOMENT),
        ("shippingInfo.logistics.pickupDetails", "later", Unread.PICKUP),
        ("createdDate", "1-1-1", Unread.PLACED_AT),
        ("currency", "EURO", Unread.CURRENCY),
        ("currency", None, Unread.CURRENCY),
        ("weightUnit", "STONE", Unread.WEIGHT_UNIT),
        ("weightUnit", ["KG"], Unread.WEIGHT_UNIT),
        ("buyerInfo.email", {"address": "x"}, Unread.EMAIL),
        ("priceSummary.total", {"amount": "1E+999999"}, Unread.TOTAL),
        ("number", {}, Unread.NUMBER),
    ],
)
def test_what_a_merchant_would_miss_is_remembered(path, value, told):
    assert told in with_field(path, value).unread


@pytest.mark.parametrize(
    ("path", "value"),
    [("buyerLanguage", {"code": "nl"}), ("channelInfo", "web"), ("billingInfo", "same"), ("buyerNote", None)],
)
def test_what_nobody_misses_is_not_told(path, value):
    assert with_field(path, value).unread == ()


def test_a_bill_that_is_a_word_leaves_the_destination():
    assert with_field("billingInfo", "same").address == with_field("buyerNote", "x").address


def test_an_article_number_that_is_a_list_leaves_the_article():
    row = changed(order_number("10231"), ("lineItems", 0, "physicalProperties", "sku"), ["MOK", "1"])
    (order,), _reasons = taken_over(row)
    assert (order.lines[0].name != "", order.lines[0].sku, order.unread) == (True, "", (Unread.ARTICLE_NUMBER,))


@pytest.mark.parametrize("value", [{}, [], 7, "SOMETHING_NEW", None, MISSING])
@pytest.mark.parametrize("path", ["status", "paymentStatus"])
def test_a_status_that_cannot_be_read_is_unknown_and_never_taken_for_good(path, value):
    assert import_eligibility(with_field(path, value)) is ImportEligibility.UNKNOWN


def test_an_order_in_a_currency_nobody_knows_is_not_one_in_euros():
    assert with_field("currency", "€").currency == NO_CURRENCY


@pytest.mark.parametrize("value", ["1E+999999", "NaN", "Infinity", "9" * 40, "-0.01", True, {}])
def test_an_amount_that_cannot_be_is_unknown_rather_than_nothing(value):
    row = changed(order_number("10231"), ("lineItems", 0, "totalPriceBeforeTax"), {"amount": value})
    row["lineItems"][0]["price"] = {"amount": value}
    (order,), _reasons = taken_over(row)
    assert order.lines[0].unit_value is None
    assert order.unread == (Unread.PRICE,)


def test_weights_in_a_unit_nobody_knows_are_unknown():
    assert all(line.weight is None for line in with_field("weightUnit", "STONE").lines)
    assert all(line.weight for line in with_field("weightUnit", None).lines), (
        "a site that never chose one means kilograms"
    )


def test_an_order_without_dates_takes_them_from_its_history():
    row = order_number("10231") | {"createdDate": "0000", "updatedDate": []}
    (order,), _reasons = taken_over(row)
    first, *_rest = sorted(entry["createdDate"] for entry in row["activities"])
    assert order.created_at.isoformat()[:16] == first[:16]
    assert order.payment is PaymentStatus.PAID


def test_two_articles_with_one_id_cannot_be_told_apart():
    row = order_number("10231")
    (order,), _reasons = taken_over(row | {"lineItems": [row["lineItems"][0]] * 2})
    assert fault_of(order) is UnreadableReason.LINE_TWICE


def test_a_list_with_something_odd_in_it_keeps_the_rest():
    fields = [None, {"title": "KvK", "value": "12345678"}, "x", {"title": [], "value": {"deep": [1]}}]
    assert with_field("customFields", fields).checkout_answers == (("KvK", "12345678"),)
