"""Counts the API calls per order at the sandbox, from the first sync to the nightly audit.

Usage: python -m benchmarks.wix [--count N] [--json]. Starts a sandbox with a database of its own and works in
another one; both are deleted. The limit of calls a minute is the product's own, and the real clock runs: with
10,000 orders this takes some ten minutes.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.template_database import copy_database

ROOT = Path(__file__).resolve().parent.parent
SITE = "Atelier Voorbeeld"
START_TIMEOUT = 60.0


@dataclass
class Phase:
    name: str
    calls: int
    seconds: float


class Sandbox:
    """A sandbox on a free port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        port = self.url.rpartition(":")[2]
        command = [sys.executable, "-m", "sandbox.manage", "serve", "--port", port, "--data", str(folder)]
        own = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.program = subprocess.Popen(command, cwd=ROOT, env=own | {"DATA_DIR": str(folder)})  # noqa: S603

    def wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            try:
                self.ask("/sandbox/app.json")
                return
            except OSError:
                time.sleep(0.2)
        raise SystemExit("the sandbox did not start")

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
            return json.load(answer)

    def install(self) -> tuple[str, str]:
        """Grant consent; returns the ids of installation and site."""
        back = self.ask("/sandbox/install", {"site": SITE, "postInstallationUrl": "http://127.0.0.1/"})["redirect"]
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)
        return query["instanceId"][0], query["tenantId"][0]

    def tally(self, installation: str) -> dict[str, Any]:
        rows = self.ask("/sandbox/requests")["instances"]
        return next((row for row in rows if row["instanceId"] == installation), {"total": 0, "refused": 0})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="orders (default 10000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder) / "sandbox")
        try:
            sandbox.wait()
            figures = run(options.count, sandbox, Path(folder) / "product")
        finally:
            sandbox.program.terminate()
            sandbox.program.wait()
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        print("\n".join(lines_of(figures)))


def lines_of(figures: dict[str, Any]) -> list[str]:
    lines = [f"{phase['name']}: {phase['calls']} calls in {phase['seconds']:.0f} s" for phase in figures["phases"]]
    return [
        *lines,
        f"{figures['orders']} orders, {figures['calls']} calls, {figures['per_order']:.3f} an order",
        f"busiest minute {figures['busiest_minute']} calls, {figures['refused']} refused by the sandbox",
        f"{figures['mailed']} buyers known to be mailed",
    ]


def run(count: int, sandbox: Sandbox, folder: Path) -> dict[str, Any]:
    """Run all phases. Django is set up here, because the settings read the environment on import."""
    app = sandbox.ask("/sandbox/app.json")
    os.environ |= {"DATA_DIR": str(folder), "WIX_APP_ID": app["appId"], "WIX_APP_SECRET": app["appSecret"]}
    os.environ |= {"WIX_WEB_URL": sandbox.url, "WIX_API_URL": sandbox.url}
    os.environ["MYPARCEL_API_URL"] = f"{sandbox.url}/myparcel"
    os.environ.pop("REDIS_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")
    if "DATABASE_URL" not in os.environ:
        copy_database(folder / "backoffice.sqlite3")
    import django  # noqa: PLC0415

    django.setup()
    from benchmarks.lifecycle import ShopRun  # noqa: PLC0415

    made = sandbox.ask("/sandbox/orders", {"site": SITE, "count": count})["count"]
    installation, site = sandbox.install()
    shop = ShopRun(installation, site, sandbox.ask("/sandbox/myparcel/account.json")["apiKey"])
    phases = []

    def phase(name: str, action: Callable[[], object]) -> None:
        before, started = sandbox.tally(installation)["total"], time.monotonic()
        action()
        calls = sandbox.tally(installation)["total"] - before
        phases.append(Phase(name, calls, time.monotonic() - started))
        print(f"{name}: {calls} calls", file=sys.stderr, flush=True)

    phase("read", shop.read)
    phase("import", shop.import_all)
    phase("labels", shop.make_labels)
    phase("tell", shop.tell)
    phase("read back", shop.read_back)
    phase("night", shop.night)
    tally = sandbox.tally(installation)
    orders = shop.check(made)
    return {
        "orders": orders,
        "calls": tally["total"],
        "per_order": tally["total"] / orders,
        "busiest_minute": tally.get("busiestMinute", 0),
        "refused": tally.get("refused", 0),
        "mailed": shop.mailed(),
        "phases": [vars(row) for row in phases],
    }


if __name__ == "__main__":
    main()
