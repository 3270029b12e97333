"""The tab Aandacht: grouped by kind with the kind's own action, and the whole reason of each row."""

import re

import pytest
from django.test import Client

from integrations.models import Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from shipments.queries import filters
from shipments.tests.factories import make_shipment
from shops.models import Shop

pytestmark = pytest.mark.django_db
TAB = "/zendingen/?tab=attention"


@pytest.fixture
def merchant(client_for, owner, shop: Shop) -> Client:
    return client_for(owner)


def problem(text: str, field: str = "number") -> dict[str, object]:
    return {"field": field, "code": field, "text": {"nl": text}}


@pytest.fixture
def troubled(shop: Shop) -> None:
    """Of most kinds one, of which the least urgent is the newest."""
    connection = make_connection(shop)
    told = make_fulfillment(connection, 71, state=Fulfillment.State.NEEDS_ATTENTION, last_error={"nl": "Acme zei nee."})
    make_shipment(shop, reference="1", status="registered", barcode="3S1", fulfillment=told)
    order = mirror_order(connection, make_order(72))
    make_shipment(shop, reference="2", status="registered", barcode="3S2", order=order, order_alert="canceled")
    make_shipment(
        shop,
        reference="3",
        status="printed",
        barcode="3S3",
        order_alert="canceled",
        order=mirror_order(connection, make_order(73)),
    )
    make_shipment(shop, reference="4", status="returned", barcode="3S4")
    make_shipment(
        shop, reference="5", blocked_by="customs", problems=[problem("Vul de HS-code in.", "customs-0-hs_code")]
    )
    make_shipment(
        shop,
        reference="6",
        blocked_by="address",
        problems=[problem("Huisnummer ontbreekt."), problem("Vul een plaats in.", "city")],
    )
    make_shipment(shop, reference="7", blocked_by="parcel", problems=[problem("Te zwaar.", "weight")])


def read(merchant: Client, path: str = TAB) -> str:
    return re.sub(r"\s+", " ", merchant.get(path).content.decode())


def group_of(page: str, kind: str) -> str:
    return re.search(rf'<b id="kind-{kind}">.*?</tbody>.*?</tbody>', page)[0]


def test_each_kind_is_a_group_the_most_urgent_first_with_its_number(merchant, troubled):
    heads = re.findall(r'<b id="kind-(\w+)">[^<]*<span class="tabs__count">(\d+)<', read(merchant))
    kinds = [
        ("unsynced", "1"),
        ("canceled", "2"),
        ("returned", "1"),
        ("customs", "1"),
        ("address", "1"),
        ("parcel", "1"),
    ]
    assert heads == kinds


def test_a_row_has_the_whole_reason_and_its_name_opens_it(merchant, shop, troubled):
    page = read(merchant)
    assert "<td>Huisnummer ontbreekt. Vul een plaats in." in page, "every problem, not the first one only"
    assert "<td>Acme zei nee." in page
    assert "De order is in Acme geannuleerd nadat het label was gemaakt" in page
    draft = shop.shipments.get(reference="6")
    assert len(re.findall(rf'<a href="?{draft.public_id}/bewerken/"?[^>]*>(?:#6|Hanna Vermeulen)</a>', page)) == 2


@pytest.mark.parametrize(
    ("kind", "of_all", "of_one"),
    [
        ("unsynced", 'formaction="/zendingen/selectie/terugkoppelen/"', "terugkoppelen/"),
        ("canceled", "", "annuleren/"),
        ("customs", 'href="/zendingen/douane/"', "bewerken/"),
        ("address", 'href="/zendingen/adressen/"', "bewerken/"),
        ("parcel", 'formaction="/zendingen/selectie/bewerken/"', "bewerken/"),
    ],
)
def test_a_kind_has_an_action_of_its_own_for_all_and_for_each(merchant, troubled, kind, of_all, of_one):
    head, _, row = group_of(read(merchant), kind).partition("</tbody>")
    assert of_all in head
    assert ("btn" in head) == bool(of_all)
    assert re.search(rf'<(?:a|button) class="btn btn--sm"[^>]*{of_one}', row)


def test_what_is_pressed_for_a_kind_reaches_exactly_that_kind(merchant, shop, troubled):
    group = group_of(read(merchant), "unsynced")
    sent = re.search(r'name="all_matching" value="([^"]+)"', group)[1].replace("&amp;", "&")
    merchant.post("/zendingen/selectie/terugkoppelen/", {"all_matching": sent})
    assert Fulfillment.objects.get(shipment__reference="1").state == "due"


def test_a_group_that_goes_on_leads_to_all_of_its_kind(merchant, shop, monkeypatch):
    monkeypatch.setattr(filters, "PAGE_SIZE", 2)
    for _number in range(3):
        make_shipment(shop, blocked_by="address", problems=[problem("x")])
    assert "Bekijk alle 3" in read(merchant)
    assert 'href="?tab=attention&amp;kind=address"' in read(merchant)
    assert "tabs__count" not in group_of(read(merchant, TAB + "&q=hanna"), "address"), "a search has no number"


def test_the_tab_asks_no_more_however_many_orders_stand_on_it(merchant, shop, troubled, django_assert_max_num_queries):
    connection = shop.connections.get()
    for number in range(80, 90):
        order = mirror_order(connection, make_order(number))
        make_shipment(shop, status="registered", barcode=f"3S{number}", order=order, order_alert="edited")
    merchant.get("/")
    with django_assert_max_num_queries(12):
        read(merchant)
