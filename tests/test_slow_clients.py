"""The web server, asked by clients that are silent, slow or no clients at all."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from myparcel_backoffice import gunicorn_worker
from myparcel_backoffice.gunicorn_worker import PatientSocket
from tests.stack import ROOT, free_port

SILENT = 200


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Our gunicorn's settings before an application that says ok."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    (folder / "answer.py").write_text(
        "import myparcel_backoffice.gunicorn_worker as worker\n"
        "worker.FIRST_BYTE_SECONDS, worker.REQUEST_SECONDS = 2.0, 2.0\n"
        "def application(environ, start_response):\n"
        "    environ['wsgi.input'].read()\n"
        "    start_response('200 OK', [('Content-Length', '2')])\n"
        "    return [b'ok']\n"
    )
    command = [sys.executable, "-m", "gunicorn", "-c", str(_without_background_work(folder)), "answer:application"]
    own = {"PORT": str(port), "DATA_DIR": str(folder), "PYTHONPATH": f"{ROOT}:{folder}"}
    unset = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    env = {name: value for name, value in os.environ.items() if name not in unset} | own
    program = subprocess.Popen(command, env=env, cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not _accepts(port):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield port
    program.terminate()
    program.wait(20)


def _without_background_work(folder: Path) -> Path:
    """The settings of gunicorn without the background work, which needs a database."""
    config = folder / "config.py"
    config.write_text("from myparcel_backoffice.gunicorn import bind, worker_class, threads, keepalive, loglevel\n")
    return config


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def ask(port: int, text: bytes) -> bytes:
    with connect(port) as sock:
        sock.sendall(text)
        found = b""
        while part := sock.recv(4096):
            found += part
        return found


@pytest.mark.stack
def test_two_hundred_silent_clients_delay_nobody(port):
    silent = [connect(port) for _client in range(SILENT)]
    started = time.monotonic()
    for _visit in range(10):
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "ok"
    assert time.monotonic() - started < 2.0
    for sock in silent:
        sock.close()


@pytest.mark.stack
def test_clients_that_send_a_byte_now_and_then_end_in_time(port):
    """As many as the server has threads: each holds one until its request should have arrived."""
    slow = [connect(port) for _client in range(8)]
    started = time.monotonic()
    for sock in slow:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    while time.monotonic() - started < 1.5:
        for sock in slow:
            sock.sendall(b"X-A: b\r\n")
        time.sleep(0.3)
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=10).text == "ok"
    assert time.monotonic() - started < 8.0
    for sock in slow:
        sock.close()


@pytest.mark.stack
@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nBad Header: <script>\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20000 + b"\r\n\r\n", b"431"),
    ],
)
def test_what_is_no_request_gets_our_headers_and_nothing_of_itself(port, text, status):
    answer = ask(port, text)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"Content-Security-Policy: default-src 'none'" in answer
    assert b"X-Content-Type-Options: nosniff" in answer
    assert b"Server:" not in answer
    assert b"gunicorn" not in answer.lower()
    assert b"script" not in answer
    assert b"aaaa" not in answer


@pytest.mark.stack
def test_the_server_does_not_say_what_it_is(port):
    assert "Server" not in requests.get(f"http://127.0.0.1:{port}/", timeout=10).headers


def test_a_request_that_takes_too_long_is_read_as_a_client_that_left(monkeypatch):
    monkeypatch.setattr(gunicorn_worker, "REQUEST_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    patient = PatientSocket(fileno=ours.detach())
    patient.setblocking(True)
    theirs.send(b"GET")
    assert patient.recv(10) == b"GET"
    started = time.monotonic()
    assert patient.recv(10) == b""
    theirs.send(b" / HTTP/1.1")
    assert patient.recv(20) == b""
    assert time.monotonic() - started < 1.0
    patient.close()
    theirs.close()
