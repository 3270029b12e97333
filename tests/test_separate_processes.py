"""PostgreSQL, Valkey and Celery in separate processes, killed during the same work."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.backing_services import Services
from tests.merchant import SITE, Merchant, fulfillments
from tests.stack import SHORT_LEASES, Stack, eventually

pytestmark = pytest.mark.stack
ORDERS = 60


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch):
    """Servers of this test's own."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    running = Services()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def stack(services: Services, tmp_path: Path):
    running = Stack(tmp_path / "data", DATABASE_URL=services.database_url, REDIS_URL=services.redis_url, **SHORT_LEASES)
    running.start()
    yield running
    if running.program is not None:
        running.stop()


def test_the_whole_job_with_workers_of_their_own_and_a_power_cut(stack: Stack):
    logs = {path.stem for path in (stack.data / "logs").glob("*.log")}
    assert {"web", "worker", "beat", "sandbox"} <= logs
    stack.ask("/sandbox/orders", {"site": SITE, "count": ORDERS})
    merchant = Merchant(stack)
    merchant.sender()
    merchant.key()
    connection = merchant.connect()
    eventually(lambda: _offered(merchant) >= ORDERS, 60)
    merchant.post("/zendingen/importeren/start/", all_matching=f"site={connection}&destination=nl", key="everything")
    stack.kill_everything()
    stack.start()
    merchant = Merchant(stack)
    eventually(lambda: merchant.count("drafts") >= ORDERS, 60)
    merchant.post("/zendingen/labels/", all_matching="tab=drafts", layout="a4", start="2", key="labels")
    eventually(lambda: merchant.count("to_print") >= ORDERS, 60)
    eventually(lambda: len(fulfillments(stack)) >= merchant.count("to_print"), 60)
    told = Counter(row["orderId"] for row in fulfillments(stack))
    assert set(told.values()) == {1}
    assert merchant.http.get(f"{stack.base}/healthz/worker", timeout=10).text.startswith("ok\n")


def _offered(merchant: Merchant) -> int:
    """How many orders the import page's first tab counts."""
    counts = re.findall(r'tabs__count">\s*([\d.]+)', merchant.get("/zendingen/importeren/"))
    return int(counts[0].replace(".", "")) if counts else 0
