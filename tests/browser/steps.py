"""Steps that several browser tests share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.demos import BUSY_SHOP, NEW_SHOP, Demo
from tests.stack import eventually


def sign_in(page: Page, demo: Demo, path: str = "/") -> None:
    """Open the page in the new shop."""
    demo.enter(page.context, NEW_SHOP)
    page.goto(demo.base + path)


def sign_in_to_busy_shop(page: Page, demo: Demo, path: str = "/") -> None:
    """Open the page in the shop that has shipments in every state."""
    demo.enter(page.context, BUSY_SHOP)
    page.goto(demo.base + path)


def wait_until_ready(page: Page) -> None:
    """Wait until the page's scripts handle keys and clicks."""
    page.locator("html[data-ready]").wait_for(state="attached")


def expect_dashboard(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Goede")


def sign_in_with_the_form(page: Page, demo: Demo) -> None:
    page.goto(demo.base)
    demo.fill_in_login(page)
    expect_dashboard(page)


SENDER = {
    "Bedrijf": "Atelier Voorbeeld",
    "Postcode": "3511aa",
    "Huisnummer": "12",
    "Straat": "Voorbeeldkade",
    "Plaats": "Utrecht",
}


def fill_in_sender(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/instellingen/afzender/")
    fill_in_sender_form(page)


def fill_in_sender_form(page: Page) -> None:
    """Fill in and save the open form of the sender's address."""
    for label, value in SENDER.items():
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name="Bewaar afzender").click()
    expect(page.get_by_text("Afzenderadres bewaard.")).to_be_visible()


def save_key(page: Page, demo: Demo) -> None:
    """Labels of this shop are real ones from now on."""
    page.goto(f"{demo.base}/instellingen/algemeen/")
    save_key_on_page(page, demo)


def save_key_on_page(page: Page, demo: Demo) -> None:
    """Paste the sandbox's key on the open page."""
    page.get_by_label("API-sleutel").fill(demo.ask("/sandbox/myparcel/account.json")["apiKey"])
    page.get_by_role("button", name="Controleer en bewaar sleutel").click()
    expect(page.get_by_text("De sleutel werkt.").first).to_be_visible()


def grant_consent(page: Page, demo: Demo, site: str) -> None:
    """Grant consent, starting at the backoffice's page of the platform."""
    page.goto(f"{demo.base}/integratie/wix/")
    page.get_by_role("button", name="Geef toestemming").click()
    add_to_site(page, site)


def add_to_site(page: Page, site: str) -> None:
    """Choose the site on Wix's consent page."""
    page.get_by_role("radio", name=re.compile(rf"^{re.escape(site)} \S+\.example ")).check()
    page.get_by_role("button", name="Add to Site").click()


def wait_for_orders(page: Page, demo: Demo) -> None:
    """Open the import page once the first synchronization is done."""
    page.goto(f"{demo.base}/integratie/wix/")
    expect(page.locator("#connection-state")).to_have_attribute("data-state", "done")
    page.goto(f"{demo.base}/zendingen/importeren/")


def first_row_path(page: Page) -> str:
    """Where the first row of this list leads."""
    return str(page.locator("[data-rows] a").first.evaluate("link => link.pathname"))


def wait_until_pushed(page: Page, address: str) -> None:
    """Wait until the only shipment in this list is pushed to Wix; the list does not refresh itself."""
    eventually(lambda: "sync--ok" in page.request.get(address).text(), 60)


def expect_job_finished(page: Page, text: str) -> None:
    """A long job has ended with this text in its title."""
    expect(page.locator("#job")).to_have_attribute("data-state", "done", timeout=90_000)
    expect(page.locator(".runner__title")).to_contain_text(text)


def ignore_earlier_jobs(page: Page) -> None:
    """What an earlier job left on this page is not taken for the end of the one that a press starts now."""
    page.locator("#job").evaluate_all("all => all.forEach((one) => { one.dataset.state = 'earlier'; })")


def select_all(page: Page, what: str = "zendingen") -> None:
    """Select every row of the list's current page."""
    box = page.get_by_label(f"Selecteer alle {what} op deze pagina")
    box.wait_for()
    wait_until_ready(page)
    box.check()


def select_all_pages(page: Page) -> None:
    """Extend the selection to all pages, if the list has more than one."""
    more = page.get_by_role("link", name="Selecteer alle")
    if more.count():
        more.click()
        expect(page.get_by_role("link", name="Alleen deze pagina")).to_be_visible()


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(250):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(goal).to_be_focused(timeout=1)


def upload(page: Page, demo: Demo, lines: list[str]) -> None:
    """Upload a CSV file and import its rows; the first line names the columns."""
    file = {"name": "zendingen.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.goto(f"{demo.base}/zendingen/bestand/")
    page.get_by_label("CSV-bestand").set_input_files(file)
    page.get_by_role("button", name="Toon de regels").click()
    page.get_by_role("button", name=f"Importeer {len(lines) - 1} zendingen").click()
    expect_job_finished(page, f"{len(lines) - 1} van de {len(lines) - 1} zendingen geïmporteerd")


def open_shop(page: Page, demo: Demo, name: str) -> None:
    """Create a shop and switch to it."""
    page.goto(f"{demo.base}/instellingen/nieuw/")
    page.get_by_label("Naam", exact=True).fill(name)
    page.get_by_role("button", name="Open shop").click()
    expect(page.get_by_text(f"{name} is klaar.")).to_be_visible()


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def log_in_again(page: Page, demo: Demo) -> None:
    page.locator("[data-login]").wait_for(state="attached")
    wait_until_ready(page)
    demo.fill_in_login(page)


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    page.wait_for_function("!navigator.onLine")
    yield
    page.context.set_offline(False)
    page.wait_for_function("navigator.onLine")


def open_label_window(page: Page) -> Locator:
    wait_until_ready(page)
    page.get_by_role("button", name="Download labels").click()
    window = page.get_by_role("dialog", name="Download labels")
    expect(window).to_be_visible()
    return window


@contextmanager
def delay_labels(demo: Demo) -> Iterator[None]:
    """Delay MyParcel's labels inside the block; at its end pending ones arrive at once."""
    demo.ask("/sandbox/myparcel/knobs", {"slow_label_ms": 50_000})
    yield
    demo.ask("/sandbox/myparcel/knobs", {"slow_label_ms": 0})


def scan(page: Page, *codes: str) -> None:
    """As a scanner types: a code each 0.4 s."""
    for code in codes:
        page.keyboard.type(code, delay=80)
        page.keyboard.press("Enter")


def kept_scans(page: Page) -> list[dict[str, str]]:
    """The lines that this tab keeps, in the order of the scans."""
    kept = "JSON.parse(Object.entries(sessionStorage).find(([name]) => name.startsWith('scan:'))[1])"
    lines: list[dict[str, str]] = page.evaluate(kept)
    return lines


@contextmanager
def late_label(page: Page, number: str) -> Iterator[None]:
    """Inside the block the carrier of this scan is silent."""
    is_silent = True

    def answer(route: Route) -> None:
        facts = route.fetch().json()
        for line in facts["lines"]:
            if is_silent and line["number"] == number:
                line |= {"state": "making", "file": "", "is_late": True, "text": "MyParcel reageert niet."}
        route.fulfill(json=facts)

    page.route("**/scan/stand/**", answer)
    yield
    is_silent = False
