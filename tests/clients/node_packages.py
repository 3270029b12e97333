"""Packages of the vendors, installed from npm once into the user's cache and kept between runs."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

# Written last, so an interrupted installation is done again.
INSTALLED = "installed"


def missing(sentence: str) -> NoReturn:
    """Skip, or fail where everything is supposed to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def installed(source: Path, name: str, files: Sequence[str]) -> Path:
    """The folder with what ``source``'s package-lock.json pins, and with these files of ``source``."""
    if not shutil.which("node") or not shutil.which("npm"):
        missing("The vendors' own clients were not tried: node and npm are needed (Debian: apt install nodejs npm).")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    wanted = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = cache / "myparcel-backoffice" / f"{name}-{wanted}"
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json", *files):
        shutil.copy(source / file, folder / file)
    if not (folder / INSTALLED).exists():
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            missing(f"The packages of {source.name} could not be downloaded: {done.stderr.strip()[-300:]}")
        (folder / INSTALLED).touch()
    return folder
