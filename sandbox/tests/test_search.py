"""Searching orders as in Wix: wrapper, operators, statuses, paging and lag."""

import pytest
import time_machine

from sandbox import order_actions, sites, switches
from sandbox.models import Order, Site
from sandbox.tests.conftest import Wix, code_of

OPEN = {
    "status": "APPROVED",
    "paymentStatus": "PAID",
    "fulfillmentStatus": {"$in": ["NOT_FULFILLED", "PARTIALLY_FULFILLED"]},
    "archived": {"$ne": True},
}
SORT = [{"fieldName": "createdDate", "order": "ASC"}]


def numbers_of(orders: list[Order]) -> list[str]:
    return [order.number for order in orders]


def test_the_recommended_filter_finds_what_the_reference_says(seeded: Site):
    found = Wix(seeded).numbers(filter={**OPEN, "number": {"$gte": "10231"}}, sort=SORT)
    reference = [number for number in found if number <= "10249"]
    assert reference == [*(str(number) for number in range(10231, 10241)), "10247", "10248", "10249"]


def test_pages_follow_each_other_without_gaps_or_repeats(wix: Wix, orders: list[Order]):
    _status, first = wix.search(filter={"status": "APPROVED"}, sort=SORT, cursorPaging={"limit": 2})
    assert first["metadata"]["count"] == 2
    assert first["metadata"]["hasNext"] is True
    found, cursor = [*first["orders"]], first["metadata"]["cursors"]["next"]
    for _page in range(2):
        _status, page = wix.search(cursorPaging={"limit": 2, "cursor": cursor})
        found += page["orders"]
        cursor = page["metadata"]["cursors"].get("next")
    assert [order["number"] for order in found] == numbers_of(orders)
    assert (page["metadata"]["count"], page["metadata"]["hasNext"]) == (1, False)
    assert set(page["metadata"]["cursors"]) == {"prev"}


