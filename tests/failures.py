"""Each class of failure with the real programs: what a merchant reads, where, and how soon. ``script/failures``.

Everything runs as in production (PostgreSQL, Valkey, web, worker, scheduler) against the sandbox. A class is brought
about alone, the pages are read as the merchant until the sentence is there, it is healed, and they are read until the
sentence is gone. Fails when one did not come within a minute, or stays.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import requests

from tests.failing_world import (
    IMPORT_PAGE,
    KEY_PAGE,
    LIST_PAGE,
    SITE_PAGE,
    TEAM_PAGE,
    World,
    html_of,
    sentence,
    words_of,
    world,
)

WITHIN_SECONDS, HEALED_WITHIN_SECONDS = 60.0, 120.0
# A permission that is missing is asked about every quarter of an hour.
PERMISSION_HEALED_WITHIN_SECONDS = 960.0


@dataclass(frozen=True)
class Class:
    """``says`` is looked for on every page; ``again`` is done between two looks. ``records`` are pages that say it and
    keep it, because they tell what became of a job.

    ``harms_nobody``: others do its work, so that nothing stands still, and the pages must not say that it does.
    """

    name: str
    fail: Callable[[World], None]
    heal: Callable[[World], None]
    says: str
    pages: Sequence[str] = (IMPORT_PAGE, SITE_PAGE, "draft")
    records: Sequence[str] = ()
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


def _label(name: str, fail: Callable[[World], None], heal: Callable[[World], None], says: str) -> Class:
    """The label of a fresh order meets it; healed, it is made."""

    def meet(world: World) -> None:
        world.import_fresh()
        fail(world)
        world.label_fresh()

    def mend(world: World) -> None:
        heal(world)
        world.label_fresh()

    return Class(name, meet, mend, says, ("fresh",), ("job",))


def _send_to(postcode: str) -> Callable[[World], None]:
    """The buyer's address changes at Wix, and the draft follows."""

    def send(world: World) -> None:
        world.stack.ask(f"/sandbox/orders/{world.fresh_order}/readdress", {"postalCode": postcode})
        shown = postcode.replace(" ", "")
        read = partial(html_of, world, "fresh")
        seconds_until(lambda: shown in read().replace(" ", "").replace("&nbsp;", ""), time.monotonic(), WITHIN_SECONDS)

    return send


def _fail_to_tell(world: World) -> None:
    world.import_fresh()
    world.wix(fault="403", fault_path="create-fulfillment", fault_count=0)
    world.label_fresh()


def _fill_disk(world: World) -> None:
    """Files may not be written; root, who may everywhere, gets a disk of one page."""
    world.import_fresh()
    folder = world.stack.data / "files"
    if os.geteuid():
        folder.chmod(0o500)
    else:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder], check=True)
        (folder / "full").write_bytes(b"." * 4096)
    world.label_fresh()


def _free_disk(world: World) -> None:
    folder = world.stack.data / "files"
    if os.geteuid():
        folder.chmod(0o700)
    else:
        subprocess.run(["umount", folder], check=True)


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
    _label(
        "MyParcel 402",
        lambda world: world.gateway(payment_required=True),
        lambda world: world.gateway(payment_required=False),
        "te betalen",
    ),
    _label("MyParcel 422", _send_to("9999 ZZ"), _send_to("3511 AA"), "de vervoerder bezorgt niet"),
    Class(
        "Wix 403 on create",
        _fail_to_tell,
        lambda world: world.wix(fault="", fault_path=""),
        "geeft de app het recht",
        ("fresh",),
        healed_within=PERMISSION_HEALED_WITHIN_SECONDS,
    ),
    Class("Disk full", _fill_disk, _free_disk, "heeft geen ruimte om het bestand", ("job",)),
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
    for page in (*one.pages, *one.records):
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
