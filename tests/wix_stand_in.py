"""Wix's part of the stand-in, for tests that need no backoffice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import quote

from tests.stand_in_program import StandInProgram

SITE = "Atelier Voorbeeld"


class StandIn(StandInProgram):
    """Wix's app, its sites and their orders."""

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
