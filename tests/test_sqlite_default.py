"""What a newcomer starts, with SQLite and no Redis, killed five times: one draft an order, one fulfillment a label."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.merchant import SITE, Merchant, fulfillments
from tests.stack import SHORT_LEASES, Stack, eventually

pytestmark = pytest.mark.stack
ORDERS, KILLS = 120, 5
# The mark of an unfinished job on the page of downloads.
RUNNING = "pill--transit"


def is_working(merchant: Merchant) -> bool:
    """Whether a job is still running: more orders than ours may get a label."""
    return RUNNING in merchant.get("/downloads/")


@pytest.fixture
def stack(tmp_path: Path):
    """Programs of this test's own, because it breaks them."""
    running = Stack(tmp_path / "data", **SHORT_LEASES)
    running.start()
    yield running
    if running.program is not None:
        running.stop()


def test_power_cuts_in_the_middle_of_import_labels_and_push_lose_and_double_nothing(stack: Stack):
    stack.ask("/sandbox/orders", {"site": SITE, "count": ORDERS})
    merchant = Merchant(stack)
    merchant.sender()
    merchant.key()
    connection = merchant.connect()
    eventually(lambda: f"site={connection}" in merchant.get("/zendingen/importeren/"))
    eventually(
        lambda: int(re.findall(r'tabs__count">\s*([\d.]+)', merchant.get("/zendingen/importeren/"))[0]) >= ORDERS
    )

    merchant.post("/zendingen/importeren/start/", all_matching=f"site={connection}&destination=nl", key="everything")
    stack.kill_everything()
    stack.start()
    merchant = Merchant(stack)
    merchant.post(
        "/zendingen/importeren/start/", all_matching=f"site={connection}&destination=nl", key="everything-again"
    )
    eventually(lambda: merchant.count("drafts") >= ORDERS and "Bezig" not in merchant.get("/zendingen/importeren/"), 60)
    imported = merchant.count("all")

    stack.ask("/sandbox/knobs", {"fault": "lost_answer", "fault_count": 3, "fault_path": "create-fulfillment"})
    for round_number in range(KILLS - 1):
        merchant.post(
            "/zendingen/labels/", all_matching="tab=drafts", layout="a6", start="1", key=f"labels-{round_number}"
        )
        stack.kill_everything()
        stack.start()
        merchant = Merchant(stack)
    eventually(lambda: merchant.count("to_print") >= ORDERS and not is_working(merchant), 120)
    assert merchant.count("all") == imported

    labelled = merchant.count("to_print")
    # Our own limit of calls counts any 60 seconds: the last updates may wait a whole minute for it, then settle.
    eventually(lambda: len(fulfillments(stack)) >= labelled, 180)
    told = Counter(row["trackingInfo"]["trackingNumber"] for row in fulfillments(stack))
    orders = Counter(row["orderId"] for row in fulfillments(stack))
    assert len(told) == labelled
    assert set(told.values()) == {1}, "a label was told twice"
    assert set(orders.values()) == {1}, "an order got two parcels"
