"""The number of calls to Wix per order, from the first sync to the audit, counted at the sandbox."""

import json
import os
import subprocess
import sys

import pytest

from tests.stack import ROOT

pytestmark = pytest.mark.stack


def test_an_order_costs_at_most_a_tenth_of_a_call():
    command = [sys.executable, "-m", "benchmarks.wix", "--count", "654", "--json"]
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["orders"] >= 690
    assert figures["per_order"] <= 0.10
    assert figures["refused"] == 0
    assert figures["mailed"] == figures["orders"]
