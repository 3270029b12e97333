"""Phone numbers and e-mail addresses on their way: from an order, a file or the editor to what the carrier gets."""

from dataclasses import replace

import pytest

from carriers.contact_rules import shared_contact
from carriers.gateways.local import LocalGateway
from carriers.parcels import CustomsLine
from carriers.tests.tables import read_rows
from integrations.models import Connection
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.models import Shipment
from shipments.services.csv_files.reader import plan_row, read_table
from shipments.services.drafts.remembered_customs import remember_customs
from shipments.services.imports import order_import
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.labels import register, registration_call
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_pages import edit_form
from shops.models import PackagePreferences

pytestmark = pytest.mark.django_db
NORWAY = {"line1": "Eksempelgata 14", "postal_code": "7011", "city": "Trondheim", "country": "NO"}
LONG = "bel de buren op nummer 14 en vraag naar Kim, die is overdag thuis en doet open"


@pytest.fixture
def connection(shop) -> Connection:
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    remember_customs(shop.pk, [CustomsLine("Mok", 1, 350, 1495, hs_code="691110", origin="NL", sku="MOK-1")])
    return make_connection(shop)


class Recorder(LocalGateway):
    """Makes labels, and keeps what it was given."""

    def __init__(self) -> None:
        super().__init__(lambda series, count: list(range(1, count + 1)))
        self.given = []

    def register(self, consignments):
        self.given += consignments
        return super().register(consignments)


@pytest.fixture
def gateway(monkeypatch) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr(registration_call, "open_gateway", lambda shop, name: recorder)
    return recorder


def order(email: str = "kim@example.com", **address: str):
    made = make_order()
    return replace(made, email=email, address=replace(made.address, **address))


def planned(shop, made):
    return draft_from_order(made, PackagePreferences.objects.get_or_create(shop=shop)[0])


def said(plan, field: str) -> str:
    return " ".join(str(note.text) for note in plan.notes if note.field == field)


