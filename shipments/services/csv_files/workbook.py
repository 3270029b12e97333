"""Excel workbooks (.xlsx): the cells of one sheet as text, within limits.

A workbook is an archive of XML. Its declared sizes are checked before anything is unpacked; Python's zipfile never
unpacks more than an entry declares.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from shipments.services.csv_files.decoding import TitleCounter, too_many_columns, too_many_rows
from shipments.services.csv_files.grid import MAX_COLUMNS, MAX_LINES_ABOVE, MAX_ROWS, Grid, GridRow, InvalidFile

ZIP_START = b"PK\x03\x04"
# The container of Office files before 2007, and of workbooks with a password.
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_ENTRIES = 2000
MAX_SHEETS = 20
# A sheet may be formatted down to its last row. Empty rows are cheap but not free.
MAX_SCANNED_ROWS = 100_000
UNCALCULATED = "#FORMULA!"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DIGIT_FORMAT = re.compile(r"[0#?\s\-/().+]*0[0#?\s\-/()+]*")
PASSWORD_MESSAGE = _("This workbook has a password. Remove it in your spreadsheet and save the workbook again.")
OLD_FORMAT_MESSAGE = _("This is a workbook in the old format .xls. In your spreadsheet, save it as .xlsx.")
OTHER_FORMAT_MESSAGE = _(
    "This spreadsheet is not an Excel workbook. In your spreadsheet, save it as .xlsx or CSV UTF-8."
)
BROKEN_MESSAGE = _("We cannot read this workbook. Open it in your spreadsheet, save it as .xlsx and try again.")
TOO_LARGE_MESSAGE = _("This workbook is too large to unpack. Keep only the sheet with the shipments.")
TOO_MANY_SHEETS_MESSAGE = _("This workbook has too many sheets. Keep only the sheet with the shipments.")


def is_workbook(data: bytes) -> bool:
    return data.startswith((ZIP_START, OLE_START))


def read_workbook(data: bytes, count_titles: TitleCounter) -> Grid:
    """The cells of the sheet with the most column titles. Raises InvalidFile."""
    if data.startswith(OLE_START):
        has_password = "EncryptedPackage".encode("utf-16-le") in data
        raise InvalidFile(PASSWORD_MESSAGE if has_password else OLD_FORMAT_MESSAGE)
    try:
        has_formulas = _check_archive(data)
        return _read(data, count_titles, has_formulas=has_formulas)
    except InvalidFile:
        raise
    except Exception as error:
        # A damaged archive or workbook makes zipfile, the XML parser and openpyxl raise almost anything.
        raise InvalidFile(BROKEN_MESSAGE) from error


def _check_archive(data: bytes) -> bool:
    """Whether a sheet has formulas."""
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" not in names:
            raise InvalidFile(OTHER_FORMAT_MESSAGE)
        if any(entry.flag_bits & 0x1 for entry in entries):
            raise InvalidFile(PASSWORD_MESSAGE)
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
            raise InvalidFile(TOO_LARGE_MESSAGE)
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                content = archive.read(entry)
                if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
                    raise InvalidFile(BROKEN_MESSAGE)
                is_sheet = entry.filename.startswith("xl/worksheets/")
                has_formulas = has_formulas or (is_sheet and b"<f" in content)
    return has_formulas


def _read(data: bytes, count_titles: TitleCounter, *, has_formulas: bool) -> Grid:
    with _open(data, results=True) as book:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(sheets) > MAX_SHEETS:
            raise InvalidFile(TOO_MANY_SHEETS_MESSAGE)
        if not sheets:
            return Grid(())
        best = max(sheets, key=lambda sheet: _worth(sheet, count_titles))
        others = tuple(sheet.title for sheet in sheets if sheet is not best)
        title = best.title
        if not has_formulas:
            return Grid(_rows(_cells(best)), title if others else "", others)
        # A formula without a result looks empty; the formulas themselves tell it from an empty cell.
        with _open(data, results=False) as formulas:
            pairs = zip(_cells(best), _cells(formulas[title]), strict=False)
            return Grid(_rows(map(_with_uncalculated, pairs)), title if others else "", others)


class _open:  # noqa: N801
    """A workbook that is closed afterwards; openpyxl's own has no context manager."""

    def __init__(self, data: bytes, *, results: bool) -> None:
        from openpyxl import load_workbook  # noqa: PLC0415 - takes an eighth of a second, and few programs need it

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.book = load_workbook(io.BytesIO(data), read_only=True, data_only=results, keep_links=False)

    def __enter__(self) -> Any:
        return self.book

    def __exit__(self, *_error: object) -> None:
        self.book.close()


