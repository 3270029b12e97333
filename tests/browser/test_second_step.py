"""The second step in a real browser, with a device in software that makes passkeys.

The pages come from this process, see ``tests.browser.in_process``.
"""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.tests.factories import code_now, prove_identity
from tests.browser.in_process import BASE, serve

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SECURITY = f"{BASE}/account/profiel/beveiliging/"


@pytest.fixture
def person(
    browser: Browser, browser_context_args: dict, client_for: Callable, owner, shop, settings
) -> Iterator[tuple[Page, Client]]:
    """A page of somebody who is signed in, and the client that holds the session."""
    settings.BASE_URL = BASE
    settings.ALLOWED_HOSTS = ["localhost"]
    page = browser.new_context(**browser_context_args).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    client = client_for(owner)
    serve(page, lambda: client)
    yield page, client
    page.context.close()
    assert not complaints, "\n".join(complaints)


def log_out(client: Client) -> None:
    client.post("/account/uitloggen/", headers={"host": "localhost"})


def test_a_passkey_is_added_and_lets_one_in_with_and_without_a_password(person):
    page, client = person
    page.goto(SECURITY)
    page.get_by_role("link", name="Voeg een passkey toe").click()
    page.get_by_label("Naam van de passkey").fill("Telefoon")
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herstelcodes")
    log_out(client)
    page.goto(f"{BASE}/account/inloggen/")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Goede")
    log_out(client)
    page.goto(f"{BASE}/account/inloggen/")
    page.get_by_label("E-mailadres").fill("owner@example.com")
    page.get_by_label("Wachtwoord", exact=True).fill("a long password")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tweede stap")
    page.get_by_role("button", name="Gebruik een passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Goede")


def test_an_app_is_set_up_by_its_key_and_removed(person):
    page, _client = person
    page.goto(SECURITY)
    page.get_by_role("link", name="Stel de app in").click()
    page.get_by_role("textbox", name="Code", exact=True).fill(
        code_now(secret=page.locator("[data-secret]").inner_text())
    )
    page.get_by_role("button", name="Zet aan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herstelcodes")
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    expect(page.get_by_text("In gebruik sinds")).to_be_visible()
    page.get_by_role("link", name="Verwijder de app").click()
    page.get_by_role("button", name="Verwijder de app").click()
    expect(page.get_by_role("link", name="Stel de app in")).to_be_visible()


def test_what_was_pressed_goes_on_by_itself_after_the_password(person, owner, shop):
    page, client = person
    page.goto(f"{BASE}/instellingen/team/uitnodigen/")
    page.get_by_label("E-mailadres").fill("nina@example.com")
    prove_identity(client, owner, ago=16 * 60)
    page.get_by_role("button", name="Stuur uitnodiging").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben jij het?")
    page.get_by_label("Wachtwoord").fill("a long password")
    page.get_by_role("button", name="Bevestig").click()
    expect(page.get_by_text("nina@example.com").first).to_be_visible()
    assert shop.invitations.get().email == "nina@example.com"