def sent(acme: FakePlatform, connection, owner, gateway, made) -> dict[str, str]:
    """What the carrier gets of the contact data in an order that is imported and labeled."""
    acme.orders = [made]
    mirror.store_orders(connection, [made])
    order_import.start_import(connection.shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    register.start_labels(
        connection.shop, owner, shipments=connection.shop.shipments.all(), layout="a6", start=1, key="labels"
    )
    runner.run_due()
    (given,) = gateway.given
    return shared_contact(given)


def test_a_number_comes_to_the_carrier_with_its_country(acme: FakePlatform, connection, owner, gateway):
    contact = sent(acme, connection, owner, gateway, order(phone="+31 (0)6-5555 0123", **NORWAY))
    assert contact == {"email": "kim@example.com", "phone": "+31655550123"}
    assert Shipment.objects.get().phone == "+31655550123"


def test_no_number_never_comes_to_the_carrier(acme: FakePlatform, connection, owner, gateway):
    assert sent(acme, connection, owner, gateway, order(phone="ring ikke", **NORWAY)) == {"email": "kim@example.com"}
    shipment = Shipment.objects.get()
    assert (shipment.phone, shipment.status) == ("ring ikke", "registered")
    assert any(note["field"] == "phone" and "ring ikke" in note["text"]["nl"] for note in shipment.notes)


@pytest.mark.parametrize(("sharing", "gets"), [("needed", False), ("abroad", False), ("everywhere", True)])
def test_within_the_netherlands_the_shop_decides(acme: FakePlatform, connection, owner, gateway, sharing, gets):
    PackagePreferences.objects.filter(shop=connection.shop).update(contact_sharing=sharing)
    contact = sent(acme, connection, owner, gateway, order(phone="06 5555 0123"))
    assert contact == ({"email": "kim@example.com", "phone": "+31655550123"} if gets else {})


def test_a_wrong_address_stops_a_parcel_to_norway_and_says_which(acme: FakePlatform, connection, owner, gateway):
    acme.orders = [made := order("kim@example..com", phone="+4755550123", **NORWAY)]
    mirror.store_orders(connection, [made])
    order_import.start_import(connection.shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    shipment = Shipment.objects.get()
    assert shipment.blocked_by == "address"
    assert [(problem["field"], problem["code"]) for problem in shipment.problems] == [("email", "email_wrong")]
    assert "kim@example..com" in shipment.problems[0]["text"]["nl"]
    job = register.start_labels(
        connection.shop, owner, shipments=connection.shop.shipments.all(), layout="a6", start=1, key="labels"
    )
    runner.run_due()
    assert job.items.get().state == "refused"
    assert gateway.given == []


@pytest.mark.parametrize("row", read_rows("phones.tsv")[::7], ids=lambda row: f"{row['country']} {row['given']}")
def test_an_order_keeps_the_number_or_says_what_is_wrong_with_it(shop, row):
    country = {"country": row["country"]} if row["country"] != "NL" else {}
    plan = planned(shop, order(phone=row["given"], **country))
    kept = plan.content.recipient.phone
    if row["right"]:
        assert kept == row["right"]
    if row["verdict"] == "wrong":
        assert row["given"].strip() in said(plan, "phone")
        assert kept in {row["given"].strip(), ""}
    if row["verdict"] in {"fits", "empty"}:
        assert said(plan, "phone") == ""
    if row["verdict"] == "empty":
        assert kept == ""
    assert not [problem for problem in plan.problems if problem.field == "phone"]


@pytest.mark.parametrize("row", read_rows("emails.tsv"), ids=lambda row: row["given"])
def test_an_order_keeps_the_address_or_says_what_is_wrong_with_it(shop, row):
    home, norway = planned(shop, order(row["given"])), planned(shop, order(row["given"], **NORWAY))
    is_wrong = row["verdict"] in {"wrong", "offered"}
    assert home.problems == ()
    stopped = [problem.field for problem in norway.problems if not problem.field.startswith("customs")]
    assert stopped == (["email"] if is_wrong or row["verdict"] == "empty" else [])
    if is_wrong:
        assert row["right"] in said(home, "email")
        assert home.content.recipient.email == " ".join(row["given"].split())
    else:
        assert home.content.recipient.email == row["right"]


@pytest.mark.parametrize("text", [LONG, f"{LONG} 0655550123", "0" * 120, "06 5555 0123 / " * 12])
def test_text_that_is_longer_than_a_number_is_not_cut(shop, text):
    plan = planned(shop, order(phone=text))
    kept = plan.content.recipient.phone
    assert kept == ("+31655550123" if "5555" in text else "")
    assert text.strip(" /") in said(plan, "phone") or kept


def file_row(shop, **cells: str):
    given = {"reference": "7", "street": "Lindelaan 12", "postcode": "3524KB", "town": "Utrecht"} | cells
    text = "\n".join(";".join(line) for line in (given.keys(), given.values()))
    (line,) = read_table(text.encode()).lines
    return plan_row(line, PackagePreferences.objects.get_or_create(shop=shop)[0])


def test_a_file_is_read_like_an_order(shop):
    plan = file_row(shop, name="Kim", phone="+31 (0)6 5555 0123", **{"email address": "<kim@example.com>"})
    assert (plan.content.recipient.phone, plan.content.recipient.email) == ("+31655550123", "kim@example.com")
    plan = file_row(shop, name="Kim", phone="bel niet", **{"email address": "kim@@example.com"})
    assert not plan.errors
    assert {note.code for note in plan.notes} == {"phone_wrong", "email_wrong"}
    plan = file_row(shop, name="Kim", phone="0655550123 / 0305550123 / 0205550123")
    assert (plan.content.recipient.phone, plan.errors) == ("+31655550123", ())
    assert "0205550123" in str(plan.notes[0].text)


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def test_the_editor_brings_a_number_in_its_form_and_says_what_is_none(merchant, shop):
    shipment = make_shipment(shop)
    address = f"/zendingen/{shipment.public_id}/bewerken/"
    merchant.post(address, edit_form(shipment) | {"phone": "tel. 06 5555 0123", "email": "mailto:kim@example.com"})
    shipment.refresh_from_db()
    assert (shipment.phone, shipment.email) == ("+31655550123", "kim@example.com")
    merchant.post(address, edit_form(shipment) | {"phone": "bel niet", "email": "kim@example..com"})
    shipment.refresh_from_db()
    assert (shipment.phone, shipment.email, shipment.blocked_by) == ("bel niet", "kim@example..com", "")
    page = merchant.get(address).content.decode()
    assert "“bel niet” is in dit land geen telefoonnummer" in page
    assert "“kim@example..com” kan geen mail aankomen" in page


def test_the_page_of_a_shipment_shows_the_number_as_people_read_it(merchant, shop):
    shipment = make_shipment(shop, phone="+31655550123", status="registered", barcode="3SSTUB1")
    page = merchant.get(f"/zendingen/{shipment.public_id}/").content.decode()
    assert '<a href="tel:+31655550123">+31 6 55550123</a>' in page
    shipment = make_shipment(shop, phone="bel niet", status="registered", barcode="3SSTUB2")
    assert "<span>bel niet</span>" in merchant.get(f"/zendingen/{shipment.public_id}/").content.decode()


def test_the_editor_says_where_the_address_stays_with_the_shop(merchant, shop):
    page = f"/zendingen/{make_shipment(shop).public_id}/bewerken/"
    PackagePreferences.objects.get_or_create(shop=shop)
    hint = "Alleen voor Track &amp; Trace"
    assert hint in merchant.get(page).content.decode()
    PackagePreferences.objects.filter(shop=shop).update(contact_sharing="everywhere")
    assert hint not in merchant.get(page).content.decode()
