"""The stand-in for Wix alone, on a free port with data of its own, for tests that need no backoffice."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from tests.stack import ROOT, free_port

PATIENCE = 60.0
SITE = "Atelier Voorbeeld"


class StandIn:
    """``with StandIn(folder) as stand_in``: it answers inside, and is stopped behind."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "StandIn":
        own = {name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "DATA_DIR"}}
        options = ["--port", str(self.port), "--data", str(self.folder)]
        self.program = subprocess.Popen([sys.executable, "-m", "sandbox.manage", "serve", *options], cwd=ROOT, env=own)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return self
            except OSError:
                assert time.monotonic() < deadline, "the stand-in did not start"
                time.sleep(0.1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.program is not None:
            self.program.terminate()
            self.program.wait(PATIENCE)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The door for programs: GET, or POST with a body."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def turn(self, **knobs: Any) -> None:
        self.ask("/sandbox/knobs", knobs)

    def neutral(self) -> None:
        """Every knob as it was in the beginning."""
        self.turn(**{knob["name"]: knob["default"] for knob in self.ask("/sandbox/knobs")["knobs"]})

    @property
    def app(self) -> dict[str, Any]:
        """appId, appSecret, webhookPublicKey and instances."""
        app: dict[str, Any] = self.ask("/sandbox/app.json")
        return app

    def install(self, site: str = SITE) -> str:
        """The app is on the site; answers the instance id."""
        self.ask("/sandbox/install", {"site": site})
        return next(str(one["instanceId"]) for one in self.app["instances"] if one["siteName"] == site)

    def add_order(self, **overrides: Any) -> dict[str, Any]:
        """A new paid order as Wix has it: two mugs (line 1) and a plate (line 2)."""
        lines = [
            {"id": "00000000-0000-0000-0000-000000000001", "quantity": 2},
            {"id": "00000000-0000-0000-0000-000000000002", "quantity": 1},
        ]
        plain = {"itemType": {"preset": "PHYSICAL"}, "physicalProperties": {"shippable": True, "weight": 0.4}}
        goods = {"productName": {"original": "Mok"}, "price": {"amount": "10", "formattedAmount": "€10.00"}} | plain
        order = {"lineItems": [line | goods for line in lines]} | overrides
        number = self.ask("/sandbox/orders", {"site": SITE, "count": 1, "order": order})["numbers"][0]
        return self.order(number)

    def order(self, number: str) -> dict[str, Any]:
        found = self.ask(f"/sandbox/state.json?site={quote(SITE)}&number={number}&parts=orders")["orders"]
        order: dict[str, Any] = found[0]
        return order


@contextmanager
def listening(stand_in: StandIn) -> Iterator[list[str]]:
    """The bodies that the stand-in's webhooks bring, as long as it lasts; all are answered 200."""
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
    stand_in.turn(webhook_url=f"http://127.0.0.1:{server.server_port}/")
    try:
        yield bodies
    finally:
        stand_in.turn(webhook_url="")
        server.shutdown()
