"""Searching and reading orders, and the API rules that the product relies on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from integrations.orders import FulfillmentStatus, OrderData, OrderStatus, PaymentStatus
from tests.contract.conftest import NOBODY, Target

pytestmark = [pytest.mark.stack, pytest.mark.contract]
ASCENDING = [{"fieldName": "createdDate", "order": "ASC"}]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FEW_PAGES = 5


def pages(wix: Target, since: datetime | None) -> list[list[OrderData]]:
    """A synchronisation's first pages."""
    found, cursor = [], ""
    for _page in range(FEW_PAGES):
        page = wix.session.orders_page(since=since, cursor=cursor)
        found.append(list(page.orders))
        cursor = page.next_cursor
        if not cursor:
            break
    return found


@pytest.mark.parametrize("since", [None, LONG_AGO])
def test_pages_follow_each_other_without_repeating_an_order(wix: Target, since: datetime | None):
    found = pages(wix, since)
    ids = [order.external_id for page in found for order in page]
    assert len(ids) == len(set(ids))
    assert all(len(page) == 100 for page in found[:-1])
    assert wix.sandbox is None or len(found) > 1


def test_the_open_orders_are_those_to_ship(wix: Target):
    for order in (order for page in pages(wix, None) for order in page):
        assert (order.status, order.archived) == (OrderStatus.APPROVED, False)
        assert order.payment in {PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED}
        assert order.fulfillment in {FulfillmentStatus.NOT_FULFILLED, FulfillmentStatus.PARTIALLY_FULFILLED}


def test_changes_come_oldest_first_and_none_from_before(wix: Target):
    moments = [order.updated_at for page in pages(wix, LONG_AGO) for order in page]
    assert moments == sorted(moments)
    middle = moments[len(moments) // 2]
    later = [order.updated_at for page in pages(wix, middle) for order in page]
    assert later
    assert min(later) >= middle - timedelta(milliseconds=1)


def test_orders_are_fetched_alone_and_together_and_a_stranger_is_missing(wix: Target):
    ids = [order.external_id for order in pages(wix, LONG_AGO)[0][:3]]
    assert set(wix.orders(*ids[:1])) == set(ids[:1])
    assert set(wix.orders(*ids, NOBODY)) == set(ids)
    assert wix.orders(NOBODY) == {}
    assert wix.call("GET", f"/ecom/v1/orders/{NOBODY}").status_code == 404


def test_the_newest_come_first_unless_asked_otherwise(wix: Target):
    moments = [datetime.fromisoformat(order["createdDate"]) for order in wix.search()["orders"]]
    assert moments == sorted(moments, reverse=True)


def test_a_page_says_how_many_it_holds_and_whether_there_are_more(wix: Target):
    page = wix.search(cursorPaging={"limit": 1}, sort=ASCENDING)
    assert page["metadata"]["count"] == len(page["orders"]) == 1
    assert page["metadata"]["hasNext"] is True
    following = wix.search(cursorPaging={"limit": 1, "cursor": page["metadata"]["cursors"]["next"]})
    assert following["orders"][0]["id"] != page["orders"][0]["id"]
    assert following["orders"][0]["createdDate"] >= page["orders"][0]["createdDate"], "the sort is in the cursor"


def test_a_cursor_to_the_page_before_leads_there_where_there_is_one(wix: Target):
    """Wix declares it; we only ever go forward."""
    first = wix.search(cursorPaging={"limit": 1}, sort=ASCENDING)
    second = wix.search(cursorPaging={"limit": 1, "cursor": first["metadata"]["cursors"]["next"]})
    back = second["metadata"]["cursors"].get("prev")
    assert back or wix.sandbox is None, "the sandbox has it"
    if back:
        again = wix.search(cursorPaging={"limit": 1, "cursor": back})
        assert [order["id"] for order in again["orders"]] == [order["id"] for order in first["orders"]]


def test_lists_of_an_order_are_lists_when_they_are_there(wix: Target):
    for order in wix.search()["orders"]:
        for name in ("lineItems", "additionalFees", "appliedDiscounts", "customFields", "activities"):
            assert isinstance(order.get(name, []), list), name


def test_unfinished_orders_are_not_among_the_others(wix: Target):
    assert not {"INITIALIZED", "PENDING", "REJECTED"} & {order["status"] for order in wix.search()["orders"]}


@pytest.mark.parametrize(
    "wanted",
    [
        {"createdDate": {"$gte": "2020-01-01T00:00:00Z", "$lt": "2021-01-01T00:00:00Z"}},
        {"recipientInfo.contactDetails.lastName": "Vermeulen"},
        {"status": {"$startsWith": "A"}},
    ],
)
def test_a_filter_that_breaks_a_rule_is_refused(wix: Target, wanted: dict[str, Any]):
    assert wix.refuses(filter=wanted) == 400


def test_two_conditions_on_a_field_are_joined_by_and(wix: Target):
    before = {"createdDate": {"$lt": "2021-01-01T00:00:00Z"}}
    both = {"$and": [{"createdDate": {"$gte": "2020-01-01T00:00:00Z"}}, before]}
    for order in wix.search(filter=both)["orders"]:
        assert "2020-01-01" <= order["createdDate"] < "2021-01-01"


def test_a_page_of_more_than_a_hundred_is_refused(wix: Target):
    assert wix.refuses(cursorPaging={"limit": 101}) == 400
    assert wix.refuses(sort=ASCENDING * 5) == 400


def test_a_search_in_the_wrong_wrapper_is_never_answered_with_what_was_asked(wix: Target):
    """Ignored or refused, both are survived; our provider looks at what came back."""
    answer = wix.call("POST", "/ecom/v1/orders/search", {"query": {"filter": {"id": NOBODY}}})
    assert answer.status_code == 400 or answer.json()["orders"]


def test_an_order_has_rest_names_and_amounts_that_are_texts(wix: Target):
    for order in wix.search()["orders"]:
        assert "_id" not in order
        assert isinstance(order["number"], str)
        assert Decimal(order["priceSummary"]["total"]["amount"]).is_finite()
        assert datetime.fromisoformat(order["updatedDate"]).tzinfo is not None
        assert all("_id" not in line for line in order.get("lineItems", []))


def test_some_orders_can_be_asked_for_by_number_and_by_id(wix: Target):
    order = wix.search(cursorPaging={"limit": 1})["orders"][0]
    for wanted in ({"number": order["number"]}, {"id": {"$in": [order["id"], NOBODY]}}):
        assert order["id"] in {row["id"] for row in wix.search(filter=wanted)["orders"]}
