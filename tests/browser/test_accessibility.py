"""Every page of the daily work, desk and phone, in both themes: no violation, nothing that scrolls sideways."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.demos import Demo
from tests.browser.walks import in_the_second_shop, ready

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
    "/instellingen/afzender/",
    "/instellingen/labels/",
    "/niets/",
)


def test_no_page_keeps_anybody_out(seat: Page, demo: Demo):
    page = seat
    page.goto(demo.base)
    found = violations(page)
    in_the_second_shop(page, demo)
    found += violations(page)
    for path in PAGES[1:]:
        page.goto(demo.base + path)
        found += violations(page)
    for tab in ("drafts", "to_print"):
        page.goto(f"{demo.base}/zendingen/?tab={tab}")
        page.goto(demo.base + str(page.locator("tbody .cell-link").first.get_attribute("href")))
        found += violations(page)
    page.goto(f"{demo.base}/zendingen/?tab=to_print")
    page.locator("tbody .check").first.check()
    found += violations(page)
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("dialog", name="Download labels").wait_for()
    found += violations(page)
    page.get_by_role("button", name="Download 1 label").click()
    page.get_by_role("link", name="Download 1 label").wait_for()
    ready(page)
    found += violations(page)
    assert found == []
