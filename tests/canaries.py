"""A person who can be found again wherever she is left: ordered, shipped, uploaded, searched for and mailed."""

from django.test import Client

from accounts.models import User
from integrations.models import Connection, Fulfillment
from integrations.orders import OrderAddress
from integrations.services import sync
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.models import Shipment, ShipmentEvent
from shipments.services.csv_files import file_export, file_import
from shipments.services.imports import order_import
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from tracking.buyer_mail import send_handover_mail

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


def connect(acme: FakePlatform, shop: Shop) -> Connection:
    """A site with an order of hers and one of somebody else, and both are read."""
    order = make_order(10231, address=ADDRESS, email=EMAIL, buyer_note=f"Bel {NAME}")
    acme.orders = [order, make_order(10232)]
    connection = make_connection(shop)
    sync.request_sync(connection)
    sync.sync_due()
    return connection


def tell_story(connection: Connection, owner: User, browser: Client) -> None:
    """Whatever is done with a person here: an order, a label, an upload, an export, a filter, a search and a mail."""
    shop = connection.shop
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
    browser.get("/zoeken/", {"q": NAME})
    browser.post("/zendingen/filters/", {"name": "Vaste klant", "filter": f"q={NAME.replace(' ', '+')}"})
