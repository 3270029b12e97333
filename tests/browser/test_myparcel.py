"""A merchant saves a MyParcel key, makes labels, and follows a parcel to its delivery."""

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.demos import Demo
from tests.browser.steps import (
    expect_job_finished,
    fill_in_sender,
    first_row_path,
    grant_consent,
    select_all,
    sign_in,
    sign_in_to_busy_shop,
    wait_for_orders,
)

pytestmark = pytest.mark.browser


def test_a_key_labels_a_journey_and_the_buyers_page(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in(page, demo)
    fill_in_sender(page, demo)
    a_good_key_shows_only_its_end(page, demo, picture)
    grant_consent(page, demo, demo.site)
    one_order_is_imported(page, demo)
    barcode = its_label_comes_from_myparcel(page, demo)
    the_journey_is_followed(page, demo, barcode, picture)
    the_buyer_follows_without_an_account(page, demo, picture)
    a_return_label_belongs_to_it(page, demo, barcode)


def test_after_a_wrong_key_one_press_sends_the_right_one(page: Page, demo: Demo):
    sign_in(page, demo, "/instellingen/algemeen/")
    page.get_by_label("API-sleutel").fill("0123456789abcdef")
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text("MyParcel accepteert deze sleutel niet.")).to_be_visible()
    page.get_by_label("API-sleutel").fill(demo.ask("/sandbox/myparcel/account.json")["apiKey"])
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text("De sleutel werkt.").first).to_be_visible()
    page.get_by_role("button", name="Verwijder sleutel").click()
    expect(page.get_by_text("maakt deze shop testlabels")).to_be_visible()


def a_good_key_shows_only_its_end(page: Page, demo: Demo, picture) -> None:
    page.goto(f"{demo.base}/instellingen/algemeen/")
    expect(page.get_by_text("maakt deze shop testlabels")).to_be_visible()
    key = demo.ask("/sandbox/myparcel/account.json")["apiKey"]
    page.get_by_label("API-sleutel").fill(key)
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text(f"eindigt op {key[-4:]}").first).to_be_visible()
    assert key not in page.content()
    picture("myparcel-sleutel")


def one_order_is_imported(page: Page, demo: Demo) -> None:
    wait_for_orders(page, demo)
    expect(page.locator("tbody tr").nth(20)).to_be_visible()
    page.get_by_role("searchbox").fill("10202")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Importeer order #10202").click()
    expect(page.get_by_role("link", name="Zending #10202")).to_be_visible()


def its_label_comes_from_myparcel(page: Page, demo: Demo) -> str:
    page.goto(f"{demo.base}/zendingen/?tab=drafts&q=10202")
    select_all(page)
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("button", name="Download 1 label").click()
    expect_job_finished(page, "1 label gemaakt")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download \d+ label")).click()
    text = pypdfium2.PdfDocument(io.BytesIO(download.value.path().read_bytes()))[0].get_textpage().get_text_bounded()
    assert "MYPARCEL SANDBOX" in text
    (sent,) = [row for row in demo.ask("/sandbox/myparcel/state.json")["shipments"] if row["barcode"] in text]
    barcode: str = sent["barcode"]
    return barcode


def test_the_pages_of_a_parcel_pass_the_accessibility_checks(device: Page, demo: Demo):
    page = device
    sign_in_to_busy_shop(page, demo, "/instellingen/algemeen/")
    found = violations(page)
    page.goto(f"{demo.base}/zendingen/?tab=in_transit")
    page.goto(demo.base + first_row_path(page))
    found += violations(page)
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("link", name="Volgpagina voor de koper").click()
    found += violations(page)
    page.goto(f"{demo.base}/zendingen/?tab=to_print")
    page.goto(demo.base + first_row_path(page))
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("link", name="Annuleer label").click()
    expect(page.get_by_role("dialog")).to_contain_text("Dit label is nooit gescand, dus het kost niets.")
    found += violations(page)
    page.goto(f"{demo.base}/zendingen/?tab=drafts")
    page.goto(demo.base + first_row_path(page))
    page.goto(page.url.replace("/bewerken/", "/splitsen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Splits in meerdere pakketten")
    found += violations(page)
    assert found == []


def the_journey_is_followed(page: Page, demo: Demo, barcode: str, picture) -> None:
    for status in (3, 5):
        demo.ask("/sandbox/myparcel/move", {"barcode": barcode, "status": status})
    demo.manage("refresh_tracking")
    page.goto(f"{demo.base}/zendingen/?q=10202")
    page.get_by_role("link", name="#10202").first.click()
    expect(page.get_by_text("Overhandigd aan de vervoerder")).to_be_visible()
    expect(page.get_by_text("Wordt bezorgd").first).to_be_visible()
    page.get_by_role("button", name="Meer acties").click()
    expect(page.get_by_role("link", name="Annuleer label")).to_have_count(0)
    picture("zending-gevolgd")


def the_buyer_follows_without_an_account(page: Page, demo: Demo, picture) -> None:
    address = page.get_by_role("link", name="Volgpagina voor de koper").get_attribute("href")
    stranger = page.context.browser.new_context(locale="nl-NL").new_page()
    stranger.goto(f"{demo.base}{address}")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Wordt bezorgd")
    stranger.get_by_role("link", name="English").click()
    expect(stranger.get_by_text("Your parcel is on its way.")).to_be_visible()
    stranger.context.close()


def a_return_label_belongs_to_it(page: Page, demo: Demo, barcode: str) -> None:
    page.get_by_role("button", name="Maak retourlabel").click()
    expect(page.get_by_text("Het retourlabel is klaar.")).to_be_visible()
    expect(page.get_by_role("link", name=f"Het pakket dat heenging {barcode}")).to_be_visible()
