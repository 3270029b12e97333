"""MyParcel's own JavaScript client, installed once into the user's cache, pointed at the sandbox."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.node_packages import installed
from tests.sandbox_server import MyParcelSandbox

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def sdk_folder() -> Path:
    """MyParcel's packages."""
    return installed(HERE, "myparcel-client", ("bridge.mjs",))


class Refused(Exception):
    """What the client threw, and its own reading of MyParcel's error body."""

    def __init__(self, name: str, message: str, data: Any) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.data = name, data


class Sdk:
    """One client in a program of its own."""

    def __init__(self, folder: Path, sandbox: MyParcelSandbox, *, scheme: str = "bearer", key: str = "") -> None:
        env = {"PATH": os.environ["PATH"], "MYPARCEL_API": sandbox.api, "API_KEY": key or sandbox.key}
        self.program = subprocess.Popen(
            ["node", "bridge.mjs"],
            cwd=folder,
            env=env | {"SCHEME": scheme},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, name: str, **options: Any) -> Any:
        """``call("getShipment", path={"id": 1})``. Raises Refused."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps({"call": name, "with": options}) + "\n")
        self.program.stdin.flush()
        answer = json.loads(self.program.stdout.readline())
        if "error" in answer:
            raise Refused(**answer["error"])
        return answer["answer"]

    def stop(self) -> None:
        self.program.kill()
        self.program.communicate()


@pytest.fixture
def myparcel(_running: MyParcelSandbox) -> MyParcelSandbox:
    """MyParcel's part of the sandbox, without shipments and with neutral switches."""
    _running.ask("reset", {})
    return _running


@pytest.fixture
def sdk(sdk_folder: Path, myparcel: MyParcelSandbox) -> Iterator[Sdk]:
    made = Sdk(sdk_folder, myparcel)
    yield made
    made.stop()
