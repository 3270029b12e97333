"""The tables of phone numbers and e-mail addresses as people write them."""

import csv
import re
from pathlib import Path

DATA = Path(__file__).parent / "data"
# What the tables call a verdict, by how it was read.
VERDICTS = {
    "left_out": "repaired",
    "abroad": "repaired",
    "letters": "repaired",
    "rounded": "wrong",
    "email": "wrong",
}


def rows(name: str) -> list[dict[str, str]]:
    r"""The rows of a table; ``\uXXXX`` stands for one character, an empty cell for nothing."""
    lines = [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [{key: _with_signs(value or "") for key, value in row.items()} for row in table]


def verdict(reading: str) -> str:
    return VERDICTS.get(reading, reading)


def _with_signs(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
