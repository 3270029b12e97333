"""The real programs on free ports with data of their own, for tests that walk the story or kill a worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0
QUICK = {
    "WORK_SWEEP_SECONDS": "0.5",
    "WORK_LEASE_SECONDS": "5",
    "PUSH_LEASE_SECONDS": "5",
    "PUSH_SETTLE_SECONDS": "1",
    "RETRY_BASE_SECONDS": "0.2",
    "RETRY_CAP_SECONDS": "1",
    "SYNC_STALE_SECONDS": "1",
}
"""Durations short enough for a test; the rules stay the same."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Stack:
    """What script/server starts, started by the same program."""

    def __init__(self, data: Path, **env: str) -> None:
        self.data, self.port, self.sandbox_port = data, free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.sandbox = f"http://127.0.0.1:{self.sandbox_port}"
        self.env = self._environment() | env
        self.program: subprocess.Popen[str] | None = None

    def _environment(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
        ports = {"PORT": str(self.port), "SANDBOX_PORT": str(self.sandbox_port), "DATA_DIR": str(self.data)}
        return own | ports | QUICK

    def start(self) -> None:
        """Until all three lines are printed."""
        command = [sys.executable, "script/serve.py"]
        self.program = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        lines = [self.program.stdout.readline() for _line in range(3)] if self.program.stdout else []
        assert [line.split(":")[0] for line in lines] == ["Backoffice", "Sign in", "Wix sandbox"], lines

    def stop(self) -> None:
        if self.program is not None:
            self.program.send_signal(signal.SIGTERM)
            self.program.wait(30)
            self.program = None

    def kill_everything(self) -> None:
        """As a power cut would: no program gets to say goodbye."""
        assert self.program is not None
        os.kill(self.program.pid, signal.SIGKILL)
        self.program.wait()
        for name in self._leftovers():
            os.kill(name, signal.SIGKILL)
        self.program = None
        time.sleep(0.5)

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
        account: dict[str, str] = json.loads((self.data / "demo.json").read_text())
        return account

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The stand-in's door: GET, or POST with a body."""
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
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if answer or time.monotonic() > deadline:
            assert answer, "it did not happen in time"
            return answer
        time.sleep(0.2)