def _cells(sheet: Any) -> Iterator[list[str]]:
    # The stated dimensions of a sheet are often wrong.
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        if any(cell.value is not None for cell in row[MAX_COLUMNS:]):
            raise InvalidFile(too_many_columns())
        row = row[:MAX_COLUMNS]
        yield [cell_text(cell.value, getattr(cell, "number_format", "")) for cell in row]


def _with_uncalculated(pair: tuple[list[str], list[str]]) -> list[str]:
    results, formulas = pair
    return [
        UNCALCULATED if not result and formula.startswith("=") else result
        for result, formula in zip(results, formulas, strict=False)
    ]


def _worth(sheet: Any, count_titles: TitleCounter) -> int:
    return max(map(count_titles, islice(_cells(sheet), MAX_LINES_ABOVE)), default=0)


def _rows(lines: Iterable[list[str]]) -> tuple[GridRow, ...]:
    rows: list[GridRow] = []
    for number, cells in enumerate(lines, start=1):
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            rows.append(GridRow(number, tuple(cells)))
        if len(rows) > MAX_ROWS + MAX_LINES_ABOVE or number > MAX_SCANNED_ROWS:
            raise InvalidFile(too_many_rows())
    return tuple(rows)


def cell_text(value: object, number_format: str = "") -> str:
    """What a spreadsheet shows of a value: no decimals of a whole number, zeros its format adds, dates as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value, number_format or "")
    if isinstance(value, date) and (short := _short_date(value, number_format or "")):
        return short
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _short_date(value: date, number_format: str) -> str:
    """A date that shows no year or no day, such as a spreadsheet makes of 12-2: as it is shown, in English."""
    shown = re.sub(r"\[[^\]]*\]|\"[^\"]*\"|\\.", "", number_format.casefold().split(";")[0])
    if "d" in shown and "y" not in shown:
        return f"{value.day}-{MONTHS[value.month - 1]}"
    if "m" in shown and "y" in shown and "d" not in shown:
        return f"{MONTHS[value.month - 1]}-{value:%y}"
    return ""


def _number_text(value: float, number_format: str) -> str:
    try:
        whole = int(value)
    except (ValueError, OverflowError):
        return str(value)
    if whole != value:
        # A spreadsheet counts with 15 digits, so 0.1 + 0.2 is 0.3.
        text = f"{value:.15g}"
        return text if "e" not in text else f"{value:.15f}".rstrip("0")
    # The codes of colors, and quotes around and escapes before literal characters.
    shown = re.sub(r"\[[^\]]*\]|[\"\\]", "", number_format.split(";")[0])
    if whole > 0 and "." not in shown and DIGIT_FORMAT.fullmatch(shown):
        return _fill_in(str(whole), shown)
    return str(whole)


def _fill_in(digits: str, shown: str) -> str:
    """The digits in the places of a format such as 00000 or 00-000, from the right."""
    left, text = list(digits), ""
    first = min(shown.index(place) for place in "0#?" if place in shown)
    for index in range(len(shown) - 1, -1, -1):
        if shown[index] not in "0#?":
            text = shown[index] + text if left or "0" in shown[:index] or index < first else text
            continue
        if left or shown[index] == "0":
            text = (left.pop() if left else "0") + text
        if index == first:
            text, left = "".join(left) + text, []
    return text
