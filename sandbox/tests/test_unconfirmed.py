"""Unconfirmed points: each switch changes what a client sees, and only that."""

from typing import Any

import pytest
import time_machine

from sandbox import order_actions, sites, switches
from sandbox.models import Mail, Order, Site, Token
from sandbox.tests.conftest import FULFILLMENTS, Wix

NOON = "2027-01-04T12:00:00Z"


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("oauth", b'"error": "invalid_client"'),
        ("wix", b'"details": {}'),
        ("legacy", b"invalid_token"),
        ("html", b"<h1>"),
        ("empty", b""),
    ],
)
def test_a_refused_token_is_worded_in_five_ways(wix: Wix, style: str, text: bytes):
    switches.set_switches({"token_error": style, "token_status": "403"})
    answer = wix.ask_token(client_secret="wrong")
    assert answer.status_code == 403
    assert text in answer.content


@pytest.mark.parametrize("how", ["wrong_secret", "unknown_instance", "removed"])
def test_tokens_can_be_refused_without_a_reason_of_ours(wix: Wix, how: str):
    switches.set_switches({"token_refused": how})
    assert wix.ask_token().json()["error"] == "invalid_client"


@pytest.mark.parametrize("status", ["401", "403", "404"])
def test_an_old_token_after_uninstalling_gets_what_a_switch_says(wix: Wix, status: str):
    wix.mint()
    sites.remove_app(wix.site)
    switches.set_switches({"removed_api": status})
    assert wix.call("GET", "/apps/v1/instance")[0] == int(status)
    assert wix.call("POST", "/oauth2/token-info", {"token": wix.token})[1] == {"active": False}


def test_a_reinstall_does_not_revive_old_tokens(wix: Wix):
    wix.mint()
    sites.remove_app(wix.site)
    wix.site.refresh_from_db()
    sites.install_app(wix.site)
    assert wix.call("GET", "/apps/v1/instance")[0] == 401


def test_a_token_may_not_say_how_long_it_lives(wix: Wix):
    switches.set_switches({"omit_expires_in": True})
    assert set(wix.ask_token().json()) == {"access_token", "token_type"}


def test_tokens_can_be_made_too_old_now(wix: Wix):
    wix.mint()
    assert sites.expire_tokens(wix.site) == 1
    assert wix.call("GET", "/apps/v1/instance")[0] == 401
    assert Token.objects.count() == 1


def test_a_missing_permission_can_say_so(wix: Wix):
    switches.set_switches({"permissions": "none", "forbidden_body": "details"})
    status, answer = wix.search()
    assert (status, answer["details"]["applicationError"]["code"]) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("how", "status", "kind"),
    [
        ("400", 400, "applicationError"),
        ("400_validation", 400, "validationError"),
        ("404", 404, "applicationError"),
        ("409", 409, "applicationError"),
        ("428", 428, "applicationError"),
    ],
)
def test_fulfillment_calls_refuse_in_the_way_a_switch_says(
    wix: Wix, orders: list[Order], how: str, status: int, kind: str
):
    switches.set_switches({"refused_units": how, "refused_status": how, "refused_order": how})
    wix.fulfil(orders[0], "T1")
    order_actions.change(orders[1], "cancel", {})
    refusals = [
        wix.fulfil(orders[0], "T2"),
        wix.fulfil(orders[1], "T3"),
        wix.call("GET", f"{FULFILLMENTS}/orders/unknown"),
    ]
    assert [answer[0] for answer in refusals] == [status] * 3
    assert all(kind in answer[1]["details"] for answer in refusals)
    assert wix.call("GET", "/ecom/v1/orders/unknown")[0] == 404, "reading an order is not in doubt"


def test_a_refusal_can_have_no_words_at_all(wix: Wix, orders: list[Order]):
    switches.set_switches({"refused_units": "403_empty"})
    wix.fulfil(orders[0], "T1")
    assert wix.fulfil(orders[0], "T2") == (403, None)


