"""Fulfillments: counted per unit, validated as by Wix, and mailed to the buyer."""

from typing import Any

import pytest

from sandbox import order_actions, sites, switches
from sandbox.models import Mail, Order, Site
from sandbox.tests.conftest import FULFILLMENTS, Wix, code_of


def only(order: Order) -> str:
    return str(order.fulfillments.get().fulfillment_id)


def test_a_fulfillment_of_everything_fulfils_the_order_and_mails_the_buyer(wix: Wix, orders: list[Order]):
    status, answer = wix.fulfil(orders[0], "3SFICT000010231")
    listing = answer["orderWithFulfillments"]
    assert status == 200
    assert answer["fulfillmentId"] == listing["fulfillments"][0]["id"]
    assert listing["orderId"] == orders[0].order_id
    assert listing["fulfillments"][0]["lineItems"] == [{"id": "line-1", "quantity": 2}, {"id": "line-2", "quantity": 1}]
    assert listing["fulfillments"][0]["trackingInfo"] == {
        "trackingNumber": "3SFICT000010231",
        "shippingProvider": "PostNL",
        "trackingLink": "https://t.example/3SFICT000010231",
    }
    order = wix.order(orders[0])
    assert order["fulfillmentStatus"] == "FULFILLED"
    happened = [activity["activityType"] for activity in order["activities"]]
    assert happened[-4:] == [
        "TRACKING_NUMBER_ADDED",
        "TRACKING_LINK_ADDED",
        "SHIPPING_CONFIRMATION_EMAIL_SENT",
        "ORDER_FULFILLED",
    ]
    mail = Mail.objects.get()
    assert mail.to == order["buyerInfo"]["email"]
    assert mail.subject == f"Shipping confirmation for order #{orders[0].number}"
    assert (mail.tracking_number, mail.provider) == ("3SFICT000010231", "PostNL")


def test_nobody_is_mailed_when_the_site_does_not_want_it(wix: Wix, orders: list[Order], site: Site):
    Site.objects.update(sends_mail=False)
    wix.fulfil(orders[0], "T1")
    assert Mail.objects.count() == 0
    assert "SHIPPING_CONFIRMATION_EMAIL_SENT" not in str(wix.order(orders[0])["activities"])


def test_nobody_is_mailed_about_a_fulfillment_without_tracking(wix: Wix, orders: list[Order]):
    assert wix.fulfil(orders[0])[0] == 200
    assert Mail.objects.count() == 0


