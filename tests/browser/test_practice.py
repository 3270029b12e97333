"""A shop without a key practices with test labels, of which nobody hears; with a key one press makes them real."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demos import Demo
from tests.browser.steps import (
    SENDER,
    expect_job_finished,
    grant_consent,
    save_key,
    select_all,
    sign_in,
    wait_for_orders,
)
from tests.stack import eventually

pytestmark = pytest.mark.browser
ORDER = "10203"


def test_a_test_label_stays_here_until_one_press_makes_it_real(strict_page: Page, demo: Demo, picture):
    page = strict_page
    sign_in(page, demo)
    grant_consent(page, demo, demo.site)
    one_order_is_imported(page, demo)
    its_label_is_a_test_label(page, demo, picture)
    wix_and_the_buyer_heard_nothing(demo)
    save_key(page, demo)
    one_press_makes_it_real(page, demo, picture)
    wix_and_the_buyer_hear_of_it(demo)


def one_order_is_imported(page: Page, demo: Demo) -> None:
    wait_for_orders(page, demo)
    page.get_by_role("searchbox").fill(ORDER)
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name=f"Importeer order #{ORDER}").click()
    expect(page.get_by_role("link", name=f"Zending #{ORDER}")).to_be_visible()


def its_label_is_a_test_label(page: Page, demo: Demo, picture) -> None:
    page.goto(f"{demo.base}/zendingen/?tab=drafts")
    select_all(page)
    page.get_by_role("button", name="Download labels").click()
    window = page.get_by_role("dialog", name="Voor je eerste label")
    picture("testlabels-afzender")
    for label, value in SENDER.items():
        window.get_by_label(label).first.fill(value)
    window.get_by_role("button", name="Bewaar en ga verder").click()
    expect(window.get_by_label("API-sleutel van MyParcel")).to_be_visible()
    picture("testlabels-keuze")
    page.get_by_role("button", name="Oefen met testlabels").click()
    expect(page.get_by_text("Dit worden testlabels")).to_be_visible()
    picture("testlabels-venster")
    page.get_by_role("button", name="Download 1 label").click()
    expect_job_finished(page, "1 testlabel gemaakt")
    expect(page.get_by_role("link", name="Vul je API-sleutel van MyParcel in")).to_be_visible()
    picture("testlabels-klaar")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 1 label").click()
    assert download.value.suggested_filename.startswith("testlabels-")
    page.goto(f"{demo.base}/zendingen/?tab=tests")
    expect(page.get_by_text("Test, niet doorgegeven").first).to_be_visible()
    picture("testlabels-lijst")


def state(demo: Demo) -> dict:
    found: dict = demo.ask(f"/sandbox/state.json?site={quote(demo.site)}&number={ORDER}")
    return found


def wix_and_the_buyer_heard_nothing(demo: Demo) -> None:
    now = state(demo)
    assert (now["orders"][0]["fulfillmentStatus"], now["fulfillments"], now["mails"]) == ("NOT_FULFILLED", [], [])


def one_press_makes_it_real(page: Page, demo: Demo, picture) -> None:
    page.goto(f"{demo.base}/zendingen/?tab=tests")
    picture("testlabels-met-sleutel")
    page.get_by_role("button", name="Maak echte labels").click()
    expect_job_finished(page, "1 label gemaakt")
    page.goto(f"{demo.base}/zendingen/?q={ORDER}")
    expect(page.get_by_text("Test, niet doorgegeven")).to_have_count(0)


def wix_and_the_buyer_hear_of_it(demo: Demo) -> None:
    eventually(lambda: state(demo)["orders"][0]["fulfillmentStatus"] == "FULFILLED", 60)
    eventually(lambda: len(state(demo)["mails"]) == 1, 60)