@pytest.mark.parametrize("field", ["createdDate", "priceSummary.total.amount"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_can_be_turned_back(wix: Wix, orders: list[Order], field: str, direction: str):
    """From page 2 on each page has a cursor to the one before, which answers just that page."""
    sort = [{"fieldName": field, "order": direction}]
    pages = [wix.search(sort=sort, cursorPaging={"limit": 2})[1]]
    assert "prev" not in pages[0]["metadata"]["cursors"]
    while pages[-1]["metadata"]["hasNext"]:
        cursor = pages[-1]["metadata"]["cursors"]["next"]
        pages.append(wix.search(cursorPaging={"limit": 2, "cursor": cursor})[1])
    assert len(pages) == 3
    page = pages[-1]
    for expected in reversed(pages[:-1]):
        page = wix.search(cursorPaging={"limit": 2, "cursor": page["metadata"]["cursors"]["prev"]})[1]
        assert [order["id"] for order in page["orders"]] == [order["id"] for order in expected["orders"]]
        assert page["metadata"]["hasNext"] is True
    assert "prev" not in page["metadata"]["cursors"]
    forward = wix.search(cursorPaging={"limit": 2, "cursor": page["metadata"]["cursors"]["next"]})[1]
    assert [order["id"] for order in forward["orders"]] == [order["id"] for order in pages[1]["orders"]]


def test_an_order_that_arrives_between_two_pages_moves_nothing(wix: Wix, orders: list[Order], site: Site):
    _status, first = wix.search(cursorPaging={"limit": 2})
    sites.add_orders(site, 1)
    rest = wix.numbers(cursorPaging={"cursor": first["metadata"]["cursors"]["next"]})
    assert rest == numbers_of(orders)[2::-1]


def test_the_newest_come_first_unless_asked_otherwise(wix: Wix, orders: list[Order]):
    assert wix.numbers() == numbers_of(orders)[::-1]


@pytest.mark.parametrize(
    "body", [{}, {"query": {"filter": {"status": "CANCELED"}}}, {"filter": {"status": "CANCELED"}}]
)
def test_a_body_without_the_wrapper_is_an_unfiltered_page(wix: Wix, orders: list[Order], body: dict):
    status, answer = wix.call("POST", "/ecom/v1/orders/search", body)
    assert (status, len(answer["orders"])) == (200, 5)


def test_two_operators_on_one_field_are_refused(wix: Wix):
    status, answer = wix.search(filter={"createdDate": {"$gte": "2026-11-16T00:00:00Z", "$lt": "2026-11-23T00:00:00Z"}})
    assert (status, code_of(answer)) == (400, "SE-1105")


def test_the_same_two_conditions_joined_by_and_are_fine(wix: Wix, orders: list[Order]):
    first, last = orders[1].data["createdDate"], orders[4].data["createdDate"]
    both = {"$and": [{"createdDate": {"$gte": first}}, {"createdDate": {"$lt": last}}]}
    assert wix.numbers(filter=both, sort=SORT) == numbers_of(orders)[1:4]


@pytest.mark.parametrize(
    "wanted",
    [
        {"recipientInfo.contactDetails.lastName": "Vermeulen"},
        {"status": {"$gt": "A"}},
        {"status": {"$startsWith": "A"}},
        {"id": {"$exists": True}},
        {"lineItems.catalogReference.appId": {"$in": ["x"]}},
        {"number": 10231},
        {"archived": "true"},
        {"createdDate": {"$gte": "last week"}},
        {"status": {"$in": "APPROVED"}},
        {"$or": {"status": "APPROVED"}},
        "status",
    ],
)
def test_what_wix_cannot_filter_on_is_refused(wix: Wix, wanted: object):
    assert wix.search(filter=wanted)[0] == 400


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({"$or": [{"number": "10201"}, {"number": "10204"}]}, [0, 3]),
        ({"$not": {"number": {"$in": ["10201", "10202"]}}}, [2, 3, 4]),
        ({"$or": [{"buyerInfo.email": "a@example.com"}, {"number": "10205"}]}, [1, 4]),
        ({"$not": [{"buyerInfo.email": "a@example.com"}]}, [0, 2, 3, 4]),
        ({"buyerInfo.email": {"$startsWith": "a@"}}, [1]),
        ({"buyerInfo.memberId": {"$eq": "member"}}, [1]),
        ({"number": {"$startsWith": "1020"}}, [0, 1, 2, 3, 4]),
        ({"priceSummary.total.amount": {"$gt": "1000"}}, [1]),
        ({"seenByAHuman": {"$exists": True}}, [1]),
        ({"seenByAHuman": {"$ne": True}}, [0, 2, 3, 4]),
        ({"lineItems.productName.original": {"$hasSome": ["Iets heel anders", "Nog wat"]}}, [1]),
        ({"lineItems.productName.original": {"$hasAll": ["Iets heel anders", "Nog wat"]}}, []),
        ({"createdDate": {"$isEmpty": True}}, []),
    ],
)
def test_operators_choose_the_orders_they_should(wix: Wix, orders: list[Order], wanted: dict, places: list[int]):
    order = orders[1]
    order.data["buyerInfo"] = {"email": "a@example.com", "memberId": "member"}
    order.data["priceSummary"]["total"]["amount"] = "1000.50"
    order.data["seenByAHuman"] = True
    order.data["lineItems"][0]["productName"]["original"] = "Iets heel anders"
    order.save()
    assert wix.numbers(filter=wanted, sort=SORT) == [orders[place].number for place in places]


def test_a_limit_over_a_hundred_is_refused(wix: Wix):
    status, answer = wix.search(cursorPaging={"limit": 101})
    assert status == 400
    assert answer["details"]["validationError"]["fieldViolations"][0]["field"] == "search.cursorPaging.limit"


def test_five_sorts_and_unsortable_fields_are_refused(wix: Wix):
    assert wix.search(sort=SORT * 5)[0] == 400
    assert wix.search(sort=[{"fieldName": "archived"}])[0] == 400


def test_a_cursor_of_somebody_else_is_refused(wix: Wix, orders: list[Order]):
    for cursor in ("rubbish", "WyJhIl0=", "x" * 16_001, "W251bGwsIG51bGwsIFsibm8gZGF0ZSIsIDFdXQ=="):
        assert wix.search(cursorPaging={"cursor": cursor})[0] == 400, cursor


