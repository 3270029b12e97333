"""The shipments list: tab counts, pagination, selections and saved filters."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import make_user
from integrations.models import Fulfillment
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from shipments.models import SavedFilter, Shipment
from shipments.queries import filters
from shipments.queries.counts import count_tabs
from shipments.states import ShipmentStatus
from shipments.tests.factories import make_shipment
from shops.tests.factories import make_member

pytestmark = pytest.mark.django_db
LIST = "/zendingen/"


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def text_of(merchant, path: str, **headers: str) -> str:
    return merchant.get(path, headers=headers).content.decode()


def references(page: str) -> list[str]:
    return re.findall(r"<td><a href=\S+?>#([\w-]+)<", page)


def one_of_each(shop) -> None:
    for status in ShipmentStatus:
        make_shipment(shop, status=status, barcode=None if status == "draft" else f"3S{status}")
    make_shipment(shop, blocked_by="customs")
    make_shipment(shop, status="returned", blocked_by="address", barcode="3Sreturned2")
    failed = make_fulfillment(make_connection(shop), 71, state=Fulfillment.State.NEEDS_ATTENTION)
    make_shipment(shop, status="registered", barcode="3Sfailed", fulfillment=failed)
    make_shipment(shop, deleted_at=timezone.now())


def test_each_tab_counts_exactly_what_it_shows(shop, django_assert_num_queries):
    one_of_each(shop)
    everything = shop.shipments.all()
    with django_assert_num_queries(1):
        counts = count_tabs(shop)
    for tab in filters.TABS:
        assert counts[tab] == filters.filter_tab(everything, tab).count(), tab
    assert counts["attention"] == 4
    assert counts["missing"] == 1


def test_the_list_starts_with_the_order_that_was_paid_last_and_says_when(merchant, shop):
    connection, now = make_connection(shop), timezone.now()
    moments = {1: (now - timedelta(days=40), now - timedelta(days=20)), 2: (now - timedelta(days=35), None)}
    for number, (placed, paid) in moments.items():
        order = mirror_order(connection, make_order(number, created_at=placed, paid_at=paid))
        make_shipment(shop, order=order, reference=str(number))
        mirror_order(connection, make_order(100 + number, created_at=placed, paid_at=paid))
    page = text_of(merchant, LIST)
    assert references(page) == ["1", "2"]
    assert "Zending, betaald" in page
    assert re.search(r"#1</a><small title=betaald>\d+ \w+ \d\d:\d\d<", page)
    assert re.search(r"#2</a><small>\d+ \w+ \d\d:\d\d<", page), "nobody said when this one was paid"
    assert "#101</b><small title=betaald>" in text_of(merchant, f"{LIST}importeren/")


@pytest.mark.parametrize("sort", ["date", "-date"])
def test_walking_all_pages_shows_every_shipment_once_and_back_again(merchant, shop, monkeypatch, sort):
    monkeypatch.setattr(filters, "PAGE_SIZE", 4)
    now = timezone.now()
    for index in range(11):
        make_shipment(shop, created_at=now - timedelta(minutes=index // 2))
    path, seen, pages = f"{LIST}?sort={sort}", [], []
    while path:
        page = text_of(merchant, path)
        pages.append(references(page))
        seen += pages[-1]
        older = re.search(r'id="older"\s+role="link"\s+rel="next"\s+href="([^"]+)"', page)
        path = LIST + older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 11
    newer = re.search(r'id="newer"\s+role="link"\s+rel="prev"\s+href="([^"]+)"', page)
    assert newer
    assert references(text_of(merchant, LIST + newer[1].replace("&amp;", "&"))) == pages[-2]


@pytest.mark.parametrize("place", ["after", "before"])
def test_a_page_that_began_at_a_row_that_is_gone_is_the_first_page(merchant, shop, rival, place):
    mine, theirs = make_shipment(shop), make_shipment(rival)
    for start in ("x", "6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3", str(theirs.public_id)):
        assert references(text_of(merchant, f"{LIST}?{place}={start}")) == [mine.reference]


@pytest.mark.parametrize("number", [10, 200])
@pytest.mark.parametrize(
    "query", ["", "?page_size=200", "?tab=attention&q=hanna&page_size=200&select=all", "?sort=date"]
)
def test_the_list_asks_at_most_twelve_questions_however_long_it_is(
    merchant, shop, number, query, django_assert_max_num_queries
):
    connection = make_connection(shop)
    for index in range(number):
        kept = make_fulfillment(connection, index) if index < 20 else None
        make_shipment(shop, fulfillment=kept, order=kept.order if kept else None, blocked_by="address")
    with django_assert_max_num_queries(12):
        page = text_of(merchant, LIST + query)
    assert len(references(page)) == min(number, 200 if "page_size" in query else 50)


def test_all_that_match_is_one_field_counted_by_the_server(merchant, shop, monkeypatch):
    monkeypatch.setattr(filters, "PAGE_SIZE", 2)
    for name in ("Anna", "Anna", "Anna", "Bram"):
        make_shipment(shop, person=name)
    page = text_of(merchant, f"{LIST}?q=anna")
    assert "Selecteer alle 3" in page
    page = text_of(merchant, f"{LIST}?q=anna&select=all")
    assert 'name="count" value="3"' in page
    field = re.search(r'name="all_matching" value="([^"]+)"', page)
    assert field
    assert field[1] == "q=anna"
    asked = merchant.post("/zendingen/selectie/verwijderen/", {"all_matching": field[1]}).content.decode()
    assert "Verwijder 3 concepten?" in asked
    merchant.post("/zendingen/selectie/verwijderen/", {"all_matching": field[1], "confirm": "1"})
    assert [shipment.person for shipment in shop.shipments.all()] == ["Bram"]


def test_the_menu_of_a_row_offers_what_fits_its_status(merchant, shop, rival):
    draft, blocked = make_shipment(shop), make_shipment(shop, blocked_by="address")
    labeled = make_shipment(shop, status="registered", barcode="3S1", tracking_url="https://t.example/3S1")
    menus = [text_of(merchant, f"{LIST}{shipment.public_id}/menu/", HX_Request="true") for shipment in (draft, blocked)]
    assert "Maak label" in menus[0]
    assert "Maak label" not in menus[1]
    menu = text_of(merchant, f"{LIST}{labeled.public_id}/menu/", HX_Request="true")
    assert 'data-copy="https://t.example/3S1"' in menu
    assert "Verwijder" not in menu
    assert "<h1" in text_of(merchant, f"{LIST}{labeled.public_id}/menu/"), "without script it is a page"
    assert merchant.get(f"{LIST}{make_shipment(rival).public_id}/menu/").status_code == 404


def test_what_a_row_menu_does_leads_back_to_the_list_that_it_was_opened_in(merchant, shop):
    address, filtered = f"{LIST}{make_shipment(shop).public_id}/menu/", f"{LIST}?tab=drafts&q=anna"
    back = f'next={LIST}%3Ftab%3Ddrafts%26q%3Danna"'
    opened = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{filtered}"}
    assert back in merchant.get(address, headers=opened).content.decode()
    assert back in merchant.get(address, headers={"Referer": f"http://testserver{filtered}"}).content.decode()
    for headers in ({}, {"Referer": "https://elsewhere.example/x"}, opened | {"HX-Current-URL": "https://a.example/x"}):
        assert f'next={LIST}"' in merchant.get(address, headers=headers).content.decode()


def test_a_saved_filter_is_of_one_person_in_one_shop(merchant, shop, client_for):
    merchant.post("/zendingen/filters/", {"name": " Naar  België ", "filter": "destination=be&tab=drafts&after=9"})
    saved = SavedFilter.objects.get()
    assert (saved.name, saved.query) == ("Naar België", "tab=drafts&destination=be")
    make_shipment(shop)
    assert "Naar België" in text_of(merchant, LIST)
    merchant.post("/zendingen/filters/", {"name": "Naar België", "filter": "destination=nl"})
    assert SavedFilter.objects.get().query == "destination=nl", "the same name replaces"
    colleague = make_user()
    make_member(shop=shop, user=colleague)
    theirs = client_for(colleague)
    assert "Naar België" not in text_of(theirs, LIST)
    assert theirs.post(f"/zendingen/filters/{saved.public_id}/weg/").status_code == 404
    merchant.post(f"/zendingen/filters/{saved.public_id}/weg/")
    assert not SavedFilter.objects.exists()


def test_telling_the_shop_again_takes_only_what_failed(merchant, shop):
    connection = make_connection(shop)
    states = {state: make_fulfillment(connection, n, state=state) for n, state in enumerate(Fulfillment.State)}
    for one in states.values():
        make_shipment(shop, status="registered", barcode=one.tracking_number, fulfillment=one)
    merchant.post("/zendingen/selectie/terugkoppelen/", {"all_matching": "tab=all"})
    changed = [state for state, one in states.items() if Fulfillment.objects.get(pk=one.pk).state != state]
    assert changed == [Fulfillment.State.NEEDS_ATTENTION]


def test_nothing_is_selected_means_a_sentence_and_no_change(merchant, shop):
    make_shipment(shop)
    for action in ("verwijderen", "bewerken", "exporteren", "terugkoppelen"):
        answer = merchant.post(f"/zendingen/selectie/{action}/", {"shipment": "x"}, follow=True)
        assert "toast" in answer.content.decode()
    assert Shipment.objects.count() == 1


def test_the_heading_of_the_sorted_column_turns_the_order_around(merchant, shop):
    make_shipment(shop)
    for shown, offered in (("", "date"), ("?sort=date", "-date"), ("?sort=-date", "date")):
        page = text_of(merchant, LIST + shown)
        assert re.search(r'id="sort-date" href="\?sort=([-a-z]+)"', page)[1] == offered
        assert re.findall(r'id="sort-(\w+)"', page) == ["date"], "only what an index carries can be sorted by"
