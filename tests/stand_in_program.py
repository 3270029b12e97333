"""The stand-in as a separate program on a free port with its own data; subclasses are views of one part of it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.stack import ROOT, free_port

PATIENCE = 60.0
GRACE = 20.0
"""Seconds a program may take to stop before it is killed."""


def stop_program(program: subprocess.Popen[bytes], *, grace: float = GRACE) -> None:
    """Terminate it, or kill it with its workers after ``grace`` seconds; it must be the leader of its session."""
    program.terminate()
    try:
        program.wait(grace)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


class StandInProgram:
    """``with StandInProgram(folder) as stand_in``: it runs inside the block and is stopped at its end."""

    prefix = ""
    """What ``ask`` puts before every path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        own = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "sandbox.manage", "serve", "--port", str(self.port)]
        with (self.folder / "stand-in.log").open("wb") as log:
            self.program = subprocess.Popen(
                command,
                cwd=ROOT,
                env=own | {"DATA_DIR": str(self.folder)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                is_over = time.monotonic() > deadline or (self.program and self.program.poll() is not None)
                assert not is_over, f"the stand-in did not start: {self._log()}"
                time.sleep(0.1)

    def _log(self) -> str:
        return (self.folder / "stand-in.log").read_text(errors="replace")[-1000:]

    def stop(self) -> None:
        if self.program is not None:
            stop_program(self.program)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET, or POST with a body, and the parsed JSON of the answer."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self.url + self.prefix + path, data=data, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)
