"""The pick list: what to take from the shelves for a selection, and where each article lies."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from accounts.tests.factories import make_user
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from shipments.models import ShelfText
from shipments.queries import pick_list, shelves
from shipments.services import shelves as keeping
from shipments.tests.factories import make_shipment
from shops.models import Shop
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
PATH, SHELVES = "/zendingen/picklijst/", "/instellingen/zendingen/planken/"


def line(name: str, pieces: int, sku: str = "", **more: object) -> dict[str, object]:
    return {"id": sku or name, "pieces": pieces, "name": name, "sku": sku} | more


@pytest.fixture
def mine(client_for, owner) -> Client:
    return client_for(owner)


@pytest.fixture
def parcels(shop: Shop):
    """Two orders that share an article, one without articles, a return and a canceled one."""
    keeping.save_shelves(shop, {"MUG": "B10", "BOWL": "B2"})
    green, red = ([["Kleur", color]] for color in ("Groen", "Rood"))
    first = make_shipment(shop, reference="1009", order_lines=[line("Mok", 2, "MUG", choices=green), line("Kaart", 1)])
    make_shipment(shop, reference="1010", order_lines=[line("Mok", 1, "MUG", choices=green), line("Kom", 3, "BOWL")])
    make_shipment(shop, reference="998", order_lines=[line("Mok", 1, "MUG", choices=red)])
    make_shipment(shop, reference="1011", order_lines=[])
    make_shipment(shop, reference="1012", status="cancelled", order_lines=[line("Vaas", 1, "VASE")])
    make_shipment(shop, reference="1009R", parent=first, order_lines=[line("Vaas", 1, "VASE")])


def cells(page: str) -> list[list[str]]:
    """The texts of the rows of the table."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("</thead>")[2], re.DOTALL)
    texts = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in texts]


def test_by_article_one_walks_past_the_shelves_once(mine: Client, parcels: None):
    page = mine.get(PATH, {"all_matching": "tab=all"}).content.decode()
    assert cells(page) == [
        ["B2", "3×", "Kom BOWL", "#1010 (3)"],
        ["B10", "3×", "Mok Kleur: Groen MUG", "#1009 (2) #1010"],
        ["B10", "1×", "Mok Kleur: Rood MUG", "#998"],
        ["–", "1×", "Kaart", "#1009"],
    ]
    assert "4 pakketten" in page
    assert "8 stuks" in page
    assert "#1011" in page.partition("</table>")[2], "it is said of which nothing is known"


def test_by_order_each_order_has_its_articles(mine: Client, parcels: None):
    page = mine.post(PATH, {"all_matching": "tab=all", "by": "order"}).content.decode()
    heads = [row[0].split()[0] for row in cells(page) if len(row) == 1 and row[0].startswith("#")]
    assert heads == ["#998", "#1009", "#1010", "#1011"]
    assert cells(page)[-3:] == [
        ["B10", "1×", "Mok Kleur: Groen MUG"],
        ["#1011 Hanna Vermeulen"],
        ["Geen artikelen te pakken."],
    ]


def test_what_was_refunded_or_is_no_parcel_is_not_picked(shop: Shop):
    order = make_order(1)
    goods = replace(order.lines[0], id="a", sku="A", quantity=3, refunded=2, fulfilled=0)
    digital = replace(goods, id="d", sku="D", shippable=False, refunded=0)
    mirrored = mirror_order(make_connection(shop), replace(order, lines=(goods, digital)))
    lines = [line("A", 2, "A") | {"id": "a"}, line("D", 1, "D") | {"id": "d"}, line("Gone", 1) | {"id": "gone"}]
    for number in (1, 2):
        make_shipment(shop, order=mirrored, parcel_number=number, order_lines=lines)
    picked = pick_list.make_pick_list(shop, shop.shipments.all())
    assert [(one.line.sku, one.line.quantity) for one in picked.articles] == [("A", 1)]
    assert [len(parcel.lines) for parcel in picked.parcels] == [1, 0], "the last parcel of the order has nothing left"


