"""A draft sent as one shipment of several parcels."""

import pypdfium2
import pytest

from integrations.models import Fulfillment
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.models import FurtherParcel, Shipment
from shipments.queries.search import find_exact
from shipments.services.drafts.bulk_edit import plan_edit
from shipments.services.drafts.multi_collo import send_together
from shipments.services.drafts.save import EditConflict
from shipments.services.drafts.split import SplitError, even_split, recreate_draft, split_draft
from shipments.services.imports import order_import
from shipments.services.labels import files, register
from shipments.services.labels.cancel import cancel_label
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import PackagePreferences, Shop
from shops.services import gateway_accounts

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["test labels", "gateway"])
def draft(request, acme: FakePlatform, shop: Shop, owner, settings) -> Shipment:
    """A draft of an order with two units, in a shop with and without an account at a gateway."""
    PackagePreferences.objects.get_or_create(shop=shop)
    fill_sender(shop)
    if request.param == "gateway":
        sandbox = request.getfixturevalue("sandbox")
        settings.MYPARCEL_API_URL = sandbox.api
        gateway_accounts.save_api_key(shop, sandbox.key)
    connection = make_connection(shop)
    acme.orders = [make_order(1)]
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    return shop.shipments.get()


def labeled(draft: Shipment, owner, count: int = 3):
    """The shipment and the job of its labels."""
    send_together(draft, by=owner, version=draft.version, count=count)
    shop = draft.shop
    job = register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="labels")
    runner.run_due()
    draft.refresh_from_db()
    job.refresh_from_db()
    return draft, job


def test_each_parcel_has_a_barcode_and_a_label_and_the_webshop_is_told_once(draft: Shipment, owner):
    shipment, job = labeled(draft, owner)
    further = list(shipment.further_parcels.all())
    assert [parcel.number for parcel in further] == [2, 3]
    assert len({shipment.barcode, *(parcel.barcode for parcel in further)}) == 3
    assert len(pypdfium2.PdfDocument(files.label_file(job).read_bytes())) == 3
    assert [row.tracking_number for row in Fulfillment.objects.all()] == [shipment.barcode]
    assert Fulfillment.objects.get().lines == [["line-1", 2]]


def test_any_of_its_barcodes_finds_it(draft: Shipment, shop: Shop, owner):
    shipment, _job = labeled(draft, owner)
    second = shipment.further_parcels.first().barcode
    assert find_exact(shop, second.lower()) == shipment
    assert shop.shipments.filter(search_text__contains=second.casefold()).get() == shipment


def test_it_is_canceled_as_one_and_its_new_draft_has_as_many_parcels(draft: Shipment, owner):
    shipment, _job = labeled(draft, owner)
    cancel_label(shipment, by=owner)
    shipment.refresh_from_db()
    assert shipment.status == "cancelled"
    assert recreate_draft(shipment, by=owner).parcel_count == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"country": "DE", "postal_code": "10115"}, "alleen mogelijk als Pakket naar Nederland en België"),
        ({"package_type": "mailbox"}, "alleen mogelijk als Pakket naar Nederland en België"),
        ({"carrier": "dhlforyou"}, "DHL For You neemt"),
    ],
)
def test_where_it_is_not_possible_the_page_says_so_and_offers_nothing(client_for, shop: Shop, owner, fields, sentence):
    draft = make_shipment(shop, **fields)
    path = f"/zendingen/{draft.public_id}/splitsen/"
    page = client_for(owner).get(path).content.decode()
    assert sentence in page
    assert 'name="together" value="1"' not in page
    answer = client_for(owner).post(path, {"together": "1", "count": "2", "version": "1"})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.parcel_count == 1


def test_a_merchant_makes_it_one_shipment_and_takes_that_back(client_for, shop: Shop, owner):
    draft = make_shipment(shop)
    browser, path = client_for(owner), f"/zendingen/{draft.public_id}/splitsen/"
    assert 'name="together" value="1"' in browser.get(path + "?count=3").content.decode()
    page = browser.post(path, {"together": "1", "count": "3", "version": "1"}, follow=True).content.decode()
    assert "één zending van 3 pakketten" in page
    draft.refresh_from_db()
    assert (draft.parcel_count, draft.version) == (3, 2)
    browser.post(path, {"together": "single", "count": "3", "version": "2"})
    draft.refresh_from_db()
    assert draft.parcel_count == 1


def test_a_draft_that_goes_elsewhere_later_waits_with_the_reason(shop: Shop, owner):
    draft = send_together(make_shipment(shop), by=owner, version=1, count=2)
    assert plan_edit(draft, {"carrier": "dhlforyou"}).blocker.code == "multi_collo"
    draft.country, draft.postal_code = "DE", "10115"
    draft.apply_content(draft.content)
    assert (draft.blocked_by, [problem["code"] for problem in draft.problems]) == ("parcel", ["multi_collo"])


def test_split_after_all_each_part_is_one_parcel(draft: Shipment, owner):
    send_together(draft, by=owner, version=draft.version, count=3)
    parts = split_draft(draft, by=owner, version=draft.version, parts=even_split(draft, 2))
    assert [part.parcel_count for part in parts] == [1, 1]
    assert set(Shipment.objects.values_list("parcel_count", flat=True)) == {1}


def test_a_draft_somebody_changed_meanwhile_stays_as_it_is(shop: Shop, owner):
    draft = make_shipment(shop)
    with pytest.raises(EditConflict):
        send_together(draft, by=owner, version=7, count=2)
    with pytest.raises(SplitError):
        send_together(draft, by=owner, version=1, count=11)
    draft.refresh_from_db()
    assert (draft.parcel_count, FurtherParcel.objects.count()) == (1, 0)
