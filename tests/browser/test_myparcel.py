"""A merchant pastes the key of MyParcel, makes labels there, and follows a parcel to its buyer's door."""

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import SEATS, violations
from tests.browser.walks import fill_in_sender, finished, grant_consent, sign_in
from tests.stack import Stack, eventually

pytestmark = pytest.mark.browser
SITE = "Atelier Voorbeeld"


def test_a_key_labels_a_journey_and_the_buyers_page(watched: Page, stack: Stack, picture):
    page = watched
    sign_in(page, stack)
    fill_in_sender(page, stack)
    a_good_key_shows_only_its_end(page, stack, picture)
    grant_consent(page, stack, SITE)
    one_order_is_imported(page, stack)
    barcode = its_label_comes_from_myparcel(page, stack)
    the_journey_is_followed(page, stack, barcode, picture)
    the_buyer_follows_without_an_account(page, stack, picture)
    a_return_label_belongs_to_it(page, stack, barcode)


def test_after_a_wrong_key_one_press_sends_the_right_one(page: Page, stack: Stack):
    sign_in(page, stack)
    page.goto(f"{stack.base}/instellingen/algemeen/")
    page.get_by_label("API-sleutel").fill("0123456789abcdef")
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text("MyParcel accepteert deze sleutel niet.")).to_be_visible()
    page.get_by_label("API-sleutel").fill(stack.ask("/sandbox/myparcel/account.json")["apiKey"])
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text("De sleutel werkt.").first).to_be_visible()
    page.get_by_role("button", name="Verwijder sleutel").click()
    expect(page.get_by_text("maakt deze shop testlabels")).to_be_visible()


def a_good_key_shows_only_its_end(page: Page, stack: Stack, picture) -> None:
    page.goto(f"{stack.base}/instellingen/algemeen/")
    expect(page.get_by_text("maakt deze shop testlabels")).to_be_visible()
    key = stack.ask("/sandbox/myparcel/account.json")["apiKey"]
    page.get_by_label("API-sleutel").fill(key)
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text(f"eindigt op {key[-4:]}").first).to_be_visible()
    assert key not in page.content()
    picture("myparcel-sleutel")


def one_order_is_imported(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.base}/zendingen/importeren/")
    eventually(lambda: page.reload() and page.locator("tbody tr").count() > 20)
    page.get_by_role("searchbox").fill("10202")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Importeer order #10202").click()
    expect(page.get_by_role("link", name="Zending #10202")).to_be_visible()


def its_label_comes_from_myparcel(page: Page, stack: Stack) -> str:
    page.goto(f"{stack.base}/zendingen/?tab=concepten&zoek=10202")
    page.get_by_label("Selecteer alle zendingen op deze pagina").check()
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("button", name="Download 1 label").click()
    finished(page, "1 van de 1 labels gemaakt")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download \d+ label")).click()
    text = pypdfium2.PdfDocument(io.BytesIO(download.value.path().read_bytes()))[0].get_textpage().get_text_bounded()
    assert "MYPARCEL STAND-IN" in text
    (sent,) = [row for row in stack.ask("/sandbox/myparcel/state.json")["shipments"] if row["barcode"] in text]
    barcode: str = sent["barcode"]
    return barcode


@pytest.mark.parametrize("seat", SEATS)
def test_the_pages_about_a_parcel_keep_nobody_out(browser: Browser, stack: Stack, seat: str):
    page = browser.new_context(locale="nl-NL", **SEATS[seat]).new_page()
    sign_in(page, stack)
    page.goto(f"{stack.base}/instellingen/")
    page.get_by_role("button", name="Instellingen Studio Tweede").click()
    page.goto(f"{stack.base}/instellingen/algemeen/")
    found = violations(page)
    page.goto(f"{stack.base}/zendingen/?tab=onderweg")
    page.goto(stack.base + str(page.locator("tbody .cell-link").first.get_attribute("href")))
    found += violations(page)
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("link", name="Volgpagina voor de koper").click()
    found += violations(page)
    page.goto(f"{stack.base}/zendingen/?tab=printen")
    page.goto(stack.base + str(page.locator("tbody .cell-link").first.get_attribute("href")))
    page.get_by_role("button", name="Meer acties").click()
    page.get_by_role("link", name="Annuleer label").click()
    expect(page.get_by_role("dialog")).to_contain_text("Dit label is nooit gescand, dus het kost niets.")
    found += violations(page)
    page.goto(f"{stack.base}/zendingen/?tab=concepten")
    page.goto(stack.base + str(page.locator("tbody .cell-link").first.get_attribute("href")))
    page.goto(page.url.replace("/bewerken/", "/splitsen/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Splits in meerdere pakketten")
    found += violations(page)
    page.context.close()
    assert found == []


def the_journey_is_followed(page: Page, stack: Stack, barcode: str, picture) -> None:
    for status in (3, 5):
        stack.ask("/sandbox/myparcel/move", {"barcode": barcode, "status": status})
    stack.manage("refresh_tracking")
    page.goto(f"{stack.base}/zendingen/?zoek=10202")
    page.get_by_role("link", name="#10202").first.click()
    expect(page.get_by_text("Overhandigd aan de vervoerder")).to_be_visible()
    expect(page.get_by_text("Wordt bezorgd").first).to_be_visible()
    page.get_by_role("button", name="Meer acties").click()
    expect(page.get_by_role("link", name="Annuleer label")).to_have_count(0)
    picture("zending-gevolgd")


def the_buyer_follows_without_an_account(page: Page, stack: Stack, picture) -> None:
    address = page.get_by_role("link", name="Volgpagina voor de koper").get_attribute("href")
    stranger = page.context.browser.new_context(locale="nl-NL").new_page()
    stranger.goto(f"{stack.base}{address}")
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Wordt bezorgd")
    stranger.get_by_role("link", name="English").click()
    expect(stranger.get_by_text("Your parcel is on its way.")).to_be_visible()
    stranger.context.close()


def a_return_label_belongs_to_it(page: Page, stack: Stack, barcode: str) -> None:
    page.get_by_role("button", name="Maak retourlabel").click()
    expect(page.get_by_text("Het retourlabel is klaar.")).to_be_visible()
    expect(page.get_by_role("link", name=f"Het pakket dat heenging {barcode}")).to_be_visible()
