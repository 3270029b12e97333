"""Creating fulfillments exactly once, and deleting them."""

from dataclasses import replace
from typing import Any

import pytest

from integrations.orders import FulfillmentStatus, PushStatus
from tests.contract.conftest import FULFILLMENTS, NOBODY, Target, new_tracking_number, update

pytestmark = [pytest.mark.stack, pytest.mark.contract]


def numbers(wix: Target, order_id: str) -> list[str]:
    rows = wix.fulfillments(order_id)
    return [row["trackingInfo"]["trackingNumber"] for row in rows if row.get("trackingInfo")]


def tracking(number: str) -> dict[str, str]:
    return {"trackingNumber": number, "shippingProvider": "PostNL", "trackingLink": f"https://track.example/{number}"}


def lines(wix: Target, order_id: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": wix.order(order_id).lines_to_ship[0].id, "quantity": 1} | more]


def test_a_parcel_is_told_once_however_often_we_say_it(wix: Target, order_id: str):
    parcel = update(wix.order(order_id), new_tracking_number())
    assert wix.session.find([parcel])[0].status is PushStatus.NOT_SENT
    first = wix.session.push([parcel])[0]
    again = wix.session.push([parcel])[0]
    found = wix.session.find([parcel])[0]
    assert {first.status, again.status, found.status} == {PushStatus.DONE}
    assert first.external_id == again.external_id == found.external_id != ""
    assert numbers(wix, order_id).count(parcel.tracking_number) == 1


def test_pieces_are_counted_one_by_one(wix: Target, order_id: str):
    order = wix.order(order_id)
    wix.session.push([update(order, new_tracking_number())])
    after = wix.order(order_id)
    assert after.fulfillment is FulfillmentStatus.PARTIALLY_FULFILLED
    assert sum(line.quantity_to_ship for line in after.lines) == sum(line.quantity_to_ship for line in order.lines) - 1


def test_a_changed_number_is_updated_and_a_withdrawn_parcel_deleted(wix: Target, order_id: str):
    parcel = update(wix.order(order_id), new_tracking_number())
    known = wix.session.push([parcel])[0].external_id
    other = replace(
        parcel,
        tracking_number=new_tracking_number(),
        previous_numbers=(parcel.tracking_number,),
        remote_id=known,
        changed=True,
    )
    assert wix.session.push([other])[0].status is PushStatus.DONE
    assert other.tracking_number in numbers(wix, order_id)
    assert parcel.tracking_number not in numbers(wix, order_id)
    assert wix.session.push([replace(other, is_deletion=True)])[0].status is PushStatus.DONE
    assert other.tracking_number not in numbers(wix, order_id)
    assert wix.order(order_id).fulfillment is FulfillmentStatus.NOT_FULFILLED


def test_the_answer_of_a_creation_holds_all_of_the_orders_and_the_new_id(wix: Target, order_id: str):
    number = new_tracking_number()
    answer = wix.create(order_id, lineItems=lines(wix, order_id), trackingInfo=tracking(number)).json()
    rows = {row["id"]: row for row in answer["orderWithFulfillments"]["fulfillments"]}
    assert answer["orderWithFulfillments"]["orderId"] == order_id
    assert rows[answer["fulfillmentId"]]["trackingInfo"]["trackingNumber"] == number


def test_a_number_in_use_is_a_conflict(wix: Target, order_id: str):
    number = new_tracking_number()
    assert wix.create(order_id, lineItems=lines(wix, order_id), trackingInfo=tracking(number)).ok
    answer = wix.create(order_id, lineItems=lines(wix, order_id), trackingInfo=tracking(number))
    assert answer.status_code == 409
    assert answer.json()["details"]["applicationError"]["code"] == "TRACKING_NUMBER_ALREADY_EXISTS"


@pytest.mark.parametrize(
    "wrong",
    [
        {"lineItems": [{"id": "00000000-0000-0000-0000-000000000001", "quantity": 100_000}]},
        {"trackingInfo": {"trackingNumber": "", "shippingProvider": "PostNL"}},
        {"trackingInfo": {"trackingNumber": "x" * 101, "shippingProvider": "PostNL"}},
        {"status": "fulfilled"},
        {"lineItems": []},
    ],
)
def test_what_breaks_a_rule_is_refused_whole(wix: Target, order_id: str, wrong: dict[str, Any]):
    before = wix.fulfillments(order_id)
    wanted = {"lineItems": lines(wix, order_id), "trackingInfo": tracking(new_tracking_number())} | wrong
    assert 400 <= wix.create(order_id, **wanted).status_code < 500
    assert wix.fulfillments(order_id) == before


def test_an_order_that_is_not_there_is_refused(wix: Target, order_id: str):
    wanted = {"lineItems": lines(wix, order_id), "trackingInfo": tracking(new_tracking_number())}
    assert 400 <= wix.create(NOBODY, **wanted).status_code < 500
    parcel = replace(update(wix.order(order_id), new_tracking_number()), order_id=NOBODY)
    outcome = wix.session.push([parcel])[0]
    assert (outcome.status, outcome.code) == (PushStatus.REJECTED, "order_gone")


def test_a_bulk_call_succeeds_even_when_orders_in_it_fail(wix: Target, order_id: str):
    rows = [
        {
            "orderId": target_id,
            "fulfillments": [{"lineItems": lines(wix, order_id), "trackingInfo": tracking(new_tracking_number())}],
        }
        for target_id in (NOBODY, order_id)
    ]
    answer = wix.call("POST", f"{FULFILLMENTS}/orders/bulk/create-fulfillments", {"ordersWithFulfillments": rows})
    assert answer.status_code == 200
    results = {row["itemMetadata"]["originalIndex"]: row for row in answer.json()["results"]}
    assert results[1]["itemMetadata"]["success"] is True
    assert results[1]["ordersWithFulfillments"]["orderId"] == order_id
    assert 0 not in results or results[0]["itemMetadata"]["success"] is False


def test_many_orders_are_listed_in_one_call(wix: Target, order_id: str):
    wix.session.push([update(wix.order(order_id), new_tracking_number())])
    answer = wix.call("POST", f"{FULFILLMENTS}/list-by-ids", {"orderIds": [order_id]}).json()
    assert [row["orderId"] for row in answer["ordersWithFulfillments"]] == [order_id]
    assert wix.call("POST", f"{FULFILLMENTS}/list-by-ids", {"orderIds": []}).status_code == 400


def test_a_known_carriers_link_is_made(wix: Target, order_id: str):
    number = new_tracking_number()
    known = {"trackingNumber": number, "shippingProvider": "dhl"}
    assert wix.create(order_id, lineItems=lines(wix, order_id), trackingInfo=known).ok
    made = [row["trackingInfo"] for row in wix.fulfillments(order_id)]
    assert number in next(row["trackingLink"] for row in made if row["trackingNumber"] == number)
