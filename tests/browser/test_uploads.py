"""Files of the systems that merchants come from: the columns are shown, the lines looked at, the drafts made."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.demos import BUSY_SHOP, Demo
from tests.browser.layout_checks import clipped_texts, unreachable_controls
from tests.browser.steps import expect_job_finished

pytestmark = pytest.mark.browser
EXPORTS = Path(__file__).resolve().parents[1] / "data" / "exports"
# By system: a column and the part it holds, how many drafts come of the file, and a line of the preview.
SYSTEMS = {
    "wix": ("Delivery address", "street", 2, "Regels 2, 3 zijn één order"),
    "woocommerce": ("Address 1&2 (Shipping)", "street", 2, "De order is niet betaald (on-hold)."),
    "shopify": ("Lineitem quantity", "item_quantity", 2, "De order is geannuleerd"),
    "sendcloud": ("weight", "weight_kg", 2, "Gewicht “0.700” is gelezen als 700 g."),
    "myparcel": ("Ontvanger", "person", 2, "Gewicht “1.200” is gelezen als 1200 g."),
    "postnl": ("Kenmerk", "reference", 2, "Noor van der Proef"),
}
TWICE = "Referentie;Naam;Straat;Huisnummer;Postcode;Plaats\n" + 2 * "T1;Noor Proef;Kastanjelaan;12;3524 KB;Utrecht\n"


@pytest.fixture
def desk(strict_page: Page, demo: Demo) -> Page:
    demo.enter(strict_page.context, BUSY_SHOP)
    return strict_page


def choose(page: Page, demo: Demo, name: str, content: bytes) -> None:
    page.goto(f"{demo.base}/zendingen/bestand/")
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.get_by_label("CSV-bestand of Excel-werkmap").set_input_files(file)
    page.get_by_role("button", name="Toon de regels").click()


def column(page: Page, title: str) -> Locator:
    return page.get_by_label(title, exact=True)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_file_of_another_system_comes_in_through_the_page_of_columns(desk: Page, demo: Demo, picture, system: str):
    title, part, drafts, line = SYSTEMS[system]
    content = (EXPORTS / f"{system}.csv").read_bytes()
    choose(desk, demo, f"{system}.csv", content)
    expect(desk.get_by_role("heading", name="Kies de kolommen")).to_be_visible()
    expect(column(desk, title)).to_have_value(part)
    picture(f"kolommen-{system}")
    desk.get_by_role("button", name="Toon de regels").click()
    expect(desk.get_by_role("heading", name=f"{drafts} regels worden conceptzendingen")).to_be_visible()
    expect(desk.get_by_text(line).first).to_be_visible()
    picture(f"regels-{system}")
    desk.get_by_role("button", name=f"Importeer {drafts} zendingen").click()
    expect_job_finished(desk, f"{drafts} van de {drafts} zendingen geïmporteerd")
    # The next file with these columns needs no second look at them.
    choose(desk, demo, "again.csv", content)
    expect(desk.get_by_text("Dit bestand is al geïmporteerd")).to_be_visible()


def test_a_column_is_corrected_and_the_choice_stays(desk: Page, demo: Demo):
    choose(
        desk, demo, "x.csv", b"order_number,receiver,address,zip,city,memo\nC1,Noor BV,Laan 1,3524 KB,Utrecht,achter\n"
    )
    column(desk, "receiver").select_option("company")
    column(desk, "memo").select_option("extra")
    desk.get_by_role("button", name="Toon de regels").click()
    expect(desk.get_by_text("Noor BV")).to_be_visible()
    desk.go_back()
    desk.go_forward()
    desk.get_by_role("link", name="Wijzig de kolommen").click()
    expect(column(desk, "receiver")).to_have_value("company")
    expect(column(desk, "memo")).to_have_value("extra")


def test_a_reference_twice_waits_for_a_choice(desk: Page, demo: Demo):
    choose(desk, demo, "x.csv", TWICE.encode())
    expect(desk.get_by_text("Referentie T1 staat op regels 2, 3.")).to_be_visible()
    desk.get_by_role("radio", name=re.compile("Eén pakket per referentie")).check()
    desk.get_by_role("button", name=re.compile("Importeer")).click()
    expect_job_finished(desk, "1 zending geïmporteerd")


def test_the_pages_of_a_file_pass_the_accessibility_and_layout_checks(device: Page, demo: Demo):
    demo.enter(device.context, BUSY_SHOP)
    # With a title that no choice was remembered for.
    width = str(device.viewport_size["width"]).encode()
    content = (EXPORTS / "wix.csv").read_bytes().replace(b"Tracking number", b"Code " + width)
    choose(device, demo, "wix.csv", content)
    found = violations(device) + unreachable_controls(device) + clipped_texts(device)
    device.get_by_role("button", name="Toon de regels").click()
    expect(device.get_by_role("heading", name="2 regels worden conceptzendingen")).to_be_visible()
    found += violations(device) + unreachable_controls(device) + clipped_texts(device)
    choose(device, demo, "x.csv", (TWICE + "T2;Zo?;Laan;12-feb;3524 KB;Ede\nTotaal;;;;;\n").encode())
    found += violations(device) + unreachable_controls(device) + clipped_texts(device)
    assert found == []
