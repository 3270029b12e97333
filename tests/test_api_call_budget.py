"""The number of calls to Wix per order, from the first sync to the audit, counted at the sandbox."""

import json
import math
import os
import subprocess
import sys

import pytest

from tests.stack import ROOT

pytestmark = pytest.mark.stack
# By phase: calls for each hundred orders, and those that come on top however many there are: for a token, for what
# is left of orders that were sent in part, and for orders that are read and not imported. Telling creates; it looks at
# the orders that were sent in part, and at what they have, before. The night reads the orders.
CALLS = {"read": (1, 3), "import": (0, 0), "labels": (1, 1), "tell": (1, 4), "read back": (1, 1), "night": (1, 3)}


def test_orders_cost_calls_by_the_hundred():
    """Five for each hundred, so that ten thousand orders cost 0.05 calls each."""
    command = [sys.executable, "-m", "benchmarks.wix", "--count", "140", "--json"]
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert 100 < figures["orders"] <= 200
    hundreds = math.ceil(figures["orders"] / 100)
    limits = {phase: each * hundreds + more for phase, (each, more) in CALLS.items()}
    made = {row["name"]: row["calls"] for row in figures["phases"]}
    assert made.keys() == limits.keys()
    assert {phase: calls for phase, calls in made.items() if calls > limits[phase]} == {}
    assert figures["refused"] == 0
    assert figures["mailed"] == figures["orders"]
