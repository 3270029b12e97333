"""The lists: files, filters, selections, shortcuts, search, scanning and the way back."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.demos import BUSY_SHOP, Demo
from tests.browser.steps import (
    delay_labels,
    end_session,
    expect_job_finished,
    ignore_earlier_jobs,
    kept_scans,
    late_label,
    offline,
    scan,
    select_all,
    select_all_pages,
    sign_in,
    tab_to,
    wait_until_ready,
)

pytestmark = pytest.mark.browser
LINES = 120


@pytest.fixture
def desk(strict_page: Page, demo: Demo) -> Page:
    demo.enter(strict_page.context, BUSY_SHOP)
    return strict_page


def a_file() -> bytes:
    """Many good lines, and one with a mistake."""
    lines = ["referentie;naam;straat;huisnummer;postcode;plaats;gewicht (gram)"]
    lines += [f"B{n:03};Koper {n:03};Lindelaan;{n};3524 KB;Utrecht;700" for n in range(1, LINES + 1)]
    return "\n".join([*lines, "FOUT;Bo;Weg;1;1234 AB;Ede;zwaar"]).encode()


def rows(page: Page) -> Locator:
    return page.locator("[data-rows] > tr")


def row_of(page: Page, demo: Demo, reference: str) -> Locator:
    page.goto(f"{demo.base}/zendingen/?q={reference}")
    expect(rows(page)).to_have_count(1)
    return rows(page).first


def test_a_file_comes_in_after_a_look_and_goes_out_again(desk: Page, demo: Demo, picture):
    desk.goto(f"{demo.base}/zendingen/bestand/")
    desk.get_by_label("CSV-bestand").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": a_file()})
    desk.get_by_role("button", name="Toon de regels").click()
    expect(desk.get_by_role("heading", name=f"{LINES} regels worden conceptzendingen")).to_be_visible()
    expect(desk.get_by_text("Vul een geheel getal in")).to_be_visible()
    picture("bestand-voorbeeld")
    desk.get_by_role("button", name=f"Importeer {LINES} zendingen").click()
    expect_job_finished(desk, f"{LINES} van de {LINES + 1} zendingen geïmporteerd")
    expect(desk.get_by_text("Regel 122, Gewicht (gram)")).to_be_visible()
    desk.goto(f"{demo.base}/zendingen/?q=koper")
    select_all(desk)
    select_all_pages(desk)
    expect(desk.locator("[data-select-count]")).to_have_text(str(LINES))
    desk.get_by_role("button", name="Exporteer CSV").click()
    expect_job_finished(desk, f"{LINES} van de {LINES} zendingen in het bestand")
    desk.get_by_role("link", name="Downloads").click()
    picture("downloads")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Download Exporteer zendingen").first.click()
    text = download.value.path().read_text("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text), delimiter=";"))) == LINES


def test_filters_live_in_the_address_and_survive_back_and_reload(desk: Page, demo: Demo):
    desk.goto(f"{demo.base}/zendingen/")
    before, found = rows(desk).count(), 10  # Koper 001 to 009, and 100
    field = desk.get_by_role("searchbox", name="Zoek in deze lijst")
    field.click()
    desk.keyboard.type("koper 00")
    expect(rows(desk)).to_have_count(found)
    expect(field).to_be_focused()
    expect(desk).to_have_url(re.compile(r"/\?q=koper(\+|%20)00$"))
    desk.get_by_label("Bestemming").select_option("be")
    expect(desk.get_by_role("heading", name="Geen zendingen gevonden voor “koper 00”")).to_be_visible()
    desk.go_back()
    expect(rows(desk)).to_have_count(found)
    expect(field).to_have_value("koper 00")
    desk.reload()
    expect(rows(desk)).to_have_count(found)
    desk.get_by_role("link", name="Wis filters").click()
    expect(rows(desk)).to_have_count(before)
    desk.get_by_role("link", name="Ouder").click()
    expect(desk).to_have_url(re.compile("after="))
    expect(desk.locator("#older, #newer").first).to_be_visible()
    desk.get_by_role("link", name="Nieuwer").click()
    expect(desk.locator("#newer")).to_have_attribute("aria-disabled", "true")
    expect(rows(desk)).to_have_count(50)
    desk.locator("#tab-drafts").click()
    expect(desk).to_have_url(re.compile("tab=drafts"))
    expect(desk.locator("#tab-drafts")).to_be_focused()
    desk.get_by_role("button", name="Bewaarde filters").click()
    desk.get_by_label("Naam van dit filter").fill("Mijn concepten")
    desk.get_by_role("button", name="Bewaar", exact=True).click()
    desk.goto(f"{demo.base}/zendingen/")
    desk.get_by_role("button", name="Bewaarde filters").click()
    desk.get_by_role("link", name="Mijn concepten").click()
    expect(desk).to_have_url(re.compile("tab=drafts"))


def test_all_that_match_are_edited_after_a_preview_and_undone(desk: Page, demo: Demo, picture):
    desk.goto(f"{demo.base}/zendingen/?q=koper")
    select_all(desk)
    expect(desk.locator("[data-select-count]")).to_have_text("50")
    select_all_pages(desk)
    expect(desk.locator("[data-select-count]")).to_have_text(str(LINES))
    rows(desk).first.locator(".check").uncheck()
    expect(desk.locator("[data-select-count]")).to_have_text("49")
    select_all(desk)
    desk.goto(f"{demo.base}/zendingen/?q=koper&select=all")
    desk.get_by_role("button", name="Bewerk", exact=True).click()
    expect(desk.get_by_role("heading", name=f"Bewerk {LINES} concepten")).to_be_visible()
    desk.get_by_label("Pakkettype").select_option("mailbox")
    desk.get_by_role("button", name="Laat zien wat er gebeurt").click()
    expect(desk.get_by_role("heading", name=f"{LINES} concepten veranderen")).to_be_focused()
    picture("bulk-bewerken")
    desk.get_by_role("button", name=f"Wijzig {LINES} concepten").click()
    expect_job_finished(desk, f"{LINES} van de {LINES} concepten gewijzigd")
    edited = desk.url
    desk.get_by_role("button", name="Ongedaan maken").click()
    expect(desk).not_to_have_url(edited)
    expect_job_finished(desk, f"{LINES} van de {LINES} concepten gewijzigd")
    expect(row_of(desk, demo, "B001")).to_contain_text("Pakket")


def test_the_keyboard_walks_selects_and_opens_and_can_be_silenced(desk: Page, demo: Demo):
    desk.goto(f"{demo.base}/zendingen/?q=koper")
    for key in ("j", "x", "j", "j", "Shift+X"):
        desk.keyboard.press(key)
    expect(desk.locator("[data-select-count]")).to_have_text("3")
    desk.keyboard.press("b")
    expect(desk.locator(".bulkbar .btn").first).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator(".bulkbar")).to_be_hidden()
    desk.keyboard.press("?")
    window = desk.get_by_role("dialog", name="Sneltoetsen")
    expect(window).to_be_visible()
    desk.keyboard.press("j")
    window.get_by_label("Sneltoetsen van één letter aan").uncheck()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(window).to_be_hidden()
    desk.goto(f"{demo.base}/sneltoetsen/")
    desk.get_by_role("button", name="Zet aan").click()
    expect(desk.get_by_role("button", name="Zet uit")).to_be_visible()
    wait_until_ready(desk)
    desk.keyboard.press("g")
    desk.keyboard.press("z")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Zendingen")
    wait_until_ready(desk)
    desk.keyboard.press("/")
    expect(desk.get_by_role("searchbox", name="Zoek in deze lijst")).to_be_focused()
    desk.keyboard.type("koper 007")
    expect(rows(desk)).to_have_count(1)
    desk.locator("h1").click()
    desk.keyboard.press("j")
    desk.keyboard.press("e")
    expect(desk.get_by_role("heading", name="Bewerk MyParcel conceptzending")).to_be_visible()


def test_search_finds_walks_with_arrows_and_a_scanner_opens_at_once(desk: Page, demo: Demo, picture):
    desk.goto(f"{demo.base}/")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("koper 01")
    results = desk.locator("#search-results")
    expect(results.get_by_text("Alle zendingen met “koper 01”")).to_be_visible()
    expect(results.locator("mark").first).to_be_visible()
    picture("zoeken")
    desk.keyboard.press("ArrowDown")
    expect(results.locator(".menu__item").first).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Bewerk MyParcel conceptzending")).to_be_visible()
    desk.keyboard.press("Control+k")
    desk.keyboard.type("B042")
    desk.keyboard.press("Enter")
    expect(desk.locator("#content")).to_contain_text("Koper 042")
    desk.goto(f"{demo.base}/")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("p B042")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Scan en print")).to_be_visible()
    expect(desk.get_by_label("Ordernummer of barcode")).to_have_value("B042")


def test_twenty_parcels_are_scanned_faster_than_their_labels_come(page: Page, demo: Demo, picture):
    """None is lost: not without a network, by a reload or with the session. Files come in the order of the scans."""
    demo.enter(page.context, BUSY_SHOP)
    arrived: list[str] = []

    def is_last_of(number: int) -> Callable[[Download], bool]:
        return lambda download: arrived.append(download.suggested_filename) or len(arrived) == number

    page.goto(f"{demo.base}/zoeken/scan/")
    field, table = page.get_by_label("Ordernummer of barcode"), page.get_by_role("table", name="Je scans")
    trouble = page.locator("[data-scan-trouble]")
    expect(field).to_be_focused()
    codes = [f"B{number:03}" for number in range(81, 101)]
    with page.expect_download(is_last_of(14)), delay_labels(demo):
        scan(page, *codes[:3], "BESTAAT-NIET", codes[0], *codes[3:8])
        with offline(page):
            scan(page, *codes[8:11])
            expect(trouble).to_contain_text("Geen verbinding.")
            expect(table.locator("tr[data-state=queued]")).to_have_count(3)
        scan(page, *codes[11:14])
        expect(table.locator("tr[data-state=making]")).to_have_count(14)
        expect(trouble).to_be_hidden()
        page.reload()
    end_session(page)
    scan(page, *codes[14:18])
    expect(trouble).to_contain_text("Je bent uitgelogd.")
    demo.enter(page.context, BUSY_SHOP)
    with page.expect_download(is_last_of(18)):
        trouble.get_by_role("link", name="Inloggen").click()
    wait_until_ready(page)
    with page.expect_download(is_last_of(20)), late_label(page, codes[18]):
        scan(page, *codes[18:])
        expect(table.locator("tr[data-state=late]")).to_contain_text("MyParcel reageert niet.")
        expect(table.locator("tr[data-state=done]")).to_have_count(19)
    expect(table.locator("tr[data-state=done]")).to_have_count(len(codes))
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    late, wrong = (table.locator("tbody tr").nth(number) for number in range(2))
    expect(late).to_contain_text(re.compile("#B099.*Gedownload.*Kwam na labels die je later scande"))
    expect(wrong).to_contain_text("Geen zending heeft precies het nummer of de barcode “BESTAAT-NIET”.")
    expect(table.locator("tr[data-state=repeat]")).to_contain_text(re.compile(r"Dit heb je om \d\d:\d\d al gescand"))
    expect(page.get_by_role("log").get_by_text("#B100 Koper 100: Gedownload")).to_have_count(1)
    picture("scan")
    lines = [line for line in kept_scans(page) if line["state"] == "done"]
    assert [line["code"] for line in lines] == codes
    in_order = [line["job"][:8] for line in lines]
    assert [name[-12:-4] for name in arrived] == [*in_order[:18], in_order[19], in_order[18]]
    wrong.get_by_role("button", name="Gezien").click()
    expect(field).to_be_focused()
    assert violations(page) == []


def test_a_deleted_draft_is_put_back_from_the_message(desk: Page, demo: Demo, picture):
    row = row_of(desk, demo, "B060")
    row.get_by_role("button", name="Meer acties voor #B060").click()
    desk.locator("#row-menu").get_by_role("link", name="Verwijder concept").click()
    window = desk.get_by_role("dialog", name="Verwijder dit concept?")
    expect(window.get_by_role("button", name="Annuleren")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(row.get_by_role("button", name="Meer acties voor #B060")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.locator("#row-menu").get_by_role("link", name="Verwijder concept").click()
    window.get_by_role("button", name="Verwijder concept").click()
    expect(desk.get_by_text("1 concept verwijderd")).to_be_visible()
    picture("zet-terug")
    expect(rows(desk)).to_have_count(0)
    desk.get_by_role("button", name="Zet terug").click()
    expect(desk.get_by_text("1 concept is terug.")).to_be_visible()
    expect(rows(desk)).to_have_count(1)


def test_one_row_is_imported_where_it_stands(desk: Page, demo: Demo):
    desk.goto(f"{demo.base}/zendingen/importeren/")
    first = desk.locator("[data-row-import]").first
    name = first.inner_text()
    number = re.findall(r"#(\d+)", name)[0]
    second = desk.locator("[data-row-import]").nth(1)
    second_id = second.get_attribute("value")
    first.click()
    expect(desk.get_by_role("link", name=f"Zending #{number}")).to_be_visible()
    expect(desk.locator(f"[data-row-import][value='{second_id}']")).to_be_focused()
    expect(desk.locator("#announcer")).to_have_text(f"Order {number} geïmporteerd")


def test_the_lists_pass_the_accessibility_checks(device: Page, demo: Demo):
    page = device
    to_the_second_shop(page, demo)
    found = []
    for path in (
        "/zendingen/?page_size=200",
        "/zendingen/?q=koper&select=all",
        "/zendingen/?q=nergens",
        "/zendingen/importeren/?include_imported=1",
        "/zendingen/bestand/",
        "/downloads/",
        "/zoeken/?q=koper",
        "/zoeken/scan/",
        "/sneltoetsen/",
    ):
        page.goto(demo.base + path)
        found += violations(page)
    page.goto(f"{demo.base}/zendingen/?q=koper&select=all")
    page.get_by_role("button", name="Bewerk", exact=True).click()
    page.get_by_label("Pakkettype").select_option("mailbox")
    page.get_by_role("button", name="Laat zien wat er gebeurt").click()
    expect(page.locator("#preview")).to_be_visible()
    wait_until_ready(page)
    found += violations(page)
    assert found == []


def to_the_second_shop(page: Page, demo: Demo) -> None:
    """With the menu of the shops, which a phone keeps in the menu of the pages."""
    sign_in(page, demo)
    menu = page.get_by_role("button", name="Menu openen")
    if menu.is_visible():
        menu.click()
    page.locator(".shop-switch").click()
    page.locator("#shop-menu").get_by_role("button", name=BUSY_SHOP).click()
    expect(page.locator(".shop-switch__name")).to_contain_text(BUSY_SHOP)


def test_one_order_and_all_orders_are_imported_with_the_keyboard_alone(desk: Page, demo: Demo):
    desk.goto(f"{demo.base}/zendingen/importeren/")
    first = desk.locator("[data-row-import]").first
    number = re.findall(r"#(\d+)", first.inner_text())[0]
    tab_to(desk, first)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("link", name=f"Zending #{number}")).to_be_visible()
    desk.goto(f"{demo.base}/zendingen/importeren/")
    tab_to(desk, desk.get_by_label("Selecteer alle orders op deze pagina"))
    desk.keyboard.press("Space")
    tab_to(desk, desk.get_by_role("button", name=re.compile("^Importeer (selectie|\\d+ orders?)$")))
    ignore_earlier_jobs(desk)
    desk.keyboard.press("Enter")
    expect_job_finished(desk, "geïmporteerd")
