"""The tables of cases in ``data/``: tab-separated, titles first, # begins a heading, \\uXXXX is that character."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parent / "data"
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def read_rows(name: str) -> list[dict[str, str]]:
    titles, *lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    columns = titles.split("\t")
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [dict(zip(columns, map(_unescape, row), strict=True)) for row in rows]


def grouped(rows: Iterable[dict[str, str]], *columns: str) -> list[Any]:
    """The rows in groups of equal columns, as parameters: a test for each of thousands would cost minutes."""
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault(" ".join(row[column] for column in columns), []).append(row)
    return [pytest.param(group, id=name) for name, group in groups.items()]


def _unescape(cell: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
