"""Occasional tasks: another shop, another language, a failed update, a connection check."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demos import BUSY_SHOP, NEW_SHOP, Demo
from tests.browser.steps import sign_in, sign_in_to_busy_shop, wait_until_pushed, wait_until_ready

pytestmark = pytest.mark.browser


def work_in(page: Page, shop: str) -> None:
    wait_until_ready(page)
    page.locator("[popovertarget=shop-menu]").click()
    page.locator("#shop-menu").get_by_role("button", name=shop).click()
    expect(page.locator("[popovertarget=shop-menu]")).to_contain_text(shop)


def speak(page: Page, language: str) -> None:
    wait_until_ready(page)
    page.locator("[popovertarget]", has_text="Sanne Demo").click()
    page.get_by_role("button", name=language).click()


def test_another_shop_is_one_choice_away_and_every_page_follows(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in(page, demo)
    work_in(page, BUSY_SHOP)
    expect(page.get_by_role("heading", name="Vraagt je aandacht")).to_be_visible()
    picture("dashboard-druk")
    page.goto(f"{demo.base}/zendingen/")
    expect(page.get_by_role("link", name="#10214", exact=True)).to_be_visible()
    work_in(page, NEW_SHOP)
    page.goto(f"{demo.base}/zendingen/")
    expect(page.get_by_text("#10214")).to_have_count(0)


def test_a_parcel_the_shop_was_not_told_about_is_told_again_with_one_press(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in_to_busy_shop(page, demo)
    page.get_by_role("link", name="Bekijk en herstel").click()
    expect(page.get_by_text("Wix weet nog niet dat deze order is verzonden")).to_be_visible()
    picture("niet-teruggekoppeld")
    page.get_by_role("button", name="Probeer nu").click()
    expect(page.get_by_text("#10214 staat in de wachtrij.")).to_be_visible()
    wait_until_pushed(page, f"{demo.base}/zendingen/?q=10214")
    page.reload()
    expect(page.get_by_text("Bijgewerkt").first).to_be_visible()
    expect(page.get_by_role("button", name="Probeer nu")).to_have_count(0)
    page.goto(f"{demo.base}/zendingen/?q=10214")
    expect(page.locator("tbody").get_by_text("Bijgewerkt")).to_be_visible()


def test_the_language_is_the_persons_own_and_stays(strict_page: Page, demo: Demo):
    page = strict_page
    sign_in(page, demo)
    speak(page, "English")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{demo.base}/zendingen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shipments")
    speak(page, "Nederlands")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zendingen")
    expect(page).to_have_url(f"{demo.base}/zendingen/")


def test_a_connection_is_checked_when_asked_and_says_how_it_is(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in_to_busy_shop(page, demo, "/integratie/wix/")
    page.get_by_role("button", name="Verbinding controleren").click()
    expect(page.get_by_text(re.compile("Gecontroleerd: (vandaag|gisteren)")).first).to_be_visible()
    picture("gecontroleerd")


def test_a_new_shop_starts_with_its_own_first_steps(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in(page, demo, "/instellingen/")
    page.get_by_role("link", name="Nieuwe shop").click()
    page.get_by_label("Naam").fill("Kaarsenmakerij De Lont")
    page.get_by_role("button", name="Open shop").click()
    expect(page.get_by_text("Kaarsenmakerij De Lont is klaar.")).to_be_visible()
    expect(page.get_by_text("0 van 4 klaar.")).to_be_visible()
    picture("nieuwe-shop")
