"""How every page about accounts, security and privacy looks, in each of its states: whole, reachable and accessible."""

import os

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page

from tests.browser.account_scenes import ACCOUNT, LOGGING_IN
from tests.browser.axe import violations
from tests.browser.conftest import DEVICES
from tests.browser.in_process import BASE
from tests.browser.layout_checks import clipped_texts, unreachable_controls
from tests.browser.shop_scenes import SHOP
from tests.browser.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
# A page is opened once and looked at on both, in the language whose words are longer.
LANGUAGE = "nl"
# All of them with LOOKS=all, and with PICTURES=1; each takes most of a second.
SHARE = 1 if os.environ.get("LOOKS") == "all" or os.environ.get("PICTURES") == "1" else 6


def test_every_page_is_whole_reachable_and_accessible(
    browser: Browser, browser_context_args, client_for, owner, shop, settings, files_dir, picture_of
):
    settings.BASE_URL, settings.ALLOWED_HOSTS = BASE, ["localhost"]
    context = browser.new_context(**browser_context_args | DEVICES["desk"])
    complaints: list[str] = []
    faults: list[str] = []
    heard: set[tuple[str, int, int]] = set()
    # One page for all: a new one starts a process of the browser.
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for scene in (*LOGGING_IN, *ACCOUNT, *SHOP)[::SHARE]:
        before = transaction.savepoint()
        owner.refresh_from_db()
        shop.refresh_from_db()
        scene(Stage(page, LANGUAGE, client_for, owner, shop))
        for device, look in reversed(DEVICES.items()):
            page.set_viewport_size(look["viewport"])
            picture_of(page, f"{scene.__name__}-{device}")
            found = unreachable_controls(page) + clipped_texts(page)
            faults += [f"{scene.__name__}, {device}: {fault}" for fault in found]
        if (kind := kind_of(page)) not in heard:
            heard.add(kind)
            faults += [f"{scene.__name__}: {fault}" for fault in violations(page)]
        transaction.savepoint_rollback(before)
        page.unroute_all()
    context.close()
    assert not faults, "\n".join(faults)
    assert not complaints, "\n".join(complaints)


def is_complaint(message) -> bool:
    """A page that answers 422 is told on the console as well."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text


def kind_of(page: Page) -> tuple[str, int, int]:
    """Of states of a page with as many controls and notices axe hears one."""
    return page.url.partition("?")[0], page.locator("input, select, button").count(), page.locator(".notice").count()
