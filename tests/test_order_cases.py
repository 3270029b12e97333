"""Orders as shops really send them, from the body of the platform to the pages, the slip and what the gateway gets.

Each is one of a class; the classes have tests of their own where their rules are.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from carriers.gateways.myparcel.mapping import shipment_body
from carriers.tests.pdf_reading import text_of
from integrations.models import ExternalOrder
from integrations.providers.wix.mapping import order_data
from integrations.providers.wix.payloads import WixOrder
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform
from jobs import runner
from shipments.models import Shipment
from shipments.services.imports import order_import
from shops.models import PackagePreferences, Shop

HOME = {"country": "NL", "city": "Zwolle", "postalCode": "8011 PK", "addressLine": "Vlierhof 7"}
POINT = {"country": "NL", "city": "Zwolle", "postalCode": "8012 CA", "addressLine": "Kadeplein 3"}
PERSON = {"firstName": "Jip", "lastName": "Verzonnen", "phone": "0655550111"}
AMERICA = {
    "country": "US",
    "city": "Portland",
    "postalCode": "97209",
    "addressLine": "235 Sample Street",
    "subdivision": "US-OR",
}


def said(text: str) -> dict[str, str]:
    return {"original": text, "translated": text}


def article(number: int, name: str, quantity: int = 1, weight: object = 0.4, **more: Any) -> dict[str, Any]:
    physical = {"sku": f"ART-{number}", "shippable": True} | ({} if weight is None else {"weight": weight})
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "productName": said(name),
        "quantity": quantity,
        "physicalProperties": physical,
        "itemType": {"preset": "PHYSICAL"},
        "price": {"amount": "12.50"},
    } | more


def body(
    *lines: dict[str, Any], home: dict[str, Any] = HOME, logistics: dict[str, Any] | None = None
) -> dict[str, Any]:
    place = {"address": home, "contactDetails": PERSON}
    return {
        "id": "c0ffee00-0000-4000-8000-0000000000aa",
        "number": "30001",
        "createdDate": "2026-11-27T09:00:00.000Z",
        "updatedDate": "2026-11-27T09:00:05.000Z",
        "status": "APPROVED",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "NOT_FULFILLED",
        "currency": "EUR",
        "weightUnit": "KG",
        "buyerInfo": {"email": "jip@example.com"},
        "lineItems": list(lines),
        "shippingInfo": {"title": "Standaard", "logistics": logistics or {"shippingDestination": place}},
        "recipientInfo": place,
    }


@pytest.fixture
def merchant(client_for, owner) -> Client:
    return client_for(owner)


@pytest.fixture
def offered(acme: FakePlatform, shop: Shop, merchant: Client) -> Callable[[dict[str, Any]], str]:
    """Stores the order and returns the import page."""

    def store(sent: dict[str, Any]) -> str:
        PackagePreferences.objects.get_or_create(shop=shop)
        mirror.store_orders(make_connection(shop), [order_data(WixOrder.model_validate(sent))])
        return words(merchant, "/zendingen/importeren/")

    return store


def words(merchant: Client, path: str) -> str:
    return " ".join(merchant.get(path, follow=True).content.decode().split())


def imported(shop: Shop, owner) -> Shipment:
    order_import.start_import(shop, owner, orders=ExternalOrder.objects.all(), key="import")
    runner.run_due()
    return shop.shipments.get()


def places_of_articles(merchant: Client, draft: Shipment) -> dict[str, str]:
    pages = {"editor": words(merchant, f"/zendingen/{draft.public_id}/bewerken/")}
    pages["split"] = words(merchant, f"/zendingen/{draft.public_id}/splitsen/")
    Shipment.objects.update(status="registered")
    pages["parcel"] = words(merchant, f"/zendingen/{draft.public_id}/")
    pages["slip"] = " ".join(text_of(merchant.get(f"/zendingen/{draft.public_id}/pakbon/").content).split())
    return pages


def test_two_variants_of_one_article_are_told_apart_wherever_articles_are_picked(offered, merchant, shop, owner):
    variants = [("L", "Bosgroen", "#2f6b3a"), ("S", "Oker", "#d8a93c")]
    lines = [
        article(
            number,
            "Vest Zuid",
            number,
            descriptionLines=[
                {"name": said("Maat"), "plainText": said(size)},
                {"name": said("Kleur"), "colorInfo": said(color) | {"code": code}},
            ],
        )
        for number, (size, color, code) in enumerate(variants, 1)
    ]
    page = offered(body(*lines))
    shown = {"import": page} | places_of_articles(merchant, imported(shop, owner))
    for where, text in shown.items():
        order = [text.find(part) for part in ("Maat: L", "Kleur: Bosgroen", "Maat: S", "Kleur: Oker")]
        assert -1 not in order, where
        assert order == sorted(order), where


def test_an_extra_and_an_amount_by_measure_reach_whoever_packs(offered, merchant, shop, owner):
    paper = {"id": "m1", "quantity": 2, "label": said("Strik van katoen"), "price": {"amount": "1.50"}}
    wrapped = article(1, "Proefdoos", modifierGroups=[{"id": "g", "name": said("Verpakking"), "modifiers": [paper]}])
    measured = {"value": "3.75", "measurementUnit": "M", "description": said("3.75 meter van de rol")}
    page = offered(body(wrapped, article(2, "Canvas", decimalQuantity=measured, fixedQuantity=True)))
    shown = {"import": page} | places_of_articles(merchant, imported(shop, owner))
    for where, text in shown.items():
        assert "Verpakking: 2× Strik van katoen" in text, where
        assert "3,75 m" in text, where
        assert "3.75 meter van de rol" in text, where
    assert "1× Canvas" not in page


def test_an_article_without_choices_is_one_line(offered, shop, owner):
    assert "<small>2× Kom</small>" in offered(body(article(1, "Kom", 2)))
    assert imported(shop, owner).lines[0].chosen == ()


@pytest.mark.parametrize("unknown", [None, 0, "0", -2])
def test_a_heavy_order_is_not_announced_as_light_because_of_one_trifle(offered, merchant, shop, owner, unknown):
    page = offered(body(article(1, "Plantenbak", 4, 3.5), article(2, "Zakje zaad", 1, unknown)))
    assert "Geen gewicht bekend van: Zakje zaad" in page
    draft = imported(shop, owner)
    assert draft.weight >= 14_000
    editor = words(merchant, f"/zendingen/{draft.public_id}/bewerken/")
    assert "Geen gewicht bekend van: Zakje zaad" in editor
    assert "gaf geen gewicht" not in editor


def test_without_any_weight_the_default_counts_and_is_said(offered, merchant, shop, owner):
    page = offered(body(article(1, "Kaart", 3, None)))
    assert "De webshop gaf geen gewicht; je standaardgewicht is gebruikt." in page
    assert imported(shop, owner).weight == 1000


def test_known_weights_are_added_up(offered, shop, owner):
    offered(body(article(1, "Kom", 3, 0.45), article(2, "Schoteltje", 2, 0.15)))
    assert imported(shop, owner).weight == 1650


@pytest.mark.parametrize(
    "logistics",
    [
        {"pickupDetails": {"address": POINT, "pickupMethod": "PICKUP_POINT"}},
        {"pickupDetails": {"pickupMethod": "PICKUP_POINT"}, "shippingDestination": {"address": POINT}},
        {
            "pickupDetails": {"address": POINT, "pickupMethod": "PICKUP_POINT"},
            "shippingDestination": {"address": POINT, "contactDetails": PERSON},
        },
    ],
)
def test_an_order_to_a_parcel_point_goes_to_that_point(offered, shop, owner, logistics):
    page = offered(body(article(1, "Kom"), logistics=logistics))
    assert "De koper koos een afhaalpunt: Kadeplein 3, 8012 CA Zwolle. Kies een vervoerder die het daar brengt" in page
    assert "Vlierhof" not in page
    draft = imported(shop, owner)
    assert (draft.person, draft.street, draft.number) == ("Jip Verzonnen", "Kadeplein", "3")
    assert (draft.postal_code, draft.city, draft.blocked_by) == ("8012 CA", "Zwolle", "parcel")


def test_an_order_that_is_collected_in_the_shop_is_not_offered(offered):
    page = offered(
        body(article(1, "Kom"), logistics={"pickupDetails": {"address": POINT, "pickupMethod": "STORE_PICKUP"}})
    )
    assert "30001" not in page
    assert ExternalOrder.objects.get().eligibility == "pickup"


@pytest.mark.parametrize("method", [None, "NEIGHBOUR", ""])
def test_an_unknown_way_to_collect_is_offered_and_asked_about(offered, shop, owner, method):
    page = offered(body(article(1, "Kom"), logistics={"pickupDetails": {"address": POINT, "pickupMethod": method}}))
    assert "zegt niet of dat in je winkel of bij een afhaalpunt is" in page
    assert imported(shop, owner).blocked_by == "parcel"


def test_a_customs_form_of_many_articles_reaches_the_gateway_whole(offered, shop, owner):
    lines = [article(n, f"Knoop {n}", 1, 0.01, price={"amount": "0.75"}) for n in range(1, 181)]
    offered(body(*lines, home=AMERICA))
    draft = imported(shop, owner)
    sent = shipment_body(draft.consignment(draft.declaration()))["customs_declaration"]
    assert len(sent["items"]) <= 100
    assert sum(item["amount"] for item in sent["items"]) == 180
    assert sum(item["amount"] * item["item_value"]["amount"] for item in sent["items"]) == 13_500
    assert sent["weight"] == sum(item["weight"] for item in sent["items"]) == 1_800
