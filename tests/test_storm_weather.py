"""The bad lines of the storm: each fault is what its name says, and counted."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from storm.disasters import KINDS as DISASTERS
from storm.run import missing
from storm.weather import BEFORE, DECK_SIZE, KINDS, LATE, OPENING_SIZE, Climate, Deck, Weather, lane_of
from tests.stack import free_port

ANSWER = b'{"order": "' + b"x" * 200 + b'"}'


class Shop(ThreadingHTTPServer):
    """Answers every call, and keeps what arrived."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Counter)


class _Counter(BaseHTTPRequestHandler):
    server: Shop

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.arrived.append((self.command, self.path, body))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    do_GET = do_POST  # noqa: N815 - the names of the library

    def log_message(self, *_words: object) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def weather(shop: Shop) -> Iterator[Weather]:
    running = Weather(free_port(), shop.server_port, Climate(late=0.2, hang=0.3, retry_after=7), seed=1)
    running.start()
    yield running
    running.stop()


def call(weather: Weather, kind: str) -> requests.Response:
    """A write that meets this fault."""
    weather.storms = True
    weather._decks["wix write"] = deck = Deck(random.Random(1), has_late=True)
    deck._cards = [kind]
    with requests.Session() as session:
        session.trust_env = False
        return session.post(f"{weather.url}/ecom/v1/fulfillments", data=b"{}", timeout=5)


def test_in_fair_weather_every_call_passes(weather: Weather, shop: Shop):
    answers = [requests.get(f"{weather.url}/ecom/v1/orders/1", timeout=5) for _time in range(OPENING_SIZE)]
    assert {answer.content for answer in answers} == {ANSWER}
    assert len(shop.arrived) == OPENING_SIZE
    assert not weather.spoiled


@pytest.mark.parametrize("kind", ["500", "503", "429", "nonsense"])
def test_a_wrong_answer_takes_the_place_of_the_call(weather: Weather, shop: Shop, kind: str):
    answer = call(weather, kind)
    assert answer.status_code == (200 if kind == "nonsense" else int(kind))
    assert answer.headers.get("Retry-After") == ("7" if kind == "429" else None)
    assert answer.content != ANSWER
    assert shop.arrived == []
    assert weather.spoiled == {f"wix write: {kind}": 1}


@pytest.mark.parametrize("kind", ["reset", "hang"])
def test_a_call_that_is_cut_off_takes_no_effect(weather: Weather, shop: Shop, kind: str):
    began = time.monotonic()
    with pytest.raises(requests.ConnectionError):
        call(weather, kind)
    assert (time.monotonic() - began >= 0.3) == (kind == "hang")
    assert shop.arrived == []


@pytest.mark.parametrize("kind", ["lost", "truncated"])
def test_the_answer_of_a_call_that_took_effect_is_lost(weather: Weather, shop: Shop, kind: str):
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        call(weather, kind)
    assert shop.arrived == [("POST", "/ecom/v1/fulfillments", b"{}")]


def test_a_late_call_arrives_when_its_sender_has_given_up(weather: Weather, shop: Shop):
    with pytest.raises(requests.ConnectionError):
        call(weather, LATE)
    assert shop.arrived == []
    assert weather.has_calls_under_way
    deadline = time.monotonic() + 5
    while weather.has_calls_under_way and time.monotonic() < deadline:
        time.sleep(0.02)
    assert shop.arrived == [("POST", "/ecom/v1/fulfillments", b"{}")]


def test_nobody_listens_during_an_outage(weather: Weather):
    weather.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(weather.url, timeout=1)
    weather.start()
    assert requests.get(weather.url, timeout=5).content == ANSWER


@pytest.mark.parametrize("seed", range(3))
def test_every_fault_comes_first_and_then_in_the_promised_parts(seed: int):
    deck = Deck(random.Random(seed), has_late=True)
    opening = Counter(deck.draw() for _card in range(OPENING_SIZE))
    rest = Counter(deck.draw() for _card in range(7 * DECK_SIZE))
    assert all(opening[kind] == 1 for kind in KINDS)
    assert sum(rest[kind] for kind in (*BEFORE, "truncated")) == 70
    assert (rest["lost"], rest[LATE]) == (35, 14)
    assert min(rest[kind] for kind in KINDS) >= 10


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("POST", "/oauth2/token", "token"),
        ("POST", "/ecom/v1/orders/search", "wix read"),
        ("GET", "/ecom/v1/orders/1", "wix read"),
        ("POST", "/ecom/v1/fulfillments/list-by-ids", "wix read"),
        ("POST", "/ecom/v1/fulfillments/orders/bulk/create-fulfillments", "wix write"),
        ("DELETE", "/ecom/v1/fulfillments/1/orders/2", "wix write"),
        ("GET", "/myparcel/shipments?reference_identifier=1", "myparcel read"),
        ("POST", "/myparcel/shipments", "myparcel write"),
        ("GET", "/myparcel/shipment_labels/1;2", "myparcel write"),
    ],
)
def test_each_kind_of_call_has_a_lane(method: str, path: str, lane: str):
    assert lane_of(method, path) == lane


def test_a_storm_without_its_faults_names_them(weather: Weather):
    everything = missing(weather, Counter())
    assert len(everything) == len(KINDS) + len(("wix", "myparcel", "token")) + len(DISASTERS)
    weather.spoiled |= Counter(
        {f"{lane}: {kind}": 1 for lane in ("wix read", "myparcel read", "token") for kind in KINDS}
    )
    assert missing(weather, Counter(DISASTERS)) == []
    assert missing(weather, Counter(DISASTERS[1:])) == [f"it never happened: {DISASTERS[0]}"]
