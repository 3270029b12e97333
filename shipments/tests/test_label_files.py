"""Label files: customs documents, packing slips, and the next free place on an A4 sheet."""

import pytest
from django.utils import timezone

from carriers.tests.pdf_reading import read_pages, sizes_of, text_of, texts_of
from integrations.models import ExternalOrder
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from jobs.models import Job
from shipments.models import CustomsItem, Shipment
from shipments.services.imports import order_import
from shipments.services.labels import files, register
from shipments.tests.factories import fill_sender, make_shipment
from shops.models import Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
A6, A4 = (105.0, 148.0), (210.0, 297.0)


@pytest.fixture(autouse=True)
def _with_sender(shop: Shop):
    fill_sender(shop)


def to_zurich(shop: Shop, **fields: object) -> Shipment:
    place = {"country": "CH", "postal_code": "8001", "city": "Zürich", "street": "Bahnhofquai 9", "number": ""}
    row = make_shipment(shop, **(place | {"invoice": "F-1"} | fields))
    CustomsItem.objects.create(
        shipment=row, description="Mug", quantity=2, weight=300, value=1500, hs_code="691200", origin="NL"
    )
    return row


def printed(shop: Shop, owner, layout: str = "a6", start: int = 1, **beside: bool) -> Job:
    rows = shop.shipments.order_by("pk")
    key = f"k{Job.objects.count()}"
    job = register.start_labels(shop, owner, shipments=rows, layout=layout, start=start, key=key, **beside)
    runner.run_due()
    job.refresh_from_db()
    assert job.state == "done", [item.reason for item in job.items.all()]
    return job


def test_papers_for_customs_follow_their_label(shop: Shop, owner):
    home, far = make_shipment(shop), to_zurich(shop)
    pdf = files.label_file(printed(shop, owner)).read_bytes()
    for row in (home, far):
        row.refresh_from_db()
    assert sizes_of(pdf) == [A6] * 6
    words = texts_of(pdf)
    assert "CN 23" in words[2]
    assert ["COMMERCIAL INVOICE" in page for page in words] == [False, False, False, True, True, True]
    assert f"{timezone.localdate():%Y-%m-%d}" in words[3]
    codes = read_pages(pdf)
    assert codes[:3] == [[home.barcode], [far.barcode], [far.barcode]]


def test_a_small_light_parcel_needs_the_short_form_only(shop: Shop, owner):
    to_zurich(shop, package_type="package_small", weight=900)
    words = texts_of(files.label_file(printed(shop, owner)).read_bytes())
    assert len(words) == 2
    assert "CN 22" in words[1]


def test_who_does_not_want_the_papers_gets_the_label_alone(shop: Shop, owner):
    to_zurich(shop)
    assert sizes_of(files.label_file(printed(shop, owner, forms=False)).read_bytes()) == [A6]


def test_on_sheets_of_four_the_papers_cost_no_place(shop: Shop, owner):
    for _n in range(3):
        make_shipment(shop)
    to_zurich(shop)
    make_shipment(shop)
    pdf = files.label_file(printed(shop, owner, "a4")).read_bytes()
    assert sizes_of(pdf) == [A4] * 6
    assert [len(codes) for codes in read_pages(pdf)] == [4, 1, 0, 0, 0, 1]


def test_without_customs_data_nothing_changes_in_the_file(shop: Shop, owner):
    make_shipment(shop)
    job = printed(shop, owner)
    file = files.label_file(job)
    before = file.read_bytes()
    file.unlink()
    assert files.label_file(job).read_bytes() == before


def test_beside_myparcels_own_form_comes_our_invoice(shop: Shop, owner, sandbox: MyParcelSandbox, settings):
    settings.MYPARCEL_API_URL = sandbox.api
    gateway_accounts.save_api_key(shop, sandbox.key)
    to_zurich(shop)
    pdf = files.label_file(printed(shop, owner)).read_bytes()
    assert text_of(pdf).count("COMMERCIAL INVOICE") == 3
    assert sizes_of(pdf)[-3:] == [A4] * 3


