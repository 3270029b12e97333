"""Each class of failure with the real programs: what a merchant reads, where, and how soon. ``script/failures``.

Everything runs as in production (PostgreSQL, Valkey, web, worker, scheduler) against the sandbox. A class is brought
about alone, the pages are read as the merchant until the sentence is there, it is healed, and they are read until the
sentence is gone. Fails when one did not come within a minute, or stays.
"""

import argparse
import html
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import requests

from tests.backing_services import Services
from tests.merchant import Merchant
from tests.stack import Stack, eventually

WITHIN_SECONDS, HEALED_WITHIN_SECONDS = 60.0, 120.0
# A permission that is missing is asked about every quarter of an hour.
PERMISSION_HEALED_WITHIN_SECONDS = 960.0
# As in production, but for the waits between two tries.
INTERVALS = {
    "WORK_SWEEP_SECONDS": "10",
    "SYNC_EVERY_SECONDS": "5",
    "SYNC_STALE_SECONDS": "1",
    "RETRY_BASE_SECONDS": "1",
    "RETRY_CAP_SECONDS": "5",
    "RECONNECT_BASE_SECONDS": "2",
}
SITE_PAGE, KEY_PAGE, LIST_PAGE = "/integratie/wix/", "/instellingen/algemeen/", "/zendingen/"


@dataclass
class World:
    """The programs, a merchant with a connected site and a label, and that label's page."""

    stack: Stack
    services: Services
    merchant: Merchant
    order_page: str = ""

    def wix(self, **switches: object) -> None:
        self.stack.ask("/sandbox/knobs", dict(switches))

    def gateway(self, **switches: object) -> None:
        self.stack.ask("/sandbox/myparcel/knobs", dict(switches))

    def poll(self) -> None:
        """The gateway is asked for every parcel, as ``manage.py refresh_tracking`` does."""
        self.stack.manage("refresh_tracking")


@dataclass(frozen=True)
class Class:
    """``says`` is looked for on every page; ``again`` is done between two looks."""

    name: str
    fail: Callable[[World], None]
    heal: Callable[[World], None]
    says: str
    pages: Sequence[str] = (SITE_PAGE, "order")
    again: Callable[[World], None] = lambda world: None
    healed_within: float = HEALED_WITHIN_SECONDS


def _wix(name: str, says: str, *, path: str = "/ecom/", fault: str = "") -> Class:
    fault = fault or name.split()[-1]
    return Class(
        name,
        lambda world: world.wix(fault=fault, fault_path=path, fault_count=0),
        lambda world: world.wix(fault="", fault_path=""),
        says,
    )


def _gateway(name: str, says: str, *, fault: str = "") -> Class:
    fault = fault or name.split()[-1]
    return Class(
        name,
        lambda world: world.gateway(fault=fault, fault_path="GET /shipments", fault_count=0),
        lambda world: world.gateway(fault="", fault_path=""),
        says,
        (KEY_PAGE, "order"),
        World.poll,
    )


def _signal(program: str, number: int) -> Callable[[World], None]:
    """To every process of this program of ours; "valkey" is the broker."""

    def send(world: World) -> None:
        for pid in _processes(world, program):
            os.kill(pid, number)

    return send


def _processes(world: World, program: str) -> list[int]:
    if program == "valkey":
        return [one.pid for one in world.services.programs if "valkey" in str(one.args)]
    found = []
    for pid in world.stack._leftovers():
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if program.encode() in words and b"myparcel_backoffice" in words:
            found.append(pid)
    return found


def _hang(world: World) -> None:
    world.wix(slow_ms=60_000, fault_path="/ecom/")


def _answer(world: World) -> None:
    world.wix(slow_ms=0, fault_path="")


SILENT, REFUSED, NONSENSE = "geeft geen antwoord", "accepteert onze koppeling niet meer", "dat we niet begrijpen"
STANDSTILL = "Het werk op de achtergrond staat stil"
CLASSES = (
    _wix("Wix 500", SILENT),
    _wix("Wix drops the connection", SILENT, fault="drop"),
    Class("Wix hangs", _hang, _answer, SILENT),
    _wix("Wix 429", "rustiger aan te doen"),
    _wix("Wix answers HTML", SILENT, fault="html"),
    _wix("Wix truncates", NONSENSE, fault="truncated"),
    _wix("Wix 401", REFUSED),
    replace(_wix("Wix 403", "geeft de app het recht"), healed_within=PERMISSION_HEALED_WITHIN_SECONDS),
    Class(
        "Token refused",
        lambda world: world.wix(token_refused="wrong_secret", fault="401", fault_path="/ecom/"),
        lambda world: world.wix(token_refused="", fault="", fault_path=""),
        REFUSED,
    ),
    _wix("Token 503", SILENT, path="/"),
    _gateway("MyParcel 500", SILENT),
    _gateway("MyParcel drops the connection", SILENT, fault="drop"),
    _gateway("MyParcel 429", "rustiger aan te doen"),
    _gateway("MyParcel 401", "accepteert de API-sleutel"),
    _gateway("MyParcel 403", "mag dit niet bij MyParcel"),
    Class(
        "Worker gone", _signal("worker", signal.SIGSTOP), _signal("worker", signal.SIGCONT), STANDSTILL, (LIST_PAGE,)
    ),
    Class("Scheduler gone", _signal("beat", signal.SIGSTOP), _signal("beat", signal.SIGCONT), STANDSTILL, (LIST_PAGE,)),
    Class(
        "Redis gone",
        _signal("valkey", signal.SIGSTOP),
        _signal("valkey", signal.SIGCONT),
        "the broker does not answer",
        ("/healthz/worker",),
    ),
)


