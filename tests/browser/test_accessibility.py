"""Accessibility of every everyday page, on a desktop and a phone, in both themes."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.demos import Demo
from tests.browser.steps import first_row_path, sign_in_to_busy_shop, wait_until_ready

pytestmark = pytest.mark.browser
PAGES = (
    "/",
    "/zendingen/",
    "/zendingen/?q=nobody",
    "/zendingen/?tab=attention",
    "/zendingen/importeren/",
    "/integratie/",
    "/integratie/wix/",
    "/instellingen/",
    "/instellingen/zendingen/",
    "/instellingen/zendingen/dagen/",
    "/instellingen/afzender/",
    "/instellingen/labels/",
    "/niets/",
)


def test_every_page_passes_the_accessibility_checks(device: Page, demo: Demo):
    page = device
    page.goto(demo.base)
    found = violations(page)
    sign_in_to_busy_shop(page, demo)
    found += violations(page)
    for path in PAGES[1:]:
        page.goto(demo.base + path)
        found += violations(page)
    for tab in ("drafts", "to_print"):
        page.goto(f"{demo.base}/zendingen/?tab={tab}")
        page.goto(demo.base + first_row_path(page))
        found += violations(page)
    page.goto(f"{demo.base}/zendingen/?tab=to_print")
    page.locator("tbody .check").first.check()
    found += violations(page)
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("dialog", name="Download labels").wait_for()
    found += violations(page)
    page.get_by_role("button", name="Download 1 label").click()
    page.get_by_role("link", name="Download 1 label").wait_for()
    wait_until_ready(page)
    found += violations(page)
    assert found == []
