"""Our programs call only the APIs they are set up for, and no answer takes more time or memory than it may."""

import ast
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lib import http
from lib.http import ApiClient, ApiInvalidResponse, ApiUnavailable, CallTooLong
from tests.our_apps import OUR_APPS, ROOT

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Start an API on this machine that answers every call like this; returns its URL."""
    servers = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer(self)

            do_POST = do_GET  # noqa: N815 - the names of http.server

            def log_message(self, *_arguments: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Type": "application/json", "Content-Length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", [lambda api: api.call("GET", "/x"), lambda api: api.download("/x")])
def test_a_redirect_is_never_followed(serve, status, call):
    visited: list[str] = []

    def canary(handler: BaseHTTPRequestHandler) -> None:
        visited.append(handler.path)
        send(handler, b"{}")

    elsewhere = serve(canary)
    api = ApiClient(serve(lambda handler: send(handler, b"{}", status, Location=f"{elsewhere}/canary")), agent="x")
    with pytest.raises(ApiInvalidResponse):
        call(api)
    assert visited == []


@pytest.mark.parametrize(
    "url",
    ["//evil.example/x", "https://evil.example/x", "https://api.example.evil.example/x", "file:///etc/passwd", ""],
)
def test_a_path_in_an_answer_leads_to_no_other_host(url):
    with pytest.raises(ApiInvalidResponse):
        ApiClient("https://api.example", agent="x").path_of(url)


def test_a_proxy_in_the_environment_is_not_used(serve, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert ApiClient(serve(lambda handler: send(handler, b"[1]")), agent="x").call("GET", "/") == [1]


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """A body of which a byte arrives now and then, without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for _byte in range(200):
        handler.wfile.write(b" ")
        time.sleep(0.02)


def trickle_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(200):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        time.sleep(0.02)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    """What arrived by the deadline looks like a whole file."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.wfile.write(b"{}")
    handler.wfile.flush()
    time.sleep(2)


@pytest.mark.parametrize("answer", [trickle, trickle_headers, cut_off])
@pytest.mark.parametrize("call", [lambda api: api.call("POST", "/", repeatable=True), lambda api: api.download("/")])
def test_an_answer_that_trickles_in_ends_at_the_deadline_and_may_have_been_processed(serve, monkeypatch, answer, call):
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.2)
    monkeypatch.setattr(http, "DOWNLOAD_TOTAL_SECONDS", 0.2)
    api, started = ApiClient(serve(answer), agent="x"), time.monotonic()
    with pytest.raises(CallTooLong) as late:
        call(api)
    assert late.value.sent
    assert time.monotonic() - started < 1.5


def test_what_was_never_sent_is_known_not_to_have_been_processed():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(ApiUnavailable) as refused:
            ApiClient(f"http://127.0.0.1:{held.getsockname()[1]}", agent="x").call("POST", "/")
    assert refused.value.sent is False


def test_a_line_that_breaks_after_the_request_may_have_been_processed(serve):
    api = ApiClient(serve(lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)), agent="x")
    with pytest.raises(ApiUnavailable) as broken:
        api.call("POST", "/")
    assert broken.value.sent is True


def test_a_body_is_counted_after_it_was_unpacked(serve):
    bomb = gzip.compress(b" " * 5_000_000)
    assert len(bomb) < 10_000
    api = ApiClient(serve(lambda handler: send(handler, bomb, Content_Encoding="gzip")), agent="x")
    with pytest.raises(ApiInvalidResponse, match="larger"):
        api.download("/", max_bytes=100_000)


def test_lists_nested_without_an_end_are_no_answer(serve):
    api = ApiClient(serve(lambda handler: send(handler, b"[" * 200_000)), agent="x")
    with pytest.raises(ApiInvalidResponse):
        api.call("GET", "/")


# Modules that may open a connection of their own, and what to.
CALLERS = {
    "lib/http.py": "the APIs, of which the settings name the hosts",
    "lib/http_deadline.py": "beneath lib.http",
    "demo/fill.py": "the sandbox on this machine",
    "myparcel_backoffice/gunicorn_worker.py": "connections that others open to us",
    "myparcel_backoffice/supervisor.py": "a pair of sockets, between the worker and its processes",
    "myparcel_backoffice/worker.py": "the same",
}
CLIENTS = {"requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "socket", "ftplib"}


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, f"{node.module}.{node.names[0].name}"}
    return found


def is_client(name: str) -> bool:
    return any(name == client or name.startswith(f"{client}.") for client in CLIENTS)


def test_nothing_else_opens_a_connection():
    """So no address that stands in an order, a file or a form is ever fetched."""
    modules = [
        path
        for app in (*OUR_APPS, "carriers", "lib", "myparcel_backoffice", "ui")
        for path in (ROOT / app).rglob("*.py")
        if not {"tests", "migrations"} & set(path.parts)
    ]
    assert len(modules) > 200
    callers = {str(path.relative_to(ROOT)) for path in modules if any(map(is_client, imports_of(path)))}
    assert callers <= set(CALLERS)
    assert is_client("urllib3.exceptions")
    assert not is_client("requests_toolbelt")
