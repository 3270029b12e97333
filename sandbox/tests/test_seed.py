"""The initial data: the invented account with an order for every case."""

import random
import re
import time
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sandbox import sample_data, seed, sites, switches
from sandbox.models import Fulfillment, Mail, Order, Site

TABLE = {
    "10231": lambda o: "streetAddress" in address(o) and "addressLine" not in address(o) and "buyerNote" in o,
    "10232": lambda o: address(o)["postalCode"] == "2011zz" and "bis" in address(o)["addressLine"],
    "10233": lambda o: address(o)["addressLine2"] == "bus 4" and "memberId" in o["buyerInfo"],
    "10234": lambda o: address(o)["country"] == "DE" and o["lineItems"][0]["taxInfo"]["taxRate"] == "0.19",
    "10235": lambda o: o["currency"] == "USD" and o["currencyConversionDetails"]["originalCurrency"] == "EUR",
    "10236": lambda o: [shippable(line) for line in o["lineItems"]] == [True, False],
    "10237": lambda o: o["fulfillmentStatus"] == "PARTIALLY_FULFILLED" and address(o)["addressLine2"].startswith("t.a"),
    "10238": lambda o: o["customFields"] and o["billingInfo"] != destination(o) and o["lineItems"][0]["quantity"] == 6,
    "10239": lambda o: "phone" not in contact(o) and o["lineItems"][0]["physicalProperties"] == {"shippable": True},
    "10240": lambda o: o["shippingInfo"]["logistics"]["pickupDetails"]["pickupMethod"] == "STORE_PICKUP",
    "10241": lambda o: (o["status"], o["paymentStatus"]) == ("APPROVED", "NOT_PAID"),
    "10242": lambda o: (o["status"], o["paymentStatus"]) == ("PENDING", "PENDING"),
    "10243": lambda o: o["paymentStatus"] == "PARTIALLY_PAID" and "bus 4" in address(o)["addressLine"],
    "10244": lambda o: o["paymentStatus"] == "PARTIALLY_REFUNDED" and o["lineItems"][0]["refundQuantity"] == 1,
    "10245": lambda o: (o["status"], o["paymentStatus"]) == ("CANCELED", "FULLY_REFUNDED"),
    "10246": lambda o: "shippingInfo" not in o and o["fulfillmentStatus"] == "FULFILLED",
    "10247": lambda o: ["fulfillerId" in line for line in o["lineItems"]] == [False, True],
    "10248": lambda o: "deliveryTimeSlot" in o["shippingInfo"]["logistics"] and "geocode" in address(o),
    "10249": lambda o: o["lineItems"][0]["subscriptionInfo"]["cycleNumber"] == 2,
}


def destination(order: dict) -> dict:
    return order["shippingInfo"]["logistics"]["shippingDestination"]


def address(order: dict) -> dict:
    return destination(order)["address"]


def contact(order: dict) -> dict:
    return destination(order)["contactDetails"]


def shippable(line: dict) -> bool:
    return bool(line.get("physicalProperties", {}).get("shippable"))


def test_an_order_goes_to_a_pick_up_point_of_another_app(seeded: Site):
    (order,) = [
        row.data
        for row in seeded.orders.all()
        if ((row.data.get("shippingInfo") or {}).get("logistics") or {}).get("pickupDetails", {}).get("pickupMethod")
        == "PICKUP_POINT"
    ]
    logistics = order["shippingInfo"]["logistics"]
    assert "shippingDestination" not in logistics
    assert logistics["pickupDetails"]["address"] != order["recipientInfo"]["address"]


@pytest.mark.parametrize("number", TABLE)
def test_every_row_of_the_references_table_is_there(seeded: Site, number: str):
    assert TABLE[number](seeded.orders.get(number=number).data)


def test_some_sixty_orders_of_which_most_are_worth_importing(seeded: Site):
    rows = seeded.orders.all()
    assert 60 <= rows.count() <= 75
    assert rows.order_by("created").first().number == "10201"
    worth = rows.filter(status="APPROVED", payment_status="PAID", archived=False).exclude(
        fulfillment_status="FULFILLED"
    )
    assert worth.count() >= 45
    assert Site.objects.get(name="Studio Tweede").orders.count() == 25
    blog = Site.objects.get(name="Blog zonder winkel")
    assert (blog.has_stores, blog.orders.count()) == (False, 0)


def test_orders_come_from_everywhere_and_in_every_script(seeded: Site):
    countries = {row.place.get("country") for row in seeded.orders.all()}
    assert {"NL", "BE", "DE", "GB", "CH", "NO", "JP", "AU", "ES", "US", "GR", "BG", "PL", None} <= countries
    assert any(row.place.get("subdivision") == "ES-CN" for row in seeded.orders.all())
    names = " ".join(row.buyer for row in seeded.orders.all())
    for script in ("[\u0370-\u03ff]", "[\u0400-\u04ff]", "[\u0600-\u06ff]"):
        assert re.search(script, names)


