"""Steps that several walks share."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack


def sign_in(page: Page, stack: Stack) -> None:
    page.goto(stack.base)
    page.get_by_label("E-mailadres").fill(stack.account["email"])
    page.get_by_label("Wachtwoord", exact=True).fill(stack.account["password"])
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Goede")


def fill_in_sender(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.base}/instellingen/afzender/")
    write_sender(page)


def write_sender(page: Page) -> None:
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


def grant_consent(page: Page, stack: Stack, site: str) -> None:
    """From the Wix page of the backoffice to Wix and back."""
    page.goto(f"{stack.base}/integratie/wix/")
    page.get_by_role("button", name="Geef toestemming").click()
    page.get_by_label(site).check()
    page.get_by_role("button", name="Add to Site").click()


def finished(page: Page, text: str) -> None:
    """A long job has ended with this text in its title."""
    expect(page.locator(".runner__title")).to_contain_text(text, timeout=60_000)


def across_pages(page: Page) -> None:
    """What was ticked on this page becomes all that match, where the list has more pages."""
    more = page.get_by_role("link", name="Selecteer alle")
    if more.count():
        more.click()
        expect(page.get_by_role("link", name="Alleen deze pagina")).to_be_visible()


def in_the_second_shop(page: Page, stack: Stack) -> None:
    """The demo shop that has shipments of every kind."""
    sign_in(page, stack)
    page.locator(".shop-switch").click()
    page.locator("#winkelmenu").get_by_role("button", name="Studio Tweede").click()
    expect(page.locator(".shop-switch__name")).to_contain_text("Studio Tweede")


def tab_to(page: Page, goal: Locator) -> None:
    """Walk there as somebody without a mouse does."""
    for _ in range(250):
        if goal.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(goal).to_be_focused(timeout=1)


def upload(page: Page, stack: Stack, lines: list[str]) -> None:
    """A file of shipments (its first line names the columns) becomes drafts."""
    file = {"name": "zendingen.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.goto(f"{stack.base}/zendingen/bestand/")
    page.get_by_label("CSV-bestand").set_input_files(file)
    page.get_by_role("button", name="Toon de regels").click()
    page.get_by_role("button", name=f"Importeer {len(lines) - 1} zendingen").click()
    finished(page, f"{len(lines) - 1} van de {len(lines) - 1} zendingen geïmporteerd")


def open_shop(page: Page, stack: Stack, name: str) -> None:
    """A new shop, in which one works from now on."""
    page.goto(f"{stack.base}/instellingen/nieuw/")
    page.get_by_label("Naam", exact=True).fill(name)
    page.get_by_role("button", name="Open shop").click()
    expect(page.get_by_text(f"{name} is klaar.")).to_be_visible()


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def log_in_again(page: Page, stack: Stack) -> None:
    page.get_by_label("E-mailadres").fill(stack.account["email"])
    page.get_by_label("Wachtwoord", exact=True).fill(stack.account["password"])
    page.get_by_role("button", name="Inloggen").click()


def open_label_window(page: Page) -> Locator:
    page.get_by_role("button", name="Download labels").click()
    window = page.get_by_role("dialog", name="Download labels")
    expect(window).to_be_visible()
    return window


@contextmanager
def slow_labels(stack: Stack, milliseconds: int = 2000) -> Iterator[None]:
    """Meanwhile MyParcel takes this long for every twenty-five labels."""
    stack.ask("/sandbox/myparcel/knobs", {"slow_label_ms": milliseconds})
    yield
    stack.ask("/sandbox/myparcel/knobs", {"slow_label_ms": 0})