@pytest.mark.parametrize(("count", "start", "free"), [(1, 1, 2), (6, 2, 4), (3, 2, 1), (4, 1, 1)])
def test_the_next_labels_start_where_the_sheet_ended(client_for, shop: Shop, owner, count, start, free):
    Shop.objects.update(label_continue=True, label_start=start)
    for _n in range(count):
        make_shipment(shop)
    job = printed(shop, owner, "a4", start)
    shop.refresh_from_db()
    assert shop.label_start == free
    page = client_for(owner).get("/zendingen/labels/", {"shipment": shop.shipments.first().public_id}).content.decode()
    assert ("Je vorige vel hield voor deze plek op." in page) == (free > 1)
    files.label_file(job).unlink()
    Shop.objects.update(label_start=3)
    files.label_file(job)
    shop.refresh_from_db()
    assert shop.label_start == 3, "drawing the same file again uses no new place"


@pytest.mark.parametrize(("continues", "layout"), [(False, "a4"), (True, "a6")])
def test_a_place_is_remembered_only_where_a_sheet_is_used_and_wanted(shop: Shop, owner, continues, layout):
    Shop.objects.update(label_continue=continues, label_start=1)
    make_shipment(shop)
    printed(shop, owner, layout)
    shop.refresh_from_db()
    assert shop.label_start == 1


def test_a_label_with_a_sheet_of_its_own_uses_no_place(shop: Shop, owner, sandbox: MyParcelSandbox, settings):
    settings.MYPARCEL_API_URL = sandbox.api
    gateway_accounts.save_api_key(shop, sandbox.key)
    Shop.objects.update(label_continue=True, label_start=3)
    to_zurich(shop)
    make_shipment(shop)
    printed(shop, owner, "a4", 3)
    shop.refresh_from_db()
    assert shop.label_start == 4


def test_packing_slips_hold_the_pieces_of_each_parcel(client_for, acme: FakePlatform, shop: Shop, owner):
    acme.orders = [make_order(1), make_order(2)]
    connection = make_connection(shop)
    mirror.store_orders(connection, acme.orders)
    order_import.start_import(shop, owner, orders=ExternalOrder.objects.order_by("number"), key="import")
    runner.run_due()
    browser, job = client_for(owner), printed(shop, owner, slips=True)
    page = browser.get(f"/zendingen/taken/{job.public_id}/").content.decode()
    assert "Download 2 pakbonnen" in page
    answer = browser.get(f"/zendingen/taken/{job.public_id}/pakbonnen/")
    assert answer["Content-Type"] == "application/pdf"
    words = texts_of(answer.content)
    assert len(words) == 2
    for row, text in zip(shop.shipments.order_by("pk"), words, strict=True):
        assert f"#{row.reference}" in text
        for line in row.order_lines:
            assert line["name"] in text
    one = shop.shipments.first()
    assert one is not None
    assert f"#{one.reference}" in text_of(browser.get(f"/zendingen/{one.public_id}/pakbon/").content)


def test_packing_slips_are_offered_only_when_asked_for_and_only_to_the_shop(client_for, shop: Shop, rival: Shop, owner):
    row, job = make_shipment(shop), None
    job = printed(shop, owner)
    assert "pakbon" not in client_for(owner).get(f"/zendingen/taken/{job.public_id}/").content.decode()
    stranger = client_for(rival.memberships.get().user)
    assert stranger.get(f"/zendingen/taken/{job.public_id}/pakbonnen/").status_code == 404
    assert stranger.get(f"/zendingen/{row.public_id}/pakbon/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "forms", "slips"), [({}, False, False), ({"customs_forms": "1", "packing_slips": "1"}, True, True)]
)
def test_the_labels_page_asks_what_to_print_along(client_for, shop: Shop, owner, sent, forms, slips):
    row = to_zurich(shop)
    browser = client_for(owner)
    page = browser.get("/zendingen/labels/", {"shipment": row.public_id}).content.decode()
    assert "Douaneformulieren en handelsfactuur" in page
    assert "Pakbonnen op A4" in page
    form = {"shipment": row.public_id, "layout": "a6", "key": "k", "choosing": "1"}
    browser.post("/zendingen/labels/", form | sent)
    job = Job.objects.get()
    assert (job.payload["forms"], job.payload["slips"]) == (forms, slips)


def test_without_a_parcel_to_customs_the_page_asks_nothing_about_it(client_for, shop: Shop, owner):
    row = make_shipment(shop)
    page = client_for(owner).get("/zendingen/labels/", {"shipment": row.public_id}).content.decode()
    assert "Douaneformulieren" not in page
