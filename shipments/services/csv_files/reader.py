"""Parsing of uploaded files of shipments: CSV and .xlsx, of our own template or of another program. Stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shipments.services.csv_files import rows as shipment_rows
from shipments.services.csv_files.decoding import read_text, too_many_rows
from shipments.services.csv_files.grid import MAX_BYTES, MAX_ROWS, Grid, InvalidFile
from shipments.services.csv_files.mapping import (
    IGNORED_KEYS,
    TITLES,
    Columns,
    count_titles,
    find_titles,
    guess_columns,
    use_remembered,
)
from shipments.services.csv_files.plans import RowPlan, plan_row
from shipments.services.csv_files.rows import CsvRow, Double, LeftOut
from shipments.services.csv_files.workbook import is_workbook, read_workbook

__all__ = ["MAX_BYTES", "MAX_ROWS", "CsvRow", "InvalidFile", "RowPlan", "Table", "plan_row", "read_table"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose columns are known, before its lines are read. ``guess`` is ours, whatever was chosen."""

    grid: Grid
    first: int
    guess: Columns


@dataclass(frozen=True, slots=True)
class Table:
    """``lines`` are the shipments, ``left_out`` the lines that are none, ``doubles`` references on several lines."""

    lines: tuple[CsvRow, ...]
    columns: Columns
    left_out: tuple[LeftOut, ...] = ()
    doubles: tuple[Double, ...] = ()
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        return tuple(key for key in self.columns.keys if key and key not in IGNORED_KEYS)

    @property
    def unknown(self) -> tuple[str, ...]:
        pairs = zip(self.columns.titles, self.columns.keys, strict=True)
        return tuple(title[:60] for title, key in pairs if title and not key)


def read_sheet(data: bytes) -> Sheet:
    """The cells of an uploaded file and our guess of its columns. Raises InvalidFile when it cannot be read."""
    if len(data) > MAX_BYTES:
        raise InvalidFile(_("The file is larger than 5 MB. Split it into smaller files."))
    grid = read_workbook(data, count_titles) if is_workbook(data) else read_text(data, count_titles)
    if not any(not row.is_empty for row in grid.rows):
        raise InvalidFile(_("The file is empty. Download the template to see what belongs in it."))
    titles = find_titles(grid)
    if titles is None:
        raise InvalidFile(
            _("We cannot find column names in this file. Download the template to see which ones we recognise.")
        )
    first = grid.rows.index(titles) + 1
    below = [row for row in grid.rows[first:] if not row.is_empty]
    if not below:
        raise InvalidFile(_("There are column names in the file, but no shipments below them."))
    if len(below) > MAX_ROWS:
        raise InvalidFile(too_many_rows())
    return Sheet(grid, first, guess_columns(titles.cells, below))


def read_table(data: bytes, keys: Sequence[str] | None = None) -> Table:
    """The shipments of an uploaded file. ``keys`` are the parts a merchant chose for its columns; without them the
    guess is used. Raises InvalidFile when the file cannot be read.
    """
    sheet = read_sheet(data)
    return table_of(sheet, sheet.guess if keys is None else use_remembered(sheet.guess, keys))


def table_of(sheet: Sheet, columns: Columns) -> Table:
    """Raises InvalidFile when a column appears twice or no line is a shipment."""
    known = [key for key in columns.keys if key]
    if twice := next((key for key in known if known.count(key) > 1), None):
        raise InvalidFile(format_lazy(_("The column {name} appears twice in the file."), name=TITLES.get(twice, twice)))
    below = (row for row in sheet.grid.rows[sheet.first :] if not row.is_empty)
    lines, left_out = shipment_rows.build_rows(columns, below)
    if not lines:
        raise InvalidFile(_("There are column names in the file, but no shipments below them."))
    doubles = shipment_rows.find_doubles(lines)
    grid = sheet.grid
    return Table(tuple(lines), columns, tuple(left_out), tuple(doubles), grid.sheet, grid.other_sheets)
