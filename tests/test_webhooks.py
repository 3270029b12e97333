"""The real programs: changes at the platform arrive within seconds by webhook."""

import re
from pathlib import Path

import pytest
import requests

from tests.merchant import SITE, Merchant
from tests.stack import Stack, eventually

pytestmark = pytest.mark.stack
NEVER = "100000"


@pytest.fixture
def stack(tmp_path: Path):
    """Programs that synchronise once, at the beginning, so that all that follows is the webhooks' work."""
    running = Stack(tmp_path / "data", SYNC_EVERY_SECONDS=NEVER, SYNC_STALE_SECONDS=NEVER)
    running.start()
    yield running
    if running.program is not None:
        running.stop()


def press(merchant: Merchant, path: str, **fields: str) -> None:
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', merchant.get("/integratie/wix/"))
    data = fields | {"csrfmiddlewaretoken": token[1] if token else ""}
    assert merchant.http.post(merchant.stack.base + path, data=data, timeout=30).status_code == 200


def new_order(stack: Stack, **overrides: str) -> tuple[str, str]:
    """Number and id of an order that was placed just now."""
    made = stack.ask("/sandbox/orders", {"site": SITE, "count": 1, "order": overrides})
    return made["numbers"][0], made["ids"][0]


def test_a_payment_becomes_a_draft_by_itself_whatever_the_deliveries_go_through(stack: Stack):
    merchant = Merchant(stack)
    merchant.sender()
    merchant.key()
    connection = merchant.connect()
    eventually(lambda: "Vandaag" in merchant.get("/integratie/wix/").split("Laatste synchronisatie")[1][:80], 60)
    for fault in ("", "duplicate", "reorder", "bad_signature"):
        press(merchant, f"/integratie/{connection}/automatisch/", enabled="1")
        stack.ask("/sandbox/knobs", {"webhook_fault": fault, "webhook_time_scale": 0.01})
        number, order_id = new_order(stack, paymentStatus="NOT_PAID")
        assert f"#{number}" not in merchant.get(f"/zendingen/?tab=all&q={number}")
        stack.ask(f"/sandbox/orders/{order_id}/pay", {})
        if fault == "bad_signature":
            # Refused while forged, and delivered when the shop signs as it should again.
            eventually(lambda order_id=order_id: {"401"} == _answers(stack, order_id), 30)
            stack.ask("/sandbox/knobs", {"webhook_fault": ""})
        assert eventually(lambda number=number: _shipment(merchant, number), 60)
    assert requests.post(f"{stack.base}/webhooks/wix/", data="forged", timeout=10).status_code == 401

    stack.ask("/sandbox/remove-app", {"site": SITE})
    eventually(lambda: "Wix heeft onze toegang ingetrokken" in merchant.get("/integratie/wix/"), 30)
    merchant.connect()
    page = merchant.get("/integratie/wix/")
    assert "Wix heeft onze toegang ingetrokken" not in page
    assert f"/integratie/{connection}/intrekken/" in page


def _answers(stack: Stack, order_id: str) -> set[str]:
    """What we answered to deliveries about this order that are not done."""
    rows = stack.ask(f"/sandbox/state.json?site={SITE.replace(' ', '%20')}&parts=webhookDeliveries")
    mine = [row for row in rows["webhookDeliveries"] if row["orderId"] == order_id and row["state"] != "delivered"]
    return {row["lastAnswer"] for row in mine if row["attempts"]}


def _shipment(merchant: Merchant, number: str) -> str:
    """The page of the shipment with this order number; empty while there is none."""
    page = merchant.get(f"/zendingen/?q={number}")
    found = re.search(r'value=([0-9a-f-]{36}) aria-label="Selecteer #' + number, page)
    return merchant.get(f"/zendingen/{found[1]}/") if found else ""
