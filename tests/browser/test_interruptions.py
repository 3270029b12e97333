"""Interruptions: no network, an ended session, stopped jobs, two tabs, a double click."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import STILL
from tests.browser.demos import BUSY_SHOP, Demo
from tests.browser.steps import (
    delay_labels,
    end_session,
    expect_job_finished,
    log_in_again,
    offline,
    open_label_window,
    scan,
    select_all,
    upload,
    wait_until_ready,
)
from tests.stack import eventually

pytestmark = pytest.mark.browser
COLUMNS = "referentie;naam;straat;huisnummer;postcode;plaats;gewicht (gram)"
# More than two batches of labels.
MANY = 230
SAVED = re.compile(r"Bewaard om \d\d:\d\d")


@pytest.fixture
def desk(page: Page, demo: Demo) -> Page:
    demo.enter(page.context, BUSY_SHOP)
    return page


def rows(page: Page) -> Locator:
    return page.locator("[data-rows] > tr")


def toast(page: Page) -> Locator:
    return page.locator("#toasts").get_by_role("alert")


def drafts(page: Page, demo: Demo, name: str, number: int) -> None:
    """So many drafts for somebody of this name."""
    upload(
        page, demo, [COLUMNS, *(f"{name}{n:03};{name} {n:03};Laan;{n + 1};3524 KB;Utrecht;700" for n in range(number))]
    )


def choose_all_of(page: Page, demo: Demo, query: str) -> None:
    page.goto(f"{demo.base}/zendingen/?{query}")
    select_all(page)


def test_the_list_without_a_network_stays_and_goes_on_afterwards(desk: Page, demo: Demo):
    desk.goto(f"{demo.base}/zendingen/")
    before, address = rows(desk).count(), desk.url
    rows(desk).first.locator(".check").check()
    with offline(desk):
        desk.get_by_role("button", name="Download labels").click()
        expect(toast(desk)).to_contain_text("Geen verbinding.")
        desk.get_by_role("button", name="Exporteer CSV").click()
        desk.locator("#sort-date").click()
        desk.get_by_role("searchbox", name="Zoek in deze lijst").fill("10216")
        desk.get_by_label("Bestemming").select_option("nl")
        expect(toast(desk)).to_have_count(1)
        expect(rows(desk)).to_have_count(before)
        expect(desk.locator("[data-select-count]")).to_have_text("1")
        expect(desk.get_by_role("searchbox", name="Zoek in deze lijst")).to_have_value("10216")
        assert desk.url == address
    open_label_window(desk)
    desk.keyboard.press("Escape")
    desk.get_by_label("Periode").select_option("month")
    expect(rows(desk)).to_have_count(1)
    expect(rows(desk)).to_contain_text("#10216")


def test_an_ended_session_leads_back_to_the_list_that_was_asked_for(desk: Page, demo: Demo):
    desk.goto(f"{demo.base}/zendingen/")
    end_session(desk)
    desk.get_by_role("searchbox", name="Zoek in deze lijst").fill("10216")
    expect(toast(desk)).to_contain_text("Je bent uitgelogd. Log in om verder te gaan.")
    toast(desk).get_by_role("link", name="Inloggen").click()
    log_in_again(desk, demo)
    expect(rows(desk)).to_have_count(1)
    expect(desk.get_by_role("searchbox", name="Zoek in deze lijst")).to_have_value("10216")
    end_session(desk)
    desk.locator("#sort-date").click()
    toast(desk).get_by_role("link", name="Inloggen").click()
    log_in_again(desk, demo)
    expect(desk).to_have_url(re.compile(r"q=10216.*sort=date|sort=date.*q=10216"))


def test_a_press_on_a_selection_after_the_session_ended_changes_nothing_and_works_later(desk: Page, demo: Demo):
    choose_all_of(desk, demo, "tab=drafts")
    chosen = desk.locator("[data-select-count]").inner_text()
    end_session(desk)
    desk.get_by_role("button", name="Download labels").click()
    expect(toast(desk)).to_contain_text("Je bent uitgelogd.")
    expect(desk.locator("[data-select-count]")).to_have_text(chosen)
    toast(desk).get_by_role("link", name="Inloggen").click()
    log_in_again(desk, demo)
    expect(desk).to_have_url(re.compile("tab=drafts"))
    select_all(desk)
    expect(desk.locator("[data-select-count]")).to_have_text(chosen)
    open_label_window(desk)


def open_concept(page: Page, demo: Demo, order: str) -> Locator:
    """The field of the town in the editor of this draft."""
    page.goto(f"{demo.base}/zendingen/?tab=drafts&q={order}")
    page.locator("[data-rows] a").first.click()
    town = page.get_by_label("Plaats", exact=True)
    town.wait_for()
    wait_until_ready(page)
    return town


def test_the_editor_keeps_what_was_typed_until_the_network_is_back(desk: Page, demo: Demo):
    town = open_concept(desk, demo, "10216")
    with offline(desk):
        town.fill("Zonder Draad")
        desk.get_by_role("button", name="Bewaar concept").click()
        expect(toast(desk)).to_contain_text("Geen verbinding. Wat je typte, blijft staan.")
        expect(toast(desk)).to_have_count(1)
        expect(town).to_have_value("Zonder Draad")
    desk.get_by_role("button", name="Bewaar concept").click()
    expect(desk.locator("#save-status")).to_have_text(SAVED)
    desk.reload()
    expect(town).to_have_value("Zonder Draad")


def test_the_editor_puts_back_what_was_typed_after_logging_in(desk: Page, demo: Demo):
    town = open_concept(desk, demo, "10216")
    end_session(desk)
    town.fill("Weer Binnen")
    desk.get_by_role("button", name="Bewaar concept").click()
    expect(toast(desk)).to_contain_text("Je bent uitgelogd. Log in om verder te gaan.")
    expect(town).to_have_value("Weer Binnen")
    toast(desk).get_by_role("link", name="Inloggen").click()
    log_in_again(desk, demo)
    expect(desk.get_by_text("Wat je typte, staat er weer.")).to_be_visible()
    expect(town).to_have_value("Weer Binnen")
    desk.get_by_role("button", name="Bewaar concept").click()
    expect(desk.locator("#save-status")).to_have_text(SAVED)
    desk.reload()
    expect(town).to_have_value("Weer Binnen")


def test_long_work_goes_on_without_us_and_stops_truthfully(desk: Page, demo: Demo):
    drafts(desk, demo, "Reeks", MANY)
    with delay_labels(demo):
        choose_all_of(desk, demo, "q=reeks&select=all")
        open_label_window(desk).get_by_role("button", name=f"Download {MANY} labels").click()
        expect(desk.locator("#progress .spinner")).to_be_visible()
        desk.get_by_role("link", name="Dashboard", exact=True).click()
        expect(desk.get_by_role("img", name="er loopt werk")).to_be_visible()
        desk.get_by_role("link", name="Downloads").click()
        running = desk.get_by_role("row").filter(has_text="Bezig")
        running.get_by_role("link", name="Bekijk").click()
        desk.get_by_role("button", name="Stop na deze groep").click()
        expect(desk.get_by_text("Stoppen…")).to_be_visible()
    expect_job_finished(desk, f"van de {MANY} labels gemaakt")
    made = int(re.findall(r"^\d+", desk.locator(".runner__title").inner_text().strip())[0])
    assert 0 < made < MANY
    expect(desk.get_by_text(f"{MANY - made} zendingen hebben nog geen label en zijn nog concepten.")).to_be_visible()
    expect(desk.get_by_role("link", name=f"Download {made} labels")).to_be_visible()
    assert parcels_of(demo, "Reeks") == made
    desk.goto(f"{demo.base}/zendingen/?q=reeks&tab=to_print")
    expect(desk.locator("#results")).to_have_attribute("data-announce", f"{made} zendingen")
    the_rest_is_made(desk, demo, MANY - made)
    assert parcels_of(demo, "Reeks") == MANY


# `heard` is kept once an answer came during the next press.
LISTEN = """() => {
    window.heard = new Promise((done) => addEventListener('pointerdown', () => {
        document.addEventListener('htmx:beforeOnLoad', () => done(), { once: true });
    }, { once: true }));
}"""


def test_a_press_during_which_the_page_hears_how_the_work_goes_is_not_lost(desk: Page, demo: Demo):
    drafts(desk, demo, "Druk", 2)
    desk.clock.install()
    with delay_labels(demo):
        choose_all_of(desk, demo, "q=druk&select=all")
        open_label_window(desk).get_by_role("button", name="Download 2 labels").click()
        stop = desk.get_by_role("button", name="Stop na deze groep")
        stop.wait_for()
        wait_until_ready(desk)
        desk.clock.pause_at(desk.evaluate("Date.now() + 60000"))
        stop.hover()
        desk.evaluate(LISTEN)
        desk.mouse.down()
        desk.clock.run_for(3000)
        desk.evaluate("() => window.heard")
        desk.mouse.up()
        expect(desk.get_by_text("Stoppen…")).to_be_visible()
    desk.clock.resume()
    expect_job_finished(desk, "van de 2 labels gemaakt")


def the_rest_is_made(page: Page, demo: Demo, number: int) -> None:
    choose_all_of(page, demo, "q=reeks&tab=drafts&select=all")
    open_label_window(page).get_by_role("button", name=f"Download {number} labels").click()
    expect_job_finished(page, f"{number} van de {number} labels gemaakt")


def parcels_of(demo: Demo, name: str) -> int:
    """How many parcels MyParcel has for people of this name; none of ours is there twice."""
    sent = [
        shipment
        for shipment in demo.ask("/sandbox/myparcel/state.json")["shipments"]
        if shipment["recipient"]["person"].startswith(name)
    ]
    assert max(Counter(shipment["reference_identifier"] for shipment in sent).values(), default=0) <= 1
    return len(sent)


def jobs_of(page: Page, demo: Demo, title: str) -> int:
    page.goto(f"{demo.base}/downloads/")
    return page.get_by_role("rowheader").filter(has_text=title).count()


def test_a_double_press_and_a_second_tab_make_every_label_once(desk: Page, demo: Demo):
    drafts(desk, demo, "Dubbel", 8)
    before = jobs_of(desk, demo, "Download labels")
    second = desk.context.new_page()
    for tab in (desk, second):
        choose_all_of(tab, demo, "q=dubbel&tab=drafts")
        open_label_window(tab)
    desk.get_by_role("button", name="Download 8 labels").dblclick()
    second.get_by_role("button", name="Download 8 labels").dblclick()
    for tab in (desk, second):
        expect_job_finished(tab, "van de 8 labels gemaakt")
    assert parcels_of(demo, "Dubbel") == 8
    assert jobs_of(desk, demo, "Download labels") == before + 2, "one for each tab"
    desk.goto(f"{demo.base}/zendingen/?q=dubbel&tab=to_print")
    expect(rows(desk)).to_have_count(8)


def test_a_double_press_and_a_second_tab_import_every_order_once(desk: Page, demo: Demo):
    buyer = {"recipientInfo": {"contactDetails": {"firstName": "Tina", "lastName": "Tweemaal"}}}
    demo.ask("/sandbox/orders", {"site": demo.busy_site, "count": 5, "order": buyer})
    address = f"{demo.base}/zendingen/importeren/?q=Tweemaal"
    eventually(lambda: desk.request.get(address).text().count("data-row-import") == 5)
    second = desk.context.new_page()
    for tab in (desk, second):
        tab.goto(address)
        expect(tab.locator("[data-row-import]")).to_have_count(5)
        select_all(tab, "orders")
    for tab in (desk, second):
        tab.get_by_role("button", name="Importeer 5 orders").dblclick()
    for tab in (desk, second):
        expect_job_finished(tab, "van de 5 orders geïmporteerd")
    desk.goto(f"{demo.base}/zendingen/?q=Tweemaal")
    expect(rows(desk)).to_have_count(5)


# Counts the tones, and is the camera: it sees what `seen` says.
DEVICES = """
    window.tones = 0;
    AudioContext.prototype.createOscillator = function () { window.tones += 1; return new OscillatorNode(this); };
    window.BarcodeDetector = class { async detect() { return window.seen.map((rawValue) => ({ rawValue })); } };
    navigator.mediaDevices.getUserMedia = async () => {
        const drawing = document.createElement('canvas');
        const paint = () => { drawing.getContext('2d').fillRect(0, 0, 9, 9); requestAnimationFrame(paint); };
        paint();
        return drawing.captureStream();
    };
