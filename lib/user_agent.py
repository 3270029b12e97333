"""The User-Agent header of our calls to other systems."""

import platform
import tomllib
from functools import cache
from pathlib import Path

import django

PROJECT_FILE = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def version() -> str:
    """The version in ``pyproject.toml``, the only place that states it."""
    return str(tomllib.loads(PROJECT_FILE.read_text())["project"]["version"])


def user_agent() -> str:
    return f"MyParcel-Backoffice/{version()} Django/{django.get_version()} Python/{platform.python_version()}"
