"""The weight of an order: known weights always count, the rest is assumed and said."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.tests.factories import make_user
from carriers.parcels import CustomsLine
from integrations.models import ExternalOrder
from integrations.orders import OrderData, OrderLine, SoldAmount
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from shipments.models import ProductCustoms, Shipment
from shipments.services.drafts.edit import edit_draft
from shipments.services.drafts.split import even_split
from shipments.services.imports import order_import
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shops.models import PackagePreferences, Shop
from shops.tests.factories import make_member

VASE = OrderLine("1", "Vaas", 3, "VAAS", weight=2000, unit_value=Decimal(30))
STICKER = OrderLine("2", "Sticker", 1, "STICKER", unit_value=Decimal(1))
CARD = OrderLine("3", "Kaart", 4, "", unit_value=Decimal(2))
DEFAULT = "weight_default"


def plan(*lines: OrderLine, remembered: dict[str, CustomsLine] | None = None, **preferences: object) -> DraftPlan:
    return draft_from_order(make_order(lines=lines), PackagePreferences(**preferences), remembered)


def weight_notes(made: DraftPlan) -> list[tuple[str, str]]:
    with override("en"):
        return [(note.code, str(note.text)) for note in made.notes if note.field == "weight"]


def test_known_weights_stay_when_one_article_has_none_and_the_note_names_it():
    made = plan(VASE, STICKER)
    assert made.content.weight == 6100
    ((code, text),) = weight_notes(made)
    assert code == "weight_assumed"
    assert "Sticker" in text
    assert "100 g" in text
    assert "Vaas" not in text
    assert "provided no weight" not in text


def test_without_any_weight_the_default_of_the_preferences_is_used_and_said():
    made = plan(STICKER, CARD, default_weight=750)
    assert made.content.weight == 750
    ((code, text),) = weight_notes(made)
    assert (code, text) == (DEFAULT, "The webshop provided no weight; your default weight was used.")


def test_when_every_weight_is_known_there_is_nothing_to_say():
    made = plan(VASE, replace(STICKER, weight=5))
    assert (made.content.weight, weight_notes(made)) == (6005, [])


@pytest.mark.parametrize("unknown", [None, 0, -5])
def test_nothing_zero_and_less_all_mean_unknown(unknown):
    assert plan(VASE, replace(STICKER, weight=unknown)).content.weight == 6100
    assert weight_notes(plan(replace(STICKER, weight=unknown)))[0][0] == DEFAULT


def test_every_piece_without_a_weight_counts_and_only_what_is_still_to_be_sent():
    part = replace(VASE, fulfilled=1, refunded=1)
    made = plan(part, CARD, item_weight=30)
    assert made.content.weight == 2000 + 4 * 30
    assert "30 g, 120 g together" in weight_notes(made)[0][1]


def test_lines_with_the_same_id_do_not_share_a_weight():
    assert plan(VASE, replace(STICKER, id="1")).content.weight == 6100


def test_the_empty_box_of_the_package_type_is_added_to_what_is_known():
    boxes = {"package": 180, "mailbox": 20}
    assert plan(VASE, box_weights=boxes).content.weight == 6180
    assert plan(replace(VASE, quantity=1, weight=400), package_type="mailbox", box_weights=boxes).content.weight == 420
    assert plan(STICKER, box_weights=boxes, default_weight=750).content.weight == 750


def test_a_remembered_weight_is_known():
    remembered = {"STICKER": CustomsLine("", 1, 4, 0, sku="STICKER")}
    made = plan(VASE, STICKER, remembered=remembered)
    assert (made.content.weight, weight_notes(made)) == (6004, [])
    assert plan(STICKER, remembered=remembered).content.weight == 4
    assert plan(replace(STICKER, weight=9), remembered=remembered).content.weight == 9, "the shop's own comes first"


def test_many_articles_without_a_weight_are_counted_in_the_note():
    lines = [OrderLine(str(n), f"Kraal {n}", 1) for n in range(25)]
    assert "Kraal 9 and 15 more" in weight_notes(plan(VASE, *lines))[0][1]


def test_an_article_sold_by_measure_counts_once_and_its_weight_is_to_be_checked():
    made = plan(replace(VASE, quantity=1, weight=300, amount=SoldAmount(Decimal("2.5"), "m")))
    assert made.content.weight == 300
    assert weight_notes(made)[0][0] == "weight_measured"


def test_the_customs_form_and_a_split_weigh_the_same():
    order = replace(abroad("US", region="NY"), lines=(VASE, STICKER))
    made = draft_from_order(order, PackagePreferences(box_weights={"package": 50}))
    assert made.content.customs is not None
    assert (made.content.weight, made.content.customs.weight) == (6150, 6100)
    assert "customs_weight" not in {problem.code for problem in made.problems}


@pytest.fixture
def imported(acme: FakePlatform, shop: Shop, owner):
    def make(order: OrderData) -> Shipment:
        PackagePreferences.objects.get_or_create(shop=shop)
        connection = shop.connections.first() or make_connection(shop)
        mirror.store_orders(connection, [order])
        order_import.start_import(
            shop, owner, orders=ExternalOrder.objects.filter(external_id=order.external_id), key=order.external_id
        )
        runner.run_due()
        return shop.shipments.get(reference=order.number)

    return make


def test_page_and_draft_say_the_same_and_parts_of_a_split_weigh_as_their_articles(
    imported, client_for, shop: Shop, owner
):
    mirror.store_orders(make_connection(shop), [make_order(1, lines=(VASE, STICKER))])
    PackagePreferences.objects.get_or_create(shop=shop)
    browser = client_for(owner)
    said = "Geen gewicht bekend van: Sticker. Elk stuk is geteld als 100 g, samen 100 g"
    assert said in browser.get("/zendingen/importeren/").content.decode()
    draft = imported(make_order(1, lines=(VASE, STICKER)))
    assert draft.weight == 6100
    assert said in browser.get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    parts = even_split(draft, 2)
    assert [part.weight for part in parts] == [4000, 2100]
    assert [part.weight for part in even_split(draft, 2, box=50)] == [4025, 2125]
    draft.weight = 5001
    assert sum(part.weight for part in even_split(draft, 2)) == 5001


def test_a_weight_that_a_merchant_corrects_in_the_customs_form_is_remembered(imported, shop: Shop, owner):
    first = imported(replace(abroad("US", 1, region="NY"), lines=(VASE, STICKER)))
    customs = first.declaration()
    assert [line.weight for line in customs.lines] == [2000, 100]
    edit_draft(first, by=owner, version=first.version, content=first.content)
    assert not ProductCustoms.objects.filter(weight__isnull=False).exists(), "an assumption is not remembered"
    corrected = tuple(replace(line, weight=3 if line.sku == "STICKER" else 1900) for line in customs.lines)
    content = replace(first.content, customs=replace(customs, lines=corrected))
    edit_draft(first, by=owner, version=first.version, content=content)
    assert dict(ProductCustoms.objects.filter(weight__isnull=False).values_list("sku", "weight")) == {"STICKER": 3}
    assert imported(make_order(2, lines=(VASE, STICKER))).weight == 6003


def test_weights_are_kept_and_forgotten_on_the_page_of_the_settings(client_for, shop: Shop, owner):
    mirror.store_orders(make_connection(shop), [make_order(1, lines=(VASE, STICKER, CARD))])
    browser, path = client_for(owner), "/instellingen/zendingen/gewichten/"
    page = browser.get(path).content.decode()
    assert "Sticker" in page
    assert "VAAS" not in page, "its weight is known"
    assert browser.post(path, {"sku": "STICKER", "grams": "4"}).status_code == 302
    assert ProductCustoms.objects.get(shop=shop).weight == 4
    assert 'value="4"' in browser.get(path).content.decode()
    refused = browser.post(path, {"sku": "STICKER", "grams": "vier"})
    assert (refused.status_code, ProductCustoms.objects.get().weight) == (422, 4)
    assert 'value="vier"' in refused.content.decode()
    assert browser.post(path, {"sku": "STICKER", "grams": ""}).status_code == 302
    assert ProductCustoms.objects.get().weight is None
    browser.post(path, {"sku": "NOT-OURS", "grams": "5"})
    assert ProductCustoms.objects.count() == 1


def test_a_reader_cannot_change_weights(client_for, shop: Shop):
    reader = make_user(email="reader@example.com")
    make_member(shop=shop, user=reader, role="reader")
    mirror.store_orders(make_connection(shop), [make_order(1, lines=(STICKER,))])
    browser, path = client_for(reader), "/instellingen/zendingen/gewichten/"
    assert browser.get(path).status_code == 200
    assert browser.post(path, {"sku": "STICKER", "grams": "4"}).status_code == 403


def test_the_weights_of_boxes_are_preferences(client_for, shop: Shop, owner):
    form = {
        "carrier": "postnl",
        "package_type": "package",
        "delivery_type": "standard",
        "insurance": "0",
        "default_weight": "500",
        "item_weight": "60",
        "box_package": "150",
        "box_mailbox": "",
    }
    assert client_for(owner).post("/instellingen/zendingen/", form).status_code == 302
    kept = PackagePreferences.objects.get(shop=shop)
    assert (kept.item_weight, kept.box_weights, kept.box_weight("mailbox")) == (60, {"package": 150}, 0)
    page = client_for(owner).get("/instellingen/zendingen/").content.decode()
    assert 'name="box_package" value="150"' in page
