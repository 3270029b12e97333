"""The small form of the storm (docs/storm.md): a shop loses nothing while everything around it fails."""

import json
import os
import subprocess
import sys

import pytest

from storm.checker import CHECKS
from storm.disasters import KINDS as DISASTERS
from storm.weather import KINDS as FAULTS
from tests.stack import ROOT

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(os.environ.get("STORM") != "1", reason="takes half a minute of a processor; set STORM=1"),
]
ORDERS, SEED = 60, 22
# A busy machine takes its time; an idle one needs a minute.
LONGEST_SECONDS = 600


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    file = tmp_path_factory.mktemp("storm") / "report.json"
    own = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "storm", "--small", f"--orders={ORDERS}", f"--seed={SEED}", f"--json={file}"]
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, timeout=LONGEST_SECONDS)
    assert file.exists(), done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(file.read_text())


def test_every_fault_and_every_disaster_happened(report: dict):
    assert report["broken"] == []
    assert set(DISASTERS) == set(report["disasters"])
    assert set(FAULTS) == {name.split(": ")[1] for name in report["spoiled_calls"]}


@pytest.mark.parametrize("name", CHECKS)
def test_nothing_is_found(report: dict, name: str):
    assert report["findings"].get(name, []) == []


def test_all_is_well_soon_after_the_last_fault(report: dict):
    assert report["converged_after_seconds"] is not None
    assert report["labels"] >= ORDERS * 0.8