def test_the_hard_ones_are_there(seeded: Site):
    orders = [row.data for row in seeded.orders.all()]
    places = [row.place for row in seeded.orders.all()]
    assert any("address" not in str(order.get("shippingInfo")) for order in orders)
    assert all(order["lineItems"] for order in orders), "Wix declares at least one line"
    assert any(all(line["itemType"].get("preset") == "DIGITAL" for line in order["lineItems"]) for order in orders), (
        "nothing to ship"
    )
    assert any(place.get("addressLine") == "Havenstraat" for place in places), "a house number is missing"
    assert any("Postbus" in place.get("addressLine", "") for place in places)
    assert any(len(place.get("company", "")) > 280 for place in places)
    assert any(line["quantity"] == 40 for order in orders for line in order.get("lineItems", []))
    assert any(
        line.get("physicalProperties", {}).get("weight", 0) > 23 for o in orders for line in o.get("lineItems", [])
    )
    assert any("custom" in line["itemType"] for order in orders for line in order.get("lineItems", []))
    assert any(order["channelInfo"]["type"] == "FAIRE_COM" for order in orders)
    assert not any("NEXT_YEAR" in str(order) for order in orders), "unknown values come where a switch asks for them"
    assert any("🎁" in order.get("buyerNote", "") for order in orders)


def test_every_person_is_invented(seeded: Site):
    for row in Order.objects.all():
        email = row.data.get("buyerInfo", {}).get("email", "")
        assert email.endswith("@example.com")
        assert email.isascii()


def test_orders_are_of_the_last_fourteen_days(seeded: Site):
    ages = [timezone.now() - row.created for row in seeded.orders.all()]
    assert max(ages) < timedelta(days=14, minutes=1)
    assert min(ages) > timedelta(0)


def test_the_partly_sent_order_has_two_of_three_mugs_sent_and_nobody_was_mailed(seeded: Site):
    sent = Fulfillment.objects.get()
    assert (sent.order.number, sent.data["lineItems"][0]["quantity"]) == ("10237", 2)
    assert Mail.objects.count() == 0


def test_seeding_again_changes_nothing_and_resetting_puts_everything_back(seeded: Site):
    def content() -> list[tuple]:
        rows = Order.objects.order_by("site", "number")
        return [(row.number, row.buyer, row.data.get("lineItems", [])) for row in rows]

    before = content()
    seed.create_seed_data()
    assert content() == before
    sites.add_orders(seeded, 3)
    seeded.orders.filter(number="10201").delete()
    switches.set_switches({"fault": "500"})
    seed.reset()
    assert content() == before
    assert switches.read() == switches.DEFAULTS
    again = Site.objects.get(pk=seeded.pk)
    assert (again.instance_id, again.installed) == (seeded.instance_id, False)
    assert sites.add_orders(again, 1)[0].number == "10271"


def test_the_same_seed_makes_the_same_people(site: Site, other_site: Site):
    first = [row.place for row in sites.add_orders(site, 20, seed=7)]
    assert first == [row.place for row in sites.add_orders(other_site, 20, seed=7)]
    assert first != [row.place for row in sites.add_orders(site, 20, seed=8)]


def test_dutch_addresses_have_the_right_shape():
    chance = random.Random(1)
    for _try in range(200):
        place = sample_data.random_dutch_address(chance)
        assert re.fullmatch(r"[1-9]\d{3} [A-Z]{2}", place["postalCode"])
        assert re.search(r" \d+", place["addressLine"])


def test_thousands_of_orders_are_made_in_seconds(site: Site):
    out = StringIO()
    started = time.process_time()
    call_command("generate", site=site.name, count=2000, seed=1, stdout=out)
    assert time.process_time() - started < 4, "of a processor's time, however busy the machine is"
    assert out.getvalue() == "2000 orders, 10201 to 12200\n"
    assert site.orders.count() == len(set(site.orders.values_list("number", flat=True))) == 2000


def test_generating_for_an_unknown_site_names_those_there_are(site: Site):
    with pytest.raises(CommandError, match="Atelier Voorbeeld"):
        call_command("generate", site="Elders", count=1)
    with pytest.raises(CommandError, match="number from 1"):
        call_command("generate", site=site.name, count=0)


def test_the_app_of_the_environment_is_used_at_the_first_start(app, monkeypatch: pytest.MonkeyPatch):
    app.delete()
    monkeypatch.setenv("WIX_APP_ID", "given-app")
    monkeypatch.setenv("WIX_APP_SECRET", "given-secret")
    call_command("seed")
    assert (switches.current_app().app_id, switches.current_app().secret) == ("given-app", "given-secret")
    monkeypatch.setenv("WIX_APP_SECRET", "another")
    call_command("seed", "--reset")
    assert switches.current_app().secret == "given-secret"
