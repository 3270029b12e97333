"""The shipment editor and the customs worklist in a real browser, with mouse and keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.demos import BUSY_SHOP, Demo
from tests.browser.steps import wait_until_ready

pytestmark = pytest.mark.browser
# What the editor asks after each change.
CHECKS = "**/mogelijkheden/"
SAVED = re.compile(r"Bewaard om \d\d:\d\d")


# What the browser itself says of a form that comes back; no fault of the page.
ANSWERED = re.compile(r"status of 4(09|22) ")


@pytest.fixture
def merchant(page: Page, demo: Demo) -> Iterator[Page]:
    """In the shop that has drafts; the console stays free of errors."""
    complaints = watch(page)
    demo.enter(page.context, BUSY_SHOP)
    yield page
    assert complaints == []


def watch(page: Page) -> list[str]:
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not ANSWERED.search(message.text):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def editor_page(device: Page, demo: Demo) -> Iterator[Page]:
    complaints = watch(device)
    demo.enter(device.context, BUSY_SHOP)
    yield device
    assert complaints == []


def open_concept(page: Page, demo: Demo, order: str) -> None:
    page.goto(f"{demo.base}/zendingen/?tab=drafts&q={order}")
    page.locator("[data-rows] a").first.click()
    expect(page.get_by_role("heading", name="Bewerk MyParcel conceptzending")).to_be_visible()
    wait_until_ready(page)


def press_to(page: Page, target: str) -> None:
    """Tab until this control has the focus."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("target => document.activeElement?.matches(target)", target):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def test_a_choice_shows_its_limits_at_once_and_can_be_undone(merchant: Page, demo: Demo):
    open_concept(merchant, demo, "10216")
    merchant.get_by_label("Handtekening voor ontvangst").check()
    merchant.get_by_text("Brievenbuspakje").first.click()
    expect(merchant.get_by_text("Je wisselde naar Brievenbuspakje.")).to_be_visible()
    expect(merchant.get_by_label("Handtekening voor ontvangst")).to_be_disabled()
    merchant.get_by_role("button", name="Ongedaan maken").click()
    expect(merchant.get_by_text("Je eerdere keuze staat er weer.")).to_be_visible()
    expect(merchant.get_by_label("Handtekening voor ontvangst")).to_be_checked()


def test_what_is_typed_while_the_limits_come_in_stays(merchant: Page, demo: Demo):
    open_concept(merchant, demo, "10216")
    description = merchant.get_by_label("Omschrijving op het label")
    description.fill("Let op: glas")
    merchant.get_by_label("Plaats", exact=True).fill("Zeist")
    merchant.get_by_role("button", name="Bewaar concept").click()
    expect(merchant.locator("#save-status")).to_have_text(SAVED)
    expect(description).to_have_value("Let op: glas")
    expect(merchant.locator("#label-preview")).to_contain_text("Zeist")
    merchant.reload()
    expect(merchant.get_by_label("Plaats", exact=True)).to_have_value("Zeist")


def test_the_description_counts_along(merchant: Page, demo: Demo):
    open_concept(merchant, demo, "10216")
    merchant.get_by_label("Omschrijving op het label").fill("x" * 45)
    expect(merchant.get_by_text("45 / 45")).to_be_visible()


def test_somebody_else_was_first_and_nothing_that_was_typed_is_lost(merchant: Page, demo: Demo):
    open_concept(merchant, demo, "10216")
    second = merchant.context.new_page()
    second.goto(merchant.url)
    second.get_by_label("Plaats", exact=True).fill("Amersfoort")
    second.get_by_role("button", name="Bewaar concept").click()
    expect(second.locator("#save-status")).to_have_text(SAVED)
    merchant.get_by_label("Plaats", exact=True).fill("Mijn plaats")
    merchant.get_by_role("button", name="Bewaar concept").click()
    expect(merchant.get_by_role("link", name="Bekijk nieuwe versie")).to_be_visible()
    expect(merchant.get_by_label("Plaats", exact=True)).to_have_value("Mijn plaats")


