"""Cells that a spreadsheet would take for a formula: made harmless in what we write, put back in what we read."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What starts a formula, also behind blanks: the signs, their full-width and small forms (which Excel takes in East
# Asian languages), the minus of typesetters, and the controls that spreadsheets drop.
FORMULA = re.compile("'*(?:[\\t\\r\\n\\0]|\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])")


def escape_formula(value: object) -> str:
    """With an apostrophe in front where the text could be a formula; ``unescape_formula`` gives the text back."""
    text = str(value)
    return f"'{text}" if FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Without the apostrophe that ``escape_formula`` puts in front; other apostrophes ('t Hart) stay."""
    return text[1:] if text.startswith("'") and FORMULA.match(text, 1) else text


def csv_lines(rows: Iterable[Sequence[object]], delimiter: str) -> str:
    """Lines of a file for a spreadsheet: every cell quoted and escaped. Adds no byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([escape_formula(cell) for cell in row] for row in rows)
    return text.getvalue()
