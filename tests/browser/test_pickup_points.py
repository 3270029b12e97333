"""A merchant chooses a pick-up point in the editor, by mouse and by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.demos import BUSY_SHOP, Demo
from tests.browser.steps import wait_until_ready
from tests.browser.test_editor import SAVED, open_concept

pytestmark = pytest.mark.browser
ORDER = "10216"


@pytest.fixture
def merchant(strict_page: Page, demo: Demo) -> Page:
    demo.enter(strict_page.context, BUSY_SHOP)
    return strict_page


def test_a_point_is_chosen_from_the_list_and_stays(merchant: Page, demo: Demo):
    open_concept(merchant, demo, ORDER)
    merchant.get_by_label("Bezorgmoment").select_option(label="Afhaalpunt")
    points = merchant.get_by_role("list", name="Afhaalpunten in de buurt")
    expect(points.get_by_role("listitem")).to_have_count(5)
    expect(points).to_contain_text("310 m")
    points.get_by_text("Openingstijden").first.click()
    expect(points.get_by_text("09:00–18:00").first).to_be_visible()
    assert violations(merchant) == []
    merchant.get_by_label("In de buurt van postcode").fill("9712 HN")
    merchant.get_by_role("button", name="Zoek afhaalpunten").click()
    expect(points).to_contain_text("Groningen")
    choose = points.get_by_role("button", name="Kies Primera Voorbeeld")
    choose.focus()
    merchant.keyboard.press("Enter")
    chosen = merchant.locator("#pickup .notice", has_text="Primera Voorbeeld")
    expect(chosen).to_be_visible()
    expect(merchant.locator("#label-preview")).to_contain_text("Primera Voorbeeld")
    merchant.get_by_role("button", name="Bewaar concept").click()
    expect(merchant.locator("#save-status")).to_have_text(SAVED)
    merchant.reload()
    wait_until_ready(merchant)
    expect(chosen).to_be_visible()
    merchant.get_by_label("Vervoerder").select_option(label="DHL For You")
    expect(merchant.get_by_text("is van PostNL. Kies een afhaalpunt van DHL For You.")).to_be_visible()
    expect(points.get_by_role("listitem")).to_have_count(5)
