"""Test labels: what a shop without a key at a gateway makes. They look like tests everywhere and are told to nobody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from carriers.tests.pdf_reading import text_of
from integrations.models import Connection, Fulfillment
from integrations.services import fulfillments, mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import PLACED, FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from shipments.models import Shipment
from shipments.queries import statistics
from shipments.services.imports import order_changes, order_import
from shipments.services.labels import files, register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.tests.factories import give_key

pytestmark = pytest.mark.django_db
PAGES = ("/", "/zendingen/", "/zendingen/?tab=tests", "/downloads/")


@pytest.fixture
def connection(shop: Shop) -> Connection:
    fill_sender(shop, key=False)
    return make_connection(shop)


@pytest.fixture
def practiced(acme: FakePlatform, connection: Connection, owner) -> Shipment:
    """An imported order with a test label."""
    acme.orders = [make_order(1)]
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(connection.shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    make_labels(connection.shop, owner, "practice")
    return Shipment.objects.get()


def make_labels(shop: Shop, owner, key: str) -> Job:
    job = register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key=key)
    runner.run_due()
    job.refresh_from_db()
    return job


def test_a_test_label_is_told_to_nobody(practiced: Shipment, acme: FakePlatform):
    assert (practiced.status, practiced.gateway) == ("test", "local")
    assert fulfillments.push_due() == 0
    assert not Fulfillment.objects.exists()
    assert not [call for call in acme.calls if "push" in str(call)]
    assert mail.outbox == []


def test_its_code_leads_nowhere(practiced: Shipment, client, shop: Shop):
    Shop.objects.update(tracking_page=True)
    assert practiced.barcode
    assert practiced.tracking_url == ""
    assert practiced.next_poll_at is None
    assert client.get(f"/volgen/{practiced.public_id}/").status_code == 404


def test_it_is_not_counted_as_sent(practiced: Shipment, shop: Shop):
    assert sum(number for _day, number in statistics.per_day(shop, 14)) == 0
    assert not (shop.shipments.to_print() | shop.shipments.underway()).exists()


@pytest.mark.parametrize("address", PAGES)
def test_every_list_says_that_it_is_a_test(practiced: Shipment, client_for, owner, address):
    assert "test" in client_for(owner).get(address).content.decode().casefold().split("<main")[1]


def test_its_page_says_so_and_what_to_do(practiced: Shipment, client_for, owner):
    page = client_for(owner).get(f"/zendingen/{practiced.public_id}/").content.decode()
    assert "Test, niet doorgegeven" in page
    assert "geen koper is gemaild" in page
    assert "Vul je API-sleutel van MyParcel in" in page
    assert "Maak echte labels" not in page


def test_the_result_and_the_file_say_so(practiced: Shipment, client_for, owner):
    job = Job.objects.get(kind="labels")
    page = client_for(owner).get(f"/zendingen/taken/{job.public_id}/").content.decode()
    assert "1 testlabel gemaakt" in page
    download = client_for(owner).get(f"/zendingen/taken/{job.public_id}/bestand/")
    assert "testlabels-" in download["Content-Disposition"]
    assert "TEST" in text_of(b"".join(download.streaming_content))
    practiced.refresh_from_db()
    assert practiced.status == "test", "downloading it prints nothing that anybody carries"


def test_an_export_keeps_the_code_to_itself(practiced: Shipment, client_for, owner):
    merchant = client_for(owner)
    merchant.post("/zendingen/selectie/exporteren/", {"all_matching": "tab=all"})
    runner.run_due()
    job = Job.objects.get(kind="export")
    table = b"".join(merchant.get(f"/zendingen/taken/{job.public_id}/bestand/").streaming_content).decode()
    assert "Test, niet doorgegeven" in table
    assert practiced.barcode not in table


def test_nothing_comes_back_from_a_parcel_that_was_never_sent(practiced: Shipment, client_for, owner):
    page = client_for(owner).post(f"/zendingen/{practiced.public_id}/retour/", follow=True).content.decode()
    assert "Maak eerst het echte label" in page
    assert Shipment.objects.count() == 1


def test_the_label_window_says_what_it_will_make(practiced: Shipment, shop: Shop, client_for, owner):
    make_shipment(shop)
    merchant = client_for(owner)
    assert "Dit worden testlabels" in merchant.get("/zendingen/labels/?all_matching=tab%3Dall").content.decode()
    give_key(shop)
    page = merchant.get("/zendingen/labels/?all_matching=tab%3Dall").content.decode()
    assert "Dit worden testlabels" not in page
    assert "1 zending heeft een testlabel en krijgt nu een echt label." in page


def test_one_press_makes_them_real_once_there_is_a_key(practiced: Shipment, shop: Shop, client_for, owner):
    give_key(shop)
    merchant, code = client_for(owner), practiced.barcode
    assert "Maak echte labels" in merchant.get("/zendingen/?tab=tests").content.decode()
    merchant.post("/zendingen/labels/", {"layout": "a6", "all_matching": "tab=tests", "key": "real"})
    runner.run_due()
    practiced.refresh_from_db()
    assert (practiced.status, practiced.gateway) == ("registered", "acmepost")
    assert practiced.barcode not in {None, code}
    assert practiced.tracking_url
    assert Fulfillment.objects.get().tracking_number == practiced.barcode
    assert list(practiced.events.order_by("pk").values_list("kind", flat=True))[-3:] == [
        "test_label",
        "test_discarded",
        "label",
    ]


def test_a_file_of_test_labels_gets_the_real_ones(practiced: Shipment, shop: Shop, owner, files_dir):
    job = Job.objects.get(kind="labels")
    assert practiced.barcode in text_of(files.label_file(job).read_bytes())
    give_key(shop)
    make_labels(shop, owner, "real")
    practiced.refresh_from_db()
    assert practiced.barcode in text_of(files.label_file(job).read_bytes())


def test_its_draft_follows_an_order_that_changes(practiced: Shipment, acme: FakePlatform, connection, owner):
    moved = type(practiced.order.order.address)(
        "Hanna", "Vermeulen", line1="Kerkplein 2", postal_code="7411 GR", city="Deventer", country="NL"
    )
    mirror.store_orders(connection, [make_order(1, address=moved, updated_at=PLACED + timedelta(days=1))])
    order_changes.apply_due()
    practiced.refresh_from_db()
    assert (practiced.status, practiced.city, practiced.barcode) == ("draft", "Deventer", None)


def test_a_test_label_can_be_thrown_away(practiced: Shipment, client_for, owner):
    code = practiced.barcode
    client_for(owner).post(f"/zendingen/{practiced.public_id}/testlabel-weg/")
    practiced.refresh_from_db()
    assert (practiced.status, practiced.barcode, practiced.gateway) == ("draft", None, "")
    assert code.casefold() not in practiced.search_text


def test_a_shop_that_was_told_of_a_test_label_before_gets_the_real_code(practiced: Shipment, shop: Shop, owner):
    """Releases up to 0.2 told the platform of test labels."""
    (told,) = fulfillments.enqueue(
        [
            fulfillments.NewFulfillment(
                order=practiced.order,
                source_id=practiced.public_id,
                tracking_number=practiced.barcode,
                carrier="PostNL",
                tracking_url="",
                lines=(),
            )
        ]
    ).values()
    Shipment.objects.update(fulfillment=told)
    Fulfillment.objects.update(state="done", sent_at=timezone.now())
    give_key(shop)
    make_labels(shop, owner, "real")
    practiced.refresh_from_db()
    told.refresh_from_db()
    assert (told.tracking_number, told.state) == (practiced.barcode, "due")
    assert Fulfillment.objects.count() == 1


def test_a_rival_cannot_touch_a_test_label(practiced: Shipment, rival: Shop, client_for):
    intruder = client_for(rival.memberships.get().user)
    for path in ("testlabel-weg", "opzoeken"):
        assert intruder.post(f"/zendingen/{practiced.public_id}/{path}/").status_code == 404
    practiced.refresh_from_db()
    assert practiced.status == "test"