"""


def test_a_scan_comes_from_a_scanner_or_the_camera_wherever_the_focus_is_and_is_heard(desk: Page, demo: Demo):
    desk.add_init_script(DEVICES)
    desk.goto(f"{demo.base}/zoeken/scan/")
    wait_until_ready(desk)
    refused, sound = desk.locator("[data-scan-problems] tr"), desk.get_by_role("switch", name="Geluid")
    desk.get_by_role("button", name="Print label").focus()
    scan(desk, "gnd-x/1")
    expect(refused).to_contain_text(["#gnd-x/1"])
    assert desk.evaluate("tones") == 2
    sound.uncheck()
    scan(desk, "NIETS2")
    expect(refused).to_contain_text(["#NIETS2", "#gnd-x/1"])
    assert desk.evaluate("tones") == 2
    desk.reload()
    expect(sound).not_to_be_checked()
    desk.evaluate("window.seen = ['NIETS3']")
    camera = desk.get_by_role("button", name="Scan met de camera")
    camera.click()
    expect(refused).to_contain_text(["#NIETS3", "#NIETS2", "#gnd-x/1"])
    camera.click()
    expect(desk.locator("video")).to_be_hidden()


def test_orders_stay_readable_while_the_shop_is_read(desk: Page, demo: Demo):
    """How the reading goes is asked every two seconds; the rows are not dimmed for that, however slow the answer."""
    dimmed: list[str] = []
    desk.goto(f"{demo.base}/zendingen/importeren/")
    demo.ask("/sandbox/knobs", {"slow_ms": 10_000, "fault_path": "orders/search"})
    desk.get_by_role("button", name="Ververs orders").click()
    expect(desk.locator("#sync-state")).to_have_attribute("data-state", "running")
    expect(desk.get_by_text("De orders worden ververst.")).to_be_visible()
    desk.route("**/importeren/**", lambda route: (dimmed.append(how_dim(desk)), route.continue_()))
    with desk.expect_response("**/importeren/**"):
        pass
    demo.ask("/sandbox/knobs", {"slow_ms": 0})
    expect(desk.get_by_text("De orders worden ververst.")).to_be_hidden()
    assert dimmed
    assert set(dimmed) == {"1"}


def how_dim(page: Page) -> str:
    """The rows while an answer is on its way, once what the question set in motion is still."""
    page.evaluate(STILL)
    return str(page.locator("#orders tbody").first.evaluate("body => getComputedStyle(body).opacity"))