@contextmanager
def world() -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="failures-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        services = Services()
        services.start()
        where = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
        stack = Stack(Path(folder), **where, **INTERVALS)
        try:
            stack.start()
            yield _prepared(World(stack, services, Merchant(stack)))
        finally:
            if stack.program is not None:
                stack.stop()
            services.stop()


def _prepared(world: World) -> World:
    """One order from Wix with a real label, of which the site was told."""
    merchant, stack = world.merchant, world.stack
    stack.ask("/sandbox/orders", {"site": merchant.site, "count": 1})
    merchant.sender()
    merchant.key()
    connection = merchant.connect()
    address = {"all_matching": f"site={connection}&destination=nl", "key": "everything"}
    eventually(lambda: connection in merchant.get("/zendingen/importeren/"), 60)
    eventually(lambda: merchant.post("/zendingen/importeren/start/", **address) and merchant.count("drafts"), 90)
    # No parcel is told of yet, so that its page has something to wait for.
    world.wix(fault="500", fault_path="create-fulfillment")
    merchant.post("/zendingen/labels/", all_matching="tab=drafts", layout="a6", key="labels")
    eventually(lambda: merchant.count("to_print"), 90)
    found = re.search(r'href="?(?:/zendingen/)?([0-9a-f]{8}-[0-9a-f-]{27})/', merchant.get("/zendingen/?tab=to_print"))
    assert found
    world.order_page = f"/zendingen/{found[1]}/"
    world.wix(fault="", fault_path="")
    return world


def html_of(world: World, page: str) -> str:
    page = world.order_page if page == "order" else page
    return world.merchant.http.get(world.stack.base + page, timeout=30).text


def words_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def sentence(markup: str, says: str) -> str:
    """The notice that says so, from its title on; of a text without notices its first line."""
    notices = [words_of(">" + part) for part in markup.split('class="notice ')[1:]]
    found = next((notice for notice in notices if says in notice), words_of(markup.split("\n", 1)[0]))
    return found[found.rfind('">', 0, 60) + 1 :][:360].strip('"> ')


def is_said(world: World, page: str, says: str) -> bool:
    return says in words_of(html_of(world, page))


def seconds_until(seen: Callable[[], bool], started: float, limit: float) -> float | None:
    """Since ``started``; None when it was not seen within ``limit`` seconds. It is looked at least once."""
    while True:
        try:
            found = seen()
        except requests.RequestException:
            found = False
        spent = time.monotonic() - started
        if found or spent > limit:
            return spent if found else None
        time.sleep(1.0)


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def go_through(world: World, one: Class) -> bool:
    """Print what is read of this class; False when it came too late, or stays."""
    started = time.monotonic()
    one.fail(world)
    one.again(world)
    well = True
    for page in one.pages:
        seconds = seconds_until(partial(is_said, world, page, one.says), started, WITHIN_SECONDS)
        if seconds is None:
            tell(f"{one.name}: NOTHING on {page} within {WITHIN_SECONDS:.0f} s")
            well = False
            continue
        tell(f"{one.name}: {seconds:.0f} s, {page}: «{sentence(html_of(world, page), one.says)}»")
    started = time.monotonic()
    one.heal(world)
    one.again(world)
    gone = seconds_until(
        lambda: not any(is_said(world, page, one.says) for page in one.pages), started, one.healed_within
    )
    tell(f"{one.name}: {'STAYS' if gone is None else f'gone {gone:.0f} s after it was healed'}")
    return well and gone is not None


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/failures", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("only", nargs="*", help="parts of the names of classes; all without")
    chosen = parser.parse_args(arguments).only
    classes = [one for one in CLASSES if not chosen or any(part.lower() in one.name.lower() for part in chosen)]
    with world() as running:
        results = [go_through(running, one) for one in classes]
    tell(f"{results.count(True)} of {len(results)} classes were said within a minute and left by themselves")
    return 0 if classes and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
