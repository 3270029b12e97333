"""A person who shipped, was uploaded, searched for and mailed is erased, and stays so after a restore and a sync."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from integrations.events import EventKind
from integrations.models import Connection, Fulfillment
from integrations.orders import OrderAddress
from integrations.services import sync, webhook_inbox
from integrations.tests.conftest import acme
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_event, make_order
from jobs import runner
from privacy.models import PersonErasure
from privacy.services import erase_person
from privacy.services.find_person import PersonQuery
from shipments.models import Shipment, ShipmentEvent
from shipments.services import erasure as shipments_erasure
from shipments.services.csv_files import file_export, file_import
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from tests.whole_texts import everything_with
from tests.yesterdays_dump import Dump
from tracking.buyer_mail import send_handover_mail

__all__ = ["acme"]
NAME, EMAIL, PHONE = "Saartje Kanariepiet", "saartje@kanarie.example", "0612349876"
STREET, POSTCODE, CITY = "Kanarielaan", "1357ZX", "Kwinkelerveen"
CANARIES = ("Kanarie", "12349876", POSTCODE, "1357 ZX", CITY)
OTHER = "Boudewijn Buurman"
ADDRESS = OrderAddress(
    first_name="Saartje",
    last_name="Kanariepiet",
    street=STREET,
    number="77",
    postal_code=POSTCODE,
    city=CITY,
    country="NL",
    phone=PHONE,
)
FILE = (
    "referentie;naam;straat;huisnummer;postcode;plaats;land;e-mail;gewicht (gram)\n"
    f"F1;{NAME};{STREET};77;{POSTCODE};{CITY};NL;{EMAIL};700\n"
    f"F2;{NAME};;;{POSTCODE};{CITY};Nergensland;{EMAIL};700\n"
    f"F3;{OTHER};Lindelaan;12;3524KB;Utrecht;NL;boudewijn@example.com;700\n"
)


@pytest.fixture
def journal(settings, tmp_path: Path) -> Path:
    settings.ERASURE_JOURNAL = tmp_path / "apart" / "erasures.jsonl"
    return settings.ERASURE_JOURNAL


@pytest.fixture
def connection(acme: FakePlatform, shop: Shop) -> Connection:
    order = make_order(10231, address=ADDRESS, email=EMAIL, buyer_note=f"Bel {NAME}")
    acme.orders = [order, make_order(10232)]
    connection = make_connection(shop)
    sync.request_sync(connection)
    sync.sync_due()
    return connection


def work() -> None:
    """What the workers do about it, twice: the first may leave something to the second."""
    for _turn in range(2):
        webhook_inbox.apply_due()
        shipments_erasure.erase_due()
        erase_person.erase_due()


@pytest.fixture
def shipped(connection: Connection, shop: Shop, owner: User, client_for, files_dir: Path) -> Client:
    """Whatever is done with a person here: an order, a label, an upload, an export, a filter, a search and a mail."""
    fill_sender(shop)
    Shop.objects.filter(pk=shop.pk).update(mails_buyer=True)
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    fingerprint = file_import.store_upload(shop, FILE.encode())
    file_import.start_upload(shop, owner, fingerprint, with_held=True)
    runner.run_due()
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    file_export.start_export(shop, owner, shipments=shop.shipments.all(), key="export")
    runner.run_due()
    own = Shipment.objects.get(order__number="10231")
    said = {"nl": f"Afgegeven bij {NAME}, {STREET} 77", "en": f"Left with {NAME}"}
    ShipmentEvent.objects.create(shipment=own, kind=ShipmentEvent.Kind.CARRIER, text=said)
    Fulfillment.objects.filter(shipment=own).update(state="done", details=f"unknown buyer {EMAIL}")
    make_shipment(shop, parent=own, person=NAME, email=EMAIL)
    assert send_handover_mail(Shipment.objects.select_related("shop", "order").get(pk=own.pk))
    browser: Client = client_for(owner)
    browser.get("/zoeken/", {"q": NAME})
    browser.post("/zendingen/filters/", {"name": "Vaste klant", "filter": f"q={NAME.replace(' ', '+')}"})
    return browser


def assert_everywhere(shop: Shop) -> None:
    """The story was told: she stands in all these places before."""
    found = everything_with(CANARIES)
    places = {place.rpartition("/")[2].split("-")[0] for place in found}
    for place in (
        "integrations.ExternalOrder.data",
        "integrations.Fulfillment.details",
        "shipments.Shipment.person",
        "shipments.ShipmentEvent.text",
        "shipments.JobItem.payload",
        "shipments.SavedFilter.query",
        "labels",
        "export",
        "upload",
    ):
        assert place in places, place


@pytest.fixture
def dump(shipped: Client) -> Iterator[Dump]:
    """Of the day before: everything of her is in it."""
    dump = Dump()
    yield dump
    dump.drop()


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_nowhere_and_stays_so_after_a_restore_and_a_sync(
    dump: Dump, shop: Shop, owner: User, acme: FakePlatform, files_dir: Path, tmp_path: Path, journal: Path
):
    assert_everywhere(shop)
    files = shutil.copytree(files_dir, tmp_path / "backup of the files")
    erase_person.request_erasure(shop, PersonQuery(email=EMAIL), by=owner)
    work()
    assert everything_with(CANARIES) == []
    assert everything_with([OTHER])  # nobody else's
    receipt = PersonErasure.objects.get()
    assert receipt.is_finished
    assert (receipt.counts["orders"], receipt.counts["shipments"], receipt.counts["files"]) == (1, 3, 1)

    dump.restore()
    shutil.copytree(files, files_dir, dirs_exist_ok=True)
    assert_everywhere(shop)
    call_command("replay_erasures")
    work()
    acme.orders = [replace(acme.orders[0], updated_at=timezone.now())]
    run = sync.request_sync(Connection.objects.get())
    sync.sync_due()
    run.refresh_from_db()
    assert (run.state, run.seen) == ("done", 1)
    work()
    assert everything_with(CANARIES) == []
    assert everything_with([OTHER])


@pytest.mark.django_db(transaction=True)
def test_the_webshop_s_own_request_erases_the_same(
    shipped: Client, connection: Connection, acme: FakePlatform, journal: Path
):
    """Files and lines of hers that nobody connected with the order go by her name; her other shipments do not."""
    event = make_event(kind=EventKind.ORDER, order_id="order-10231", erases=True, installation=connection.external_id)
    acme.events = {"signed": event}
    assert webhook_inbox.receive("acme", {}, b"signed")
    work()
    uploaded = Shipment.objects.get(reference="F1")
    assert uploaded.person == NAME  # another order of hers, that the webshop did not ask for
    erase_person.request_erasure(connection.shop, PersonQuery(number="F1"), by=None)
    work()
    assert everything_with(CANARIES) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", [PersonQuery(name="saartje KANARIEPIET"), PersonQuery(number="#10231")])
def test_by_name_and_by_number(shipped: Client, shop: Shop, journal: Path, query: PersonQuery):
    erase_person.request_erasure(shop, query, by=None)
    work()
    left = {place for place in everything_with(CANARIES) if not query.number}
    assert left == set()
    assert Shipment.objects.get(order__number="10231").person == ""


@pytest.mark.django_db
def test_what_is_received_after_the_erasure_is_a_new_order(connection: Connection, shop: Shop, acme, journal: Path):
    erase_person.request_erasure(shop, PersonQuery(email=EMAIL), by=None)
    work()
    acme.orders = [make_order(10299, address=ADDRESS, email=EMAIL, updated_at=timezone.now())]
    sync.request_sync(connection)
    sync.sync_due()
    assert connection.orders.get(number="10299").customer == NAME
