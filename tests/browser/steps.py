"""Steps that several walks share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.demos import BUSY_SHOP, NEW_SHOP, Demo
from tests.stack import eventually


def sign_in(page: Page, demo: Demo, path: str = "/") -> None:
    """In the new shop, on this page."""
    demo.enter(page.context, NEW_SHOP)
    page.goto(demo.base + path)


def sign_in_to_busy_shop(page: Page, demo: Demo, path: str = "/") -> None:
    """In the shop that has shipments of every kind, on this page."""
    demo.enter(page.context, BUSY_SHOP)
    page.goto(demo.base + path)


def wait_until_ready(page: Page) -> None:
    """The page that a press led to answers keys and presses."""
    page.locator("html[data-ready]").wait_for(state="attached")


def expect_dashboard(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Goede")


def sign_in_with_the_form(page: Page, demo: Demo) -> None:
    page.goto(demo.base)
    demo.fill_in_login(page)
    expect_dashboard(page)


def fill_in_sender(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.base}/instellingen/afzender/")
    fill_in_sender_form(page)


def fill_in_sender_form(page: Page) -> None:
    """On the page of the sender's address, wherever one came from."""
    for label, value in {
        "Bedrijf": "Atelier Voorbeeld",
        "Postcode": "3511aa",
        "Huisnummer": "12",
        "Straat": "Voorbeeldkade",
        "Plaats": "Utrecht",
    }.items():
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name="Bewaar afzender").click()
    expect(page.get_by_text("Afzenderadres bewaard.")).to_be_visible()


def grant_consent(page: Page, demo: Demo, site: str) -> None:
    """From the Wix page of the backoffice to Wix and back."""
    page.goto(f"{demo.base}/integratie/wix/")
    page.get_by_role("button", name="Geef toestemming").click()
    add_to_site(page, site)


def add_to_site(page: Page, site: str) -> None:
    """On Wix's own page of consent."""
    page.get_by_role("radio", name=re.compile(rf"^{re.escape(site)} \S+\.example ")).check()
    page.get_by_role("button", name="Add to Site").click()


def wait_for_orders(page: Page, demo: Demo) -> None:
    """On the page of orders to import, once the first reading has brought all that Wix has."""
    page.goto(f"{demo.base}/integratie/wix/")
    expect(page.locator("#connection-state")).to_have_attribute("data-state", "done")
    page.goto(f"{demo.base}/zendingen/importeren/")


def wait_until_pushed(page: Page, address: str) -> None:
    """Wix was told of the one parcel in the list at this address, which does not refresh itself."""
    eventually(lambda: 'data-state="done"' in page.request.get(address).text(), 60)


def expect_job_finished(page: Page, text: str) -> None:
    """A long job has ended with this text in its title."""
    expect(page.locator("#job")).to_have_attribute("data-state", "done", timeout=90_000)
    expect(page.locator(".runner__title")).to_contain_text(text)


def ignore_earlier_jobs(page: Page) -> None:
    """What an earlier job left on this page is not taken for the end of the one that a press starts now."""
    page.locator("#job").evaluate_all("all => all.forEach((one) => { one.dataset.state = 'earlier'; })")


def select_all(page: Page, what: str = "zendingen") -> None:
    """Tick everything on the page of a list that a press or an address led to."""
    box = page.get_by_label(f"Selecteer alle {what} op deze pagina")
    box.wait_for()
    wait_until_ready(page)
    box.check()


def select_all_pages(page: Page) -> None:
    """What was ticked on this page becomes all that match, where the list has more pages."""
    more = page.get_by_role("link", name="Selecteer alle")
    if more.count():
        more.click()
        expect(page.get_by_role("link", name="Alleen deze pagina")).to_be_visible()


def tab_to(page: Page, goal: Locator) -> None:
    """Walk there as somebody without a mouse does."""
    for _ in range(250):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(goal).to_be_focused(timeout=1)


def upload(page: Page, demo: Demo, lines: list[str]) -> None:
    """A file of shipments (its first line names the columns) becomes drafts."""
    file = {"name": "zendingen.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.goto(f"{demo.base}/zendingen/bestand/")
    page.get_by_label("CSV-bestand").set_input_files(file)
    page.get_by_role("button", name="Toon de regels").click()
    page.get_by_role("button", name=f"Importeer {len(lines) - 1} zendingen").click()
    expect_job_finished(page, f"{len(lines) - 1} van de {len(lines) - 1} zendingen geïmporteerd")


def open_shop(page: Page, demo: Demo, name: str) -> None:
    """A new shop, in which one works from now on."""
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
    """Meanwhile MyParcel gives no label; behind this those that are waited for come at once."""
    demo.ask("/sandbox/myparcel/knobs", {"slow_label_ms": 50_000})
    yield
    demo.ask("/sandbox/myparcel/knobs", {"slow_label_ms": 0})
