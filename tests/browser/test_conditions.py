"""The pages under special conditions: zoom, long names, an empty shop, reduced motion, keyboard only."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.demos import BUSY_SHOP, Demo
from tests.browser.layout_checks import clipped_texts, unreachable_controls
from tests.browser.steps import (
    delay_labels,
    expect_dashboard,
    expect_job_finished,
    fill_in_sender,
    first_row_path,
    grant_consent,
    offline,
    open_label_window,
    open_shop,
    save_key,
    select_all,
    sign_in,
    sign_in_to_busy_shop,
    tab_to,
    upload,
    wait_for_orders,
    wait_until_ready,
)

pytestmark = pytest.mark.browser
DESK, PHONE, NARROW_PHONE = (1440, 900), (390, 844), (320, 640)
# A desk of 1440 × 900 at 200 %, one of 1280 × 1024 at 400 % (WCAG 1.4.10), and the narrowest phone.
ZOOMED = ((720, 450), (320, 256), NARROW_PHONE)
WIDTHS = (DESK, PHONE, NARROW_PHONE)
BETWEEN = ((832, 600), (1100, 700))
COLUMNS = "referentie;bedrijf;naam;straat;huisnummer;postcode;plaats;gewicht (gram)"
LONG_SHOP = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft Utrecht"
LONG_WORD = "Wolfeschlegelsteinhausenbergerdorffwelchevoraltern"
PAGES = (
    "/",
    "/cijfers/",
    "/zendingen/",
    "/zendingen/importeren/",
    "/zendingen/bestand/",
    "/zendingen/nieuw/",
    "/zendingen/douane/",
    "/downloads/",
    "/zoeken/?q=a",
    "/integratie/",
    "/integratie/wix/",
    "/instellingen/",
    "/instellingen/algemeen/",
    "/instellingen/zendingen/",
    "/instellingen/afzender/",
    "/instellingen/labels/",
    "/instellingen/volgen/",
    "/instellingen/team/",
    "/account/profiel/",
)


@pytest.fixture
def desk(strict_page: Page, demo: Demo) -> Page:
    demo.enter(strict_page.context, BUSY_SHOP)
    return strict_page


def at_each(page: Page, sizes: tuple[tuple[int, int], ...]) -> list[str]:
    """What cannot be reached on this page in windows of these sizes."""
    found = []
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} × {height}, {fault}" for fault in unreachable_controls(page)]
    return found


def first_of(page: Page, demo: Demo, tab: str) -> str:
    """The address of the first shipment under a tab."""
    page.goto(f"{demo.base}/zendingen/?tab={tab}")
    return first_row_path(page)


def test_zoomed_in_everything_is_within_reach(desk: Page, demo: Demo):
    found = []
    for path in (*PAGES, *(first_of(desk, demo, tab) for tab in ("drafts", "to_print", "in_transit"))):
        desk.goto(demo.base + path)
        found += at_each(desk, ZOOMED)
    desk.goto(f"{demo.base}/zendingen/?select=all")
    found += at_each(desk, ZOOMED + BETWEEN)
    open_label_window(desk)
    found += at_each(desk, ZOOMED)
    assert not found, "\n".join(found)


def long_order(demo: Demo) -> dict:
    """What makes an order of the sandbox long, around the first line and the address of one that exists."""
    known = demo.ask(f"/sandbox/state.json?site={quote(demo.site)}&number=10201&parts=orders")["orders"][0]
    name = {"original": f"Handgemaakte {'aardewerken' * 8} kom", "translated": f"Handmade {'earthenware' * 8} bowl"}
    buyer = {"firstName": "Maria Magdalena", "lastName": LONG_WORD, "company": f"Stichting {'Vrienden' * 6}"}
    return {
        "lineItems": [known["lineItems"][0] | {"productName": name}],
        "recipientInfo": known["recipientInfo"] | {"contactDetails": buyer | {"phone": "0655550101"}},
        "buyerNote": "N" * 300,
    }


def test_long_names_break_no_page_and_can_be_read(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo)
    open_shop(page, demo, LONG_SHOP)
    fill_in_sender(page, demo)
    save_key(page, demo)
    demo.ask("/sandbox/orders", {"site": demo.site, "count": 2, "order": long_order(demo)})
    grant_consent(page, demo, demo.site)
    upload(page, demo, [COLUMNS, *long_lines()])
    import_one(page, demo, LONG_WORD)
    make_a_label(page, demo, "LANG-2")
    found = []
    for path in (
        "/",
        "/zendingen/",
        "/zendingen/?select=all",
        f"/zendingen/importeren/?q={LONG_WORD}",
        f"/zoeken/?q={LONG_WORD}",
        "/downloads/",
        "/integratie/",
        "/integratie/wix/",
        "/instellingen/",
        "/instellingen/algemeen/",
        "/instellingen/team/",
        first_of(page, demo, f"drafts&q={LONG_WORD}"),
        first_of(page, demo, "drafts&q=LANG-9"),
        first_of(page, demo, "to_print"),
    ):
        page.goto(demo.base + path)
        found += at_each(page, WIDTHS) + unread(page)
    page.goto(f"{demo.base}/zendingen/?select=all")
    open_label_window(page)
    found += at_each(page, WIDTHS) + unread(page)
    assert not found, "\n".join(found)


def unread(page: Page) -> list[str]:
    found = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} × {height}, {fault}" for fault in clipped_texts(page)]
    return found


def long_lines() -> list[str]:
    reference, company = f"LANG-{'9' * 40}", f"Vereniging {'M' * 39}"
    street, town = "Burgemeestervanderwerffstraatweggetjespa", "Westerhaar-Vriezenveensewijk-Buiten"
    return [
        f"{reference};{company};{LONG_WORD};{street};12345678;3511 AA;{town};700",
        "LANG-2;;Maria Magdalena Wilhelmina van den Heuvel-Schimmel;Lindelaan;1;3511 AA;Utrecht;700",
    ]


def import_one(page: Page, demo: Demo, name: str) -> None:
    wait_for_orders(page, demo)
    page.goto(f"{demo.base}/zendingen/importeren/?q={name}")
    expect(page.locator("[data-row-import]")).to_have_count(2)
    page.locator("[data-row-import]").first.click()
    expect(page.locator("[data-row-import]")).to_have_count(1)


def make_a_label(page: Page, demo: Demo, reference: str) -> None:
    page.goto(f"{demo.base}/zendingen/?q={reference}")
    select_all(page)
    open_label_window(page).get_by_role("button", name="Download 1 label").click()
    expect_job_finished(page, "1 label gemaakt")


def test_the_daily_path_goes_with_the_keyboard_alone(strict_page: Page, demo: Demo):
    """From signing in to the file with labels; after every step the focus is where the eye is."""
    page = strict_page
    sign_in_by_keyboard(page, demo)
    to_the_other_shop_by_keyboard(page)
    upload(page, demo, [COLUMNS, *(f"T{n:03};;Toets {n:03};Lindelaan;{n};3524 KB;Utrecht;700" for n in range(1, 61))])
    filter_by_keyboard(page)
    rows_are_chosen_by_keyboard(page)
    windows_and_menus_give_the_focus_back(page)
    labels_are_made_by_keyboard(page)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def sign_in_by_keyboard(page: Page, demo: Demo) -> None:
    page.goto(demo.base)
    for field, value in (("E-mailadres", demo.email), ("Wachtwoord", demo.password)):
        tab_to(page, page.get_by_label(field, exact=True))
        page.keyboard.type(value)
    press(page, "Enter")
    expect_dashboard(page)
    wait_until_ready(page)


def to_the_other_shop_by_keyboard(page: Page) -> None:
    tab_to(page, page.locator(".shop-switch"))
    press(page, "Enter", "Tab")
    other = page.locator("#shop-menu").get_by_role("button", name=BUSY_SHOP)
    press(page, "ArrowDown")
    expect(other).to_be_focused()
    press(page, "Enter")
    expect(page.locator(".shop-switch__name")).to_contain_text(BUSY_SHOP)


def filter_by_keyboard(page: Page) -> None:
    """What one types or chooses replaces the list, and leaves the focus on what was used."""
    press(page, "g", "z")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zendingen")
    wait_until_ready(page)
    press(page, "/")
    page.keyboard.type("toets")
    expect(page).to_have_url(re.compile("q=toets"))
    expect(page.locator("#results")).to_have_attribute("data-announce", "60 zendingen")
    expect(page.locator("#list-search")).to_be_focused()
    press(page, "Tab", "Tab", "ArrowDown")
    expect(page).to_have_url(re.compile("destination=nl"))
    expect(page.locator("#f-destination")).to_be_focused()
    tab_to(page, page.locator("#sort-date"))
    press(page, "Enter")
    expect(page).to_have_url(re.compile("sort=date"))
    expect(page.locator("#sort-date")).to_be_focused()


def rows_are_chosen_by_keyboard(page: Page) -> None:
    count = page.locator("[data-select-count]")
    rows = page.locator("tbody .check")
    tab_to(page, rows.nth(0))
    press(page, "Space", "j", "j", "x")
    expect(count).to_have_text("2")
    press(page, "Escape")
    expect(page.locator("[data-select-all]")).to_be_focused()
    expect(page.locator(".bulkbar")).to_be_hidden()
    press(page, "Space")
    expect(count).to_have_text("50")
    press(page, "b")
    expect(page.get_by_role("link", name="Selecteer alle 60")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("link", name="Alleen deze pagina")).to_be_focused()
    expect(count).to_have_text("60")


def windows_and_menus_give_the_focus_back(page: Page) -> None:
    printing = page.get_by_role("button", name="Download labels")
    tab_to(page, printing)
    press(page, "Enter")
    window = page.get_by_role("dialog", name="Download labels")
    expect(window.locator(":focus")).to_have_attribute("name", "layout")
    press(page, "Escape")
    expect(window).to_be_hidden()
    expect(printing).to_be_focused()
    press(page, "Control+k")
    expect(page.locator("#search-input")).to_be_focused()
    press(page, "Escape")
    expect(printing).to_be_focused()
    press(page, "?")
    expect(page.get_by_role("dialog", name="Sneltoetsen")).to_be_visible()
    press(page, "Escape")
    expect(printing).to_be_focused()


def labels_are_made_by_keyboard(page: Page) -> None:
    press(page, "Enter")
    window = page.get_by_role("dialog", name="Download labels")
    expect(window.locator(":focus")).to_have_attribute("name", "layout")
    sort = str(window.locator(":focus").get_attribute("value"))
    press(page, "ArrowUp" if sort == "a6" else "ArrowDown")
    other = "a4" if sort == "a6" else "a6"
    expect(window.locator(f"[name=layout][value={other}]")).to_be_checked()
    tab_to(page, window.get_by_role("button", name="Download 60 labels"))
    press(page, "Enter")
    expect_job_finished(page, "60 van de 60 labels gemaakt")
    expect(page.locator(".runner__title")).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Download 60 labels"))
    with page.expect_download() as download:
        press(page, "Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF")


# Of every page without any data: what it says, and the way on.
FIRST_STEPS = (
    ("/", "0 van 4 klaar.", "Vul in"),
    ("/cijfers/", "Cijfers beginnen bij een label", "Naar Zendingen"),
    ("/zendingen/", "Nog geen zendingen", "Koppel Wix"),
    ("/zendingen/importeren/", "Koppel je Wix-site", "Geef toestemming"),
    ("/zendingen/bestand/", "Je ziet eerst wat elke regel wordt", "Toon de regels"),
    ("/zendingen/douane/", "Geen concept mist douanegegevens", "Naar de concepten"),
    ("/downloads/", "Nog niets te downloaden", "Naar Zendingen"),
    ("/zoeken/?q=iets", "Niets gevonden voor “iets”", "Alle zendingen met “iets”"),
    ("/integratie/", "Haal betaalde orders op uit je webshop", "Koppel Wix"),
    ("/integratie/wix/", "Eén keer toestemming geven", "Geef toestemming"),
)


def test_the_first_day_says_on_every_page_what_to_do_next(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo)
    open_shop(page, demo, "Zeepzieder De Schuimkraag")
    found = []
    for path, sentence, action in FIRST_STEPS:
        page.goto(demo.base + path)
        main = page.locator("main")
        expect(main.get_by_text(sentence).first).to_be_visible()
        way_on = main.get_by_role("link", name=action).or_(main.get_by_role("button", name=action))
        expect(way_on.first).to_be_visible()
        found += violations(page)
    assert not found, "\n".join(found)


MOVING = """() => {
    const milliseconds = (time) => parseFloat(time) * (time.includes('ms') ? 1 : 1000);
    const longest = (times) => Math.max(...times.split(',').map(milliseconds));
    const found = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime > 10)
        .map((one) => `${one.effect.target.className} runs`);
    for (const element of document.querySelectorAll('*')) {
        for (const part of ['', '::before', '::after', '::backdrop', '::-webkit-progress-value']) {
            const style = getComputedStyle(element, part || null);
            const moves = style.animationName !== 'none' && style.animationIterationCount !== '1';
            const time = Math.max(longest(style.animationDuration), longest(style.transitionDuration));
            if (moves || time > 10) found.push(`${element.tagName} ${element.className}${part} ${time} ms`);
        }
    }
    return found;
}"""


def test_who_asks_for_little_motion_sees_nothing_move(page: Page, demo: Demo):
    sign_in_to_busy_shop(page, demo)
    found = list(page.evaluate(MOVING))
    page.goto(f"{demo.base}/zendingen/?tab=to_print")
    page.locator("tbody .check").first.check()
    found += page.evaluate(MOVING)
    with offline(page):
        page.get_by_role("button", name="Download labels").click()
        expect(page.locator("#toasts .toast")).to_be_visible()
        found += page.evaluate(MOVING)
    open_label_window(page)
    found += page.evaluate(MOVING)
    page.goto(f"{demo.base}/zendingen/?tab=drafts&q=10216")
    select_all(page)
    with delay_labels(demo):
        open_label_window(page).get_by_role("button", name="Download 1 label").click()
        expect(page.locator(".spinner").first).to_be_visible()
        found += page.evaluate(MOVING)
    expect_job_finished(page, "1 label gemaakt")
    assert not found, "\n".join(sorted(set(found)))
