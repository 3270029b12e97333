"""The sandbox's pages, which work without JavaScript."""

import re

import pytest
from django.test import Client

from sandbox import switches
from sandbox.models import Order, Site
from sandbox.tests.conftest import Wix

PAGES = ("/", "/sites/{site}/orders", "/sites/{site}/orders/10201", "/mails", "/mails/{mail}", "/webhooks")


@pytest.fixture
def walked(wix: Wix, orders: list[Order]) -> dict[str, object]:
    wix.fulfil(orders[0], "3STEST001")
    return {"site": wix.site.pk, "mail": orders[0].mails.get().pk}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_it_is_a_stand_in_and_has_no_script_or_inline_style(walked: dict[str, object], path: str):
    answer = Client().get(path.format(**walked))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "LOCAL SANDBOX" in page
    assert not re.search(r"<script|<style|style=| on\w+=", page)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Client().get("/static/sandbox.css").status_code == 200


def test_the_front_page_names_sites_switches_and_the_control_api(walked: dict[str, object]):
    page = Client().get("/").content.decode()
    for words in (
        "Atelier Voorbeeld",
        "All have their default value",
        "GET /sandbox/app.json",
        "POST /sandbox/orders/&lt;id&gt;",
    ):
        assert words in page
    for name in switches.DEFAULTS:
        assert f'name="{name}"' in page


def test_switches_are_set_and_reset_on_the_front_page(site: Site):
    form = {**switches.DEFAULTS, "fault": "503", "retry_after": "on"}
    assert Client().post("/knobs", form).status_code == 302
    assert switches.read() == switches.DEFAULTS | {"fault": "503"}
    assert "Changed now: fault." in Client().get("/").content.decode()
    answer = Client().post("/knobs", {**form, "slow_ms": "quick"})
    assert answer.status_code == 400
    assert "slow_ms is a number, not &#x27;quick&#x27;." in answer.content.decode()
    Client().post("/knobs", {"neutral": "1"})
    assert switches.read() == switches.DEFAULTS


def test_a_switch_that_is_not_ticked_is_off(site: Site):
    form = {name: value for name, value in switches.DEFAULTS.items() if name != "retry_after"}
    Client().post("/knobs", form)
    assert switches.read()["retry_after"] is False


def test_orders_are_found_by_number_name_and_state(wix: Wix, orders: list[Order]):
    def shown(**wanted: str) -> list[str]:
        page = Client().get(f"/sites/{wix.site.pk}/orders", wanted).content.decode()
        return re.findall(r">#(\d+)</a>", page)

    Order.objects.filter(pk=orders[1].pk).update(buyer="Ελένη Παπαδοπούλου")
    Order.objects.filter(pk=orders[2].pk).update(payment_status="NOT_PAID")
    wix.fulfil(orders[0], "T1")
    assert shown(q="10203") == ["10203"]
    assert shown(q="Παπαδ") == ["10202"]
    assert shown(show="unpaid") == ["10203"]
    assert shown(show="fulfilled") == ["10201"]
    assert shown(show="open") == ["10205", "10204", "10202"]
    assert shown(q="nobody") == []


def test_the_owner_adds_pays_cancels_and_edits_orders(site: Site):
    base = f"/sites/{site.pk}"
    Client().post(f"{base}/add", {"count": "3"})
    assert site.orders.count() == 3
    Order.objects.filter(number="10201").update(payment_status="NOT_PAID")
    assert ">Pay #10201</button>" in Client().get(f"{base}/orders").content.decode()
    Client().post(f"{base}/orders/10201/change", {"action": "pay"})
    assert Order.objects.get(number="10201").payment_status == "PAID"
    back = Client().post(f"{base}/orders/10202/change", {"action": "cancel", "list": "q=&show=&page=1"})
    assert back["Location"] == f"{base}/orders?q=&show=&page=1"
    assert Order.objects.get(number="10202").status == "CANCELED"
    form = {"action": "edit", "addressLine": "Nieuweweg 1", "quantity": "4", "buyerNote": ""}
    Client().post(f"{base}/orders/10203/change", form)
    order = Order.objects.get(number="10203")
    assert order.place["addressLine"] == "Nieuweweg 1"
    assert order.data["lineItems"][0]["quantity"] == 4


def test_saving_the_form_untouched_keeps_a_split_address(seeded: Site):
    order = seeded.orders.get(number="10231")
    place = order.place
    form = {name: place.get(name, "") for name in ("addressLine", "addressLine2", "postalCode", "city", "country")}
    Client().post(f"/sites/{seeded.pk}/orders/10231/change", {"action": "edit", **form, "quantity": "1"})
    order.refresh_from_db()
    assert order.place["streetAddress"] == {"name": "Lindelaan", "number": "12-A"}


def test_what_cannot_be_done_is_a_sentence_on_a_page(site: Site, orders: list[Order]):
    base = f"/sites/{site.pk}"
    Client().post(f"{base}/orders/10201/change", {"action": "cancel"})
    answers = [
        Client().post(f"{base}/orders/10201/change", {"action": "cancel"}),
        Client().post(f"{base}/orders/10202/change", {"action": "edit", "quantity": "x"}),
        Client().post(f"{base}/add", {"count": "lots"}),
    ]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert all("That did not work" in answer.content.decode() for answer in answers)
    assert "already canceled" in answers[0].content.decode()
    missing = Client().get(f"{base}/orders/99999")
    assert (missing.status_code, "nothing at this address" in missing.content.decode()) == (404, True)


def test_the_buyers_mail_can_be_read(walked: dict[str, object], orders: list[Order]):
    assert "Shipping confirmation for order #10201</a>" in Client().get("/mails").content.decode()
    page = Client().get(f"/mails/{walked['mail']}").content.decode()
    assert "<h1>Shipping confirmation</h1>" in page
    assert "Atelier Voorbeeld" in page
    assert "#10201" in page
    assert '<a href="https://t.example/3STEST001">3STEST001</a>' in page


def test_the_app_is_removed_and_the_mail_setting_turned_on_the_front_page(site: Site):
    Client().post(f"/sites/{site.pk}/remove-app")
    Client().post(f"/sites/{site.pk}/mail-setting")
    site.refresh_from_db()
    assert (site.installed, site.sends_mail) == (False, False)


def test_markup_that_people_typed_stays_text(wix: Wix, orders: list[Order]):
    orders[0].data["buyerNote"] = "<script>alert(1)</script>"
    orders[0].save()
    page = Client().get(f"/sites/{wix.site.pk}/orders/10201").content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_it_says_when_it_is_alive():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
