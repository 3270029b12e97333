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
from tests.mail_server import MailServer
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
# Who looks at it has the site read: where webhooks arrive, it is read by itself once an hour.
IMPORT_PAGE = "/zendingen/importeren/"
TEAM_PAGE = "/instellingen/team/"


@dataclass
class World:
    """The programs, a merchant with a connected site, a label and a draft, and their pages."""

    stack: Stack
    services: Services
    merchant: Merchant
    mails: MailServer
    order_page: str = ""
    draft_page: str = ""

    def wix(self, **switches: object) -> None:
        self.stack.ask("/sandbox/knobs", dict(switches))

    def gateway(self, **switches: object) -> None:
        self.stack.ask("/sandbox/myparcel/knobs", dict(switches))

    def poll(self) -> None:
        """The gateway is asked for every parcel, as ``manage.py refresh_tracking`` does."""
        self.stack.manage("refresh_tracking")


@dataclass(frozen=True)
class Class:
    """``says`` is looked for on every page; ``again`` is done between two looks.

    ``harms_nobody``: others do its work, so that nothing stands still, and the pages must not say that it does.
    """

    name: str
    fail: Callable[[World], None]
    heal: Callable[[World], None]
    says: str
    pages: Sequence[str] = (IMPORT_PAGE, SITE_PAGE, "draft")
    again: Callable[[World], None] = lambda world: None
    healed_within: float = HEALED_WITHIN_SECONDS
    harms_nobody: bool = False


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


def _invite_somebody(world: World) -> None:
    world.mails.stop()
    world.merchant.post(f"{TEAM_PAGE}uitnodigen/", email="colleague@example.com", role="staff")


SILENT, REFUSED, NONSENSE = "geeft geen antwoord", "accepteert onze koppeling niet meer", "dat we niet begrijpen"
STANDSTILL = "Het werk op de achtergrond staat stil"
CLASSES = (
    # First, while the merchant signed in just now: a team asks for the password again later.
    Class(
        "Mail server away",
        _invite_somebody,
        lambda world: world.mails.listen(),
        "neemt de mail nog niet aan",
        (TEAM_PAGE,),
    ),
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
    Class(
        "Scheduler gone",
        _signal("beat", signal.SIGSTOP),
        _signal("beat", signal.SIGCONT),
        STANDSTILL,
        (LIST_PAGE,),
        harms_nobody=True,
    ),
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
        mails = MailServer()
        mails.listen()
        where = {"DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url, "EMAIL_URL": mails.url}
        stack = Stack(Path(folder), **where, **INTERVALS)
        try:
            stack.start()
            yield _prepared(World(stack, services, Merchant(stack), mails))
        finally:
            if stack.program is not None:
                stack.stop()
            mails.stop()
            services.stop()


def _prepared(world: World) -> World:
    """One order from Wix with a real label, and one that is a draft, of which the site still has to be told."""
    world.merchant.sender()
    world.merchant.key()
    connection = world.merchant.connect()
    _import_one(world, connection, "first")
    world.merchant.post("/zendingen/labels/", all_matching="tab=drafts", layout="a6", key="labels")
    eventually(lambda: world.merchant.count("to_print"), 90)
    world.order_page = _first_of(world, "to_print")
    _import_one(world, connection, "second")
    world.draft_page = _first_of(world, "drafts")
    return world


def _import_one(world: World, connection: str, key: str) -> None:
    merchant = world.merchant
    world.stack.ask("/sandbox/orders", {"site": merchant.site, "count": 1})
    address = {"all_matching": f"site={connection}&destination=nl", "key": key}
    eventually(lambda: connection in merchant.get(IMPORT_PAGE), 60)
    eventually(lambda: merchant.post(f"{IMPORT_PAGE}start/", **address) and merchant.count("drafts"), 90)


def _first_of(world: World, tab: str) -> str:
    found = re.search(
        r'href="?(?:/zendingen/)?([0-9a-f]{8}-[0-9a-f-]{27})/', world.merchant.get(f"{LIST_PAGE}?tab={tab}")
    )
    assert found
    return f"{LIST_PAGE}{found[1]}/"


def html_of(world: World, page: str) -> str:
    page = {"order": world.order_page, "draft": world.draft_page}.get(page, page)
    return world.merchant.http.get(world.stack.base + page, timeout=30).text


def words_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def sentence(markup: str, says: str) -> str:
    """The notice that says so, from its title on, or else the words around it."""
    notices = [words_of(">" + part) for part in markup.split('class="notice ')[1:]]
    words = words_of(markup)
    found = next((notice for notice in notices if says in notice), words[max(0, words.find(says) - 80) :])
    return found[found.rfind('">', 0, 60) + 1 :][:360].strip('"> ')


def is_said(world: World, page: str, says: str) -> bool:
    return says in words_of(html_of(world, page))


def are_clear(world: World, one: Class) -> bool:
    return not any(is_said(world, page, one.says) for page in one.pages)


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
    if seconds_until(partial(are_clear, world, one), time.monotonic(), HEALED_WITHIN_SECONDS) is None:
        tell(f"{one.name}: was said before it happened")
        return False
    started = time.monotonic()
    one.fail(world)
    one.again(world)
    if one.harms_nobody:
        return is_never_said(world, one, started)
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
    gone = seconds_until(partial(are_clear, world, one), started, one.healed_within)
    tell(f"{one.name}: {'STAYS' if gone is None else f'gone {gone:.0f} s after it was healed'}")
    return well and gone is not None


def is_never_said(world: World, one: Class, started: float) -> bool:
    page = one.pages[0]
    seconds = seconds_until(partial(is_said, world, page, one.says), started, WITHIN_SECONDS)
    one.heal(world)
    told = "nothing stands still" if seconds is None else f"SAID after {seconds:.0f} s on {page}"
    tell(f"{one.name}: {told}")
    return seconds is None


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/failures", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("only", nargs="*", help="parts of the names of classes; all without")
    chosen = parser.parse_args(arguments).only
    classes = [one for one in CLASSES if not chosen or any(part.lower() in one.name.lower() for part in chosen)]
    with world() as running:
        results = [go_through(running, one) for one in classes]
    tell(f"{results.count(True)} of {len(results)} classes were said within a minute and left, or stopped nothing")
    return 0 if classes and all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
