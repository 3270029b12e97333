"""MyParcel's part of the stand-in, for tests whose only fake is the other side of the network."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest

from tests.stand_in_program import StandInProgram


class StandIn(StandInProgram):
    """The address of MyParcel's API, the account's key, and what is below /sandbox/myparcel/."""

    prefix = "/sandbox/myparcel/"

    @property
    def api(self) -> str:
        return f"{self.url}/myparcel"

    @cached_property
    def key(self) -> str:
        return str(self.ask("account.json")["apiKey"])

    def turn(self, **knobs: Any) -> None:
        self.ask("knobs", knobs)

    def move(self, barcode: str, status: int, *, delayed: bool = False) -> None:
        """A scan by the carrier."""
        self.ask("move", {"barcode": barcode, "status": status, "delayed": delayed})

    @property
    def shipments(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("state.json")["shipments"]
        return rows


@pytest.fixture(scope="session")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with StandIn(tmp_path_factory.mktemp("stand-in")) as running:
        yield running


@pytest.fixture
def stand_in(_running: StandIn) -> StandIn:
    """Without shipments, with neutral knobs."""
    _running.ask("reset", {})
    return _running
