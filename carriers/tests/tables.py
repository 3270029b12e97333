"""The tables of cases in ``data/``: tab-separated, titles first, # begins a heading, \\uXXXX is that character."""

import re
from pathlib import Path

DATA = Path(__file__).parent / "data"
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def read_rows(name: str) -> list[dict[str, str]]:
    titles, *lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    columns = titles.split("\t")
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [dict(zip(columns, map(_unescape, row), strict=True)) for row in rows]


def _unescape(cell: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell)
