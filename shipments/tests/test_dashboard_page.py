"""The dashboard: onboarding first, then counts, with the most urgent problem first."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, Fulfillment
from integrations.services import circuit_breaker
from integrations.tests.factories import make_connection, make_fulfillment, mirror_order
from integrations.tests.fake_platform import make_order
from jobs import runner
from jobs.models import Job
from lib.http import ApiUnauthorized
from shipments.services.counters.upkeep import mark_overdue
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.tests.factories import give_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client_for, owner: User, shop: Shop) -> Client:
    owner.language = "en"
    owner.save()
    client: Client = client_for(owner)
    return client


def text(client: Client) -> str:
    page = client.get("/")
    assert page.status_code == 200
    return page.content.decode()


def strip(page: str) -> list[int]:
    """The five numbers of the page in order."""
    return [int(number) for number in re.findall(r'flow__num">(\d+)<', page)]


def titles(page: str) -> list[str]:
    part = page.split('id="attention-title"')[1].split('id="chart-title"')[0]
    return re.findall(r'todo__title">([^<]+)<', part)


def test_a_new_shop_reads_which_steps_are_left(mine: Client):
    page = text(mine)
    assert "0 of 4 done." in page
    assert "0 orders waiting" not in page
    assert 'href="/integratie/acme/"' in page
    assert "Import external orders" not in page
    assert strip(page) == [0, 0, 0, 0, 0]


def test_every_step_is_ticked_off_and_the_list_stays_until_the_first_real_label(mine: Client, shop: Shop):
    fill_sender(shop, key=False)
    assert "1 of 4 done." in text(mine)
    make_connection(shop)
    assert "2 of 4 done." in text(mine)
    give_key(shop)
    assert "3 of 4 done." in text(mine)
    sample = mine.post("/instellingen/labels/", {"print_sample": "1"})
    assert sample.content.startswith(b"%PDF")
    make_shipment(shop)
    make_shipment(shop, status="test", barcode="3S1")
    assert "4 of 4 done." in text(mine), "drafts and test labels are not on their way"
    make_shipment(shop, status="registered", barcode="3S2")
    assert "of 4 done." not in text(mine)


def primary(page: str) -> list[str]:
    """What the blue buttons of the page say, without those that wait for a selection or a window."""
    shown = page.partition("<main")[2].partition("</main>")[0].partition('<div class="bulkbar"')[0]
    buttons = re.findall(r'class="btn[^"]*btn--primary[^"]*"[^>]*>(.*?)</(?:a|button)>', shown, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", button).split()) for button in buttons]


def test_the_blue_button_is_the_next_thing_to_do(mine: Client, shop: Shop):
    fill_sender(shop)
    connection = make_connection(shop)
    order = mirror_order(connection)
    draft = make_shipment(shop)
    make_shipment(shop, status="registered", barcode="3S1")
    assert primary(text(mine)) == ["Import external orders 1 open orders"]
    make_shipment(shop, order=order, status="delivered", barcode="3S2")
    assert primary(text(mine)) == ["Create 1 label"]
    draft.delete()
    assert primary(text(mine)) == ["Print 1 label"]
    shop.shipments.update(status="delivered")
    assert primary(text(mine)) == []


@pytest.mark.parametrize("is_new", [True, False])
def test_no_page_has_two_blue_buttons(mine: Client, shop: Shop, owner: User, is_new: bool):
    if not is_new:
        fill_sender(shop)
        connection = make_connection(shop)
        order_import.start_import(shop, owner, orders=connection.orders.filter(pk=mirror_order(connection).pk), key="i")
        runner.run_due()
        mirror_order(connection, make_order(2))
        draft = make_shipment(shop)
        register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="k")
        runner.run_due()
        make_shipment(shop, blocked_by="address", problems=[{"field": "number", "code": "x", "text": {"nl": "x"}}])
        make_shipment(shop)
    own = [f"/zendingen/taken/{job.public_id}/" for job in Job.objects.all()]
    own += [] if is_new else [f"/zendingen/{draft.public_id}/"]
    places = [
        "/",
        "/zendingen/",
        "/zendingen/importeren/",
        "/zendingen/labels/?all_matching=tab%3Ddrafts",
        "/downloads/",
    ]
    places += ["/instellingen/labels/", "/instellingen/afzender/", "/cijfers/", "/zendingen/?q=nothing", *own]
    found = {place: primary(mine.get(place, follow=True).content.decode()) for place in places}
    assert not {place: buttons for place, buttons in found.items() if len(buttons) > 1}
    assert any(found.values())


def test_the_strip_counts_what_waits_at_each_step(mine: Client, shop: Shop):
    connection = make_connection(shop)
    for number in range(3):
        mirror_order(connection, make_order(number))
    make_shipment(shop, order=connection.orders.first())
    make_shipment(shop, status="registered", barcode="3S1")
    for number in (2, 3):
        make_shipment(shop, status="in_transit", barcode=f"3S{number}")
    make_shipment(shop, status="delivered", barcode="3S4")
    make_shipment(shop, status="delivered", barcode="3S5", status_at=timezone.now() - timedelta(days=2))
    assert strip(text(mine)) == [2, 1, 1, 2, 1]


def test_today_starts_at_midnight_where_the_merchant_is(mine: Client, shop: Shop):
    amsterdam = ZoneInfo("Europe/Amsterdam")
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, tzinfo=amsterdam), tick=False):
        make_shipment(shop, status="delivered", barcode="3S1", status_at=datetime(2026, 11, 24, 0, 5, tzinfo=amsterdam))
        make_shipment(
            shop, status="delivered", barcode="3S2", status_at=datetime(2026, 11, 23, 23, 55, tzinfo=amsterdam)
        )
        page = text(mine)
    assert strip(page)[4] == 1
    assert "Good morning" in page


def test_the_worst_trouble_comes_first(mine: Client, shop: Shop):
    connection, lost = make_connection(shop), make_connection(shop, site_name="De Lont")
    circuit_breaker.record_failure(lost, ApiUnauthorized("gone", status=401))
    failed = make_fulfillment(connection, state=Fulfillment.State.NEEDS_ATTENTION)
    make_shipment(shop, status="registered", barcode="3S1", fulfillment=failed)
    make_shipment(shop, status="returned", barcode="3S2")
    make_shipment(shop, blocked_by="customs")
    for _one in range(2):
        make_shipment(shop, blocked_by="address")
    assert titles(text(mine)) == [
        "De Lont is no longer connected",
        "1 shipment not synced to Acme",
        "1 parcel came back",
        "1 shipment is missing customs data",
        "2 addresses are incomplete",
    ]


def test_orders_that_could_not_be_read_are_not_forgotten(mine: Client, shop: Shop):
    connection = make_connection(shop, site_name="Noord")
    connection.unreadable_orders.create(shop=shop, external_id="x", reason="no quantity")
    page = text(mine)
    assert titles(page) == ["Orders from Noord that we could not read"]
    assert f"/zendingen/importeren/?site={connection.public_id}#unreadable" in page


def test_a_shop_without_trouble_reads_that_nothing_needs_it(mine: Client, shop: Shop):
    fill_sender(shop)
    make_shipment(shop)
    assert titles(text(mine)) == ["Nothing needs your attention. Well done."]


def test_numbers_of_another_shop_are_not_mine(client_for, shop: Shop, rival: Shop):
    connection: Connection = make_connection(shop, state="reconnect", site_name="Geheim Atelier")
    mirror_order(connection)
    make_shipment(shop, reference="77001", blocked_by="address")
    page = text(client_for(rival.memberships.get().user))
    assert strip(page) == [0, 0, 0, 0, 0]
    assert "Geheim Atelier" not in page
    assert "77001" not in page


@pytest.mark.parametrize("number", [5, 100])
def test_the_dashboard_asks_as_little_for_a_hundred_as_for_five(
    mine: Client, shop: Shop, number: int, django_assert_max_num_queries
):
    connection = make_connection(shop)
    for index in range(number):
        mirror_order(connection, make_order(index))
        make_shipment(shop, blocked_by="address" if index % 2 else "")
    with django_assert_max_num_queries(12):
        mine.get("/")


def test_what_changed_last_is_shown_and_leads_on(mine: Client, shop: Shop):
    shipment = make_shipment(shop, reference="77002", status="delivered", barcode="3S7")
    page = text(mine)
    _, _, last_changed = page.partition('id="changed-title"')
    assert re.search(rf'href="/zendingen/{shipment.public_id}/">\s*#77002\s*</a>', last_changed)


def test_a_parcel_that_nobody_collects_is_worth_a_word(mine: Client, shop: Shop):
    long_ago = timezone.now() - timedelta(days=6)
    make_shipment(shop, reference="77003", status="at_pickup_point", barcode="3S8", status_at=long_ago)
    make_shipment(shop, status="at_pickup_point", barcode="3S9")
    mark_overdue()
    page = text(mine)
    assert titles(page) == ["1 parcel is waiting at a pick-up point"]
    assert "#77003. Remind the buyer" in page


def test_what_needs_attention_on_the_dashboard_is_what_the_tab_shows(mine: Client, shop: Shop):
    fill_sender(shop)
    troubled = [
        make_shipment(shop, status="printed", barcode="3S1", order_alert="canceled"),
        make_shipment(shop, status="printed", barcode="3S2", order_alert="edited"),
        make_shipment(shop, status="in_transit", barcode="3S3", delayed=True),
        make_shipment(shop, blocked_by="customs"),
    ]
    make_shipment(shop, status="delivered", barcode="3S4", delayed=True)
    make_shipment(shop)
    assert set(shop.shipments.needing_attention()) == set(troubled)
    assert len(titles(text(mine))) == len(troubled)
