"""The shipments pages: content, errors, and a number of queries that does not depend on the number of rows."""

import re

import pytest

from integrations.models import Connection, Fulfillment
from integrations.orders import OrderAddress
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, abroad, make_order
from jobs import runner
from jobs.models import Job
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
MAX_QUERIES = 12


@pytest.fixture
def connection(shop) -> Connection:
    return make_connection(shop, synced_at="2099-01-01T00:00Z")


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def text_of(merchant, path: str) -> str:
    return merchant.get(path).content.decode()


@pytest.mark.parametrize("number", [5, 100])
@pytest.mark.parametrize(
    "path", ["/", "/zendingen/", "/zendingen/?tab=attention", "/zendingen/importeren/", "/integratie/acme/"]
)
def test_a_page_asks_at_most_twelve_questions_however_long_it_is(
    merchant, shop, connection, number, path, django_assert_max_num_queries
):
    for index in range(number):
        order = mirror_order(connection, make_order(index))
        if index % 2:
            make_shipment(shop, order=order, reference=str(index), problems=[], blocked_by="")
    with django_assert_max_num_queries(MAX_QUERIES):
        assert merchant.get(path).status_code == 200


def test_the_import_button_is_there_only_while_a_connection_is_active(merchant, shop, connection):
    make_shipment(shop)
    assert "Importeer externe orders" in text_of(merchant, "/zendingen/")
    Connection.objects.update(state="disconnected")
    assert "Importeer externe orders" not in text_of(merchant, "/zendingen/")


def test_the_import_page_says_what_each_order_becomes_and_what_is_wrong(merchant, connection):
    mirror_order(connection, make_order(1))
    mirror_order(
        connection,
        make_order(2, address=OrderAddress("Mees", line1="Havenstraat", postal_code="8911 BK", city="L", country="NL")),
    )
    mirror_order(connection, abroad("US", 3))
    page = text_of(merchant, "/zendingen/importeren/")
    assert "PostNL · Pakket" in page
    assert "Huisnummer ontbreekt." in page
    assert "Douanegegevens nog aanvullen" in page
    assert "Per order valt er voor het importeren niets te kiezen" in page


def test_an_order_that_may_not_come_in_names_the_setting_and_cannot_be_ticked(merchant, shop, connection):
    PackagePreferences.objects.filter(shop=shop).update(carrier="dhlforyou")
    order = mirror_order(connection, abroad("US", 3))
    page = text_of(merchant, "/zendingen/importeren/")
    assert "Kies PostNL als standaard vervoerder bij Shopinstellingen" in page
    assert re.search(rf"value={order.public_id} disabled", page)


def test_several_sites_are_several_tabs(merchant, shop, connection):
    second = make_connection(shop, site_name="Tweede site", synced_at="2099-01-01T00:00Z")
    mirror_order(second, make_order(7))
    assert "Tweede site" in text_of(merchant, "/zendingen/importeren/")
    assert "#7" in text_of(merchant, f"/zendingen/importeren/?site={second.public_id}")
    assert "#7" not in text_of(merchant, f"/zendingen/importeren/?site={connection.public_id}")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=hanna", {1, 2}),
        ("q=%2310002", {2}),
        ("q=utrecht", {1, 2}),
        ("destination=world", {3}),
        ("destination=nl", {1, 2}),
        ("q=nobody", set()),
    ],
)
def test_orders_are_searched_and_filtered(merchant, connection, query, found):
    for order in (make_order(10001), make_order(10002), abroad("US", 10003)):
        mirror_order(connection, order)
    page = text_of(merchant, f"/zendingen/importeren/?{query}")
    assert {number for number in (1, 2, 3) if f">#{10000 + number}<" in page} == found


@pytest.mark.parametrize("path", ["/zendingen/", "/zendingen/importeren/"])
@pytest.mark.parametrize("typed", ["%00", "%F0%9F%8E%81", "%27%22%25_", "x" * 500])
def test_whatever_is_typed_into_the_search_only_finds_nothing(merchant, shop, connection, path, typed):
    make_shipment(shop)
    assert merchant.get(f"{path}?q=zz{typed}").status_code == 200


def test_all_across_pages_imports_what_the_filter_says(merchant, shop, connection):
    for number in range(1, 121):
        mirror_order(connection, make_order(number))
    mirror_order(connection, abroad("US", 500))
    matching = f"site={connection.public_id}&destination=nl"
    merchant.post("/zendingen/importeren/start/", {"all_matching": matching, "key": "k"})
    runner.run_due()
    assert Shipment.objects.count() == 120
    assert Job.objects.get().total == 120


def test_the_same_form_sent_twice_is_one_import(merchant, connection):
    order = mirror_order(connection)
    form = {"order": [str(order.public_id)], "key": "one-form"}
    first, second = (merchant.post("/zendingen/importeren/start/", form) for _click in range(2))
    assert first.url == second.url
    assert Job.objects.count() == 1


