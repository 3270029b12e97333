"""The lock files match the requirements, and production gets no test packages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS_ONLY = "# tests only"


def pins(name: str, *, without_tests: bool = False) -> dict[str, str]:
    """Normalized name and version of every line ``name==version`` of a file of requirements or a lock."""
    lines = (ROOT / name).read_text().splitlines()
    text = "\n".join(line for line in lines if not (without_tests and line.endswith(TESTS_ONLY)))
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.+!]+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


def test_no_test_package_is_installed_in_production():
    marked = pins("requirements.txt").keys() - pins("requirements.txt", without_tests=True).keys()
    assert {"pytest-django", "responses"} <= marked
    locked = pins("requirements.lock").keys()
    assert not locked & (marked | pins("requirements-dev.txt").keys())
    assert not [name for name in locked if name.startswith("pytest")]


@pytest.mark.parametrize(
    ("requirements", "lock"),
    [
        ("requirements.txt", "requirements.lock"),
        ("requirements.txt", "requirements-dev.lock"),
        ("requirements-dev.txt", "requirements-dev.lock"),
    ],
)
def test_a_lock_has_what_is_required_in_that_version(requirements: str, lock: str):
    """Otherwise somebody changed the requirements without running script/lock."""
    wanted = pins(requirements, without_tests=lock == "requirements.lock")
    assert wanted
    assert wanted.items() <= pins(lock).items()


def test_production_runs_with_the_versions_that_were_tested():
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_hashes_and_no_address(lock: str):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.findall(r"^\S+==[^\\\n]*$", text, re.MULTILINE), "a package without a hash"
