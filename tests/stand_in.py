"""The stand-in as a program of its own, for tests whose only fake is the other side of the network."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import ROOT, free_port

PATIENCE = 60.0


class StandIn:
    """MyParcel's part of the stand-in: the address of its API, the account's key, and its door."""

    def __init__(self, data: Path) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.api = f"{self.base}/myparcel"
        command = [sys.executable, "-m", "sandbox.manage", "serve", "--port", str(self.port), "--data", str(data)]
        self.program = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._wait()
        self.key: str = self.ask("account.json")["apiKey"]

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the stand-in did not start")

    def ask(self, door: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a body, below /sandbox/myparcel/."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.base}/sandbox/myparcel/{door}", data=data, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def turn(self, **knobs: Any) -> None:
        self.ask("knobs", knobs)

    def move(self, barcode: str, status: int, *, delayed: bool = False) -> None:
        """A scan by the carrier."""
        self.ask("move", {"barcode": barcode, "status": status, "delayed": delayed})

    @property
    def shipments(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("state.json")["shipments"]
        return rows

    def stop(self) -> None:
        self.program.terminate()
        self.program.wait(20)


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    running = StandIn(tmp_path_factory.mktemp("stand-in"))
    yield running
    running.stop()


@pytest.fixture
def stand_in(_running: StandIn) -> StandIn:
    """Without shipments, with neutral knobs."""
    _running.ask("reset", {})
    return _running
