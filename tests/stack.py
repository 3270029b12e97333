"""The real programs on free ports with data of their own."""

import fcntl
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from tests.template_database import copy_database

ROOT = Path(__file__).resolve().parent.parent
STOP_TIMEOUT = 30.0
# Durations short enough for a test; the rules stay the same. No lease runs out while its holder works.
SHORT_INTERVALS = {
    # A sweep of every second would take a tenth of a processor from the work that is waited for.
    "WORK_SWEEP_SECONDS": "3",
    "WORK_LEASE_SECONDS": "30",
    "PUSH_LEASE_SECONDS": "30",
    "PUSH_SETTLE_SECONDS": "1",
    "LABEL_SETTLE_SECONDS": "1",
    "RETRY_BASE_SECONDS": "0.2",
    "RETRY_CAP_SECONDS": "1",
    "SYNC_STALE_SECONDS": "1",
}
# Leases for a test that kills programs and waits until others take the work over.
SHORT_LEASES = {"WORK_LEASE_SECONDS": "5", "PUSH_LEASE_SECONDS": "5"}
# Below the ports that the kernel gives to outgoing connections, which could otherwise take one of ours.
PORTS = range(20_000, 32_000)
_reserved: list[IO[bytes]] = []


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the programs themselves bind: connections that are only being forgotten are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that no other test program on this machine gets before this process ends."""
    locks = Path(tempfile.gettempdir()) / f"test-ports-{os.getuid()}"
    locks.mkdir(exist_ok=True)
    for port in random.sample(PORTS, len(PORTS)):
        lock = (locks / str(port)).open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        if is_free(port):
            _reserved.append(lock)
            return port
        lock.close()
    raise AssertionError("no port is free")


class Stack:
    """The programs that script/server starts."""

    def __init__(self, data: Path, **env: str) -> None:
        self.data, self.port, self.sandbox_port = data, free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.sandbox = f"http://127.0.0.1:{self.sandbox_port}"
        self.env = self._environment() | env
        self.program: subprocess.Popen[str] | None = None

    def _environment(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
        ports = {"PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port), "DATA_DIR": str(self.data)}
        # What a demo shop sent in two months would make each start slower, and no test reads it.
        return own | ports | SHORT_INTERVALS | {"DEMO_HISTORY": "0"}

    def start(self) -> None:
        """Until all three lines are printed."""
        database = self.data / "backoffice.sqlite3"
        if "DATABASE_URL" not in self.env and not database.exists():
            copy_database(database)
        command = [sys.executable, "script/serve.py"]
        self.program = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        lines = [self.program.stdout.readline() for _line in range(3)] if self.program.stdout else []
        if [line.split(":")[0] for line in lines] != ["Backoffice", "Sign in", "Wix sandbox"]:
            self.kill_everything()
            raise AssertionError(f"the programs did not start: {lines}")

    def stop(self) -> None:
        """Ask it to stop; what has not stopped in time is killed."""
        if self.program is None:
            return
        self.program.send_signal(signal.SIGTERM)
        try:
            self.program.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.kill_everything()
        self.program = None

    def kill_everything(self) -> None:
        """As a power cut would: no program gets to say goodbye. Returns when none is left and their ports are free."""
        assert self.program is not None
        self.program.kill()
        self.program.wait()
        deadline = time.monotonic() + STOP_TIMEOUT
        while (leftovers := self._leftovers()) or not self._ports_are_free():
            assert time.monotonic() < deadline, leftovers or "a port stays in use"
            for number in leftovers:
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            time.sleep(0.05)
        self.program = None

    def _ports_are_free(self) -> bool:
        """A killed program has no environment any more a moment before its sockets are closed."""
        return is_free(self.port) and is_free(self.sandbox_port)

    def _leftovers(self) -> list[int]:
        """Our programs, known by the data folder in their environment."""
        wanted, found = f"DATA_DIR={self.data}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if wanted in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    @property
    def account(self) -> dict[str, str]:
        return self.demo_account()

    def demo_account(self, number: int = 1) -> dict[str, str]:
        """E-mail address, password and Wix sites, as manage.py seed_demo wrote them."""
        name = "demo" if number == 1 else f"demo-{number}"
        account: dict[str, str] = json.loads((self.data / f"{name}.json").read_text())
        return account

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the sandbox's control API: GET, or POST with a body; returns the parsed JSON."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.sandbox + path, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def manage(self, *arguments: str) -> str:
        """A management command beside the running programs."""
        app = self.ask("/sandbox/app.json")
        env = self.env | {
            "WIX_APP_ID": app["appId"],
            "WIX_APP_SECRET": app["appSecret"],
            "WIX_WEBHOOK_PUBLIC_KEYS": app["webhookPublicKey"],
            "WIX_WEB_URL": self.sandbox,
            "WIX_API_URL": self.sandbox,
            "WIX_DASHBOARD_URL": self.sandbox,
            "MYPARCEL_API_URL": f"{self.sandbox}/myparcel",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr


def eventually(check: Any, seconds: float = 30.0) -> Any:
    """The first true answer of ``check``; fails when there is none in time."""
    started = time.monotonic()
    deadline = started + seconds
    while True:
        asked_at = time.monotonic()
        answer = check()
        if answer or time.monotonic() > deadline:
            assert answer, "it did not happen in time"
            return answer
        # Asking all the time would take the processor from the work that is waited for.
        now = time.monotonic()
        time.sleep(max(0.2, 5 * (now - asked_at), min(1.5, (now - started) / 10)))
