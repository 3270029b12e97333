"""The life of a connection with the real programs, for every answer to Wix's unconfirmed points."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.merchant import SITE, Merchant
from tests.stack import Stack, eventually
from tests.test_webhooks import NEVER, _shipment, new_order, press

pytestmark = pytest.mark.stack
WIX = "/integratie/wix/"
CLAIM = "/integratie/wix/openen/"


@pytest.fixture
def stack(tmp_path: Path):
    running = Stack(tmp_path / "data", SYNC_EVERY_SECONDS=NEVER, SYNC_STALE_SECONDS=NEVER)
    running.start()
    yield running
    if running.program is not None:
        running.stop()


def set_switches(stack: Stack, **switches: Any) -> None:
    stack.ask("/sandbox/knobs", switches)


def test_every_answer_that_wix_may_give_is_survived(stack: Stack):
    merchant = Merchant(stack)
    connection = _every_way_of_consent(stack, merchant)
    _every_format_of_a_webhook(stack, merchant)
    _every_format_of_a_rejection(stack, merchant, connection)
    _a_copy_is_claimed_and_asked_about(stack, merchant)


def test_a_refused_token_heals_by_itself_also_over_a_restart(tmp_path: Path):
    stack = Stack(tmp_path / "data", RECONNECT_BASE_SECONDS="1", SYNC_EVERY_SECONDS=NEVER, SYNC_STALE_SECONDS=NEVER)
    stack.start()
    try:
        merchant = Merchant(stack)
        merchant.sender()
        connection = merchant.connect()
        press(merchant, f"/integratie/{connection}/automatisch/", enabled="1")
        set_switches(stack, token_refused="unknown_instance")
        stack.ask("/sandbox/expire-tokens", {"site": SITE})
        press(merchant, f"/integratie/{connection}/controleer/")
        number, _order_id = new_order(stack)
        stopped = merchant.get(WIX)
        assert "Wix accepteert onze koppeling niet meer." in stopped
        assert "volgende poging" in stopped
        stack.stop()
        stack.start()
        assert "volgende poging" in merchant.get(WIX)
        set_switches(stack, token_refused="")
        let_the_next_try_come(stack)
        eventually(lambda: "Wix accepteert onze koppeling niet meer." not in merchant.get(WIX), 60)
        assert eventually(lambda: _shipment(merchant, number), 60), "what waited is worked off"
    finally:
        if stack.program is not None:
            stack.stop()


def let_the_next_try_come(stack: Stack) -> None:
    """The wait is as long as the refusal has lasted, of which starting the programs again is the largest part."""
    with closing(sqlite3.connect(stack.data / "backoffice.sqlite3", timeout=30)) as database, database:
        waiting = "UPDATE integrations_connection SET retry_at = '2026-01-01 00:00:00' WHERE retry_at IS NOT NULL"
        assert database.execute(waiting).rowcount == 1


def _every_way_of_consent(stack: Stack, merchant: Merchant) -> str:
    """Point 13: fields of the signed instance, and a site that has the app already."""
    connections = set()
    for switch, values in (
        ("signed_fields", ("sparse", "extra", "usual")),
        ("already_installed", ("update_screen", "callback")),
    ):
        for value in values:
            set_switches(stack, **{switch: value})
            connections.add(merchant.connect())
    assert len(connections) == 1, "connecting again is the same connection"
    return connections.pop()


def _every_format_of_a_webhook(stack: Stack, merchant: Merchant) -> None:
    """Point 9: header, content type, orders that cannot be taken as they are, and a retry with an expired signature."""
    formats: list[dict[str, Any]] = [
        {"webhook_header": "bare"},
        {"webhook_header": "kid"},
        {"webhook_content_type": "application/json"},
        {"webhook_content_type": "application/jwt"},
        {"webhook_content_type": ""},
        {"webhook_payload": "texts"},
        {"webhook_order": "stale"},
        {"webhook_order": "partial"},
        {"webhook_order": "absent"},
        {"webhook_exp_seconds": 0, "webhook_retry_exp": "original"},
        {"webhook_fault": "expired"},
    ]
    for variant in formats:
        set_switches(stack, **variant)
        number, _order_id = new_order(stack)
        offered = f"/zendingen/importeren/?q={number}"
        eventually(lambda offered=offered, number=number: f"#{number}" in merchant.get(offered), 30)
    set_switches(stack, webhook_fault="", webhook_exp_seconds=3600)


def _every_format_of_a_rejection(stack: Stack, merchant: Merchant, connection: str) -> None:
    """Point 1: what the token endpoint says when consent is gone. Afterwards one connects again."""
    for error, status in (("oauth", "400"), ("wix", "401"), ("legacy", "403"), ("html", "404"), ("empty", "400")):
        set_switches(stack, token_error=error, token_status=status, token_refused="removed", removed_api="401")
        stack.ask("/sandbox/expire-tokens", {"site": SITE})
        press(merchant, f"/integratie/{connection}/controleer/")
        assert "Wix accepteert onze koppeling niet meer." in merchant.get(WIX), (error, status)
        set_switches(stack, token_refused="")
        assert merchant.connect() == connection
    set_switches(stack, permissions="read_only", forbidden_body="empty")
    press(merchant, f"/integratie/{connection}/controleer/")
    assert "Manage Orders" in merchant.get(WIX)
    set_switches(stack, permissions="full")
    press(merchant, f"/integratie/{connection}/controleer/")
    assert "De verbinding vraagt je aandacht" not in merchant.get(WIX)


def _a_copy_is_claimed_and_asked_about(stack: Stack, merchant: Merchant) -> None:
    copy = stack.ask("/sandbox/duplicate", {"site": SITE})
    link = stack.ask("/sandbox/open-app", {"site": copy["siteId"], "url": stack.base + CLAIM})["open"]
    page = merchant.http.get(link, timeout=30).text
    fields = dict(re.findall(r'name="(instance|csrfmiddlewaretoken)"\s+value="([^"]+)"', page))
    shop = re.search(r'<option value="([0-9a-f-]{36})"\s+selected', page)
    assert shop
    page = merchant.http.post(stack.base + CLAIM, data=fields | {"shop": shop[1]}, timeout=30).text
    assert f"Deze site is een kopie van {SITE}." in page
    answer = re.search(r"/integratie/[0-9a-f-]{36}/kopie/", page)
    assert answer
    press(merchant, answer[0], **{"import": "1"})
    assert "Deze site is een kopie van" not in merchant.get(WIX)
    assert merchant.http.get(link, timeout=30).url == stack.base + WIX