def test_sorting_by_an_amount_sorts_by_value(wix: Wix, orders: list[Order]):
    for order, amount in zip(orders, ("9", "100", "35.0", "8.50", "10.00"), strict=True):
        order.data["priceSummary"]["total"]["amount"] = amount
        order.save()
    sort = [{"fieldName": "priceSummary.total.amount", "order": "DESC"}]
    _status, first = wix.search(sort=sort, cursorPaging={"limit": 3})
    rest = wix.numbers(cursorPaging={"cursor": first["metadata"]["cursors"]["next"]})
    assert [order["number"] for order in first["orders"]] + rest == ["10202", "10203", "10205", "10201", "10204"]


def pages_of_two(wix: Wix, sort: list[dict[str, str]]) -> list[str]:
    """Every order's number, asked for two at a time."""
    _status, page = wix.search(sort=sort, cursorPaging={"limit": 2})
    found = page["orders"]
    while page["metadata"]["hasNext"]:
        cursor = page["metadata"]["cursors"]["next"]
        _status, page = wix.search(cursorPaging={"limit": 2, "cursor": cursor})
        found += page["orders"]
    return [order["number"] for order in found]


def test_a_second_sort_decides_between_equals_across_pages(wix: Wix, orders: list[Order]):
    Order.objects.filter(pk__in=[orders[1].pk, orders[3].pk]).update(payment_status="NOT_PAID")
    by_column = [{"fieldName": "paymentStatus", "order": "DESC"}, {"fieldName": "number", "order": "ASC"}]
    assert pages_of_two(wix, by_column) == ["10201", "10203", "10205", "10202", "10204"]


def test_pages_of_a_sort_by_value_follow_each_other(wix: Wix, orders: list[Order]):
    for order, amount in zip(orders, ("9", "100", "9.00", "8.50", "10.00"), strict=True):
        order.data["priceSummary"]["total"]["amount"] = amount
        order.save()
    by_value = [{"fieldName": "priceSummary.total.amount", "order": "ASC"}]
    assert pages_of_two(wix, by_value) == ["10204", "10201", "10203", "10205", "10202"]


def test_pending_orders_only_come_when_asked_for_and_initialized_ones_never(wix: Wix, site: Site):
    for status in ("APPROVED", "PENDING", "REJECTED", "INITIALIZED"):
        sites.add_orders(site, 1, {"status": status})
    assert wix.numbers() == ["10201"]
    every = ["APPROVED", "PENDING", "REJECTED", "INITIALIZED"]
    assert wix.numbers(filter={"status": {"$in": every}}, sort=SORT) == ["10201", "10202", "10203"]
    hidden = Order.objects.get(number="10204")
    assert wix.order(hidden)["status"] == "INITIALIZED"


def test_a_change_reaches_searches_later_than_a_get(wix: Wix, orders: list[Order], site: Site):
    switches.set_switches({"visible_after_ms": 60_000})
    with time_machine.travel("2027-01-04T12:00:00Z", tick=False) as clock:
        order_actions.change(orders[0], "cancel", {})
        sites.add_orders(site, 1)
        assert wix.order(orders[0])["status"] == "CANCELED"
        _status, stale = wix.search(filter={"number": orders[0].number})
        assert stale["orders"][0]["status"] == "APPROVED"
        assert wix.numbers(filter={"number": "10206"}) == []
        clock.shift(61)
        assert wix.numbers(filter={"status": "CANCELED"}) == [orders[0].number]
        assert wix.numbers(filter={"number": "10206"}) == ["10206"]


def test_the_change_of_an_order_moves_its_updated_date(wix: Wix, orders: list[Order]):
    before = wix.order(orders[0])["updatedDate"]
    order_actions.change(orders[0], "archive", {})
    order_actions.change(orders[0], "archive", {})
    assert wix.order(orders[0])["updatedDate"] > before
    assert wix.numbers(filter={"updatedDate": {"$gt": before}}, sort=[{"fieldName": "updatedDate"}])[-1] == "10201"


def test_a_site_only_finds_its_own_orders(wix: Wix, orders: list[Order], other_site: Site):
    assert Wix(other_site).numbers() == []


def test_a_page_costs_the_same_few_queries_however_many_orders(
    wix: Wix, orders: list[Order], site: Site, django_assert_max_num_queries
):
    sites.add_orders(site, 300)
    wix.numbers()
    with django_assert_max_num_queries(8):
        assert len(wix.numbers(filter=OPEN, sort=SORT)) == 100
