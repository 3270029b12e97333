"""Parcels to pick-up points: from the order, or chosen in the editor, to the label."""

import html
import re
from dataclasses import replace

import pypdfium2
import pytest
from django.test import Client
from django.utils.translation import override

from carriers.parcels import Address, PickupPoint
from carriers.tests.test_pickup_points import POINT
from integrations.orders import OrderAddress
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.content import POINT_COLUMNS
from shipments.models import Shipment
from shipments.presentation.timeline import route
from shipments.services.csv_files.columns import COLUMNS
from shipments.services.drafts import bulk_edit, create, split
from shipments.services.imports import order_import
from shipments.services.imports.order_to_draft import draft_from_order
from shipments.services.labels import files, packing_slips, register, returns
from shipments.services.pickup_points import find_points
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_pages import edit_form
from shops.models import PackagePreferences, Shop
from shops.services import gateway_accounts
from tests.sandbox_server import MyParcelSandbox

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
AT_ZEIST = OrderAddress(line1="Marktzijde 4", postal_code="3701 ZZ", city="Zeist", country="NL")
CHOOSE = "Kies het afhaalpunt, of een andere manier van bezorgen."


def to_point(shop: Shop, point: PickupPoint = POINT, **fields: object) -> Shipment:
    columns = {column: getattr(point, name) for name, column in POINT_COLUMNS.items()}
    pickup = {"delivery_type": "pickup", "signature": True, "carrier": point.carrier, "email": "hanna@example.com"}
    return make_shipment(shop, **(columns | pickup | fields))


def plan(**preferences: object):
    return draft_from_order(make_order(pickup_point=AT_ZEIST), PackagePreferences(**preferences))


def texts(rows) -> str:
    return " ".join(str(row.text) for row in rows)


@pytest.fixture
def with_key(shop: Shop, sandbox: MyParcelSandbox, settings) -> Shop:
    settings.MYPARCEL_API_URL = sandbox.api
    gateway_accounts.save_api_key(shop, sandbox.key)
    return fill_sender(shop)


def nearest(shop: Shop) -> PickupPoint:
    near = Address(postal_code="3524 KB", number="12", country="NL")
    return find_points(shop.pk, "postnl", near).points[0].point


@pytest.fixture
def merchant(client_for, owner) -> Client:
    return client_for(owner)


def preview(merchant: Client, shipment: Shipment, **changes: str) -> str:
    columns = {column: getattr(shipment, column) for column in POINT_COLUMNS.values()}
    form = edit_form(shipment) | columns | {"delivery_type": shipment.delivery_type, "carrier": shipment.carrier}
    answer = merchant.post(f"/zendingen/{shipment.public_id}/mogelijkheden/", form | changes, headers=HTMX)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def labeled(shop: Shop, owner):
    rows = Shipment.objects.filter(shop=shop, barcode=None).order_by("pk")
    job = register.start_labels(shop, owner, shipments=rows, layout="a6", start=1, key="labels")
    runner.run_due()
    job.refresh_from_db()
    return job


