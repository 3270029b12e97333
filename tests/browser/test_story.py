"""The main task from end to end: paid Wix orders become labels, and Wix gets the tracking numbers."""

import io
import re
from urllib.parse import quote

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from tests.browser.demos import NEW_SHOP, Demo
from tests.browser.steps import (
    expect_job_finished,
    fill_in_sender,
    grant_consent,
    ignore_earlier_jobs,
    save_key,
    select_all,
    select_all_pages,
    sign_in_with_the_form,
    wait_until_pushed,
)
from tests.stack import eventually

pytestmark = pytest.mark.browser


def test_a_newcomer_ships_the_orders_of_a_wix_shop(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in_with_the_form(page, demo)
    the_first_visit_shows_what_is_left_to_do(page)
    picture("dashboard")
    fill_in_sender(page, demo)
    save_key(page, demo)
    without_a_connection_nothing_can_be_imported(page, demo)
    cancelling_at_wix_connects_nothing(page, demo)
    a_site_without_a_store_is_refused(page, demo)
    connecting_shows_site_and_synchronisation(page, demo)
    picture("wix")
    preferences_only_offer_what_exists(page, demo)
    picture("pakketvoorkeuren")
    one_order_and_then_all_are_imported(page, demo, picture)
    a_parcel_outside_the_eu_waits_for_customs_data(page, demo, picture)
    pdf = labels_come_down_as_one_file(page, demo, picture)
    wix_hears_about_every_label(page, demo, barcodes_of(pdf))
    revoking_leaves_nothing_behind(page, demo)


def the_first_visit_shows_what_is_left_to_do(page: Page) -> None:
    expect(page.get_by_role("heading", name="Voor je eerste label: vier stappen")).to_be_visible()
    expect(page.get_by_text("0 van 4 klaar.")).to_be_visible()


def without_a_connection_nothing_can_be_imported(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/zendingen/")
    expect(page.get_by_role("link", name="Importeer externe orders")).to_have_count(0)
    page.goto(f"{demo.base}/zendingen/importeren/")
    expect(page.get_by_text("Koppel eerst een webshop")).to_be_visible()


def cancelling_at_wix_connects_nothing(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/integratie/wix/")
    page.get_by_role("button", name="Geef toestemming").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Koppelen afgebroken.")).to_be_visible()
    expect(page.get_by_text("Niet verbonden", exact=True)).to_be_visible()


def a_site_without_a_store_is_refused(page: Page, demo: Demo) -> None:
    grant_consent(page, demo, "Blog zonder winkel")
    expect(page.get_by_text("Installeer Wix Stores op de site")).to_be_visible()


def connecting_shows_site_and_synchronisation(page: Page, demo: Demo) -> None:
    grant_consent(page, demo, demo.site)
    expect(page.get_by_role("heading", name=demo.site, level=2)).to_be_visible()
    expect(page.get_by_text("Verbonden sinds")).to_be_visible()
    expect(page.get_by_text("Nog niet; de eerste is bezig.")).to_have_count(0)
    expect(page.get_by_text("Laatste synchronisatie")).to_be_visible()


def preferences_only_offer_what_exists(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/instellingen/")
    page.get_by_role("button", name=f"Instellingen {NEW_SHOP}").click()
    expect(page.get_by_role("heading", name="Pakketvoorkeuren")).to_be_visible()
    page.get_by_text("Brievenbuspakje", exact=True).click()
    expect(page.get_by_label("Handtekening voor ontvangst")).to_be_disabled()
    expect(page.get_by_text("Niet mogelijk bij Brievenbuspakje.").first).to_be_visible()
    page.get_by_text("DHL For You", exact=True).click()
    expect(page.get_by_text("dat kan alleen met PostNL als standaard vervoerder")).to_be_visible()
    page.get_by_text("PostNL", exact=True).click()
    page.get_by_text("Pakket", exact=True).click()
    expect(page.get_by_label("Handtekening voor ontvangst")).to_be_enabled()
    page.get_by_label("Handtekening voor ontvangst").check()
    expect(page.get_by_text("Niet-bewaarde wijzigingen")).to_be_visible()
    page.get_by_role("button", name="Bewaar voorkeuren").click()
    expect(page.get_by_text("Pakketvoorkeuren bewaard.")).to_be_visible()


def one_order_and_then_all_are_imported(page: Page, demo: Demo, picture) -> None:
    page.goto(f"{demo.base}/zendingen/")
    page.get_by_role("link", name="Importeer externe orders").click()
    expect(page.get_by_text("Per order valt er voor het importeren niets te kiezen")).to_be_visible()
    expect(page.locator("tbody tr").nth(20)).to_be_visible()
    picture("orders-importeren")
    page.get_by_role("searchbox").fill("10201")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Importeer order #10201").click()
    expect(page.get_by_role("link", name="Zending #10201")).to_be_visible()
    page.goto(f"{demo.base}/zendingen/importeren/")
    select_all(page, "orders")
    select_all_pages(page)
    ignore_earlier_jobs(page)
    page.get_by_role("button", name=re.compile(r"Importeer (selectie|\d+ orders)")).click()
    expect_job_finished(page, "orders geïmporteerd")
    expect(page.locator(".runner__figures")).to_contain_text("0 mislukt")
    picture("geimporteerd")


def a_parcel_outside_the_eu_waits_for_customs_data(page: Page, demo: Demo, picture) -> None:
    page.goto(f"{demo.base}/zendingen/?q=10235")
    expect(page.get_by_text("Douane nodig")).to_be_visible()
    page.get_by_role("link", name="Bewerk MyParcel conceptzending #10235").click()
    expect(page.get_by_role("heading", name="Bewerk MyParcel conceptzending")).to_be_visible()
    page.get_by_label("HS-code").first.fill("6912 00 1000")
    page.get_by_label("Herkomst").first.fill("NL")
    page.get_by_label("Euro p/st").first.fill("49,50")
    picture("bewerken")
    page.get_by_role("button", name="Bewaar concept").click()
    expect(page.locator("#save-status")).to_have_text(re.compile(r"Bewaard om \d\d:\d\d"))
    expect(page.get_by_role("button", name="Bewaar en maak label")).not_to_have_attribute("aria-disabled", "true")


def labels_come_down_as_one_file(page: Page, demo: Demo, picture) -> bytes:
    page.goto(f"{demo.base}/zendingen/?tab=drafts")
    picture("zendingen")
    select_all(page)
    select_all_pages(page)
    page.get_by_role("button", name="Download labels").click()
    expect(page.get_by_text("zendingen doen niet mee.")).to_be_visible()
    page.get_by_text("A4, vier labels per vel").click()
    page.locator(".sheet__pos", has=page.get_by_label("Begin op positie 3, linksonder")).click()
    expect(page.get_by_label("Begin op positie 3, linksonder")).to_be_checked()
    picture("labels-printen")
    page.get_by_role("button", name=re.compile(r"Download \d+ labels")).click()
    expect_job_finished(page, "labels gemaakt")
    expect(page.get_by_text("Niet gelukt").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download \d+ labels")).click()
    return download.value.path().read_bytes()


def barcodes_of(pdf: bytes) -> set[str]:
    """Every barcode a scanner reads in the file."""
    found: set[str] = set()
    for sheet in pypdfium2.PdfDocument(io.BytesIO(pdf)):
        image = sheet.render(scale=203 / 72).to_pil()
        found |= {code.text for code in zxingcpp.read_barcodes(image)}
    return found


def wix_hears_about_every_label(page: Page, demo: Demo, barcodes: set[str]) -> None:
    assert len(barcodes) > 40
    numbers = lambda: {  # noqa: E731 - asked again and again
        row["trackingInfo"]["trackingNumber"]
        for row in demo.ask(f"/sandbox/state.json?site={quote(demo.site)}")["fulfillments"]
        if "trackingInfo" in row
    }
    eventually(lambda: numbers() == barcodes, 60)
    state = demo.ask(f"/sandbox/state.json?site={quote(demo.site)}&number=10201")
    assert state["orders"][0]["fulfillmentStatus"] == "FULFILLED"
    assert [mail["subject"] for mail in state["mails"]] == ["Shipping confirmation for order #10201"]
    wait_until_pushed(page, f"{demo.base}/zendingen/?q=10201")
    page.goto(f"{demo.base}/zendingen/?q=10201")
    expect(page.get_by_text("Bijgewerkt")).to_have_count(1)
    page.goto(f"{demo.sandbox}/mails")
    own = page.get_by_role("row").filter(has=page.get_by_role("cell", name=demo.site, exact=True))
    own.get_by_role("link", name="Shipping confirmation for order #10201").click()
    expect(page.get_by_role("heading", name="Shipping confirmation")).to_be_visible()


def revoking_leaves_nothing_behind(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/integratie/wix/")
    page.get_by_role("link", name="Trek toestemming in").click()
    expect(page.get_by_text("De app blijft in Wix staan.")).to_be_visible()
    page.get_by_role("button", name="Trek toestemming in").click()
    expect(page.get_by_text("Niet verbonden", exact=True)).to_be_visible()
    page.goto(f"{demo.base}/zendingen/")
    expect(page.get_by_role("link", name="Importeer externe orders")).to_have_count(0)
    expect(page.locator("tbody tr").nth(20)).to_be_visible()
