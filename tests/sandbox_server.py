"""The sandbox as a separate program on a free port with its own data, and clients for its Wix and MyParcel parts."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import pytest

from tests.stack import ROOT, free_port

START_TIMEOUT = 60.0
# Seconds until a program that does not stop is killed.
STOP_TIMEOUT = 20.0


def stop_program(program: subprocess.Popen[bytes], *, grace: float = STOP_TIMEOUT) -> None:
    """Terminate it, or kill it with its workers after ``grace`` seconds; it must be the leader of its session."""
    program.terminate()
    try:
        program.wait(grace)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


class SandboxServer:
    """The sandbox as a context manager: it starts on entry and stops on exit."""

    # The prefix of every path given to `ask`.
    prefix = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        own = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "sandbox.manage", "serve", "--port", str(self.port)]
        with (self.folder / "sandbox.log").open("wb") as log:
            self.program = subprocess.Popen(
                command,
                cwd=ROOT,
                env=own | {"DATA_DIR": str(self.folder)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                is_over = time.monotonic() > deadline or (self.program and self.program.poll() is not None)
                assert not is_over, f"the sandbox did not start: {self._log()}"
                time.sleep(0.1)

    def _log(self) -> str:
        return (self.folder / "sandbox.log").read_text(errors="replace")[-1000:]

    def stop(self) -> None:
        if self.program is not None:
            stop_program(self.program)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a body, and the parsed JSON of the answer."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self.url + self.prefix + path, data=data, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=START_TIMEOUT) as answer:
            return json.load(answer)


SITE = "Atelier Voorbeeld"


class WixSandbox(SandboxServer):
    """Wix's app, its sites and their orders."""

    def set_switches(self, **switches: Any) -> None:
        self.ask("/sandbox/knobs", switches)

    def reset_switches(self) -> None:
        self.set_switches(**{switch["name"]: switch["default"] for switch in self.ask("/sandbox/knobs")["knobs"]})

    @property
    def app(self) -> dict[str, Any]:
        """appId, appSecret, webhookPublicKey and instances."""
        app: dict[str, Any] = self.ask("/sandbox/app.json")
        return app

    def install(self, site: str = SITE) -> str:
        """Install the app on the site; returns the instance id."""
        self.ask("/sandbox/install", {"site": site})
        return next(str(instance["instanceId"]) for instance in self.app["instances"] if instance["siteName"] == site)

    def add_order(self, **overrides: Any) -> dict[str, Any]:
        """A new paid order as Wix has it: two mugs (line 1) and a plate (line 2)."""
        lines = [
            {"id": "00000000-0000-0000-0000-000000000001", "quantity": 2},
            {"id": "00000000-0000-0000-0000-000000000002", "quantity": 1},
        ]
        plain = {"itemType": {"preset": "PHYSICAL"}, "physicalProperties": {"shippable": True, "weight": 0.4}}
        plain |= {"paymentOption": "FULL_PAYMENT_ONLINE"}
        goods = {"productName": {"original": "Mok"}, "price": {"amount": "10", "formattedAmount": "€10.00"}} | plain
        order = {"lineItems": [line | goods for line in lines]} | overrides
        number = self.ask("/sandbox/orders", {"site": SITE, "count": 1, "order": order})["numbers"][0]
        return self.order(number)

    def order(self, number: str) -> dict[str, Any]:
        found = self.ask(f"/sandbox/state.json?site={quote(SITE)}&number={number}&parts=orders")["orders"]
        order: dict[str, Any] = found[0]
        return order


@contextmanager
def receiving() -> Iterator[tuple[str, list[str]]]:
    """An address, and the bodies of the POSTs to it as long as it lasts; all are answered 200."""
    bodies: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", bodies
    finally:
        server.shutdown()


@contextmanager
def listening(sandbox: WixSandbox) -> Iterator[list[str]]:
    """The bodies that the sandbox's webhooks bring, as long as it lasts; all are answered 200."""
    with receiving() as (url, bodies):
        sandbox.set_switches(webhook_url=url)
        try:
            yield bodies
        finally:
            sandbox.set_switches(webhook_url="")


class MyParcelSandbox(SandboxServer):
    """The address of MyParcel's API, the account's key, and what is below /sandbox/myparcel/."""

    prefix = "/sandbox/myparcel/"

    @property
    def api(self) -> str:
        return f"{self.url}/myparcel"

    @cached_property
    def key(self) -> str:
        return str(self.ask("account.json")["apiKey"])

    def set_switches(self, **switches: Any) -> None:
        self.ask("knobs", switches)

    def move(self, barcode: str, status: int, *, delayed: bool = False, at: str = "") -> None:
        """A scan by the carrier, now or at a time with its offset."""
        self.ask("move", {"barcode": barcode, "status": status, "delayed": delayed, "at": at})

    @property
    def shipments(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("state.json")["shipments"]
        return rows


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MyParcelSandbox]:
    with MyParcelSandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def sandbox(_running: MyParcelSandbox) -> MyParcelSandbox:
    """The MyParcel sandbox without shipments, with every switch at its default."""
    _running.ask("reset", {})
    return _running