def test_a_label_that_the_webshop_knows_of_is_still_picked(shop: Shop):
    order = make_order(1)
    sent = replace(order.lines[0], id="a", sku="A", quantity=1, fulfilled=1, refunded=0)
    mirrored = mirror_order(make_connection(shop), replace(order, lines=(sent,)))
    make_shipment(shop, order=mirrored, status="registered", barcode="3S1", order_lines=[line("A", 1) | {"id": "a"}])
    assert pick_list.make_pick_list(shop, shop.shipments.all()).pieces == 1


def test_a_pick_list_asks_little_and_ends(mine: Client, shop: Shop, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(pick_list, "MAX_PARCELS", 4)
    for number in range(6):
        make_shipment(shop, order_lines=[line("Mok", 1, f"MUG{number}")])
    with django_assert_max_num_queries(12):
        page = mine.get(PATH, {"all_matching": "tab=all"}).content.decode()
    assert "4 pakketten" in page
    assert "Kies er minder tegelijk" in page


def test_nothing_to_pick_is_said_where_one_came_from(mine: Client, shop: Shop, rival: Shop):
    theirs = make_shipment(rival, order_lines=[line("Mok", 1)])
    assert mine.post(PATH, {"shipment": str(theirs.public_id), "next": "/zendingen/?tab=drafts"}).url == (
        "/zendingen/?tab=drafts"
    )


def test_who_may_only_look_can_print_a_pick_list_but_set_no_shelf(client_for, shop: Shop, parcels: None):
    reader = make_user()
    make_member(shop, reader, role="reader")
    client = client_for(reader)
    assert 'method="get"' in client.get(PATH, {"all_matching": "tab=all"}).content.decode()
    assert client.post(SHELVES, {"sku": "MUG", "shelf": "Z1"}).status_code == 403
    assert ShelfText.objects.get(sku="MUG").shelf == "B10"


def test_a_shelf_is_typed_found_and_forgotten(mine: Client, shop: Shop, parcels: None):
    assert shelves.find_articles(shop, "")[0].sku == "VASE", "what has no shelf yet comes first"
    assert [one.sku for one in shelves.find_articles(shop, "kom b2")] == ["BOWL"]
    mine.post(SHELVES, {"sku": ["VASE", "MUG"], "shelf": ["C 1 ", ""]})
    assert shelves.find_shelves(shop, ["VASE", "MUG", "BOWL"]) == {"VASE": "C 1", "BOWL": "B2"}
    assert mine.post(SHELVES, {"sku": ["VASE"], "shelf": ["x" * 31]}).status_code == 422
    assert "C 1" in mine.get(SHELVES, {"q": "vaas"}).content.decode()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('sku;plank\nMUG;B2\n\nBOWL;"B;3"', {"MUG": "B2", "BOWL": "B;3"}),
        ("MUG\tB2\nBOWL\tB3\n", {"MUG": "B2", "BOWL": "B3"}),
        ("MUG,B2", {"MUG": "B2"}),
    ],
    ids=["file", "spreadsheet", "commas"],
)
def test_a_pasted_list_is_read(mine: Client, shop: Shop, text: str, kept: dict[str, str]):
    mine.post(SHELVES, {"pasted": text})
    assert shelves.find_shelves(shop, kept) == kept


def test_a_pasted_list_is_kept_whole_or_not_at_all(mine: Client, shop: Shop, monkeypatch):
    refused = mine.post(SHELVES, {"pasted": f"MUG;B2\nBOWL\n;B3\nCUP;{'x' * 31}"})
    assert refused.status_code == 422
    assert "Regels 2, 3, 4" in refused.content.decode()
    assert "BOWL" in refused.content.decode()
    monkeypatch.setattr(keeping, "MAX_SHELVES", 1)
    assert mine.post(SHELVES, {"pasted": "MUG;B2\nBOWL;B3"}).status_code == 422
    assert not ShelfText.objects.exists()


def test_shelves_of_another_shop_are_their_own(shop: Shop, rival: Shop):
    keeping.save_shelves(rival, {"MUG": "Z9"})
    keeping.save_shelves(shop, {"MUG": "A1"})
    assert shelves.find_shelves(shop, ["MUG"]) == {"MUG": "A1"}
    assert [one.shelf for one in shelves.find_articles(rival, "")] == ["Z9"]
