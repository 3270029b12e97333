"""Addresses in a real browser: the list that is worked down, and another address after the label.

The pages come from this process, see ``tests.browser.in_process``.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from integrations.orders import OrderAddress
from integrations.tests.factories import make_connection, mirror_order
from integrations.tests.fake_platform import make_order
from jobs import runner
from shipments.models import Shipment
from shipments.services.labels import register
from shipments.tests.factories import fill_sender, make_shipment
from shipments.tests.test_address_list import incomplete, sent
from shops.models import Shop
from tests.browser.axe import violations
from tests.browser.conftest import DEVICES
from tests.browser.in_process import BASE
from tests.browser.layout_checks import clipped_texts, unreachable_controls
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def stage(browser: Browser, browser_context_args, client_for: Callable, owner, shop: Shop, settings) -> Iterator[Stage]:
    settings.BASE_URL, settings.ALLOWED_HOSTS = BASE, ["localhost"]
    context = browser.new_context(**browser_context_args | DEVICES["desk"])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    stage = Stage(page, "nl", client_for, owner, shop)
    stage.sign_in()
    yield stage
    context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def drafts(shop: Shop) -> list[Shipment]:
    """Without a number, without a street that the shop knows, and without much."""
    fill_sender(shop)
    sent(shop)
    lost = OrderAddress(
        first_name="Mees", last_name="Bakker", line1="t/o de kerk", postal_code="9711 JX", city="Grijpskerk"
    )
    order = mirror_order(make_connection(shop), make_order(1, address=lost))
    return [
        incomplete(shop, "1001", "number", order=order, person="Mees Bakker", street="t/o de kerk", city="Grijpskerk"),
        incomplete(shop, "1002", "street", "city"),
        incomplete(shop, "1003", "street", "number", "city", "postal_code", person="A" * 50),
    ]


def has_focus(page: Page, name: str, draft: Shipment) -> bool:
    return page.evaluate("name => document.activeElement.name === name", f"z{draft.public_id.hex}-{name}")


def test_addresses_are_worked_down_with_enter_and_get_their_labels(stage: Stage, drafts: list[Shipment], picture_of):
    page = stage.page
    stage.open("/zendingen/adressen/")
    for device, look in reversed(DEVICES.items()):
        page.set_viewport_size(look["viewport"])
        picture_of(page, f"addresses-{device}")
        assert unreachable_controls(page) + clipped_texts(page) == []
    assert violations(page) == []
    page.reload()
    assert has_focus(page, "number", drafts[0]), "typing begins at once"
    page.keyboard.type("12 b")
    page.keyboard.press("Enter")
    assert has_focus(page, "street", drafts[1]), "without waiting for the answer"
    expect(page.get_by_role("button", name="Bewaar en maak 1 label")).to_be_visible()
    page.get_by_role("button", name="Neem Lindelaan 12, 3524 KB Utrecht over").click()
    expect(page.get_by_role("button", name="Bewaar en maak 2 labels")).to_be_visible()
    expect(page.locator("#nav-addresses .nav__count")).to_contain_text("1")
    assert has_focus(page, "postal_code", drafts[2])
    assert violations(page) == []
    picture_of(page, "addresses-saved")
    page.get_by_role("button", name="Bewaar en maak 2 labels").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("label")


def test_another_address_after_the_label_takes_three_presses(stage: Stage, shop: Shop, owner, files_dir, picture_of):
    fill_sender(shop)
    draft = make_shipment(shop)
    register.start_labels(shop, owner, shipments=shop.shipments.all(), layout="a6", start=1, key="first")
    runner.run_due()
    page = stage.page
    stage.open(f"/zendingen/{draft.public_id}/adres/")
    page.set_viewport_size(DEVICES["phone"]["viewport"])
    assert unreachable_controls(page) + clipped_texts(page) == []
    picture_of(page, "change-address-phone")
    page.set_viewport_size(DEVICES["desk"]["viewport"])
    stage.open(f"/zendingen/{draft.public_id}/")
    page.get_by_role("link", name="Wijzig adres").click()
    window = page.get_by_role("dialog", name="Ander adres")
    picture_of(page, "change-address")
    assert violations(page) == []
    window.get_by_label("Huisnummer").fill("99")
    window.get_by_role("button", name="Wijzig en maak nieuw label").click()
    expect(page).to_have_url(re.compile("/taken/"))
    runner.run_due()
    page.reload()
    expect(page.get_by_role("link", name="Download 1 label")).to_be_visible()
    assert shop.shipments.get(number="99").status == "registered"


def test_a_row_of_the_attention_tab_opens_where_it_is_pressed(stage: Stage, drafts: list[Shipment], picture_of):
    page = stage.page
    for device, look in reversed(DEVICES.items()):
        page.set_viewport_size(look["viewport"])
        stage.open("/zendingen/?tab=attention")
        picture_of(page, f"attention-{device}")
        assert unreachable_controls(page) + clipped_texts(page) == []
    assert violations(page) == []
    page.get_by_text("street ontbreekt city ontbreekt").first.click()
    expect(page).to_have_url(re.compile(f"{drafts[2].public_id}|{drafts[1].public_id}"))