def words(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_an_order_to_a_point_becomes_a_draft_that_waits_for_the_choice_of_it():
    made = plan()
    assert made.content.choice.delivery_type == "pickup"
    recipient = made.content.recipient
    assert (recipient.person, recipient.street, recipient.number) == ("Hanna Vermeulen", "Marktzijde", "4")
    assert (recipient.postal_code, recipient.city, recipient.email) == ("3701 ZZ", "Zeist", "hanna@example.com")
    assert [problem.code for problem in made.problems] == ["pickup_point"]
    assert "Marktzijde 4, 3701 ZZ Zeist" in texts(made.notes)
    assert made.blocked_by == "parcel"


def test_preferences_give_way_to_the_point():
    made = plan(carrier="dhleuroplus", package_type="package", only_recipient=True)
    assert (made.content.choice.carrier, made.content.choice.only_recipient) == ("postnl", False)
    assert plan(package_type="mailbox").content.choice.package_type == "package"


def test_where_no_carrier_has_points_the_draft_is_not_sent_to_the_door_unasked():
    far = replace(AT_ZEIST, country="CH", postal_code="8001", city="Zürich")
    made = draft_from_order(make_order(pickup_point=far), PackagePreferences())
    assert made.content.choice.delivery_type == "pickup"
    assert {"delivery_type", "pickup_point"} <= {problem.code for problem in made.problems}


def test_a_buyer_without_an_own_address_lacks_nothing_but_the_point():
    order = make_order(pickup_point=AT_ZEIST, address=OrderAddress(first_name="Iris", last_name="Haaltzelf"))
    made = draft_from_order(order, PackagePreferences())
    assert made.content.recipient.country == "NL"
    assert [problem.code for problem in made.problems] == ["pickup_point"]
    chosen = replace(made.content, pickup=replace(POINT, carrier="postnl"))
    assert chosen.problems() == ()
    assert "contact_missing" in {
        one.code for one in replace(chosen, recipient=replace(chosen.recipient, email="")).problems()
    }


def test_an_order_with_a_point_is_imported_and_waits(acme: FakePlatform, merchant, with_key, owner):
    shop = with_key
    connection = make_connection(shop)
    PackagePreferences.objects.get_or_create(shop=shop)
    mirror_order(connection, make_order(pickup_point=AT_ZEIST))
    page = merchant.get("/zendingen/importeren/").content.decode()
    assert "De koper koos een afhaalpunt: Marktzijde 4, 3701 ZZ Zeist. Kies een vervoerder die het daar brengt" in page
    assert ">Marktzijde 4, 3701 ZZ Zeist</small>" in page
    assert "Lindelaan" not in page, "the parcel does not go to the buyer's home"
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    draft = Shipment.objects.get()
    assert (draft.delivery_type, draft.pickup, draft.blocked_by) == ("pickup", None, "parcel")
    page = merchant.get(f"/zendingen/{draft.public_id}/bewerken/").content.decode()
    assert CHOOSE in page
    assert 'value="3701 ZZ"' in page, "the search starts at the point in the order"


def ordered_to_a_point(shop: Shop, owner, **changes: object) -> Shipment:
    PackagePreferences.objects.get_or_create(shop=shop)
    connection = make_connection(shop)
    mirror_order(connection, make_order(**({"pickup_point": AT_ZEIST} | changes)))
    order_import.start_import(shop, owner, orders=connection.orders.all(), key="import")
    runner.run_due()
    return Shipment.objects.get()


def test_the_parcel_can_be_delivered_to_the_buyers_home_where_the_shop_knows_it(acme, merchant, with_key, owner):
    draft = ordered_to_a_point(with_key, owner)
    page = preview(merchant, draft)
    assert "Lindelaan 12, 3524 KB Utrecht" in page
    page = preview(merchant, draft, deliver_home="1", layout="split", was_country="NL")
    for name, value in (("street", "Lindelaan"), ("number", "12"), ("postal_code", "3524 KB"), ("city", "Utrecht")):
        assert re.search(f'name="{name}" value="{value}"', page), name
    assert CHOOSE not in page
    assert 'value="Hanna Vermeulen"' in page


def test_no_home_is_offered_where_none_is_known(acme, merchant, with_key, owner):
    draft = ordered_to_a_point(with_key, owner, address=OrderAddress(first_name="Iris", last_name="Haaltzelf"))
    assert "deliver_home" not in preview(merchant, draft)


def test_who_stands_at_the_point_of_the_order_moves_to_the_point_that_is_chosen(acme, merchant, with_key, owner):
    draft = ordered_to_a_point(with_key, owner)
    page = preview(merchant, draft, find_points="1", pickup_near="9712 HN")
    values = [html.unescape(value) for value in re.findall(r'name="choose_point" value="([^"]+)"', page)]
    page = preview(merchant, draft, choose_point=values[2], layout="split", was_country="NL")
    assert 'name="pickup_name" value="Pakketautomaat Station"' in page
    assert 'name="street" value="Stationsplein"' in page
    assert 'value="Hanna Vermeulen"' in page


@pytest.mark.parametrize("place", [AT_ZEIST, OrderAddress()])
def test_an_unclear_pickup_is_offered_and_the_merchant_chooses(place):
    made = draft_from_order(make_order(pickup_point=place, is_pickup_unclear=True), PackagePreferences())
    assert (made.blocked_by, made.content.choice.delivery_type) == ("parcel", "pickup")
    with override("en"):
        assert "does not say whether in your shop or at a parcel point" in texts(made.notes)


def test_a_point_of_which_the_shop_gives_no_address_waits_and_says_so():
    made = draft_from_order(make_order(is_for_pickup_point=True), PackagePreferences())
    assert made.blocked_by == "parcel"
    with override("en"):
        assert "does not say which one" in texts(made.notes)


def test_the_country_of_the_point_decides_about_customs():
    swiss = replace(AT_ZEIST, country="CH", postal_code="8001", city="Zürich")
    made = draft_from_order(make_order(pickup_point=swiss), PackagePreferences())
    assert made.content.customs is not None


def test_a_shop_without_a_key_is_told_that_nobody_can_be_asked(merchant, shop):
    page = preview(merchant, make_shipment(shop), delivery_type="pickup", find_points="1")
    assert "Zonder API-sleutel kunnen we geen vervoerder naar afhaalpunten vragen." in page
    assert "Zoek afhaalpunten" not in page


def test_points_are_listed_with_distance_and_hours_and_chosen(merchant, with_key):
    draft = make_shipment(with_key, email="hanna@example.com")
    page = preview(merchant, draft, delivery_type="pickup", find_points="1", pickup_near="9712 HN")
    for expected in (
        "Boekhandel De Vuurtoren",
        "310 m",
        "2,1 km",
        "Pakketautomaat",
        "maandag",
        "09:00–18:00",
        "Gesloten",
    ):
        assert expected in page
    values = [html.unescape(value) for value in re.findall(r'name="choose_point" value="([^"]+)"', page)]
    page = preview(merchant, draft, delivery_type="pickup", signature="1", choose_point=values[1])
    assert 'name="pickup_name" value="Primera Voorbeeld"' in page
    assert CHOOSE not in page
    columns = dict(re.findall(r'name="(pickup_\w+)" value="([^"]*)"', page))
    form = edit_form(draft, delivery_type="pickup", signature="1") | columns
    assert merchant.post(f"/zendingen/{draft.public_id}/bewerken/", form).status_code == 302
    draft.refresh_from_db()
    assert (draft.pickup.name, draft.pickup.network, draft.blocked_by) == ("Primera Voorbeeld", "PNPNL-01", "")
    assert "Afhaalpunt: Primera Voorbeeld" in str(draft.events.latest("pk").text)


@pytest.mark.parametrize(
    ("switches", "said"),
    [
        ({"fault": "500"}, "antwoordt niet, dus we weten niet welke afhaalpunten er zijn"),
        ({"fault": "429"}, "te vaak naar afhaalpunten gezocht"),
        ({"fault": "401"}, "accepteert de API-sleutel van deze shop niet meer"),
    ],
)
def test_a_search_that_fails_says_why_and_changes_nothing(merchant, with_key, sandbox, switches, said):
    sandbox.set_switches(**switches)
    page = preview(merchant, make_shipment(with_key), delivery_type="pickup", find_points="1")
    assert said in page


def test_another_carrier_or_country_gives_the_point_up_and_says_so(merchant, with_key):
    draft = to_point(with_key)
    page = preview(merchant, draft, carrier="dhlforyou")
    assert "Afhaalpunt Boekhandel De Vuurtoren is van PostNL. Kies een afhaalpunt van DHL For You." in page
    assert 'name="pickup_code" value=""' in page
    page = preview(merchant, draft, country="BE", postal_code="9000", city="Gent")
    assert "ligt in een ander land dan de ontvanger" in page


def test_a_label_to_a_point_goes_there_and_shows_both_addresses(with_key, owner, sandbox: MyParcelSandbox):
    point = nearest(with_key)
    to_point(with_key, point)
    labeled(with_key, owner)
    shipment = Shipment.objects.get()
    assert shipment.status == "registered"
    (sent,) = sandbox.shipments
    assert (sent["options"]["delivery_type"], sent["pickup"]["location_code"]) == (4, point.code)
    assert "3524KB" in shipment.tracking_url
    slip = words(packing_slips.shipment_packing_slip(shipment))
    for expected in ("Lindelaan 12", point.name, "Brugstraat 12"):
        assert expected in slip


def test_a_test_label_shows_both_addresses(shop, owner):
    fill_sender(shop)
    to_point(shop)
    text = words(files.label_file(labeled(shop, owner)).read_bytes())
    for expected in ("Afhaalpunt Boekhandel De Vuurtoren", "9712KA Groningen", "Lindelaan 12"):
        assert expected in text


def test_a_point_that_closed_blocks_nothing_but_its_own_label(with_key, owner, sandbox: MyParcelSandbox):
    point = nearest(with_key)
    closed, other = to_point(with_key, point), make_shipment(with_key)
    sandbox.set_switches(closed_point=point.code)
    job = labeled(with_key, owner)
    refused = job.items.get(shipment=closed)
    assert (
        refused.reason["nl"]
        == "Afhaalpunt: dit afhaalpunt is niet meer beschikbaar. Kies een ander punt in het concept."
    )
    other.refresh_from_db()
    assert other.status == "registered"


def test_a_bulk_edit_gives_the_point_up_with_a_sentence_and_its_undo_puts_it_back(shop, owner):
    draft = to_point(shop)
    planned = bulk_edit.plan_edit(draft, {"carrier": "dhlforyou"})
    assert "is van PostNL" in " ".join(str(text) for text in planned.consequences)
    job = bulk_edit.start_edit(
        shop, owner, shipments=shop.shipments.all(), changes={"carrier": "dhlforyou"}, key="edit"
    )
    runner.run_due()
    draft.refresh_from_db()
    assert (draft.carrier, draft.pickup, draft.blocked_by) == ("dhlforyou", None, "parcel")
    job.refresh_from_db()
    bulk_edit.start_undo(job, owner)
    runner.run_due()
    draft.refresh_from_db()
    assert (draft.carrier, draft.pickup) == ("postnl", POINT)


def test_a_bulk_edit_of_something_else_keeps_the_point(shop, owner):
    draft = to_point(shop)
    bulk_edit.start_edit(shop, owner, shipments=shop.shipments.all(), changes={"insurance": 10_000}, key="edit")
    runner.run_due()
    draft.refresh_from_db()
    assert (draft.insurance, draft.pickup) == (10_000, POINT)


def test_a_split_and_a_copy_go_to_the_same_point_and_a_return_to_none(shop, owner):
    fill_sender(shop)
    draft = to_point(shop)
    assert create.duplicate(draft, by=owner).pickup == POINT
    parts = split.split_draft(draft, by=owner, version=1, parts=split.even_split(draft, 2))
    assert [part.pickup for part in parts] == [POINT, POINT]
    labeled(shop, owner)
    draft.refresh_from_db()
    made = returns.create_return(draft, by=owner)
    assert (made.pickup, made.delivery_type) == (None, "standard")


def test_lists_details_the_timeline_and_the_file_name_the_point(merchant, shop):
    shipment = to_point(shop, status="at_pickup_point", barcode="3S1", tracking_status="ready_for_pickup")
    assert "Boekhandel De Vuurtoren" in merchant.get("/zendingen/?tab=all").content.decode()
    detail = merchant.get(f"/zendingen/{shipment.public_id}/").content.decode()
    assert "Brugstraat 12, 9712KA Groningen" in detail
    assert str(route(shipment)[-1].name) == "Bij Boekhandel De Vuurtoren"
    row = {column.key: column.value(shipment) for column in COLUMNS}
    assert row["pickup_point"] == "Boekhandel De Vuurtoren, Brugstraat 12, 9712KA Groningen"
    assert str(row["delivery_type"]) == "Afhaalpunt"