def bulk(wix: Wix, *order_ids: str) -> Any:
    rows = [{"orderId": order_id, "fulfillments": [{"lineItems": [{"id": "line-1"}]}]} for order_id in order_ids]
    path = f"{FULFILLMENTS}/orders/bulk/create-fulfillments"
    return wix.call("POST", path, {"ordersWithFulfillments": rows})[1]


def test_failures_in_bulk_can_be_without_detail_or_only_counted(wix: Wix, orders: list[Order]):
    switches.set_switches({"bulk_failures": "bare"})
    answer = bulk(wix, orders[0].order_id, "unknown")
    assert answer["results"][1]["itemMetadata"] == {"id": "unknown", "originalIndex": 1, "success": False}
    switches.set_switches({"bulk_failures": "undetailed"})
    answer = bulk(wix, orders[1].order_id, "unknown")
    assert [row["itemMetadata"]["originalIndex"] for row in answer["results"]] == [0]
    assert answer["bulkActionMetadata"] == {"totalSuccesses": 1, "totalFailures": 1, "undetailedFailures": 1}


def test_results_of_a_bulk_call_need_not_come_in_order(wix: Wix, orders: list[Order]):
    switches.set_switches({"bulk_order": "reversed"})
    answer = bulk(wix, orders[0].order_id, orders[1].order_id)
    assert [row["itemMetadata"]["originalIndex"] for row in answer["results"]] == [1, 0]


def test_a_tracking_number_may_be_used_again_in_one_order(wix: Wix, orders: list[Order]):
    switches.set_switches({"tracking_scope": "none"})
    wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-1"}])
    assert wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-2"}])[0] == 200


READ, MANAGE = "SCOPE.DC-STORES.READ-ORDERS", "SCOPE.DC-STORES.MANAGE-ORDERS"


@pytest.mark.parametrize(
    ("spelling", "named"),
    [
        ("scopes", MANAGE),
        ("bundles", "SCOPE.DC-ECOM-MEGA.MANAGE-ECOM"),
        ("fine", "ECOM.MODIFY_FULFILLMENTS"),
        ("names", "Manage Orders"),
        ("lower", MANAGE.lower()),
        ("unknown", "orders:rw"),
        ("objects", {"scopeId": MANAGE}),
    ],
)
def test_what_was_granted_has_several_spellings_and_the_same_effect(wix: Wix, spelling: str, named: object):
    switches.set_switches({"permission_names": spelling})
    assert named in wix.call("GET", "/apps/v1/instance")[1]["instance"]["permissions"]
    assert wix.search()[0] == 200
    switches.set_switches({"permissions": "read_only"})
    assert named not in wix.call("GET", "/apps/v1/instance")[1]["instance"]["permissions"]


def test_what_was_granted_may_not_be_told(wix: Wix):
    switches.set_switches({"permission_names": "absent"})
    assert "permissions" not in wix.call("GET", "/apps/v1/instance")[1]["instance"]


@pytest.mark.parametrize("spelling", ["Wix Stores", "wix_stores", "app_id", "only_others", "empty", "absent"])
def test_the_list_of_wix_apps_says_nothing_about_the_orders(wix: Wix, spelling: str):
    switches.set_switches({"installed_apps": spelling})
    assert "stores" not in wix.call("GET", "/apps/v1/instance")[1]["site"].get("installedWixApps", [])
    assert wix.search()[0] == 200


@pytest.mark.parametrize(("answer", "status"), [("428", 428), ("428_required", 428), ("empty", 200)])
def test_a_site_without_stores_refuses_or_has_no_orders(wix: Wix, answer: str, status: int):
    Site.objects.update(has_stores=False)
    Order.objects.all().delete()
    switches.set_switches({"without_stores": answer})
    assert wix.search()[0] == status


def test_a_custom_carrier_can_need_a_link(wix: Wix, orders: list[Order]):
    switches.set_switches({"custom_without_link": "refused"})
    custom = {"trackingNumber": "T1", "shippingProvider": "PostNL"}
    assert wix.fulfil(orders[0], trackingInfo=custom)[0] == 400
    assert wix.fulfil(orders[0], trackingInfo=custom | {"trackingLink": "https://t.example/1"})[0] == 200
    known = {"trackingNumber": "T2", "shippingProvider": "dhl"}
    assert wix.fulfil(orders[1], trackingInfo=known)[0] == 200