def test_units_are_counted_one_by_one(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-1", "quantity": 1}])
    assert wix.order(orders[0])["fulfillmentStatus"] == "PARTIALLY_FULFILLED"
    _status, answer = wix.fulfil(orders[0], "T2")
    assert answer["orderWithFulfillments"]["fulfillments"][1]["lineItems"] == [
        {"id": "line-1", "quantity": 1},
        {"id": "line-2", "quantity": 1},
    ]
    assert wix.order(orders[0])["fulfillmentStatus"] == "FULFILLED"


@pytest.mark.parametrize(
    "lines",
    [
        [{"id": "line-1", "quantity": 3}],
        [{"id": "line-1", "quantity": 1}, {"id": "line-1", "quantity": 2}],
        [{"id": "line-1", "quantity": 0}],
        [{"id": "line-1", "quantity": "1"}],
        [{"id": "line-9"}],
        [],
        None,
        "line-1",
    ],
)
def test_more_than_is_left_is_refused_and_nothing_is_made(wix: Wix, orders: list[Order], lines: Any):
    assert wix.fulfil(orders[0], "T1", lineItems=lines)[0] == 400
    assert orders[0].fulfillments.count() == 0
    assert wix.order(orders[0])["fulfillmentStatus"] == "NOT_FULFILLED"


def test_an_order_that_is_fulfilled_already_is_refused(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1")
    status, answer = wix.fulfil(orders[0], "T2")
    assert status == 400
    assert answer["details"]["applicationError"]["data"]["available"] == 0


def test_a_tracking_number_can_be_used_once_for_an_order(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-1"}])
    status, answer = wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-2"}])
    assert (status, code_of(answer)) == (409, "TRACKING_NUMBER_ALREADY_EXISTS")
    assert wix.fulfil(orders[1], "T1")[0] == 200


def test_a_switch_widens_that_to_the_whole_site(wix: Wix, orders: list[Order], other_site: Site):
    switches.set_switches({"tracking_scope": "site"})
    wix.fulfil(orders[0], "T1")
    assert wix.fulfil(orders[1], "T1")[0] == 409
    foreign = sites.add_orders(other_site, 1)[0]
    line = foreign.data["lineItems"][0]["id"]
    assert Wix(other_site).fulfil(foreign, "T1", lineItems=[{"id": line}])[0] == 200


@pytest.mark.parametrize(
    ("provider", "link"),
    [
        ("fedex", "https://www.fedex.com/apps/fedextrack/?action=track&trackingnumber=N1"),
        ("ups", "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=N1"),
        ("usps", "https://tools.usps.com/go/TrackConfirmAction.action?tLabels=N1"),
        ("dhl", "https://www.logistics.dhl/global-en/home/tracking.html?tracking-id=N1"),
    ],
)
def test_wix_makes_the_link_of_a_carrier_it_knows(wix: Wix, orders: list[Order], provider: str, link: str):
    tracking = {"trackingNumber": "N1", "shippingProvider": provider}
    _status, answer = wix.fulfil(orders[0], trackingInfo=tracking)
    assert answer["orderWithFulfillments"]["fulfillments"][0]["trackingInfo"]["trackingLink"] == link


def test_the_name_of_a_carrier_is_case_sensitive(wix: Wix, orders: list[Order]):
    _status, answer = wix.fulfil(orders[0], trackingInfo={"trackingNumber": "N1", "shippingProvider": "DHL"})
    assert "trackingLink" not in answer["orderWithFulfillments"]["fulfillments"][0]["trackingInfo"]


@pytest.mark.parametrize(
    "tracking",
    [
        {"trackingNumber": ""},
        {"trackingNumber": "x" * 101},
        {"trackingNumber": 12},
        {"trackingNumber": "T1", "trackingLink": "t.example/1"},
        {"trackingNumber": "T1", "trackingLink": "javascript:alert(1)"},
        {"trackingNumber": "T1", "shippingProvider": "x" * 101},
        "T1",
    ],
)
def test_tracking_that_breaks_the_limits_is_refused(wix: Wix, orders: list[Order], tracking: Any):
    status, answer = wix.fulfil(orders[0], trackingInfo=tracking)
    assert status == 400
    assert answer["details"]["validationError"]["fieldViolations"][0]["field"].startswith("fulfillment.trackingInfo")


def test_a_status_wix_does_not_know_is_refused(wix: Wix, orders: list[Order]):
    assert wix.fulfil(orders[0], "T1", status="fulfilled")[0] == 400
    assert wix.fulfil(orders[0], "T1", status="In_Delivery")[0] == 200


def test_only_approved_orders_can_be_fulfilled_but_payment_is_not_looked_at(wix: Wix, site: Site):
    unpaid = sites.add_orders(site, 1, {"paymentStatus": "NOT_PAID"})[0]
    pending = sites.add_orders(site, 1, {"status": "PENDING"})[0]
    line = [{"id": unpaid.data["lineItems"][0]["id"]}]
    assert wix.fulfil(unpaid, "T1", lineItems=line)[0] == 200
    assert wix.fulfil(pending, "T2", lineItems=line)[0] == 400


def test_unknown_orders_and_those_of_another_site_are_not_found(wix: Wix, other_site: Site):
    foreign = sites.add_orders(other_site, 1)[0]
    status, answer = wix.fulfil(foreign, "T1")
    assert (status, code_of(answer)) == (404, "ORDER_NOT_FOUND")
    assert wix.call("GET", f"{FULFILLMENTS}/orders/unknown")[0] == 404


def test_a_changed_number_replaces_the_old_one_without_a_second_mail(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1")
    path = f"{FULFILLMENTS}/{only(orders[0])}/orders/{orders[0].order_id}"
    wanted = {"id": only(orders[0]), "trackingInfo": {"trackingNumber": "T2", "trackingLink": None}}
    status, answer = wix.call("PATCH", path, {"fulfillment": wanted})
    assert status == 200
    assert answer["orderWithFulfillments"]["fulfillments"][0]["trackingInfo"] == {
        "trackingNumber": "T2",
        "shippingProvider": "PostNL",
    }
    assert Mail.objects.count() == 1
    assert "TRACKING_NUMBER_EDITED" in str(wix.order(orders[0])["activities"])
    assert wix.fulfil(orders[1], "T1")[0] == 200


def test_a_number_added_later_mails_the_buyer(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0])
    path = f"{FULFILLMENTS}/{only(orders[0])}/orders/{orders[0].order_id}"
    wix.call("PATCH", path, {"fulfillment": {"trackingInfo": {"trackingNumber": "T1", "shippingProvider": "ups"}}})
    assert Mail.objects.get().tracking_link.endswith("trackNums=T1")


def test_changing_to_a_number_in_use_is_refused(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-1"}])
    wix.fulfil(orders[0], "T2", lineItems=[{"id": "line-2"}])
    path = f"{FULFILLMENTS}/{orders[0].fulfillments.last().fulfillment_id}/orders/{orders[0].order_id}"
    assert wix.call("PATCH", path, {"fulfillment": {"trackingInfo": {"trackingNumber": "T1"}}})[0] == 409


def test_deleting_takes_the_status_back_and_frees_the_units(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1")
    status, answer = wix.call("DELETE", f"{FULFILLMENTS}/{only(orders[0])}/orders/{orders[0].order_id}")
    assert (status, answer["orderWithFulfillments"]["fulfillments"]) == (200, [])
    order = wix.order(orders[0])
    assert order["fulfillmentStatus"] == "NOT_FULFILLED"
    assert order["activities"][-1]["activityType"] == "ORDER_NOT_FULFILLED"
    assert wix.fulfil(orders[0], "T1")[0] == 200
    assert wix.call("DELETE", f"{FULFILLMENTS}/unknown/orders/{orders[0].order_id}")[0] == 404


def test_digital_and_refunded_units_need_not_be_sent(wix: Wix, orders: list[Order]):
    order = orders[0]
    order.data["lineItems"][1] |= {"itemType": {"preset": "DIGITAL"}, "physicalProperties": {}}
    order.data["lineItems"][0]["refundQuantity"] = 1
    order.save()
    wix.fulfil(order, "T1", lineItems=[{"id": "line-1", "quantity": 1}])
    assert wix.order(order)["fulfillmentStatus"] == "FULFILLED"


def test_lists_hold_one_order_or_many(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[1], "T1")
    _status, one = wix.call("GET", f"{FULFILLMENTS}/orders/{orders[1].order_id}")
    assert [row["trackingInfo"]["trackingNumber"] for row in one["orderWithFulfillments"]["fulfillments"]] == ["T1"]
    ids = [orders[1].order_id, orders[0].order_id, "unknown"]
    _status, many = wix.call("POST", f"{FULFILLMENTS}/list-by-ids", {"orderIds": ids})
    rows = many["ordersWithFulfillments"]
    assert [(row["orderId"], len(row["fulfillments"])) for row in rows] == [(ids[0], 1), (ids[1], 0)]
    for wrong in ([], ["x"] * 101, None):
        assert wix.call("POST", f"{FULFILLMENTS}/list-by-ids", {"orderIds": wrong})[0] == 400


def test_bulk_answers_200_with_a_result_for_each_order(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[1], "T1", lineItems=[{"id": "line-1"}])
    rows = [
        item(orders[0].order_id, "T0"),
        item(orders[1].order_id, "T1", "line-2"),
        item("unknown", "T9"),
        {"orderId": orders[2].order_id, "fulfillments": [{"lineItems": []}]},
    ]
    status, answer = bulk(wix, rows)
    assert status == 200
    assert answer["bulkActionMetadata"] == {"totalSuccesses": 1, "totalFailures": 3, "undetailedFailures": 0}
    metadata = [row["itemMetadata"] for row in answer["results"]]
    assert [row["originalIndex"] for row in metadata] == [0, 1, 2, 3]
    assert [row.get("error", {}).get("code") for row in metadata] == [
        None,
        "TRACKING_NUMBER_ALREADY_EXISTS",
        "ORDER_NOT_FOUND",
        "INVALID_ARGUMENT",
    ]
    assert answer["results"][0]["ordersWithFulfillments"]["fulfillments"][0]["trackingInfo"]["trackingNumber"] == "T0"


def test_an_order_in_bulk_gets_all_its_fulfillments_or_none(wix: Wix, orders: list[Order]):
    twice = item(orders[0].order_id, "T0", "line-1")
    twice["fulfillments"] *= 2
    _status, answer = bulk(wix, [twice])
    assert answer["results"][0]["itemMetadata"]["success"] is False
    assert orders[0].fulfillments.count() == 0
    assert Mail.objects.count() == 0


def test_bulk_takes_1_to_100_orders(wix: Wix):
    assert bulk(wix, [])[0] == 400
    assert bulk(wix, [item("unknown", "T")] * 101)[0] == 400


def test_a_switch_makes_every_second_order_of_a_bulk_fail(wix: Wix, orders: list[Order]):
    switches.set_switches({"fault": "bulk_partial", "fault_count": 1})
    wix.call("GET", "/apps/v1/instance")
    rows = [item(order.order_id, f"T{order.number}") for order in orders]
    assert [row["itemMetadata"]["success"] for row in bulk(wix, rows)[1]["results"]] == [True, False, True, False, True]
    assert switches.read()["fault"] == ""


def test_an_order_fulfilled_by_hand_has_a_record_without_tracking_or_none_at_all(wix: Wix, orders: list[Order]):
    order_actions.change(orders[0], "fulfill", {})
    order_actions.change(orders[1], "fulfill", {"records": False})
    assert [wix.order(order)["fulfillmentStatus"] for order in orders[:2]] == ["FULFILLED", "FULFILLED"]
    assert [order.fulfillments.count() for order in orders[:2]] == [1, 0]
    assert "trackingInfo" not in orders[0].fulfillments.get().data


def test_the_owner_can_send_a_part_by_hand_with_tracking_and_take_it_all_back(wix: Wix, orders: list[Order]):
    tracking = {"trackingNumber": "H1", "shippingProvider": "PostNL", "trackingLink": "https://t.example/H1"}
    lines = [{"id": "line-1", "quantity": 1}]
    order_actions.change(orders[0], "fulfill", {"lines": lines, "trackingInfo": tracking})
    assert orders[0].fulfillments.get().data["trackingInfo"]["trackingNumber"] == "H1"
    assert wix.order(orders[0])["fulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert Mail.objects.count() == 1, "the buyer is mailed whoever adds the number"
    order_actions.change(orders[0], "unfulfill", {})
    assert (wix.order(orders[0])["fulfillmentStatus"], orders[0].fulfillments.count()) == ("NOT_FULFILLED", 0)
    order_actions.change(orders[0], "mark", {})
    assert (wix.order(orders[0])["fulfillmentStatus"], orders[0].fulfillments.count()) == ("FULFILLED", 0)


def test_a_fulfillments_status_can_be_changed_and_taken_away(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1", status="Pending")
    path = f"{FULFILLMENTS}/{only(orders[0])}/orders/{orders[0].order_id}"
    for status, wanted in (("In_Delivery", {"status": "In_Delivery"}), (None, {"status": None, "completed": True})):
        answer = wix.call("PATCH", path, {"fulfillment": wanted})[1]["orderWithFulfillments"]["fulfillments"][0]
        assert answer.get("status") == status
        assert answer["trackingInfo"]["trackingNumber"] == "T1"
    assert answer["completed"] is True
    assert wix.call("PATCH", path, {"fulfillment": {"status": "delivered"}})[0] == 400


def item(order_id: str, number: str, line: str = "line-1") -> dict[str, Any]:
    fulfillment = {
        "lineItems": [{"id": line}],
        "trackingInfo": {"trackingNumber": number, "shippingProvider": "PostNL"},
    }
    return {"orderId": order_id, "fulfillments": [fulfillment]}


def bulk(wix: Wix, rows: list[dict[str, Any]]) -> tuple[int, Any]:
    path = f"{FULFILLMENTS}/orders/bulk/create-fulfillments"
    return wix.call("POST", path, {"ordersWithFulfillments": rows})
