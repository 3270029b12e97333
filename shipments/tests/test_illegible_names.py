"""A name or street without letters on the label stops it: at the import, in a file, in the editor and in a batch."""

from dataclasses import replace

import pytest

from carriers.labels import draw_labels
from carriers.parcels import PrintedLabel
from carriers.tests.pdf_reading import text_of
from integrations.models import Connection
from integrations.orders import OrderLine
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.models import Shipment
from shipments.services.imports import order_import
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.labels import register
from shipments.services.labels.preflight import label_blocker
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_contact_data import file_row
from shipments.tests.test_pages import edit_form
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
MEETEI = {"first_name": "ꯃꯅꯤ", "last_name": "ꯁꯅꯥ"}


@pytest.fixture
def connection(shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    return make_connection(shop)


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def order(number: int = 10231, **address: str):
    made = make_order(number)
    return replace(made, address=replace(made.address, **address))


def planned(made):
    return draft_from_order(made, PackagePreferences())


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (MEETEI, "person"),
        ({"company": "ꯃꯅꯤ ꯁꯅꯥ"}, "company"),
        ({"line1": "ꯃꯩꯇꯩ 12"}, "street"),
        ({"city": "ꯃꯩꯇꯩ"}, "city"),
        ({"line2": "ꯃꯩꯇꯩ"}, "extra"),
        ({"first_name": "R.", "last_name": "ދިވެހި"}, "person"),
    ],
)
def test_what_cannot_be_read_blocks_the_draft_and_says_what_to_do(address, field):
    plan = planned(order(**address))
    assert [(problem.field, problem.code) for problem in plan.problems] == [(field, "illegible")]
    assert plan.blocked_by == "address"
    assert "Latijnse letters" in str(plan.problems[0].text)


def test_one_lost_sign_is_a_note_on_its_field():
    plan = planned(order(first_name="Robin 🌸"))
    assert plan.problems == ()
    assert [(note.field, note.code) for note in plan.notes] == [("person", "undrawable")]
    assert "🌸" in str(plan.notes[0].text)


def test_an_article_that_the_packing_slip_cannot_show_is_a_note():
    made = replace(make_order(), lines=(OrderLine("line-1", "Mok ꯃꯩꯇꯩ", 1, sku="MOK-1", weight=300),))
    plan = planned(made)
    assert plan.problems == ()
    (note,) = plan.notes
    assert (note.field, "ꯃꯩꯇ" in str(note.text)) == ("lines", True)


def test_a_batch_leaves_it_out_and_the_list_counts_it_among_what_must_be_mended(
    acme: FakePlatform, connection, owner, merchant
):
    acme.orders = made = [order(10231), order(10232, **MEETEI)]
    mirror.store_orders(connection, made)
    order_import.start_import(connection.shop, owner, orders=connection.orders.order_by("number"), key="import")
    runner.run_due()
    readable, odd = Shipment.objects.order_by("reference")
    assert (readable.blocked_by, odd.blocked_by) == ("", "address")
    assert label_blocker(odd)[0] == "illegible"
    job = register.start_labels(
        connection.shop, owner, shipments=Shipment.objects.order_by("reference"), layout="a6", start=1, key="labels"
    )
    runner.run_due()
    assert list(job.items.order_by("pk").values_list("state", "code")) == [("ok", ""), ("refused", "illegible")]
    odd.refresh_from_db()
    assert (odd.status, odd.barcode) == ("draft", None)
    page = merchant.get(f"/zendingen/{odd.public_id}/bewerken/").content.decode()
    assert "Schrijf het in Latijnse letters" in page


def test_a_draft_from_before_this_rule_is_stopped_too(connection):
    odd = make_shipment(connection.shop, person="ꯃꯅꯤ")
    assert odd.problems == []
    assert label_blocker(odd)[0] == "illegible"


def test_a_file_and_the_editor_say_so(shop, merchant):
    plan = file_row(shop, name="ꯃꯅꯤ ꯁꯅꯥ")
    assert [problem.code for problem in plan.problems] == ["illegible"]
    shipment = make_shipment(shop)
    address = f"/zendingen/{shipment.public_id}/bewerken/"
    merchant.post(address, edit_form(shipment) | {"person": "ꯃꯅꯤ"})
    shipment.refresh_from_db()
    assert shipment.blocked_by == "address"
    merchant.post(address, edit_form(shipment) | {"person": "Mani Sana"})
    shipment.refresh_from_db()
    assert shipment.blocked_by == ""


def test_the_sender_page_says_what_labels_cannot_show(shop, merchant):
    fill_sender(shop)
    assert "Latijnse letters" not in merchant.get("/instellingen/afzender/").content.decode()
    shop.company = "ꯃꯅꯤ"
    shop.vat = "NL123456789B01"
    shop.save()
    page = merchant.get("/instellingen/afzender/").content.decode()
    assert "Schrijf het in Latijnse letters" in page
    assert "NL123456789B01 kan niet kloppen" in page


def test_the_label_names_the_senders_country_only_on_a_parcel_that_leaves_it(shop):
    fill_sender(shop)
    for country, is_named in (("NL", False), ("DE", True)):
        shipment = make_shipment(shop, country=country, postal_code="3524 KB" if country == "NL" else "20457")
        read = text_of(draw_labels([PrintedLabel(shipment.consignment(None), "3SSTUB000000001")], "a6"))
        assert ("Netherlands" in read) == is_named


def test_the_example_label_names_no_sender_while_there_is_none(shop, merchant):
    page = merchant.get(f"/zendingen/{make_shipment(shop).public_id}/bewerken/").content.decode()
    assert ", , NL" not in page
    assert ", NL" not in page
    fill_sender(shop, key=False)
    page = merchant.get(f"/zendingen/{make_shipment(shop).public_id}/bewerken/").content.decode()
    assert "Noorderkade 18, 9711 JX Groningen" in page
    assert "Groningen, NL" not in page
    abroad = make_shipment(shop, country="DE", postal_code="20457")
    assert "Groningen, NL" in merchant.get(f"/zendingen/{abroad.public_id}/bewerken/").content.decode()