@pytest.mark.parametrize(("how", "own_link"), [("replaced", False), ("kept", True)])
def test_a_link_given_with_a_known_carrier_is_replaced_or_kept(wix: Wix, orders: list[Order], how: str, own_link: bool):
    switches.set_switches({"known_link": how})
    tracking = {"trackingNumber": "T1", "shippingProvider": "dhl", "trackingLink": "https://t.example/T1"}
    made = wix.fulfil(orders[0], trackingInfo=tracking)[1]["orderWithFulfillments"]["fulfillments"][0]
    assert (made["trackingInfo"]["trackingLink"] == "https://t.example/T1") is own_link
    path = f"{FULFILLMENTS}/{made['id']}/orders/{orders[0].order_id}"
    changed = wix.call("PATCH", path, {"fulfillment": {"trackingInfo": {"trackingNumber": "T2"}}})[1]
    link = changed["orderWithFulfillments"]["fulfillments"][0]["trackingInfo"]["trackingLink"]
    assert link.endswith("tracking-id=T2"), "a link of another number is never left standing"


@pytest.mark.parametrize(("how", "made"), [("made", True), ("none", False)])
def test_canada_posts_link_is_made_or_not(wix: Wix, orders: list[Order], how: str, made: bool):
    switches.set_switches({"canada_post_link": how})
    tracking = {"trackingNumber": "T1", "shippingProvider": "canadaPost"}
    answer = wix.fulfil(orders[0], trackingInfo=tracking)[1]["orderWithFulfillments"]["fulfillments"][0]
    assert ("trackingLink" in answer["trackingInfo"]) is made


@pytest.mark.parametrize(
    ("switch", "value", "mails"),
    [
        ("mail_per", "fulfillment", 2),
        ("mail_per", "order", 1),
        ("mail_on_change", True, 3),
        ("mail_without_tracking", True, 3),
    ],
)
def test_the_moments_at_which_a_buyer_is_mailed(wix: Wix, orders: list[Order], switch: str, value: Any, mails: int):
    """Two numbers, one of them changed, and a part without a number."""
    switches.set_switches({switch: value})
    first = wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-1", "quantity": 1}])[1]["fulfillmentId"]
    path = f"{FULFILLMENTS}/{first}/orders/{orders[0].order_id}"
    wix.call("PATCH", path, {"fulfillment": {"trackingInfo": {"trackingNumber": "T2"}}})
    wix.fulfil(orders[0], "T3", lineItems=[{"id": "line-1", "quantity": 1}])
    wix.fulfil(orders[0], lineItems=[{"id": "line-2"}])
    assert Mail.objects.count() == mails
    sent = [activity["activityType"] for activity in wix.order(orders[0])["activities"]]
    assert sent.count("SHIPPING_CONFIRMATION_EMAIL_SENT") == mails


def test_a_mixed_order_can_stay_open_until_its_digital_line_is_fulfilled(wix: Wix, orders: list[Order]):
    orders[0].data["lineItems"][1] |= {"itemType": {"preset": "DIGITAL"}, "physicalProperties": {}}
    orders[0].save()
    switches.set_switches({"mixed_order": "stays_open"})
    wix.fulfil(orders[0], "T1", lineItems=[{"id": "line-1"}])
    assert wix.order(orders[0])["fulfillmentStatus"] == "PARTIALLY_FULFILLED"
    wix.fulfil(orders[0], "T2", lineItems=[{"id": "line-2"}])
    assert wix.order(orders[0])["fulfillmentStatus"] == "FULFILLED"