def test_an_answer_about_prices_does_not_undo_what_was_chosen_meanwhile(merchant: Page, demo: Demo):
    held: list[Route] = []
    open_concept(merchant, demo, "10216")
    merchant.route(CHECKS, lambda route: held.append(route))
    press_to(merchant, "[name=package_type]:checked")
    with merchant.expect_request(CHECKS):
        merchant.keyboard.press("ArrowRight")
    merchant.keyboard.press("ArrowLeft")
    with merchant.expect_request("**/zendingen/prijzen/"):
        let_through(merchant, held)
    merchant.keyboard.press("ArrowRight")
    chosen = merchant.locator("[name=package_type]:checked").get_attribute("id")
    assert chosen != "type-package"
    with merchant.expect_request(CHECKS):
        let_through(merchant, held)
    with merchant.expect_response(CHECKS):
        let_through(merchant, held)
    expect(merchant.locator(f"#{chosen}")).to_be_checked()


def let_through(page: Page, held: list[Route]) -> None:
    """Answer the request that is held back."""
    expect(page.locator("#draft-form")).to_be_visible()
    held.pop().continue_()


def test_a_draft_is_edited_with_the_keyboard_alone(merchant: Page, demo: Demo):
    open_concept(merchant, demo, "10216")
    press_to(merchant, "#id_city")
    merchant.keyboard.press("Control+a")
    merchant.keyboard.type("Baarn")
    press_to(merchant, "[name=package_type]:checked")
    merchant.keyboard.press("ArrowRight")
    expect(merchant.locator("#label-preview")).to_contain_text("Baarn", ignore_case=True)
    merchant.keyboard.press("ArrowLeft")
    expect(merchant.locator("#type-package")).to_be_checked()
    press_to(merchant, "#save")
    merchant.keyboard.press("Enter")
    expect(merchant.locator("#save-status")).to_have_text(SAVED)
    merchant.reload()
    expect(merchant.get_by_label("Plaats", exact=True)).to_have_value("Baarn")


def test_customs_data_is_filled_in_with_the_keyboard_alone_and_remembered(merchant: Page, demo: Demo):
    merchant.goto(f"{demo.base}/zendingen/douane/")
    article = merchant.locator("[data-article]").first
    code, origin = article.locator("[data-hs-codes]"), article.get_by_label("Herkomst")
    expect(code).to_have_attribute("aria-expanded", "false")
    press_to(merchant, f"#{code.get_attribute('id')}")
    merchant.keyboard.press("Control+a")
    merchant.keyboard.type("porseleinen mokken")
    expect(article.get_by_role("option").first).to_contain_text("6911 10")
    found = violations(merchant)
    merchant.keyboard.press("ArrowDown")
    expect(article.get_by_role("option", selected=True)).to_contain_text("6911 10")
    merchant.keyboard.press("Enter")
    expect(code).to_have_value("691110")
    merchant.keyboard.press("End")
    merchant.keyboard.type("1000")
    merchant.keyboard.press("Enter")
    expect(origin).to_be_focused()
    merchant.keyboard.type("China")
    press_to(merchant, "[data-save]")
    merchant.keyboard.press("Enter")
    expect(merchant.get_by_text("zending is compleet").first).to_be_visible()
    merchant.goto(f"{demo.base}/zendingen/douane/hs-codes/?q=mok")
    assert found + violations(merchant) == []


def test_a_shipment_without_an_order_is_made(merchant: Page, demo: Demo):
    merchant.goto(f"{demo.base}/zendingen/nieuw/")
    for label, value in {"Naam": "Iris Voorbeeld", "Postcode": "3511 AA", "Huisnummer": "4", "Straat": "Kade"}.items():
        merchant.get_by_label(label, exact=True).fill(value)
    merchant.get_by_label("Plaats", exact=True).fill("Utrecht")
    merchant.get_by_label("E-mailadres").fill("iris@example.com")
    merchant.get_by_role("button", name="Bewaar concept").click()
    expect(merchant.get_by_text("Concept bewaard.")).to_be_visible()
    expect(merchant.get_by_text("H-1").first).to_be_visible()


def test_every_page_of_the_editor_passes_the_accessibility_checks(editor_page: Page, demo: Demo):
    found: list[str] = []
    for order in ("10216", "10222"):
        open_concept(editor_page, demo, order)
        found += violations(editor_page)
    editor_page.get_by_label("Gewicht", exact=True).fill("zwaar")
    editor_page.get_by_role("button", name="Bewaar concept").click()
    expect(editor_page.get_by_text("Vul een gewicht in kilogram in").first).to_be_visible()
    found += violations(editor_page)
    for path in ("/zendingen/nieuw/", "/zendingen/douane/"):
        editor_page.goto(demo.base + path)
        found += violations(editor_page)
    assert found == []
