"""Browser tests wait for a visible or stored state, never for time to pass."""

import ast
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "browser"
FILES = sorted(FOLDER.glob("*.py"))
NEVER = {
    "wait_for_timeout": "wait for what appears with expect()",
    "wait_for_load_state": "goto() and reload() wait by themselves; behind a press use steps.wait_until_ready()",
    "wait_for_event": "use the context managers expect_...()",
    "sleep": "wait for a state with expect() or tests.stack.eventually()",
}


def calls(source: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]


def waits_for_time(source: str) -> list[str]:
    """The calls in this source that wait for time to pass or for a network to be idle."""
    names = [getattr(call.func, "attr", getattr(call.func, "id", "")) for call in calls(source)]
    found = [f"{name}: {NEVER[name]}" for name in names if name in NEVER]
    return found + (["networkidle: the network says nothing of the page"] if "networkidle" in source else [])


def polls_by_reloading(source: str) -> list[str]:
    """Loops that load a page again and again until something is on it."""
    loops = [call for call in calls(source) if getattr(call.func, "id", "") == "eventually"]
    return [ast.unparse(call) for call in loops if re.search(r"\.(reload|goto)\(", ast.unparse(call))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_walk_waits_for_states(file: Path):
    source = file.read_text()
    assert waits_for_time(source) + polls_by_reloading(source) == []


@pytest.mark.parametrize(
    "line",
    [
        "page.wait_for_timeout(500)",
        "page.wait_for_load_state()",
        "page.goto(address, wait_until='networkidle')",
        "time.sleep(1)",
        "sleep(1)",
        "eventually(lambda: page.reload() and page.locator('tr').count() == 5)",
    ],
)
def test_the_convention_notices_what_it_forbids(line: str):
    assert waits_for_time(line) + polls_by_reloading(line)


def test_nothing_runs_a_failed_walk_again():
    wanted = (FOLDER.parent.parent / "requirements-dev.txt").read_text()
    assert not re.findall(r"rerun|flaky|retry", wanted, re.IGNORECASE)
