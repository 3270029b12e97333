"""The control API: what it returns and what it changes."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from sandbox import switches
from sandbox.models import Mail, Order, Site
from sandbox.myparcel.switches import current_account
from sandbox.tests.conftest import Wix


def post(path: str, body: Any = None) -> Any:
    return Client().post(f"/sandbox/{path}", json.dumps(body or {}), content_type="application/json")


def test_app_json_holds_what_a_developers_dashboard_shows(site: Site, app):
    assert Client().get("/sandbox/app.json").json() == {
        "appId": "our-app",
        "appSecret": "our-secret",
        "webhookPublicKey": app.public_key,
        "myparcel": {"apiUrl": "http://testserver/myparcel", "apiKey": current_account().api_key},
        "instances": [
            {"instanceId": site.instance_id, "siteId": site.site_id, "siteName": site.name, "installed": True}
        ],
    }


def test_state_json_holds_orders_fulfillments_mails_and_deliveries(wix: Wix, orders: list[Order]):
    switches.set_switches({"webhook_url": "https://backoffice.example/"})
    wix.fulfil(orders[0], "T1")
    state = Client().get("/sandbox/state.json").json()
    assert [order["number"] for order in state["orders"]] == [order.number for order in orders]
    assert state["fulfillments"][0]["number"] == orders[0].number
    assert state["fulfillments"][0]["trackingInfo"]["trackingNumber"] == "T1"
    mail = state["mails"][0]
    assert mail.pop("sent")
    assert mail == {
        "orderId": orders[0].order_id,
        "number": orders[0].number,
        "to": orders[0].data["buyerInfo"]["email"],
        "subject": f"Shipping confirmation for order #{orders[0].number}",
        "shippingProvider": "PostNL",
        "trackingNumber": "T1",
        "trackingLink": "https://t.example/T1",
    }
    delivery = state["webhookDeliveries"][0]
    assert delivery["eventType"] == "wix.ecom.v1.fulfillments_updated"
    assert (delivery["orderId"], delivery["state"], delivery["attempts"]) == (orders[0].order_id, "waiting", 0)


def test_state_json_can_be_narrowed_to_a_site_and_a_number(wix: Wix, orders: list[Order], other_site: Site):
    wix.fulfil(orders[0], "T1")
    for wanted, count in (({"site": wix.site.name}, 5), ({"site": other_site.site_id}, 0), ({"number": "10202"}, 1)):
        state = Client().get("/sandbox/state.json", wanted).json()
        assert len(state["orders"]) == count
    assert state["fulfillments"] == state["mails"] == []
    assert Client().get("/sandbox/state.json", {"site": "Elders"}).status_code == 404


def test_state_json_can_be_asked_for_some_of_its_lists(wix: Wix, orders: list[Order]):
    wix.fulfil(orders[0], "T1")
    state = Client().get("/sandbox/state.json", {"parts": "fulfillments,mails"}).json()
    assert {name: len(rows) for name, rows in state.items()} == {"fulfillments": 1, "mails": 1}


def test_switches_are_set_with_json_and_answered_all(site: Site):
    answer = post("knobs", {"fault": "500", "fault_count": 2})
    assert answer.json() == switches.DEFAULTS | {"fault": "500", "fault_count": 2}
    answer = post("knobs", {"nonsense": 1})
    assert answer.status_code == 400
    assert "there is no switch 'nonsense'" in answer.content.decode()


def test_consent_can_be_given_without_a_browser(site: Site):
    Site.objects.update(installed=False)
    back = "https://backoffice.example/terug?state=x"
    redirect = post("install", {"site": site.name, "postInstallationUrl": back}).json()["redirect"]
    query = dict(parse_qsl(urlsplit(redirect).query))
    assert set(query) == {"state", "appId", "tenantId", "instanceId", "signedInstance"}
    assert Site.objects.get().installed
    assert post("remove-app", {"site": site.name}).json() == {"removed": True}
    assert not Site.objects.get().installed


def test_orders_are_added_with_changes_of_ones_own(site: Site):
    overrides = {"paymentStatus": "NOT_PAID", "buyerInfo": {"email": "a@example.com"}}
    answer = post("orders", {"site": site.name, "count": 2, "seed": 3, "order": overrides}).json()
    assert (answer["count"], answer["numbers"]) == (2, ["10201", "10202"])
    rows = Order.objects.filter(order_id__in=answer["ids"])
    assert {row.data["paymentStatus"] for row in rows} == {"NOT_PAID"}
    assert {row.data["buyerInfo"]["email"] for row in rows} == {"a@example.com"}
    assert all(row.data["buyerInfo"]["contactId"] for row in rows)


@pytest.mark.parametrize("body", [{"count": 0}, {"count": "many"}, {"count": 50_001}, {"count": 1, "seed": "x"}])
def test_a_strange_number_of_orders_is_a_sentence(site: Site, body: dict[str, Any]):
    answer = post("orders", {"site": site.name, **body})
    assert answer.status_code == 400
    assert "count is a number from 1 to 50000" in answer.content.decode()
    assert Order.objects.count() == 0


def test_things_happen_to_an_order_through_the_door(orders: list[Order]):
    path = f"orders/{orders[0].order_id}"
    assert post(f"{path}/cancel").json()["order"]["status"] == "CANCELED"
    edited = post(f"{path}/edit", {"order": {"buyerNote": "Anders"}}).json()["order"]
    assert edited["buyerNote"] == "Anders"
    wrong = post(f"{path}/explode")
    assert wrong.status_code == 400
    assert "an order can be changed by pay, cancel" in wrong.content.decode()
    assert post("orders/unknown/pay").status_code == 404


def test_the_merchants_mail_setting_can_be_turned(wix: Wix, orders: list[Order]):
    assert post("mail-setting", {"site": wix.site.name, "on": False}).json() == {"on": False}
    wix.fulfil(orders[0], "T1")
    assert Mail.objects.count() == 0


def test_reset_brings_back_the_seed(seeded: Site):
    Order.objects.all().delete()
    assert post("reset").json() == {"orders": 95}
    assert seeded.orders.filter(number="10201").exists()


def test_looking_needs_a_get_and_changing_a_post(site: Site):
    assert Client().post("/sandbox/state.json").status_code == 405
    assert Client().get("/sandbox/reset").status_code == 405