def test_two_orders_imported_from_the_same_page_are_two_imports(merchant, connection):
    for number in (1, 2):
        order = mirror_order(connection, make_order(number))
        merchant.post("/zendingen/importeren/start/", {"order_id": str(order.public_id), "key": "one-page"})
    assert Job.objects.count() == 2


def test_a_run_shows_progress_and_ends_in_a_summary_with_links(merchant, acme: FakePlatform, connection):
    PackagePreferences.objects.update(carrier="dhlforyou")
    orders = [mirror_order(connection, make_order(1)), mirror_order(connection, abroad("US", 2))]
    merchant.post("/zendingen/importeren/start/", {"order": [str(o.public_id) for o in orders], "key": "k"})
    url = f"/zendingen/taken/{Job.objects.get().public_id}/"
    assert "Bezig met importeren: 0 van 2" in text_of(merchant, url)
    runner.run_due()
    page = text_of(merchant, url)
    assert "1 van de 2 orders geïmporteerd" in page
    assert "Kies PostNL als standaard vervoerder" in page
    assert f"/zendingen/{Shipment.objects.get().public_id}/" in page


def test_an_unreadable_order_is_named_with_a_retry(merchant, acme: FakePlatform, shop, connection):
    connection.unreadable_orders.create(shop=shop, external_id="order-9", number="9", reason="line_id")
    assert "Een artikel in order 9 is niet van de andere" in text_of(merchant, "/zendingen/importeren/")
    acme.orders = [make_order(9)]
    merchant.post(f"/zendingen/importeren/opnieuw/{connection.unreadable_orders.get().pk}/")
    assert connection.orders.get().number == "9"


def edit_form(shipment: Shipment, **changes: str) -> dict[str, str]:
    form = {name: getattr(shipment, name) for name in ADDRESS_FIELDS}
    form |= {
        "carrier": "postnl",
        "package_type": "package",
        "delivery_type": "standard",
        "insurance": "0",
        "weight": "0,70",
    }
    return form | {"description": "text", "version": str(shipment.version)} | changes


def test_a_draft_is_edited_and_what_it_missed_is_gone(merchant, shop):
    shipment = make_shipment(
        shop, number="", blocked_by="address", problems=[{"field": "number", "code": "x", "text": {"nl": "mist"}}]
    )
    path = f"/zendingen/{shipment.public_id}/bewerken/"
    assert "Bewerk MyParcel conceptzending" in text_of(merchant, path)
    assert merchant.post(path, edit_form(shipment, number="14")).status_code == 302
    shipment.refresh_from_db()
    assert (shipment.number, shipment.blocked_by, shipment.version) == ("14", "", 2)


def test_an_incomplete_draft_can_always_be_saved(merchant, shop):
    shipment = make_shipment(shop)
    merchant.post(f"/zendingen/{shipment.public_id}/bewerken/", edit_form(shipment, street="", country=""))
    shipment.refresh_from_db()
    assert shipment.blocked_by == "address"


def test_two_people_who_edit_the_same_draft_notice_each_other(merchant, shop):
    shipment = make_shipment(shop)
    path, form = f"/zendingen/{shipment.public_id}/bewerken/", edit_form(shipment, city="Mine")
    Shipment.objects.update(version=2, city="Theirs")
    answer = merchant.post(path, form)
    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert Shipment.objects.get().city == "Theirs"


def test_what_cannot_be_stored_is_refused_and_kept_on_the_page(merchant, shop):
    shipment = make_shipment(shop)
    answer = merchant.post(
        f"/zendingen/{shipment.public_id}/bewerken/", edit_form(shipment, person="x" * 60, weight="0")
    )
    assert answer.status_code == 422
    assert "x" * 60 in answer.content.decode()


def test_customs_data_is_completed_by_hand(merchant, shop):
    shipment = make_shipment(shop, country="US", postal_code="97209", region="OR", blocked_by="customs")
    customs = {
        "customs-TOTAL_FORMS": "2",
        "customs-INITIAL_FORMS": "0",
        "customs-0-description": "Mug",
        "customs-0-quantity": "2",
        "customs-0-weight": "300",
        "customs-0-value": "14,95",
        "customs-0-hs_code": "6912 00 1000",
        "customs-0-origin": "nl",
        "contents": "commercial_goods",
        "invoice": "10235",
    }
    answer = merchant.post(f"/zendingen/{shipment.public_id}/bewerken/", edit_form(shipment) | customs)
    assert answer.status_code == 302, answer.content.decode()
    shipment.refresh_from_db()
    item = shipment.customs_items.get()
    assert (item.hs_code, item.origin, item.value, shipment.blocked_by) == ("6912001000", "NL", 1495, "")


