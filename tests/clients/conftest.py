"""Wix's own JavaScript clients, installed once into the user's cache and pointed at the sandbox."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.node_packages import installed
from tests.sandbox_server import WixSandbox

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def packages() -> Path:
    """Wix's packages, about 130 MB."""
    return installed(HERE, "wix-clients", ("redirect.mjs", "bridge.mjs"))


class ClientRefused(Exception):
    """What the client threw: its message, and its own reading of Wix's error body."""

    def __init__(self, message: str, details: Any) -> None:
        super().__init__(message)
        self.details = details

    @property
    def code(self) -> str:
        return str(self.details["applicationError"]["code"])


class Client:
    """One ``createClient`` with ``AppStrategy`` in a program of its own; everything JSON can hold goes through."""

    def __init__(self, packages: Path, sandbox: WixSandbox, **options: str) -> None:
        env = {"PATH": os.environ["PATH"], "SANDBOX_URL": sandbox.url, "WIX_APP": json.dumps(options)}
        self.program = subprocess.Popen(
            ["node", "--import", "./redirect.mjs", "bridge.mjs"],
            cwd=packages,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, *names: str, parameters: tuple[Any, ...] = (), with_dates: bool = False) -> Any:
        """``call("orders", "getOrder", parameters=(id,))``. Raises ClientRefused.

        Dates are texts, or {"$date": text} ``with_dates``.
        """
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps({"call": names, "with": parameters, "dates": with_dates}) + "\n")
        self.program.stdin.flush()
        answer = json.loads(self.program.stdout.readline())
        if "error" in answer:
            raise ClientRefused(**answer["error"])
        return answer["answer"]

    def orders(self, method: str, *parameters: Any) -> Any:
        return self.call("orders", method, parameters=parameters)

    def fulfillments(self, method: str, *parameters: Any) -> Any:
        return self.call("orderFulfillments", method, parameters=parameters)

    def stop(self) -> None:
        self.program.kill()
        self.program.communicate()


@pytest.fixture(scope="session")
def running(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WixSandbox]:
    with WixSandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: WixSandbox) -> WixSandbox:
    """Neutral switches, and the app on the first site."""
    running.reset_switches()
    running.install()
    return running


@pytest.fixture
def new_client(packages: Path, sandbox: WixSandbox) -> Iterator[Any]:
    """Makes clients for the first site; ``new_client(appSecret="wrong")`` changes an option of AppStrategy."""
    made: list[Client] = []

    def make(**changes: str) -> Client:
        app = sandbox.app
        options = {
            "appId": app["appId"],
            "appSecret": app["appSecret"],
            "instanceId": app["instances"][0]["instanceId"],
            "publicKey": app["webhookPublicKey"],
        }
        made.append(Client(packages, sandbox, **options | changes))
        return made[-1]

    yield make
    for client in made:
        client.stop()


@pytest.fixture
def client(new_client: Any) -> Client:
    made: Client = new_client()
    return made
