"""One storm from start to end: people work while disasters happen, then both sides are compared until all is well."""

import os
import random
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.measuring import cpu_seconds, tree_cpu
from benchmarks.programs import Sandbox, responds, stop, wait_for
from storm.checker import Findings, compare, number_of
from storm.machines import Machines, StormServices, environment
from storm.weather import Climate, Weather
from tests.stack import free_port

SITE = "Atelier Voorbeeld"
# More jobs than these nobody starts before some have ended.
JOBS_AT_ONCE = 4
# FURTHER_ORDERS come at a time while a fault is still missing.
BATCH, FURTHER_ORDERS, TELL_EVERY = 200, 5, 15.0


@dataclass(frozen=True, slots=True)
class Plan:
    """``seconds`` is how long people order and disasters happen, ``patience`` how long everything may take afterwards.
    What is found without a change for ``hopeless_after`` seconds while nothing is left to do ends the run.

    ``env`` shortens the product's durations; empty for those of production. ``token_life`` is in seconds.
    """

    orders: int
    seed: int
    seconds: float
    rounds: int = 1
    patience: float = 600.0
    hopeless_after: float = 600.0
    overdue_after: float = 600.0
    token_life: int = 30
    climate: Climate = field(default_factory=Climate)
    env: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What happened, what was found, and what it cost."""

    plan: Plan
    findings: Findings = field(default_factory=dict)
    converged_after: float | None = None
    seconds: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.converged_after is not None and not number_of(self.findings) and not self.broken

    def as_json(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "orders": plan.orders,
            "seed": plan.seed,
            "stormed_seconds": plan.seconds,
            "settings": plan.env,
            "seconds": round(self.seconds, 1),
            "converged_after_seconds": self.converged_after and round(self.converged_after, 1),
            "found": numbers(self.findings),
            "findings": {name: rows[:20] for name, rows in self.findings.items() if rows},
            "broken": self.broken,
            **self.figures,
        }


class Storm:
    def __init__(self, plan: Plan, say: Callable[[str], None] = print) -> None:
        self.plan, self.say = plan, say
        self.rng = random.Random(plan.seed)
        self.folder = Path(tempfile.mkdtemp(prefix="backoffice-storm-"))
        self.services = StormServices()
        self.report = Report(plan)
        self._began = time.monotonic()
        self._crashed: list[str] = []

    def run(self) -> Report:
        try:
            self._start()
            self._rage()
            self._settle()
            self._account()
        finally:
            self._stop()
        return self.report

    def _start(self) -> None:
        plan, port = self.plan, free_port()
        self.services.start()
        self.sandbox = Sandbox(self.folder / "sandbox")
        wait_for(lambda: responds(f"{self.sandbox.url}/healthz"), "the sandbox does not answer")
        self.weather = Weather(free_port(), self.sandbox.port, plan.climate, plan.seed)
        self.weather.start()
        # The product renews a token five minutes before its end.
        self.sandbox.ask("/sandbox/knobs", {"rate_limit": 0, "token_seconds": 300 + plan.token_life})
        # No webhooks: their address is https, as in production, and here nobody answers that.
        self.sandbox.ask("/sandbox/myparcel/knobs", {"rate_limit": 1_000_000, "hook_fault": "drop"})
        apis = {"WIX_API_URL": self.weather.url, "MYPARCEL_API_URL": f"{self.weather.url}/myparcel"}
        env = environment(self.services, self.folder, port, plan.env | self.sandbox.environment() | apis)
        self.machines = Machines(env, self.folder, port)
        os.environ |= env
        self._set_up_shop(port)
        self.machines.start()
        self.say(f"{time.monotonic() - self._began:.0f} s: everything runs; {self.folder}")

    def _set_up_shop(self, port: int) -> None:
        import django  # noqa: PLC0415 - the settings read what was just set

        django.setup()
        from benchmarks.context import make_account  # noqa: PLC0415 - needs Django
        from shops.services.gateway_accounts import save_api_key  # noqa: PLC0415
        from storm.people import Merchant, Wix  # noqa: PLC0415

        installation, site = self.sandbox.install(SITE)
        account = make_account(SITE, installation=installation, site=site)
        save_api_key(account.shop, self.sandbox.ask("/sandbox/myparcel/account.json")["apiKey"])
        base = f"http://127.0.0.1:{port}"
        self.wix = Wix(self.sandbox, SITE, f"{base}/webhooks/wix/", random.Random(self.rng.random()))
        self.merchant = Merchant(base, account.user, account.site, random.Random(self.rng.random()))

    def _rage(self) -> None:
        from storm.disasters import Disasters  # noqa: PLC0415 - needs what was started
        from storm.people import with_fresh_database  # noqa: PLC0415

        self.weather.storms = True
        self.disasters = Disasters(self.services, self.machines, self.weather, random.Random(self.rng.random()))
        until = time.monotonic() + self.plan.seconds
        raging = self.disasters.start(self.plan.seconds, self.plan.rounds)
        at_wix = threading.Thread(target=self._guarded(self._orders_come_in), args=(until,), daemon=True)
        at_wix.start()
        turn, last_moment, told_at = 0, until + self.plan.patience, until
        while time.monotonic() < until or raging.is_alive() or at_wix.is_alive() or self._missing():
            with_fresh_database(partial(self._work, turn))
            if not at_wix.is_alive() and self._missing():
                self._lengthen()
            if time.monotonic() > last_moment:
                break
            if time.monotonic() > told_at + TELL_EVERY:
                told_at = time.monotonic()
                self.say(f"{told_at - self._began:.0f} s: it goes on; {self._missing()}")
            turn += 1
            time.sleep(self.plan.seconds / 12)
        self.weather.storms = False
        self.say(f"{time.monotonic() - self._began:.0f} s: the storm is over; {self._left()}")

    def _lengthen(self) -> None:
        self.wix.order(FURTHER_ORDERS)
        self.wix.order(1, paid=False)
        self.wix.change_mind()
        self.wix.pay(1)

    def _missing(self) -> list[str]:
        """A storm without its faults proves nothing, so it lasts until each of them happened."""
        from storm.people import CHANGES, PRESSES  # noqa: PLC0415 - needs Django

        idle = [f"nobody did this: {name}" for name in PRESSES if not self.merchant.done[name]]
        idle += [f"nobody did this at Wix: {name}" for name in CHANGES if not self.wix.done[name]]
        return missing(self.weather, self.disasters.happened) + idle

    def _guarded(self, act: Callable[[float], None]) -> Callable[[float], None]:
        def run(until: float) -> None:
            try:
                act(until)
            except Exception as error:  # noqa: BLE001 - the run reports it and fails
                self._crashed.append(f"ordering: {error!r}")

        return run

    def _orders_come_in(self, until: float) -> None:
        """In batches over three quarters of the time; some by webhook, some unpaid until later, some changed."""
        batches = max(4, self.plan.orders // BATCH)
        pause = 0.75 * self.plan.seconds / batches
        left = self.plan.orders
        for batch in range(batches):
            count = left // (batches - batch)
            unpaid = count // 10
            self.wix.tell_by_webhook(is_told=batch % 4 == 1)
            self.wix.order(unpaid, paid=False)
            self.wix.order(count - unpaid)
            self.wix.tell_by_webhook(is_told=True)
            self.wix.pay(unpaid // 2)
            for _time in range(max(2, count // 50)):
                self.wix.change_mind()
            self.wix.tell_by_webhook(is_told=False)
            left -= count
            time.sleep(max(0.0, min(pause, until - time.monotonic())))
        self.wix.pay(len(self.wix.unpaid))

    def _work(self, turn: int) -> None:
        merchant, some = self.merchant, max(2, self.plan.orders // 200)
        is_patient = self._left().get("jobs", 0) >= JOBS_AT_ONCE
        if not is_patient:
            merchant.import_everything()
        if turn % 3 == 0:
            merchant.synchronize()
        merchant.split_some(some)
        merchant.bundle_some(some)
        merchant.edit_some(some)
        if not is_patient:
            merchant.label_everything()
        merchant.edit_some(some)
        merchant.cancel_some(some)
        merchant.remake_some()
        if not is_patient:
            merchant.retry_failures()

    def _settle(self) -> None:
        """The merchant goes on importing and labelling what is left, until there is nothing to find."""
        from storm.people import with_fresh_database  # noqa: PLC0415 - needs Django

        now = time.monotonic()
        deadline, told_at, changed_at = now + self.plan.patience, 0.0, now
        while (now := time.monotonic()) < deadline and now < changed_at + self.plan.hopeless_after:
            left = self._left()
            if left or self.weather.has_calls_under_way:
                changed_at = now
            elif (found := self._compare()) != self.report.findings:
                self.report.findings, changed_at = found, now
            if not left and self.report.findings and not number_of(self.report.findings):
                self.report.converged_after = time.monotonic() - self.weather.last_fault
                return
            if now > told_at + TELL_EVERY:
                told_at = now
                self.say(f"{now - self._began:.0f} s: {left or numbers(self.report.findings)}")
            with_fresh_database(partial(self._tidy_up, left))
            time.sleep(2)
        self.report.findings = self._compare()
        self.say(f"{time.monotonic() - self._began:.0f} s: not converged; {self._left()}")

    def _tidy_up(self, left: dict[str, int]) -> None:
        """Orders are imported while files of labels are made; more labels wait until some files are there."""
        if "orders" in left and not self.merchant.is_importing:
            self.merchant.import_everything()
        if left.get("jobs", 0) >= JOBS_AT_ONCE:
            return
        self.merchant.open("the import page", f"/zendingen/importeren/?site={self.merchant.site.public_id}")
        if "drafts" in left:
            self.merchant.label_everything()

    def _left(self) -> dict[str, int]:
        from storm.ours import unfinished  # noqa: PLC0415 - needs Django

        return unfinished()

    def _compare(self) -> Findings:
        from storm.books import read_theirs  # noqa: PLC0415
        from storm.ours import read_ours  # noqa: PLC0415 - needs Django

        wix = self.sandbox.ask(f"/sandbox/state.json?site={quote(SITE)}&parts=orders,fulfillments")
        parcels = self.sandbox.ask("/sandbox/myparcel/state.json")["shipments"]
        return compare(read_ours(self.plan.overdue_after), read_theirs(wix, parcels, self.wix.placed))

    def _account(self) -> None:
        from shipments.models import Shipment  # noqa: PLC0415 - needs Django

        report, weather = self.report, self.weather
        report.seconds = time.monotonic() - self._began
        report.broken = self._crashed + self.disasters.failed + self._missing()
        cpu = {
            "programs": self.machines.cpu(),
            "servers": self.services.cpu(),
            "sandbox": tree_cpu([self.sandbox.program.pid]),
            "people, proxy and checker": cpu_seconds(os.getpid()),
        }
        report.figures = {
            "labels": Shipment.objects.exclude(barcode=None).count(),
            "disasters": dict(sorted(self.disasters.happened.items())),
            "calls": dict(sorted(weather.calls.items())),
            "spoiled_calls": dict(sorted(weather.spoiled.items())),
            "at_wix": dict(sorted(self.wix.done.items())),
            "presses": dict(sorted(self.merchant.done.items())),
            "presses_that_failed": dict(sorted(self.merchant.failed.items())),
            "cpu_seconds": {name: round(seconds, 1) for name, seconds in cpu.items()},
        }

    def _stop(self) -> None:
        for act in (self._stop_programs, self._stop_sandbox, self.services.stop):
            act()
        # The logs of a storm that found something stay.
        if self.report.is_good:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _stop_programs(self) -> None:
        if hasattr(self, "machines"):
            self.machines.stop()
        if hasattr(self, "weather"):
            self.weather.stop()

    def _stop_sandbox(self) -> None:
        if hasattr(self, "sandbox"):
            stop(self.sandbox.program)


def numbers(findings: Findings) -> dict[str, int]:
    return {name: len(rows) for name, rows in findings.items()}


def missing(weather: Weather, happened: Counter[str]) -> list[str]:
    """The faults that did not happen yet."""
    from storm.disasters import KINDS as DISASTERS  # noqa: PLC0415
    from storm.weather import KINDS  # noqa: PLC0415

    spoiled: Counter[str] = Counter()
    for name, count in weather.spoiled.items():
        lane, kind = name.split(": ")
        spoiled[kind] += count
        spoiled[lane.split()[0]] += count
    wanted = [kind for kind in (*KINDS, "wix", "myparcel", "token") if not spoiled[kind]]
    return [f"no call met {kind}" for kind in wanted] + [
        f"it never happened: {kind}" for kind in DISASTERS if not happened[kind]
    ]
