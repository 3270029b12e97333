"""A new user reaches the labels by what the screen shows, without typing a URL."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demos import Demo
from tests.browser.steps import (
    add_to_site,
    expect_job_finished,
    fill_in_sender_form,
    save_key_on_page,
    select_all,
    select_all_pages,
    sign_in_with_the_form,
)

pytestmark = pytest.mark.browser


def to_the_next_step(page: Page, press: str) -> None:
    """Back over the menu to the steps of the first day, and on with the one that says what to press."""
    page.get_by_role("navigation").get_by_role("link", name="Dashboard").click()
    steps = page.get_by_role("region", name="Voor je eerste label: vier stappen")
    steps.get_by_role("link", name=press).click()


def test_the_screen_alone_leads_from_signing_in_to_the_downloaded_labels(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in_with_the_form(page, demo)
    picture("newcomer-first-day")
    to_the_next_step(page, "Vul in")
    fill_in_sender_form(page)

    to_the_next_step(page, "Koppel Wix")
    page.get_by_role("button", name="Geef toestemming").click()
    add_to_site(page, demo.site)
    expect(page.get_by_text("Verbonden", exact=True).first).to_be_visible()
    picture("newcomer-connected")

    to_the_next_step(page, "Vul de sleutel in")
    save_key_on_page(page, demo)

    to_the_next_step(page, "Probeer je printer")
    with page.expect_download() as sample:
        page.get_by_role("button", name="Print een proeflabel").click()
    assert sample.value.path().read_bytes().startswith(b"%PDF")

    page.get_by_role("navigation").get_by_role("link", name="Dashboard").click()
    page.get_by_role("link", name="Importeer externe orders").click()
    expect(page.get_by_role("button", name="Importeer order").first).to_be_visible(timeout=60_000)
    picture("newcomer-orders")
    select_all(page, "orders")
    select_all_pages(page)
    page.get_by_role("button", name=re.compile(r"Importeer (selectie|\d+ orders)")).click()
    expect_job_finished(page, "orders geïmporteerd")
    picture("newcomer-imported")

    page.get_by_role("link", name=re.compile(r"Bekijk \d\d conceptzendingen")).click()
    select_all(page)
    select_all_pages(page)
    picture("newcomer-concepts")
    page.get_by_role("button", name="Download labels").click()
    page.get_by_role("button", name=re.compile(r"Download \d+ labels")).click()
    expect_job_finished(page, "labels gemaakt")
    picture("newcomer-labels")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download \d+ labels")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
