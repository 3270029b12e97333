"""The scripts choose a supported Python and reject others with an explanation."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_the_supported_pythons_are_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    supported = re.search(r'^SUPPORTED="(.+)"$', (ROOT / "script/lib").read_text(), re.MULTILINE)[1].split()
    first, last = supported[0], supported[-1]
    minor = int(last.removeprefix("3."))
    assert supported == [f"3.{number}" for number in range(int(first.removeprefix("3.")), minor + 1)]
    assert project["requires-python"] == f">={first},<3.{minor + 1}"
    for text in ("script/lib", "README.md"):
        assert f"Python {', '.join(supported[:-1])} or {last}" in (ROOT / text).read_text(), text


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with script/lib, and nothing on the path but what the test puts into bin/ and a few tools."""
    for folder in ("script", "bin", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / "script/lib", tmp_path / "script/lib")
    for tool in ("dirname", "basename", "rm", "sh"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return tmp_path


def fake_python(path: Path, version: str) -> Path:
    path.write_text(f"#!/bin/sh\necho {version}\n")
    path.chmod(0o755)
    return path


def run_lib(checkout: Path, function: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(checkout / "bin"), "HOME": os.environ.get("HOME", "/"), **variables}
    command = ["/bin/sh", "-c", f'. "{checkout}/script/lib"; {function}', str(checkout / "script/server")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)


def test_a_python_too_old_or_too_new_is_passed_over(checkout: Path):
    fake_python(checkout / "bin/python3", "3.14")
    fake_python(checkout / "bin/python3.13", "3.10")
    fake_python(checkout / "bin/python3.12", "3.12")
    done = run_lib(checkout, "find_python")
    assert (done.returncode, done.stdout.strip()) == (0, "python3.12")


@pytest.mark.parametrize(("version", "accepted"), [("3.10", False), ("3.11", True), ("3.13", True), ("3.14", False)])
def test_the_python_one_names_is_taken_or_refused_in_a_sentence(checkout: Path, version: str, accepted: bool):
    named = str(fake_python(checkout / "bin/named", version))
    done = run_lib(checkout, "find_python", PYTHON=named)
    if accepted:
        assert (done.returncode, done.stdout.strip()) == (0, named)
    else:
        assert done.returncode == 1
        assert not done.stdout
        assert f"Python 3.11, 3.12 or 3.13 is needed, and PYTHON={named} is Python {version}." in done.stderr


def test_an_environment_of_another_python_is_refused(checkout: Path):
    fake_python(checkout / ".venv/bin/python", "3.14")
    done = run_lib(checkout, "make_venv")
    assert done.returncode == 1
    assert f"{checkout}/.venv was made with Python 3.14. Remove that folder" in done.stderr


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Path):
    """What it says to have installed was for that Python."""
    (checkout / ".venv/bin/python").symlink_to(checkout / "gone")
    stamp = checkout / ".venv/installed-requirements.lock"
    stamp.touch()
    fake_python(checkout / "bin/python3", "3.12")
    assert run_lib(checkout, "make_venv").returncode == 0
    assert not stamp.exists()


@pytest.mark.parametrize("options", [[], ["--quick"]])
def test_another_python_on_which_something_fails_fails_the_whole_and_says_what(checkout: Path, options: list[str]):
    shutil.copy(ROOT / "script/pythons", checkout / "script/pythons")
    for tool, real in {"cat": "cat", "mktemp": "mktemp", "sort": "sort", "uv": "false"}.items():
        (checkout / "bin" / tool).symlink_to(shutil.which(real))
    fake_python(checkout / ".venv/bin/python", "3.11")
    broken = fake_python(checkout / "bin/python3.13", "3.13")
    broken.write_text('#!/bin/sh\n[ "$1" = -c ] || exit 1\necho 3.13\n')
    environment = {"PATH": str(checkout / "bin"), "HOME": str(checkout), "PYENV_ROOT": str(checkout)}
    command = ["/bin/sh", str(checkout / "script/pythons"), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "A virtual environment could not be made" in done.stdout
