"""Every page of the daily work, desk and phone, in both themes: no violation, nothing that scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.walks import sign_in
from tests.stack import Stack

pytestmark = pytest.mark.browser
SEATS = {
    "desk": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
}
PAGES = (
    "/",
    "/zendingen/",
    "/zendingen/?zoek=nobody",
    "/zendingen/?tab=aandacht",
    "/zendingen/importeren/",
    "/integratie/",
    "/integratie/wix/",
    "/instellingen/",
    "/instellingen/zendingen/",
    "/instellingen/afzender/",
    "/instellingen/labels/",
    "/niets/",
)


COLOURS_HAVE_SETTLED = """async () => {
    // The first frame sees the new theme, the next ones what it set in motion: until two of them are still.
    for (let still = 0; still < 2;) {
        await new Promise(requestAnimationFrame);
        const moving = document.getAnimations();
        await Promise.allSettled(moving.map((one) => one.finished));
        still = moving.length ? 0 : still + 1;
    }
}"""


def violations(page: Page) -> list[str]:
    """What axe finds on this page as it stands, in either theme, and how far it scrolls sideways."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        broken = _broken(page) and _broken(page)
        found += [f"{page.url}, {theme}: {_said(one)}" for one in broken]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{page.url}: scrolls {width} px sideways"] if width > 0 else [])


def _said(violation: dict) -> str:
    node = violation["nodes"][0]
    return f"{violation['id']} ({len(violation['nodes'])}) {node['html'][:120]}: {node['failureSummary']}"


def _broken(page: Page) -> list[dict]:
    """What axe finds now. Asked twice before it counts: a page that refreshes itself may be between two states."""
    page.wait_for_load_state("networkidle")
    page.evaluate(COLOURS_HAVE_SETTLED)
    return Axe().run(page).response["violations"]


@pytest.mark.parametrize("seat", SEATS)
def test_no_page_keeps_anybody_out(browser: Browser, stack: Stack, seat: str):
    page = browser.new_context(locale="nl-NL", **SEATS[seat]).new_page()
    page.goto(stack.base)
    found = violations(page)
    sign_in(page, stack)
    page.goto(f"{stack.base}/instellingen/")
    page.get_by_role("button", name="Instellingen Studio Tweede").click()
    for path in PAGES:
        page.goto(stack.base + path)
        found += violations(page)
    for tab in ("concepten", "printen"):
        page.goto(f"{stack.base}/zendingen/?tab={tab}")
        page.goto(stack.base + str(page.locator("tbody .cell-link").first.get_attribute("href")))
        found += violations(page)
    page.goto(f"{stack.base}/zendingen/?tab=printen")
    page.locator("tbody .check").first.check()
    found += violations(page)
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("dialog", name="Download labels").wait_for()
    found += violations(page)
    page.get_by_role("button", name="Download 1 label").click()
    page.get_by_role("link", name="Download 1 label").wait_for()
    found += violations(page)
    page.context.close()
    assert found == []
