"""The frame around every page: dialogs, messages, themes, and unsaved input."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import DEVICES
from tests.browser.demos import Demo
from tests.browser.steps import end_session, expect_dashboard, log_in_again, offline, sign_in, wait_until_ready

pytestmark = pytest.mark.browser
SENDER = "/instellingen/afzender/"
PAGES = (
    "/instellingen/",
    "/instellingen/algemeen/",
    "/instellingen/zendingen/",
    SENDER,
    "/instellingen/labels/",
    "/instellingen/volgen/",
    "/instellingen/team/",
    "/instellingen/team/uitnodigen/",
    "/account/profiel/",
    "/integratie/",
    "/integratie/wix/",
    "/niets/",
)
BARE_PAGES = (
    "/account/inloggen/",
    "/account/wachtwoord/vergeten/",
    "/account/wachtwoord/verstuurd/",
    "/uitnodiging/x/",
)


def test_the_frame_passes_the_accessibility_checks_in_both_themes(device: Page, demo: Demo):
    page = device
    found = [fault for path in BARE_PAGES for fault in visited(page, demo.base + path)]
    sign_in(page, demo, PAGES[0])
    found += violations(page)
    found += [fault for path in PAGES[1:] for fault in visited(page, demo.base + path)]
    page.goto(f"{demo.base}/instellingen/team/")
    page.get_by_role("link", name="Nodig teamlid uit").click()
    expect(page.get_by_role("dialog", name="Nodig teamlid uit")).to_be_visible()
    found += violations(page)
    page.get_by_role("button", name="Verstuur uitnodiging").click()
    expect(page.get_by_role("alert")).to_contain_text("De uitnodiging is niet bewaard. Los dit punt op:")
    wait_until_ready(page)
    found += violations(page)
    assert found == []


def visited(page: Page, address: str) -> list[str]:
    page.goto(address)
    return violations(page)


def test_the_theme_is_kept_and_never_flashes(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo)
    page.get_by_role("button", name="Sanne Demo").click()
    page.get_by_role("button", name="Donker").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Sanne Demo").click()
    page.get_by_role("button", name="Zoals mijn apparaat").click()
    assert page.evaluate("document.documentElement.dataset.theme") is None
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_a_window_takes_the_focus_and_gives_it_back(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo, "/instellingen/team/")
    opener = page.get_by_role("link", name="Nodig teamlid uit")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Nodig teamlid uit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Sneltoetsen")).to_be_visible()


def test_the_first_stop_of_tab_leads_to_the_content(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo, "/instellingen/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_leaving_with_unsaved_changes_asks_first(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo, SENDER)
    page.get_by_label("Straat").fill("Nieuwekade")
    expect(page.locator("[data-savebar-note]")).to_have_text("Niet-bewaarde wijzigingen")
    page.get_by_role("link", name="Dashboard", exact=True).click()
    asking = page.get_by_role("dialog", name="Je wijzigingen zijn nog niet bewaard.")
    expect(asking).to_be_visible()
    asking.get_by_role("button", name="Blijf op deze pagina").click()
    expect(page.get_by_label("Straat")).to_have_value("Nieuwekade")
    page.get_by_role("link", name="Dashboard", exact=True).click()
    asking.get_by_role("link", name="Ga weg zonder te bewaren").click()
    expect_dashboard(page)


def test_closing_the_tab_with_unsaved_changes_is_asked_by_the_browser(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo, SENDER)
    page.get_by_label("Straat").fill("Nieuwekade")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()


def test_a_lost_connection_is_said_in_place_and_nothing_is_lost(page: Page, demo: Demo):
    sign_in(page, demo, "/instellingen/zendingen/")
    with offline(page):
        page.get_by_text("Brievenbuspakje", exact=True).click()
        toast = page.locator("#toasts").get_by_role("alert")
        expect(toast).to_contain_text("Geen verbinding. Wat je typte, blijft staan.")
        page.get_by_role("button", name="Bewaar voorkeuren").click()
        expect(toast).to_have_count(1)
        expect(page.locator("#type-mailbox")).to_be_checked()
    page.get_by_role("button", name="Bewaar voorkeuren").click()
    expect(page.get_by_text("Pakketvoorkeuren bewaard.")).to_be_visible()


def test_an_ended_session_puts_back_what_was_typed_after_logging_in(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo, SENDER)
    page.get_by_label("Straat").fill("Bewaarde Straat")
    end_session(page)
    page.get_by_role("button", name="Bewaar afzender").click()
    expect(page.get_by_role("heading", name="Inloggen")).to_be_visible()
    log_in_again(page, demo)
    expect(page.get_by_label("Straat")).to_have_value("Bewaarde Straat")
    expect(page.get_by_text("Wat je typte, staat er weer.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Straat")).not_to_have_value("Bewaarde Straat")


def test_an_ended_session_met_by_a_script_is_said_with_a_way_back(page: Page, demo: Demo):
    sign_in(page, demo, "/instellingen/zendingen/")
    end_session(page)
    page.get_by_text("Digitale postzegel", exact=True).click()
    toast = page.locator("#toasts").get_by_role("alert")
    expect(toast).to_contain_text("Je bent uitgelogd. Log in om verder te gaan.")
    expect(page.locator("#type-digital_stamp")).to_be_checked()
    toast.get_by_role("link", name="Inloggen").click()
    log_in_again(page, demo)
    expect(page.get_by_role("heading", name="Pakketvoorkeuren")).to_be_visible()
    expect(page.locator("#type-digital_stamp")).to_be_checked()


def test_a_press_right_after_typing_saves_what_was_typed(strict_page: Page, demo: Demo):
    """Leaving the field asks what the choice means, and the answer replaces the button that is being pressed."""
    page = strict_page
    sign_in(page, demo, "/instellingen/zendingen/")
    page.get_by_label("Gewicht als de webshop er geen geeft").fill("850")
    page.get_by_role("button", name="Bewaar voorkeuren").click(delay=600)
    expect(page.get_by_text("Pakketvoorkeuren bewaard.")).to_be_visible()
    expect(page.get_by_label("Gewicht als de webshop er geen geeft")).to_have_value("850")


def test_success_leaves_the_corner_by_itself(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo)
    page.clock.install()
    page.goto(f"{demo.base}/instellingen/algemeen/")
    page.get_by_role("button", name="Bewaar naam").click()
    toast = page.locator("#toasts .toast")
    expect(toast).to_contain_text("Naam van de shop bewaard.")
    page.mouse.move(10, 10)
    page.clock.fast_forward(7000)
    expect(toast).to_have_count(0)


def test_a_wrong_form_leads_to_its_first_mistake(page: Page, demo: Demo):
    sign_in(page, demo, SENDER)
    for label, value in {"Bedrijf": "X", "Postcode": "26 NP", "Huisnummer": "", "Straat": "A", "Plaats": "B"}.items():
        page.get_by_label(label).first.fill(value)
    page.get_by_role("button", name="Bewaar afzender").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Het afzenderadres is niet bewaard. Los deze 2 punten op:")
    assert page.title().startswith("Fout: ")
    summary.get_by_role("link", name="Vul een huisnummer in").click()
    expect(page.get_by_label("Huisnummer")).to_be_focused()
    expect(page.get_by_label("Huisnummer")).to_have_accessible_description("Fout: Vul een huisnummer in")


def test_a_page_that_asks_something_opens_as_a_window(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo, "/instellingen/team/")
    opener = page.get_by_role("link", name="Verlaat deze shop")
    opener.click()
    asking = page.get_by_role("dialog", name="Atelier Voorbeeld verlaten?")
    expect(asking.get_by_role("link", name="Annuleren")).to_be_focused()
    page.keyboard.press("Enter")
    expect(asking).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    asking.get_by_role("button", name="Verlaat deze shop").click()
    expect(page.get_by_text("Een shop heeft een Eigenaar nodig.")).to_be_visible()


def test_a_password_can_be_looked_at(strict_page: Page, demo: Demo):
    page = strict_page
    page.goto(demo.base)
    page.get_by_label("Wachtwoord", exact=True).fill("secret")
    page.get_by_role("button", name="Toon wachtwoord").click()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")


@pytest.fixture
def phone(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    context = browser.new_context(**browser_context_args | DEVICES["phone"], has_touch=True)
    yield context.new_page()
    context.close()


def test_the_menu_of_a_phone_opens_and_closes(phone: Page, demo: Demo):
    page = phone
    sign_in(page, demo)
    page.get_by_role("button", name="Menu openen").click()
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Menu sluiten").click()
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_be_hidden()
