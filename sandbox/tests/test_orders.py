"""Orders: reading, changing them over the API, and actions of the shop's owner."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sandbox import order_actions, sites, switches
from sandbox.models import Delivery, Order, Site
from sandbox.tests.conftest import Wix, code_of


def patch(wix: Wix, order: Order, changes: dict[str, Any]) -> tuple[int, Any]:
    return wix.call("PATCH", f"/ecom/v1/orders/{order.order_id}", {"order": changes})


def test_an_order_can_be_read_by_its_own_site_only(wix: Wix, orders: list[Order], other_site: Site):
    assert wix.order(orders[0])["number"] == orders[0].number
    status, answer = Wix(other_site).call("GET", f"/ecom/v1/orders/{orders[0].order_id}")
    assert (status, code_of(answer)) == (404, "ORDER_NOT_FOUND")


def test_the_full_form_has_every_list_and_field_that_wix_declares(wix: Wix, orders: list[Order]):
    order = wix.order(orders[0])
    for name in ("appliedDiscounts", "customFields", "additionalFees"):
        assert order[name] == []
    assert (order["archived"], order["imported"], order["seenByAHuman"]) == (False, False, False)
    assert order["tags"] == {"privateTags": {"tagIds": []}, "tags": {"tagIds": []}}
    assert order["purchasedDate"] == order["createdDate"]
    assert {"buyerNote", "checkoutId", "purchaseFlowId", "extendedFields"} <= set(order)
    assert order["shippingInfo"]["logistics"]["instructions"] is None
    address = order["shippingInfo"]["logistics"]["shippingDestination"]["address"]
    assert {"addressLine", "addressLine2", "subdivision", "postalCode"} <= set(address)
    for line in order["lineItems"]:
        assert (line["modifierGroups"], line["locations"]) == ([], [])
        assert isinstance(line["descriptionLines"], list)
    assert wix.search(filter={"number": order["number"]})[1]["orders"] == [order], "a search answers the same form"


def test_every_product_has_an_image(seeded: Site):
    lines = [line for row in seeded.orders.all() for line in row.data.get("lineItems", [])]
    images = [line["image"] for line in lines if "image" in line]
    assert len(images) == len(lines)
    assert all({"id", "url", "altText", "filename", "height", "width"} == set(image) for image in images)


def test_new_orders_are_of_now_and_a_thousand_of_them_tell_all_their_events(site: Site, django_assert_max_num_queries):
    switches.set_switches({"webhook_url": "https://backoffice.example/webhooks/"})
    started = timezone.now()
    with django_assert_max_num_queries(100):
        made = sites.add_orders(site, 1000, seed=1)
    assert all(started - timedelta(seconds=2) <= row.created <= timezone.now() for row in made)
    assert len({row.created for row in made}) == 1000, "so that a search sorts them"
    for row in (made[0], made[-1]):
        deliveries = Delivery.objects.filter(order_id=row.order_id).order_by("pk")
        names = [delivery.event_type.removeprefix("wix.ecom.v1.order_") for delivery in deliveries]
        assert names == ["created", "approved", "payment_status_updated"]
        events = [json.loads(json.loads(delivery.envelope)["data"]) for delivery in deliveries]
        assert [event["entityEventSequence"] for event in events] == ["1", "2", "3"]
        assert events[0]["createdEvent"]["entity"]["id"] == row.order_id


def test_the_lean_form_leaves_out_what_is_empty(wix: Wix, orders: list[Order]):
    switches.set_switches({"order_form": "lean"})

    def walk(value: Any) -> None:
        assert value not in (None, "", False, 0, [], {})
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            walk(item)

    walk(wix.order(orders[0]))
    order_actions.change(orders[0], "archive", {})
    order_actions.change(orders[0], "archive", {})
    assert "archived" not in wix.order(orders[0])


def test_amounts_are_texts_of_uneven_scale_and_lines_add_up(seeded: Site):
    amounts = set()
    for row in seeded.orders.all():
        lines = row.data.get("lineItems", [])
        for line in lines:
            assert float(line["price"]["amount"]) * line["quantity"] == pytest.approx(
                float(line["totalPriceAfterTax"]["amount"])
            )
            amounts.add(line["price"]["amount"])
    assert {"14.95", "19.5", "34", "79.0"} <= amounts


def test_line_ids_repeat_across_orders(seeded: Site):
    first = [row.data["lineItems"][0]["id"] for row in seeded.orders.all() if row.data.get("lineItems")]
    assert set(first) == {"00000000-0000-0000-0000-000000000001"}


def test_a_field_nobody_knows_is_in_every_order_where_a_switch_asks_for_it(wix: Wix, orders: list[Order]):
    assert "aFieldOfNextYear" not in wix.order(orders[0])
    switches.set_switches({"unknown_field": True})
    assert wix.order(orders[0])["aFieldOfNextYear"] == {"unknown": True}


@pytest.mark.parametrize("field", ["status", "channelInfo.type"])
def test_a_switch_answers_values_nobody_has_heard_of(wix: Wix, orders: list[Order], field: str):
    switches.set_switches({"unknown_value": field})
    for order in (wix.order(orders[0]), wix.search()[1]["orders"][0]):
        value = order
        for name in field.split("."):
            value = value[name]
        assert value == "A_VALUE_OF_NEXT_YEAR"
    assert Order.objects.get(pk=orders[0].pk).data["status"] == "APPROVED"


def test_a_patch_merges_what_wix_lets_an_app_change(wix: Wix, orders: list[Order]):
    changes = {
        "id": orders[0].order_id,
        "buyerInfo": {"email": "new@example.com"},
        "archived": True,
        "shippingInfo": {"logistics": {"shippingDestination": {"address": {"city": "Zwolle"}}}},
        "recipientInfo": None,
    }
    status, answer = patch(wix, orders[0], changes)
    assert status == 200
    order = answer["order"]
    assert order["buyerInfo"]["email"] == "new@example.com"
    assert order["buyerInfo"]["contactId"], "the rest of the object stays"
    assert order["shippingInfo"]["logistics"]["shippingDestination"]["address"]["city"] == "Zwolle"
    assert order["shippingInfo"]["title"] == "Standaard verzending"
    assert "recipientInfo" not in order
    assert wix.order(orders[0]) == order


@pytest.mark.parametrize(
    "changes",
    [{"number": "1"}, {"status": "PAID"}, {"shippingInfo": {"title": "x"}}, {"buyerInfo": {"contactId": "x"}}],
)
def test_a_patch_of_anything_else_is_refused(wix: Wix, orders: list[Order], changes: dict[str, Any]):
    before = wix.order(orders[0])
    assert patch(wix, orders[0], changes)[0] == 400
    assert wix.order(orders[0]) == before


def test_pending_orders_cannot_be_changed(wix: Wix, site: Site):
    pending = sites.add_orders(site, 1, {"status": "PENDING"})[0]
    status, answer = patch(wix, pending, {"archived": True})
    assert (status, code_of(answer)) == (400, "ORDER_IS_PENDING")


def test_an_order_is_cancelled_once(wix: Wix, orders: list[Order]):
    path = f"/ecom/v1/orders/{orders[0].order_id}/cancel"
    status, answer = wix.call("POST", path, {"sendOrderCanceledEmail": True})
    assert (status, answer["order"]["status"]) == (200, "CANCELED")
    assert answer["order"]["paymentStatus"] == "PAID", "cancelling returns no money"
    assert wix.call("POST", path, {})[0] == 400


def test_paying_approves_an_order_and_is_written_down(wix: Wix, site: Site):
    order = sites.add_orders(site, 1, {"status": "PENDING", "paymentStatus": "PENDING"})[0]
    order_actions.change(order, "pay", {})
    paid = wix.order(order)
    assert (paid["status"], paid["paymentStatus"], paid["fulfillmentStatus"]) == ("APPROVED", "PAID", "NOT_FULFILLED")
    assert paid["activities"][-1]["activityType"] == "ORDER_PAID"


def test_an_order_with_nothing_to_ship_is_fulfilled_by_paying(wix: Wix, site: Site):
    order = sites.add_orders(site, 1, {"paymentStatus": "NOT_PAID", "shippingInfo": None})[0]
    order_actions.change(order, "pay", {})
    assert wix.order(order)["fulfillmentStatus"] == "FULFILLED"


def test_editing_changes_address_note_and_units(wix: Wix, orders: list[Order]):
    details = {"addressLine": "Nieuweweg 9", "postalCode": "1234 AB", "quantity": "7", "buyerNote": "Haast!"}
    order_actions.change(orders[0], "edit", details)
    order = wix.order(orders[0])
    address = order["shippingInfo"]["logistics"]["shippingDestination"]["address"]
    assert (address["addressLine"], address["postalCode"]) == ("Nieuweweg 9", "1234 AB")
    assert (order["lineItems"][0]["quantity"], order["buyerNote"]) == (7, "Haast!")
    assert order["activities"][-1]["activityType"] == "DRAFT_ORDER_CHANGES_APPLIED"


def test_refunding_counts_units_and_changes_the_payment(wix: Wix, orders: list[Order]):
    order_actions.change(orders[0], "refund", {"line": "line-1", "quantity": 1})
    assert wix.order(orders[0])["paymentStatus"] == "PARTIALLY_REFUNDED"
    order_actions.change(orders[0], "refund", {"line": "line-1"})
    order_actions.change(orders[0], "refund", {"line": "line-2"})
    order = wix.order(orders[0])
    assert order["paymentStatus"] == "FULLY_REFUNDED"
    assert [line["refundQuantity"] for line in order["lineItems"]] == [2, 1]


def test_only_what_was_paid_can_be_refunded(orders: list[Order]):
    orders[0].data["paymentStatus"] = "NOT_PAID"
    with pytest.raises(ValueError, match="only what was paid"):
        order_actions.change(orders[0], "refund", {})


def test_a_privacy_request_leaves_no_person_behind(wix: Wix, orders: list[Order]):
    person = orders[0].place
    order_actions.change(orders[0], "anonymize", {})
    left = str(wix.order(orders[0]))
    for name in ("lastName", "phone", "addressLine", "postalCode"):
        assert person[name] not in left
    assert "@" not in left


@pytest.mark.parametrize(
    ("action", "details"),
    [
        ("explode", {}),
        ("edit", {"quantity": "many"}),
        ("edit", {"quantity": "0"}),
        ("refund", {"line": "line-9"}),
        ("refund", {"quantity": 3}),
        ("refund", {"quantity": "one"}),
    ],
)
def test_what_cannot_happen_is_a_sentence_and_changes_nothing(
    wix: Wix, orders: list[Order], action: str, details: dict[str, Any]
):
    before = wix.order(orders[0])
    with pytest.raises(ValueError, match=" "):
        order_actions.change(orders[0], action, details)
    assert wix.order(orders[0]) == before


def test_buyers_choose_variants_type_texts_add_extras_and_buy_by_measure(seeded: Site):
    lines = [line for row in seeded.orders.all() for line in row.data.get("lineItems", [])]
    described = [entry for line in lines for entry in line.get("descriptionLines", [])]
    assert {member for entry in described for member in entry} == {"name", "plainText", "colorInfo"}
    modifiers = [entry for line in lines for group in line.get("modifierGroups", []) for entry in group["modifiers"]]
    assert sorted(entry["quantity"] for entry in modifiers) == [1, 2]
    (measured,) = [line for line in lines if "decimalQuantity" in line]
    assert (measured["quantity"], measured["fixedQuantity"]) == (1, True), "as Wix prescribes"
