"""What the buyer chose travels with the article: from the order to the import page, the parcel, its slip and row."""

import csv
import io
from decimal import Decimal

import pytest

from carriers.tests.pdf_reading import text_of
from integrations.models import ExternalOrder
from integrations.orders import OrderLine, SoldAmount
from integrations.services import mirror
from integrations.tests.factories import make_connection
from integrations.tests.fake_platform import FakePlatform, make_order
from jobs import runner
from shipments.content import ShipmentLine
from shipments.models import Shipment
from shipments.services.csv_files.columns import COLUMNS
from shipments.services.csv_files.file_export import as_csv
from shipments.services.drafts.split import ParcelShare, split_draft
from shipments.services.imports import order_changes, order_import
from shipments.tests.factories import make_shipment
from shops.models import Shop

GREEN = OrderLine("1", "Trui Noord", 2, "T-1", weight=600, choices=(("Maat", "M"), ("Kleur", "Groen")))
SAND = OrderLine("2", "Trui Noord", 1, "T-2", weight=600, choices=(("Maat", "XL"), ("Kleur", "Zand")))
GIFT = OrderLine("3", "Cadeaubox", 1, "C-1", weight=800, choices=(("Inpakken", "2× Papier met ster"), ("", "Spoed")))
FABRIC = OrderLine(
    "4", "Linnen", 1, "L-1", weight=200, amount=SoldAmount(Decimal("2.50"), "m", "2,5 meter aan één stuk")
)
PLAIN = OrderLine("5", "Mok", 3, "M-1", weight=300)
ALL = (GREEN, SAND, GIFT, FABRIC, PLAIN)


@pytest.fixture
def shown(acme: FakePlatform, shop: Shop, owner, client_for):
    """Imports an order of these lines and returns a browser and the parcel."""

    def imported(*lines: OrderLine) -> tuple:
        make_connection(shop)
        mirror.store_orders(shop.connections.get(), [make_order(20_001, lines=lines)])
        order_import.start_import(shop, owner, orders=ExternalOrder.objects.all(), key="import")
        runner.run_due()
        return client_for(owner), shop.shipments.get()

    return imported


def words(answer) -> str:
    return " ".join(answer.content.decode().split()).replace(" </li>", "</li>")


def test_the_import_page_shows_the_choices_under_each_article(client_for, acme: FakePlatform, shop: Shop, owner):
    mirror.store_orders(make_connection(shop), [make_order(20_001, lines=ALL), make_order(20_002, lines=(PLAIN,))])
    page = words(client_for(owner).get("/zendingen/importeren/"))
    for text in (
        "2× Trui Noord",
        "Maat: M",
        "Kleur: Groen",
        "1× Trui Noord",
        "Maat: XL",
        "Kleur: Zand",
        "2,5 m Linnen",
    ):
        assert text in page
    assert "Inpakken: 2× Papier met ster" in page
    assert page.index("Maat: M") < page.index("Kleur: Groen") < page.index("Maat: XL") < page.index("Kleur: Zand")
    assert "<small>3× Mok</small>" in page


def test_the_parcel_the_editor_the_split_page_and_the_slip_show_them(shown):
    browser, parcel = shown(*ALL)
    for path in ("bewerken/", "splitsen/", ""):
        if not path:
            Shipment.objects.update(status="registered")
        page = words(browser.get(f"/zendingen/{parcel.public_id}/{path}"))
        for text in ("Maat: M", "Kleur: Groen", "Maat: XL", "Kleur: Zand", "Inpakken: 2× Papier met ster", "Spoed"):
            assert text in page, (path, text)
        assert "2,5 m Linnen" in page
        assert "2,5 meter aan één stuk" in page
        assert "3× Mok" in page
    slip = " ".join(text_of(browser.get(f"/zendingen/{parcel.public_id}/pakbon/").content).split())
    for text in ("Maat: M", "Kleur: Groen", "Maat: XL", "Kleur: Zand", "2× Papier met ster", "2,5 m", "3 ×"):
        assert text in slip


def test_an_article_without_choices_has_no_line_or_heading_for_them(shown):
    browser, parcel = shown(PLAIN)
    Shipment.objects.update(status="registered")
    page = words(browser.get(f"/zendingen/{parcel.public_id}/"))
    assert "<li>3× Mok</li>" in page
    assert parcel.order_lines == [{"id": "5", "pieces": 3, "name": "Mok", "sku": "M-1", "weight": 300}]


def test_a_stored_line_from_before_choices_is_shown_as_before(client_for, shop: Shop, owner):
    parcel = make_shipment(
        shop, order_lines=[{"id": "5", "pieces": 3, "name": "Mok", "sku": "M-1"}], status="registered"
    )
    assert parcel.lines == (ShipmentLine("5", 3, "Mok", "M-1"),)
    assert "<li>3× Mok</li>" in words(client_for(owner).get(f"/zendingen/{parcel.public_id}/"))


def test_a_csv_export_has_a_column_of_articles_with_their_choices(shown):
    _browser, parcel = shown(GREEN, FABRIC)
    (column,) = [column for column in COLUMNS if column.key == "items"]
    assert column.value(parcel) == ("2× Trui Noord (Maat: M, Kleur: Groen); 2,5 m Linnen (2,5 meter aan één stuk)")
    assert not column.is_read


def test_every_part_of_a_split_parcel_keeps_the_choices(shown, owner):
    _browser, parcel = shown(GREEN, SAND)
    parts = [ParcelShare({"1": 1}, 600), ParcelShare({"1": 1, "2": 1}, 1200)]
    first, second = split_draft(parcel, by=owner, version=parcel.version, parts=parts)
    assert [line.chosen for line in first.lines] == [("Maat: M", "Kleur: Groen")]
    assert [line.chosen for line in second.lines] == [("Maat: M", "Kleur: Groen"), ("Maat: XL", "Kleur: Zand")]


def change_choice(shop: Shop, **changes: object) -> Shipment:
    lines = (OrderLine("1", "Trui Noord", 2, "T-1", weight=600, choices=(("Maat", "L"), ("Kleur", "Groen"))),)
    Shipment.objects.update(**changes)
    order = make_order(20_001, lines=lines, updated_at=make_order(20_060).updated_at)
    mirror.store_orders(shop.connections.get(), [order])
    order_changes.apply_due()
    return shop.shipments.get()


def test_a_draft_follows_another_choice_and_an_edited_one_says_so(shown, shop: Shop):
    shown(GREEN)
    assert change_choice(shop).lines[0].chosen == ("Maat: L", "Kleur: Groen")


def test_an_edited_draft_is_told_of_another_choice(shown, shop: Shop, owner):
    _browser, parcel = shown(GREEN)
    changed = change_choice(shop, edited_at=parcel.created_at)
    assert changed.order_alert == "edited"
    assert changed.lines[0].chosen == ("Maat: M", "Kleur: Groen")


def test_a_fingerprint_from_before_choices_gives_no_alert(shown, shop: Shop):
    _browser, parcel = shown(GREEN)
    before = {name: value for name, value in parcel.order_fingerprint.items() if name != "choices"}
    assert change_choice(shop, edited_at=parcel.created_at, order_fingerprint=before).order_alert == ""


def test_the_file_of_an_export_is_still_one_row_per_parcel(shown):
    _browser, parcel = shown(GREEN, SAND)
    text = as_csv([[column.value(parcel) for column in COLUMNS]], "nl")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == 1
