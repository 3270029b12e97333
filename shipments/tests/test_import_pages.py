"""The import page: its list, starting imports, and its state during a sync."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DataError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, ExternalOrder, SyncRun
from integrations.services import circuit_breaker, mirror
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnavailable
from shipments.models import Shipment
from shipments.tests.factories import make_shipment
from shops.models import PackagePreferences, Shop

pytestmark = pytest.mark.django_db
PAGE, START = "/zendingen/importeren/", "/zendingen/importeren/start/"


@pytest.fixture
def connection(shop: Shop) -> Connection:
    return make_connection(shop, site_name="Noord", synced_at=timezone.now())


@pytest.fixture
def mine(client_for, owner: User, shop: Shop) -> Client:
    owner.language = "en"
    owner.save()
    client: Client = client_for(owner)
    return client


@pytest.fixture
def stranger(client_for, rival: Shop) -> Client:
    client: Client = client_for(rival.memberships.get().user)
    return client


def text(client: Client, path: str = PAGE) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def numbers_on(page: str) -> list[str]:
    return re.findall(r"<td><b>#(\d+)</b>", page)


def offer(connection: Connection, *numbers: int) -> list[str]:
    """Create open orders; returns their public ids."""
    return [str(mirror_order(connection, make_order(number)).public_id) for number in numbers]


def poll_of(page: str) -> str:
    """The URL that the page polls."""
    found = re.search(r'id="sync-state"[^>]*hx-get="([^"]+)"', page)
    assert found, "the page does not wait for news"
    return PAGE + found[1].replace("&amp;", "&")


# The list


def test_without_a_connection_one_is_sent_to_connect_first(mine: Client):
    assert mine.get(PAGE)["Location"] == "/integratie/acme/"
    assert "Connect a webshop first" in text(mine, "/integratie/acme/")


@pytest.mark.parametrize("state", ["reconnect", "permission", "copy"])
def test_with_a_connection_that_stands_still_one_is_sent_to_mend_it(mine: Client, connection: Connection, state: str):
    offer(connection, 1)
    Connection.objects.update(state=state)
    assert mine.get(PAGE)["Location"] == "/integratie/acme/"
    page = text(mine, "/integratie/acme/")
    assert "Your webshop connection is paused. Solve the problem shown here" in page
    assert "Connect a webshop first" not in page


def test_the_page_says_that_the_preferences_decide_and_nothing_is_chosen_here(mine: Client, connection: Connection):
    offer(connection, 1)
    page = text(mine)
    assert 'href="/instellingen/zendingen/"' in page
    assert "You cannot choose anything per order before importing" in page


def test_only_open_orders_that_were_not_imported_are_offered(mine: Client, shop: Shop, connection: Connection):
    offer(connection, 1, 2, 3)
    make_shipment(shop, order=ExternalOrder.objects.get(number="2"))
    ExternalOrder.objects.filter(number="3").update(eligibility="not_paid")
    assert numbers_on(text(mine)) == ["1"]


def test_already_imported_orders_can_be_shown_and_lead_to_their_shipment(
    mine: Client, shop: Shop, connection: Connection
):
    (order,) = offer(connection, 1)
    shipment = make_shipment(shop, order=ExternalOrder.objects.get())
    page = text(mine, PAGE + "?include_imported=1")
    assert numbers_on(page) == ["1"]
    assert f'href="/zendingen/{shipment.public_id}/"' in page
    assert re.search(rf"value={order} disabled", page)


def test_a_site_that_lost_its_consent_stays_a_tab_that_says_so(mine: Client, shop: Shop, connection: Connection):
    lost = make_connection(shop, site_name="Zuid", state="reconnect")
    offer(lost, 7)
    page = text(mine)
    assert "Acme · Zuid" in page
    assert "To be reconnected" in page
    assert numbers_on(text(mine, f"{PAGE}?site={lost.public_id}")) == []


def test_every_tab_counts_its_own_site(mine: Client, shop: Shop, connection: Connection):
    offer(connection, 1, 2, 3)
    offer(make_connection(shop, site_name="Zuid", synced_at=timezone.now()), 4)
    assert re.findall(r'Acme\s+· (\w+)\s*<span class="tabs__count">\s*(\d+)', text(mine)) == [
        ("Noord", "3"),
        ("Zuid", "1"),
    ]


def test_sorting_goes_both_ways(mine: Client, connection: Connection):
    for number, total in ((1, 30), (2, 10), (3, 20)):
        mirror_order(connection, make_order(number, total=Decimal(total)))
    assert numbers_on(text(mine, PAGE + "?sort=total")) == ["2", "3", "1"]
    assert numbers_on(text(mine, PAGE + "?sort=-total")) == ["1", "3", "2"]


def test_searching_keeps_the_sort_and_the_shown_imports(mine: Client, connection: Connection):
    offer(connection, 1)
    page = text(mine, PAGE + "?sort=-total&include_imported=1")
    assert re.search(r'name="sort"\s+value="-total"\s+form="filter"', page)
    assert re.search(r'name="include_imported"\s+value="1"\s+form="filter"\s+checked', page)


@pytest.mark.parametrize(
    "query",
    [
        "site=made-up",
        "after=x",
        "before=6fa5b0f2-aa5f-4dba-9c31-2532ddf4b2a3",
        "sort=x",
        "destination=x",
        "q=%27%22%25",
        "state=x",
    ],
)
def test_an_address_that_makes_no_sense_still_shows_the_page(mine: Client, connection: Connection, query: str):
    offer(connection, 1)
    assert "<h1>" in text(mine, f"{PAGE}?{query}")


def test_a_search_without_results_offers_to_clear_it(mine: Client, connection: Connection):
    offer(connection, 1)
    page = text(mine, PAGE + "?q=nobody")
    assert "No orders found" in page
    assert "Clear filters" in page


def test_a_preference_that_cannot_be_there_is_said_in_the_row(mine: Client, shop: Shop, connection: Connection):
    PackagePreferences.objects.filter(shop=shop).update(package_type="mailbox")
    mirror_order(connection, abroad("DE", 2))
    page = text(mine)
    assert "PostNL · Parcel" in page
    assert '<i class="icon i-info"></i>' in page.partition("PostNL · Parcel")[2].partition("</tr>")[0]


def test_a_stranger_sees_no_order_of_another_shop(stranger: Client, rival: Shop, connection: Connection):
    offer(connection, 10231)
    own = make_connection(rival, synced_at=timezone.now())
    offer(own, 5)
    assert numbers_on(text(stranger, f"{PAGE}?site={connection.public_id}")) == ["5"]


@pytest.mark.parametrize("query", ["", "?include_imported=1", "?q=hanna&destination=nl"])
def test_the_page_asks_as_little_for_a_hundred_orders_as_for_five(
    mine: Client, connection: Connection, query: str, django_assert_max_num_queries
):
    offer(connection, *range(1, 6))
    with django_assert_max_num_queries(12):
        mine.get(PAGE + query)
    offer(connection, *range(6, 101))
    with django_assert_max_num_queries(12):
        assert len(numbers_on(text(mine, PAGE + query))) == 50


# During a sync


def test_opening_the_page_asks_for_news_and_does_not_wait_for_it(
    mine: Client, acme: FakePlatform, connection: Connection
):
    offer(connection, 1)
    Connection.objects.update(synced_at=timezone.now() - timedelta(minutes=2))
    page = text(mine)
    assert "The orders are being refreshed." in page
    assert SyncRun.objects.count() == 1
    assert acme.calls == []


def test_a_list_that_was_just_read_is_left_alone(mine: Client, connection: Connection):
    offer(connection, 1)
    assert 'hx-get="?' not in text(mine)
    assert not SyncRun.objects.exists()


def test_news_are_announced_and_the_rows_stay_where_they_are(mine: Client, connection: Connection):
    offer(connection, 1)
    Connection.objects.update(synced_at=timezone.now() - timedelta(minutes=2))
    page = text(mine)
    assert 'hx-select="#sync-state"' in page
    poll = poll_of(page)
    assert "The list has changed in the meantime." not in text(mine, poll)
    offer(connection, 2)
    assert "The list has changed in the meantime." in text(mine, poll)


def test_an_order_that_changed_is_news_too(mine: Client, connection: Connection):
    mirror_order(connection, order := make_order(1))
    Connection.objects.update(synced_at=timezone.now() - timedelta(minutes=2))
    poll = poll_of(text(mine))
    mirror_order(connection, replace(order, updated_at=order.updated_at + timedelta(hours=1)))
    assert "The list has changed in the meantime." in text(mine, poll)


def test_a_list_without_rows_fills_itself(mine: Client, shop: Shop):
    connection = make_connection(shop)
    page = text(mine)
    assert "Orders are being fetched" in page
    assert 'hx-target="#orders-part"' in page
    offer(connection, 1)
    assert numbers_on(text(mine, poll_of(page))) == ["1"]


def test_trouble_at_the_shop_is_said_with_the_next_try(mine: Client, connection: Connection):
    offer(connection, 1)
    circuit_breaker.record_failure(connection, ApiUnavailable("too many requests", status=429, retry_after=1800))
    page = text(mine)
    assert "Acme asked us to slow down." in page
    assert "Next try:" in page
    assert numbers_on(page) == ["1"]


# Starting an import


def test_one_order_is_imported_with_its_own_button(mine: Client, connection: Connection):
    one, two = offer(connection, 1, 2)
    mine.post(START, {"order_id": one, "order": [two], "key": "k"})
    assert [item.order.number for item in Job.objects.get().items.all()] == ["1"]


def test_only_the_ticked_orders_are_imported(mine: Client, connection: Connection):
    one, _two, three = offer(connection, 1, 2, 3)
    mine.post(START, {"order": [one, three], "key": "k"})
    assert {item.order.number for item in Job.objects.get().items.all()} == {"1", "3"}


def test_another_choice_on_a_page_one_came_back_to_is_another_import(mine: Client, connection: Connection):
    one, two = offer(connection, 1, 2)
    mine.post(START, {"order": [one], "key": "k"})
    mine.post(START, {"order": [two], "key": "k"})
    runner.run_due()
    assert set(Shipment.objects.values_list("reference", flat=True)) == {"1", "2"}


def test_the_same_choice_in_another_order_is_the_same_import(mine: Client, connection: Connection):
    one, two = offer(connection, 1, 2)
    mine.post(START, {"order": [one, two], "key": "k"})
    mine.post(START, {"order": [two, one], "key": "k"})
    assert Job.objects.count() == 1


def test_all_across_pages_leaves_out_what_cannot_be_imported(mine: Client, shop: Shop, connection: Connection):
    PackagePreferences.objects.filter(shop=shop).update(carrier="dhlforyou")
    offer(connection, *range(1, 61))
    for number in (101, 102):
        mirror_order(connection, abroad("US", number))
    page = text(mine)
    assert "2 orders go to countries outside the EU." in page
    assert "Select all 60" in page
    page = text(mine, PAGE + "?select=all")
    assert "Import 60 orders" in page
    matching = re.search(r'name="all_matching" value="([^"]+)"', page)
    assert matching
    mine.post(START, {"all_matching": matching[1].replace("&amp;", "&"), "key": "k"})
    assert Job.objects.get().total == 60


def test_all_across_pages_is_counted_without_what_is_already_imported(mine: Client, shop: Shop, connection: Connection):
    offer(connection, *range(1, 61))
    make_shipment(shop, order=ExternalOrder.objects.get(number="1"))
    assert "Select all 59" in text(mine, PAGE + "?include_imported=1")


@pytest.mark.parametrize(
    "form", [{}, {"order": ["made-up"]}, {"order_id": "made-up"}, {"order": ["00000000-0000-4000-8000-000000000000"]}]
)
def test_nothing_chosen_says_so_on_the_page_one_came_from(
    mine: Client, connection: Connection, form: dict[str, object]
):
    offer(connection, 1)
    back = PAGE + "?q=hanna"
    assert mine.post(START, form | {"key": "k", "next": back})["Location"] == back
    assert "Choose at least one order to import." in text(mine, back)
    assert not Job.objects.exists()


def test_nobody_is_sent_to_another_host(mine: Client, connection: Connection):
    assert mine.post(START, {"next": "https://evil.example/"})["Location"] == PAGE


@pytest.mark.parametrize("matching", ["site=made-up", "destination=nl", "site=00000000-0000-4000-8000-000000000000"])
def test_all_of_a_site_that_is_not_mine_does_not_exist(mine: Client, connection: Connection, matching: str):
    offer(connection, 1)
    assert mine.post(START, {"all_matching": matching, "key": "k"}).status_code == 404
    assert not Job.objects.exists()


def test_a_stranger_imports_nothing_of_another_shop(stranger: Client, connection: Connection):
    (order,) = offer(connection, 1)
    stranger.post(START, {"order": [order], "key": "k"})
    assert stranger.post(START, {"all_matching": f"site={connection.public_id}", "key": "l"}).status_code == 404
    assert not Job.objects.exists()


def test_importing_is_not_started_by_a_link(mine: Client, connection: Connection):
    assert mine.get(START).status_code == 405


def test_an_import_that_is_going_on_is_one_press_away(mine: Client, connection: Connection):
    (order,) = offer(connection, 1)
    job = mine.post(START, {"order": [order], "key": "k"})["Location"]
    assert f'href="{job}"' in text(mine)
    runner.run_due()
    assert "An import is running." not in text(mine)


# Unreadable orders


def test_an_order_that_still_cannot_be_read_says_so(
    mine: Client, acme: FakePlatform, shop: Shop, connection: Connection, monkeypatch
):
    def refuse(_rows: object) -> None:
        raise DataError

    row = connection.unreadable_orders.create(shop=shop, external_id="order-9", number="9", reason="pieces")
    assert "The number of pieces of an article in order 9 cannot be read" in text(mine)
    acme.orders = [make_order(9)]
    monkeypatch.setattr(mirror, "_upsert", refuse)
    mine.post(f"/zendingen/importeren/opnieuw/{row.pk}/")
    assert "The order still cannot be read." in text(mine)


def test_an_unreadable_order_that_is_gone_is_taken_off_the_list(
    mine: Client, acme: FakePlatform, shop: Shop, connection: Connection
):
    row = connection.unreadable_orders.create(shop=shop, external_id="order-9", number="9", reason="no quantity")
    mine.post(f"/zendingen/importeren/opnieuw/{row.pk}/")
    assert "Acme no longer has this order" in text(mine)
    assert not connection.unreadable_orders.exists()


def test_trouble_while_reading_again_is_a_sentence(
    mine: Client, acme: FakePlatform, shop: Shop, connection: Connection
):
    row = connection.unreadable_orders.create(shop=shop, external_id="order-9", number="9", reason="no quantity")
    acme.fail["fetch_orders"] = [ApiUnavailable("ConnectTimeout", sent=False)]
    mine.post(f"/zendingen/importeren/opnieuw/{row.pk}/")
    assert "Acme isn&#x27;t responding." in text(mine)
    assert connection.unreadable_orders.exists()


def test_a_stranger_cannot_have_an_order_read_again(
    stranger: Client, acme: FakePlatform, shop: Shop, connection: Connection
):
    row = connection.unreadable_orders.create(shop=shop, external_id="order-9", number="9", reason="no quantity")
    assert stranger.post(f"/zendingen/importeren/opnieuw/{row.pk}/").status_code == 404
    assert acme.calls == []
