"""slow_neighbour: forty shops whose platform takes twelve seconds for a token. Nobody else notices."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backing_services import Services
from tests.merchant import Merchant
from tests.stack import Stack, eventually

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(os.environ.get("STORM") != "1", reason="takes seconds of a processor; set STORM=1"),
]
SLOW_SHOPS, TOKEN_SECONDS = 40, 12
# What a healthy shop's export may take beyond what it takes when it is alone on this machine.
SECONDS = 3.0
# Each waits to be read, and none has a token.
NEW_SHOPS = """
from integrations.models import Connection
from integrations.services.sync import request_sync
from shops.models import Shop
for number in range({count}):
    shop = Shop.objects.create(name=f"Slow {{number}}")
    name = f"slow-{{number}}"
    request_sync(Connection.objects.create(shop=shop, platform="wix", external_id=name, site_id=name))
"""
ARE_SLOW = """
from integrations.models import Connection
print(Connection.objects.filter(site_name="", consecutive_failures__gt=0).count(), "are slow")
"""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """PostgreSQL, Redis, and a worker of its own. Without Redis the same lanes run in the web process."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    services = Services()
    services.start()
    running = Stack(tmp_path / "data", DATABASE_URL=services.database_url, REDIS_URL=services.redis_url)
    running.start()
    yield running
    running.ask("/sandbox/knobs", {"slow_ms": 0, "fault_path": ""})
    running.stop()
    services.stop()


def export(merchant: Merchant, key: str) -> float:
    """Seconds from the press until the file of three parcels is there."""
    page = merchant.get("/zendingen/?tab=all")
    three = re.findall(r'name="?shipment"? value="?([0-9a-f-]{36})', page)[:3]
    assert len(three) == 3
    pressed = time.monotonic()
    answer = merchant.post("/zendingen/selectie/exporteren/", shipment=three, key=key)
    job = re.search(r"/zendingen/taken/([0-9a-f-]{36})/", answer.url)
    assert job
    file = f"{merchant.stack.base}/zendingen/taken/{job[1]}/bestand/"
    eventually(lambda: merchant.http.get(file, timeout=30).status_code == 200, 150)
    return time.monotonic() - pressed


def number_of_slow_shops(stack: Stack) -> int:
    found = re.search(r"(\d+) are slow", stack.manage("shell", "-c", ARE_SLOW))
    assert found
    return int(found[1])


def test_an_export_of_a_healthy_shop_ends_while_forty_shops_wait_for_their_tokens(stack: Stack):
    merchant = Merchant(stack)
    merchant.post(f"/shop/{merchant.busy_shop}/kies/")
    alone = min(export(merchant, "quiet"), export(merchant, "again"))
    stack.ask("/sandbox/knobs", {"slow_ms": TOKEN_SECONDS * 1000, "fault_path": "/oauth2/"})
    stack.manage("shell", "-c", NEW_SHOPS.format(count=SLOW_SHOPS))
    seconds = [export(merchant, f"busy-{number}") for number in range(3)]
    assert max(seconds) < SECONDS + alone, f"{max(seconds):.1f} s beside {SLOW_SHOPS} slow shops, {alone:.1f} s alone"
    # They were asked for meanwhile: a token that does not come is a failure after some seconds.
    eventually(lambda: number_of_slow_shops(stack) >= 5, 60)
    assert merchant.http.get(f"{stack.base}/healthz/worker", timeout=10).text.startswith("ok\n")
    assert "Het werk op de achtergrond staat stil." not in merchant.get("/zendingen/")
