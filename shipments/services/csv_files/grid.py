"""The cells of an uploaded file as text, whatever kind of file it is."""

from dataclasses import dataclass

from django.utils.functional import Promise

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
MAX_COLUMNS = 250
# A title, a date and a few empty lines may stand above the names of the columns.
MAX_LINES_ABOVE = 30


class InvalidFile(Exception):
    """The whole file is unusable; ``message`` says why and what to do."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class GridRow:
    """The line number as a spreadsheet shows it, and every cell as text."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """``sheet`` is the name of the sheet that was read, ``other_sheets`` those that were not; empty for text files."""

    rows: tuple[GridRow, ...]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