def test_looking_at_another_country_saves_nothing(merchant, shop):
    shipment = make_shipment(shop)
    page = merchant.post(f"/zendingen/{shipment.public_id}/mogelijkheden/", edit_form(shipment, country="US"))
    assert "Douanegegevens" in page.content.decode()
    assert Shipment.objects.get().country == "NL"


def test_saving_and_making_a_label_starts_a_run_for_one(merchant, shop):
    fill_sender(shop)
    shipment = make_shipment(shop)
    answer = merchant.post(
        f"/zendingen/{shipment.public_id}/bewerken/", edit_form(shipment) | {"label": "1", "key": "k"}
    )
    runner.run_due()
    assert "/taken/" in answer.url
    assert Shipment.objects.get().status == "registered"


def test_labels_name_who_cannot_come_along_and_come_down_as_a_file(merchant, shop):
    fill_sender(shop)
    good = make_shipment(shop)
    bad = make_shipment(
        shop,
        blocked_by="address",
        problems=[{"field": "number", "code": "x", "text": {"nl": "Vul een huisnummer in."}}],
    )
    ids = {"shipment": [str(good.public_id), str(bad.public_id)]}
    page = merchant.post("/zendingen/labels/", ids).content.decode()
    assert "1 van de 2 zendingen doen niet mee." in page
    assert "Vul een huisnummer in." in page
    url = merchant.post("/zendingen/labels/", ids | {"layout": "a4", "start": "3", "key": "k", "remember": "1"}).url
    runner.run_due()
    assert "Vul een huisnummer in." in text_of(merchant, url)
    pdf = merchant.get(f"{url}bestand/")
    assert pdf["Content-Disposition"].startswith("attachment")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    good.refresh_from_db()
    shop.refresh_from_db()
    assert good.status == "printed"
    assert (shop.label_layout, shop.label_start) == ("a4", 3)


def test_a_run_without_labels_has_no_file(merchant, shop):
    make_shipment(shop, blocked_by="address", problems=[{"field": "number", "code": "x", "text": {"nl": "x"}}])
    url = merchant.post("/zendingen/labels/", {"all_matching": "tab=drafts", "layout": "a6", "key": "k"}).url
    runner.run_due()
    assert merchant.get(f"{url}bestand/").status_code == 404


def test_a_failed_update_shows_its_reason_and_is_retried(merchant, acme: FakePlatform, shop, connection):
    order = mirror_order(connection)
    shipment = make_shipment(shop, order=order, status="registered", barcode="3SSTUB1")
    promise = Fulfillment.objects.create(
        shop=shop,
        connection=connection,
        order=order,
        source_id=shipment.public_id,
        tracking_number="3SSTUB1",
        carrier="PostNL",
        tracking_url="https://t.example",
        lines=[["line-1", 2]],
        state="needs_attention",
        next_at=None,
        last_error={"nl": "Acme weigerde de wijziging."},
    )
    Shipment.objects.filter(pk=shipment.pk).update(fulfillment=promise)
    assert "Acme weigerde de wijziging." in text_of(merchant, f"/zendingen/{shipment.public_id}/")
    assert "Mislukt" in text_of(merchant, "/zendingen/")
    merchant.post(f"/zendingen/{shipment.public_id}/terugkoppelen/")
    promise.refresh_from_db()
    assert promise.state == "due"
    assert "In wachtrij" in text_of(merchant, "/zendingen/")


def test_a_deleted_draft_frees_its_order(merchant, shop, connection):
    order = mirror_order(connection)
    shipment = make_shipment(shop, order=order)
    assert "Verwijder dit concept?" in text_of(merchant, f"/zendingen/{shipment.public_id}/verwijderen/")
    merchant.post(f"/zendingen/{shipment.public_id}/verwijderen/")
    assert f"value={order.public_id}" in text_of(merchant, "/zendingen/importeren/")


def test_a_labelled_shipment_is_not_deleted(merchant, shop):
    shipment = make_shipment(shop, status="registered", barcode="3S1")
    merchant.post(f"/zendingen/{shipment.public_id}/verwijderen/")
    merchant.post("/zendingen/selectie/verwijderen/", {"confirm": "1", "shipment": [str(shipment.public_id)]})
    assert Shipment.objects.exists()


def test_the_first_visit_shows_what_is_left_to_do(merchant, shop):
    assert "0 van 4 klaar." in text_of(merchant, "/")
    fill_sender(shop)
    make_connection(shop)
    assert "3 van 4 klaar." in text_of(merchant, "/")


def test_a_callback_that_failed_says_why_on_the_acme_page(merchant, shop):
    assert merchant.get("/integratie/acme/terug/?state=made-up").url == "/integratie/acme/"
    assert "We kennen deze link van Acme niet." in text_of(merchant, "/integratie/acme/")
    assert "We kennen deze link van Acme niet." not in text_of(merchant, "/integratie/acme/")