@pytest.mark.parametrize(
    ("how", "all_units", "status_without_them"),
    [("available", 200, "FULFILLED"), ("gone", 400, "FULFILLED"), ("needed", 200, "PARTIALLY_FULFILLED")],
)
def test_refunded_units_are_there_or_not(
    wix: Wix, orders: list[Order], how: str, all_units: int, status_without_them: str
):
    switches.set_switches({"refunded_units": how})
    for order in orders[:2]:
        order_actions.change(order, "refund", {"line": "line-1", "quantity": 1})
    both = [{"id": "line-1", "quantity": 2}, {"id": "line-2"}]
    assert wix.fulfil(orders[0], "T1", lineItems=both)[0] == all_units
    wix.fulfil(orders[1], "T2", lineItems=[{"id": "line-1", "quantity": 1}, {"id": "line-2"}])
    assert wix.order(orders[1])["fulfillmentStatus"] == status_without_them


def test_a_search_in_the_wrong_wrapper_can_be_refused(wix: Wix, orders: list[Order]):
    switches.set_switches({"wrong_wrapper": "refused"})
    assert wix.call("POST", "/ecom/v1/orders/search", {"query": {}})[0] == 400
    assert wix.search()[0] == 200


def test_a_page_can_tell_the_total(wix: Wix, orders: list[Order]):
    switches.set_switches({"metadata_total": True})
    assert wix.search(cursorPaging={"limit": 2})[1]["metadata"]["total"] == 5
    by_mail = {"buyerInfo.email": orders[0].data["buyerInfo"]["email"]}
    assert wix.search(filter=by_mail)[1]["metadata"]["total"] == 1


def test_a_cursor_can_grow_too_old(wix: Wix, orders: list[Order]):
    switches.set_switches({"cursor_seconds": 60})
    with time_machine.travel(NOON, tick=False) as clock:
        cursor = wix.search(cursorPaging={"limit": 2})[1]["metadata"]["cursors"]["next"]
        clock.shift(60)
        assert wix.search(cursorPaging={"cursor": cursor})[0] == 200
        clock.shift(2)
        assert wix.search(cursorPaging={"cursor": cursor})[0] == 400


def test_the_last_page_can_be_without_cursors(wix: Wix, orders: list[Order]):
    switches.set_switches({"last_cursors": "absent"})
    assert wix.search()[1]["metadata"] == {"count": 5, "hasNext": False}


def test_an_order_to_be_picked_up_can_have_a_destination_too(seeded: Site):
    wix, row = Wix(seeded), seeded.orders.get(number="10240")
    logistics = wix.order(row)["shippingInfo"]["logistics"]
    assert "shippingDestination" not in logistics
    switches.set_switches({"pickup_destination": "both"})
    for order in (wix.order(row), wix.search(filter={"number": "10240"})[1]["orders"][0]):
        logistics = order["shippingInfo"]["logistics"]
        assert logistics["shippingDestination"]["address"] == logistics["pickupDetails"]["address"]
    row.refresh_from_db()
    assert "shippingDestination" not in row.data["shippingInfo"]["logistics"]


def test_local_delivery_can_come_without_its_time_slot(seeded: Site):
    wix, row = Wix(seeded), seeded.orders.get(number="10248")
    assert "deliveryTimeSlot" in wix.order(row)["shippingInfo"]["logistics"]
    switches.set_switches({"delivery_slot": "absent"})
    assert "deliveryTimeSlot" not in wix.order(row)["shippingInfo"]["logistics"]


def test_the_subtotal_can_hold_the_tax(wix: Wix, orders: list[Order]):
    net = wix.order(orders[0])["priceSummary"]["subtotal"]
    switches.set_switches({"subtotal": "gross"})
    order = wix.order(orders[0])
    lines = sum(float(line["totalPriceAfterTax"]["amount"]) for line in order["lineItems"])
    gross = order["priceSummary"]["subtotal"]
    assert float(gross["amount"]) == pytest.approx(lines)
    assert gross["formattedAmount"] == f"€{lines:.2f}"
    assert gross != net


def test_the_dashboards_link_to_an_order_can_be_missing(wix: Wix, orders: list[Order]):
    path = f"/dashboard/{wix.site.site_id}/ecom-platform/order-details/{orders[0].order_id}"
    assert wix.client.get(path)["Location"] == f"/sites/{wix.site.pk}/orders/{orders[0].number}"
    switches.set_switches({"dashboard_link": False})
    assert wix.client.get(path).status_code == 404
