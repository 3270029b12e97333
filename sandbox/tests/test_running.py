"""The real program over HTTP: starts on an empty folder, keeps its data, and drops connections on request."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from sandbox.management.commands import serve

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """``python -m sandbox.manage serve`` with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        own = {name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "DATA_DIR"}}
        command = [
            sys.executable,
            "-m",
            "sandbox.manage",
            "serve",
            "--port",
            str(self.port),
            "--data",
            str(self.folder),
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, env=own)
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                assert self.ask("/healthz", parse=False) == "ok\n"
                return
            except OSError:
                assert time.monotonic() < deadline, "the sandbox did not start"
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(TIMEOUT)

    def ask(self, path: str, body: Any = None, *, parse: bool = True, token: str = "") -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": token}
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return json.load(answer) if parse else answer.read().decode()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("sandbox"))
    program.start()
    yield program
    program.stop()


def test_an_idle_connection_is_kept_for_a_minute_and_more():
    """As at Wix: a client that reuses its connection finds it open. What the server is started with is what counts."""
    started: list[list[str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(serve, "call_command", lambda *_names: None)
        patch.setattr(serve.Command, "_exec", lambda _self, command: started.append(command))
        serve.Command().handle(port=8001, data=None)
    (command,) = started
    assert command[command.index("--keep-alive") + 1] == "75"


def test_a_connection_serves_again_after_the_two_seconds_that_servers_usually_give(program: Program):
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=TIMEOUT)
    for wait in (0, 4):
        time.sleep(wait)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok\n"
        assert connection.sock is not None, "the server did not ask to close it"
    connection.close()


def token_of(program: Program) -> str:
    app = program.ask("/sandbox/app.json")
    body = {"site": "Atelier Voorbeeld", "postInstallationUrl": "https://backoffice.example/"}
    program.ask("/sandbox/install", body)
    asked = {
        "grant_type": "client_credentials",
        "client_id": app["appId"],
        "client_secret": app["appSecret"],
        "instance_id": app["instances"][0]["instanceId"],
    }
    return str(program.ask("/oauth2/token", asked)["access_token"])


def test_it_starts_on_an_empty_folder_and_keeps_its_data(program: Program):
    before = program.ask("/sandbox/app.json")
    added = program.ask("/sandbox/orders", {"site": "Studio Tweede"})["numbers"]
    token = token_of(program)
    program.stop()
    program.start()
    assert (program.folder / "sandbox.sqlite3").exists()
    assert program.ask("/sandbox/app.json")["appSecret"] == before["appSecret"]
    found = program.ask("/sandbox/state.json?site=Studio%20Tweede")["orders"]
    assert found[-1]["number"] == added[0]
    assert program.ask("/apps/v1/instance", token=token)["site"]["siteDisplayName"] == "Atelier Voorbeeld"


def test_it_hangs_up_before_or_after_the_call_took_effect(program: Program):
    program.ask("/sandbox/reset", {})
    token = token_of(program)
    order = program.ask("/sandbox/state.json?number=10201&site=Atelier%20Voorbeeld")["orders"][0]
    path = f"/ecom/v1/fulfillments/orders/{order['id']}/create-fulfillment"
    body = {"fulfillment": {"lineItems": [{"id": order["lineItems"][0]["id"], "quantity": 1}]}}
    for fault, made in (("drop", 0), ("lost_answer", 1)):
        program.ask("/sandbox/knobs", {"fault": fault, "fault_path": "create-fulfillment", "fault_count": 1})
        with pytest.raises((urllib.error.URLError, OSError)) as error:
            program.ask(path, body, token=token)
        assert not isinstance(error.value, urllib.error.HTTPError)
        assert len(program.ask("/sandbox/state.json?number=10201")["fulfillments"]) == made


def test_many_at_once_lose_nothing(program: Program):
    program.ask("/sandbox/reset", {})
    token = token_of(program)
    rows = program.ask("/sandbox/orders", {"site": "Atelier Voorbeeld", "count": 24})
    statuses: list[str] = []

    def fulfil(order_id: str) -> None:
        line = {"id": "00000000-0000-0000-0000-000000000001"}
        path = f"/ecom/v1/fulfillments/orders/{order_id}/create-fulfillment"
        statuses.append(program.ask(path, {"fulfillment": {"lineItems": [line]}}, token=token)["fulfillmentId"])

    threads = [threading.Thread(target=fulfil, args=(order_id,)) for order_id in rows["ids"]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(statuses)) == 24


def test_webhooks_go_out_by_themselves_and_are_retried(program: Program):
    received: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(500 if len(received) == 1 else 200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program.ask("/sandbox/reset", {})
    token_of(program)
    url = f"http://127.0.0.1:{server.server_port}/"
    program.ask("/sandbox/knobs", {"webhook_url": url, "webhook_time_scale": 0.001})
    order = program.ask("/sandbox/state.json?number=10201&site=Atelier%20Voorbeeld")["orders"][0]
    program.ask(f"/sandbox/orders/{order['id']}/archive", {})
    deadline = time.monotonic() + TIMEOUT
    while len(received) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    server.shutdown()
    assert len(received) == 2
    assert all(body.count(b".") == 2 for body in received)
