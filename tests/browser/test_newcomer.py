"""Somebody who has never seen the pages: no address is typed, only what is on the screen is pressed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walks import across_pages, finished, sign_in, write_sender
from tests.stack import Stack

pytestmark = pytest.mark.browser


def to_the_next_step(page: Page, press: str) -> None:
    """Back over the menu to the steps of the first day, and on with the one that says what to press."""
    page.get_by_role("navigation").get_by_role("link", name="Dashboard").click()
    steps = page.get_by_role("region", name="Van order naar bezorger in vier stappen")
    steps.get_by_role("link", name=press).click()


def test_the_screen_alone_leads_from_signing_in_to_the_downloaded_labels(watched: Page, stack: Stack, picture):
    page = watched
    sign_in(page, stack)
    picture("newcomer-first-day")
    to_the_next_step(page, "Vul in")
    write_sender(page)

    to_the_next_step(page, "Koppel Wix")
    page.get_by_role("button", name="Geef toestemming").click()
    page.get_by_label("Atelier Voorbeeld").check()
    page.get_by_role("button", name="Add to Site").click()
    expect(page.get_by_text("Verbonden", exact=True).first).to_be_visible()
    picture("newcomer-connected")

    to_the_next_step(page, "Stel in")
    page.get_by_role("button", name="Bewaar voorkeuren").click()
    expect(page.get_by_text("Pakketvoorkeuren bewaard.")).to_be_visible()

    to_the_next_step(page, "Importeer")
    expect(page.get_by_role("button", name="Importeer order").first).to_be_visible(timeout=60_000)
    picture("newcomer-orders")
    page.get_by_label("Selecteer alle orders op deze pagina").check()
    across_pages(page)
    page.get_by_role("button", name=re.compile(r"Importeer (selectie|\d+ orders)")).click()
    finished(page, "orders geïmporteerd")
    picture("newcomer-imported")

    page.get_by_role("link", name="Bekijk 59 conceptzendingen").click()
    page.get_by_label("Selecteer alle zendingen op deze pagina").check()
    across_pages(page)
    picture("newcomer-concepts")
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("button", name=re.compile(r"Download \d+ labels")).click()
    finished(page, "labels gemaakt")
    picture("newcomer-labels")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download \d+ labels")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
