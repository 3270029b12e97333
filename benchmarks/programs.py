"""The product's programs as in production, the sandbox, and a browser that asks them for pages."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.context import ROOT, Bench
from benchmarks.floors import expect
from benchmarks.measuring import proportional_megabytes, tree, tree_cpu
from tests.stack import free_port

if TYPE_CHECKING:
    from accounts.models import User

START_SECONDS, STOP_SECONDS = 60.0, 20.0
COMMANDS = {
    "web": [sys.executable, "-m", "gunicorn", "-c", "python:myparcel_backoffice.gunicorn"],
    "worker": [sys.executable, "-m", "myparcel_backoffice", "worker", "--loglevel=ERROR"],
    "beat": [sys.executable, "-m", "myparcel_backoffice", "beat", "--loglevel=ERROR"],
}
# As in deploy/Dockerfile.
MALLOC = {"MALLOC_ARENA_MAX": "2"}
SITE = "Atelier Voorbeeld"


class Programs:
    """Some of the product's programs on one database, started on entry and stopped on exit."""

    def __init__(self, bench: Bench, database: str, names: tuple[str, ...] = ("web",), **env: str) -> None:
        self.names, self.port = names, free_port()
        self.folder = bench.folder / database
        self.bench = bench
        own = {"PORT": str(self.port), "DATA_DIR": str(self.folder), "BASE_URL": f"https://127.0.0.1:{self.port}"}
        self.env = _outer_environment() | bench.program_environment(database) | MALLOC | own | env
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Programs":
        self.folder.mkdir(exist_ok=True)
        if _collect_static(self.bench, self.folder):
            self._write_bytecode()
        self._start(self.names)
        if "web" in self.names:
            wait_for(lambda: self.responds("/healthz"), "the web process does not answer")
        return self

    def _start(self, names: Sequence[str]) -> None:
        for name in names:
            self.running[name] = _start(COMMANDS[name], self.env, self.folder / f"{name}.log")

    def responds(self, path: str) -> bool:
        return responds(f"http://127.0.0.1:{self.port}{path}")

    def _write_bytecode(self) -> None:
        """Run all programs once, so that none that is measured compiles what it imports."""
        try:
            self._start(list(COMMANDS))
            wait_for(lambda: self.responds("/healthz/worker"), "no worker sweeps")
        finally:
            self.__exit__()
            self.running.clear()

    def __exit__(self, *_error: object) -> None:
        for program in self.running.values():
            program.terminate()
        for program in self.running.values():
            stop(program)

    def cpu(self, name: str = "web") -> float:
        return tree_cpu([self.running[name].pid])

    def all_cpu(self) -> float:
        return tree_cpu([program.pid for program in self.running.values()])

    def memory(self) -> dict[str, float]:
        """PSS in megabytes by program, its children included."""
        return {name: sum(map(proportional_megabytes, tree([program.pid]))) for name, program in self.running.items()}


def _outer_environment() -> dict[str, str]:
    """Without the limits that ``Bench.start`` lifts for work in its own process."""
    return {name: value for name, value in os.environ.items() if name != "REQUESTS_PER_MINUTE"}


def _collect_static(bench: Bench, folder: Path) -> bool:
    """Once a run: the other programs use the same files. Returns whether they were collected now."""
    made = bench.folder / "static"
    if is_first := not made.exists():
        env = _outer_environment() | {"DATA_DIR": str(bench.folder)}
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)
    if not (folder / "static").exists():
        (folder / "static").symlink_to(made)
    return is_first


def _start(command: list[str], env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as target:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=target, stderr=target, start_new_session=True)


def stop(program: subprocess.Popen[bytes]) -> None:
    """Terminate it; what does not stop in time is killed, and its children with it."""
    program.terminate()
    try:
        program.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        for pid in tree([program.pid]):
            os.kill(pid, 9)
        program.wait()


def responds(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def wait_for(check: Callable[[], Any], otherwise: str, seconds: float = START_SECONDS, pause: float = 0.05) -> Any:
    """The first true answer. Raises SystemExit when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        expect(time.monotonic() < deadline, otherwise)
        time.sleep(pause)
    return answer


class Sandbox:
    """A platform and a gateway that behave like the real ones."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "sandbox.manage", "serve", "--port", str(self.port), "--data", str(folder)]
        env = {
            name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "PRODUCTION")
        }
        folder.mkdir(exist_ok=True)
        self.program = _start(command, env | {"DATA_DIR": str(folder)}, folder / "sandbox.log")

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)

    def install(self, site: str = SITE) -> tuple[str, str]:
        """Install the app; returns the ids of installation and site."""
        self.ask("/sandbox/install", {"site": site})
        found = next(row for row in self.ask("/sandbox/app.json")["instances"] if row["siteName"] == site)
        return str(found["instanceId"]), str(found["siteId"])

    def environment(self) -> dict[str, str]:
        """What a program needs to use it."""
        app = self.ask("/sandbox/app.json")
        return {
            "WIX_APP_ID": app["appId"],
            "WIX_APP_SECRET": app["appSecret"],
            "WIX_WEBHOOK_PUBLIC_KEYS": app["webhookPublicKey"],
            "WIX_WEB_URL": self.url,
            "WIX_API_URL": self.url,
            "MYPARCEL_API_URL": f"{self.url}/myparcel",
        }

    def calls(self, installation: str) -> int:
        """API calls of this installation so far."""
        rows = self.ask("/sandbox/requests")["instances"]
        return next((int(row["total"]) for row in rows if row["instanceId"] == installation), 0)


@contextmanager
def sandbox(bench: Bench, name: str) -> Iterator[Sandbox]:
    server = Sandbox(bench.folder / f"sandbox-{name}")
    try:
        wait_for(lambda: responds(f"{server.url}/healthz"), "the sandbox does not answer")
        yield server
    finally:
        stop(server.program)


class Browser:
    """One connection to the web process, signed in as a user of the current database."""

    def __init__(self, port: int, user: "User") -> None:
        from django.conf import settings  # noqa: PLC0415 - needs Django
        from django.test import Client  # noqa: PLC0415

        from accounts.tests.factories import prove_identity  # noqa: PLC0415

        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        # The admin requires a second step.
        prove_identity(client, user, "mfa")
        self._cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path: str, headers: dict[str, str] | None = None) -> str:
        """The page. Raises SystemExit unless it is answered with 200."""
        status, body = self._send("GET", path, None, headers or {})
        expect(status == 200, f"{path} was answered with {status}")
        return body

    def token(self, path: str = "/instellingen/") -> str:
        """What a form of this page is sent with."""
        found = re.search(r'"X-CSRFToken": "([^"]+)"', self.get(path))
        return found[1] if found else ""

    def post(self, path: str, body: str, token: str = "") -> int:
        """Submit a form, by default with the token of a page that is asked for first. Returns the status."""
        token = token or self.token()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token}
        return self._send("POST", path, body, headers)[0]

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            answer = self._exchange(method, path, body, {"Cookie": cookies, **headers})
        except http.client.RemoteDisconnected:
            # The web process hung up while nobody asked for anything.
            self._line.close()
            answer = self._exchange(method, path, body, {"Cookie": cookies, **headers})
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _is, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read().decode(errors="replace")

    def _exchange(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._line.request(method, path, body, headers)
        return self._line.getresponse()
