"""Bad lines to Wix and MyParcel: a proxy before the sandbox that spoils calls as a shuffled deck of cards says.

A part of the calls is refused, hangs or is answered with nonsense; of another part the answer is lost after the call
took effect; and some writes arrive long after their sender gave up. Every spoiled call is counted.
"""

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# In place of the call; it takes no effect.
BEFORE = ("reset", "500", "503", "429", "hang", "nonsense")
# After the call took effect; "truncated" sends half of the answer.
AFTER = ("truncated", "lost")
LATE = "late"
KINDS = (*BEFORE, *AFTER, LATE)
# In a deck of a hundred: 10 % faults, 5 % lost answers, 2 % late arrivals.
FAULTS = (*BEFORE, "truncated")
DECK_SIZE, FAULT_CARDS, LOST_CARDS, LATE_CARDS = 100, 10, 5, 2
# The first cards of a lane hold one of each kind, so that short runs meet all of them.
OPENING_SIZE = 24
NONSENSE = b"<html><body><h1>We will be right back</h1></body></html>"
FAILURE = b'{"message": "Internal Server Error"}'
HOP_HEADERS = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
SEARCHES = ("/search", "/list-by-ids", "/capabilities", "/contract-definitions", "/rates")
NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Climate:
    """Durations in seconds. ``late`` must be shorter than what the product waits before it believes that nothing
    arrived.
    """

    late: float = 20.0
    hang: float = 17.0
    retry_after: int = 5


def lane_of(method: str, path: str) -> str:
    """Each lane has a deck of its own, so that rare calls are spoiled as often as others."""
    if path.startswith("/oauth2/"):
        return "token"
    name = "myparcel" if path.startswith("/myparcel") else "wix"
    is_write = method != "GET" and not path.split("?")[0].endswith(SEARCHES)
    # MyParcel registers a shipment when its label is asked for.
    return f"{name} write" if is_write or "/shipment_labels/" in path else f"{name} read"


class Deck:
    """What becomes of the next call of one lane; empty for nothing."""

    def __init__(self, rng: random.Random, *, has_late: bool) -> None:
        self._rng, self._has_late, self._faults = rng, has_late, 0
        kinds = [kind for kind in KINDS if has_late or kind != LATE]
        self._cards = self._shuffled(kinds, OPENING_SIZE)

    def draw(self) -> str:
        if not self._cards:
            first = self._faults
            self._faults += FAULT_CARDS
            cards = [FAULTS[(first + place) % len(FAULTS)] for place in range(FAULT_CARDS)]
            cards += ["lost"] * LOST_CARDS + ([LATE] * LATE_CARDS if self._has_late else [])
            self._cards = self._shuffled(cards, DECK_SIZE)
        return self._cards.pop()

    def _shuffled(self, cards: list[str], size: int) -> list[str]:
        deck = cards + [""] * (size - len(cards))
        self._rng.shuffle(deck)
        return deck


class Weather:
    """The proxy. It spoils nothing until ``storms`` is set."""

    def __init__(self, port: int, target: int, climate: Climate, seed: int) -> None:
        self.port, self.target, self.climate = port, target, climate
        self.url = f"http://127.0.0.1:{port}"
        self.storms = self.is_out = False
        self.calls: Counter[str] = Counter()
        self.spoiled: Counter[str] = Counter()
        self.outages = 0
        self.last_fault = time.monotonic()
        self._decks: dict[str, Deck] = {}
        self._seed, self._lock, self._under_way = seed, threading.Lock(), 0
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", self.port), type("Line", (_Line,), {"weather": self}))
        server.daemon_threads = True
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def outage(self, seconds: float) -> None:
        """Nobody listens: connections are refused, and those that are open break."""
        self.is_out = True
        self.stop()
        self.outages += 1
        time.sleep(seconds)
        self.is_out = False
        self.start()
        self.last_fault = time.monotonic()

    def fault_of(self, method: str, path: str) -> str:
        lane = lane_of(method, path)
        with self._lock:
            self.calls[lane] += 1
            if not self.storms:
                return ""
            if lane not in self._decks:
                rng = random.Random(f"{self._seed} {lane}")
                self._decks[lane] = Deck(rng, has_late=lane.endswith("write"))
            kind = self._decks[lane].draw()
            if kind:
                self.spoiled[f"{lane}: {kind}"] += 1
                self.last_fault = time.monotonic()
        return kind

    @property
    def has_calls_under_way(self) -> bool:
        """Whether a late call has not arrived yet."""
        return self._under_way > 0

    def deliver_late(self, call: "Call") -> None:
        with self._lock:
            self._under_way += 1

        def arrive() -> None:
            try:
                forward(self.target, call)
            finally:
                with self._lock:
                    self._under_way -= 1
                    self.last_fault = time.monotonic()

        timer = threading.Timer(self.climate.late, arrive)
        timer.daemon = True
        timer.start()


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def forward(port: int, call: Call) -> tuple[int, list[tuple[str, str]], bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(call.method, call.path, call.body or None, call.headers)
        answer = line.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        line.close()


class _Line(BaseHTTPRequestHandler):
    """One connection of the product. ``weather`` is set by Weather.start."""

    weather: Weather
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_call(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP_HEADERS}
        call = Call(self.command, self.path, kept, self.rfile.read(length))
        kind = "reset" if self.weather.is_out else self.weather.fault_of(call.method, call.path)
        if kind in BEFORE:
            self._answer_wrongly(kind)
        elif kind == LATE:
            self.weather.deliver_late(call)
            self._hang_up()
        else:
            self._pass_on(call, kind)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_call  # noqa: N815 - the names of the library

    def _answer_wrongly(self, kind: str) -> None:
        climate = self.weather.climate
        if kind == "nonsense":
            self._send(200, [("Content-Type", "text/html")], NONSENSE)
        elif kind in {"reset", "hang"}:
            time.sleep(climate.hang if kind == "hang" else 0)
            self._hang_up()
        else:
            wait = [("Retry-After", str(climate.retry_after))] if kind == "429" else []
            self._send(
                int(kind), [("Content-Type", "application/json"), *wait], b'{"message": "Internal Server Error"}'
            )

    def _pass_on(self, call: Call, kind: str) -> None:
        status, headers, body = forward(self.weather.target, call)
        if kind == "lost":
            self._hang_up()
        elif kind == "truncated" and len(body) > 1:
            self._send(status, headers, body[: len(body) // 2], promised=len(body))
            self._hang_up()
        else:
            self._send(status, headers, body)

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes, promised: int | None = None) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if promised is None else promised))
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        """Without a word: the other side sees a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self.connection.close()

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):
            # The product was killed, or gave up before we did.
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return

    def log_message(self, *_words: Any) -> None:
        """Quiet."""
