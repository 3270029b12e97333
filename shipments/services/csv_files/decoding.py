"""Text files: which encoding, which separator, which cells."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from itertools import islice

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shipments.services.csv_files.grid import MAX_COLUMNS, MAX_LINES_ABOVE, MAX_ROWS, Grid, GridRow, InvalidFile

DELIMITERS = (";", ",", "\t", "|")
# The mark of UTF-32 begins with that of UTF-16, so it comes first.
MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# Of so many bytes, so many zeros at even or odd places make a file UTF-16 without a mark.
SAMPLE_BYTES, UTF16_SHARE = 4096, 0.3
# Letters beyond ASCII in the languages of Western Europe, and signs. What else an old encoding gives was not meant.
LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒŠŽ")
SIGNS = frozenset("’‘“”–—…€°½¼¾²³«»·§©®ºª\u00a0")
# Frequent in Dutch, German and French.
FREQUENT = frozenset("éèêëïöüäçßÉÖÜÄ’")
FOREIGN = re.compile(r"[^\x00-\x7f]")
# Windows first: of encodings that make as much sense it is the usual one.
OLD_ENCODINGS = ("cp1252", "cp850", "mac_roman")
RECOGNIZED_FORMATS = (
    (b"%PDF", _("This is a PDF file. Choose a CSV file or an Excel workbook (.xlsx).")),
    (b"\x89PNG", _("This is a picture. Choose a CSV file or an Excel workbook (.xlsx).")),
    (b"\xff\xd8\xff", _("This is a picture. Choose a CSV file or an Excel workbook (.xlsx).")),
    (b"\x1f\x8b", _("This is a compressed file. Unpack it and choose the CSV file or workbook in it.")),
)
NOT_TEXT_MESSAGE = _("This is not a CSV file. In your spreadsheet, save it as “CSV UTF-8” and try again.")
HTML_MESSAGE = _("This is a web page with the name of a spreadsheet. Open it in your spreadsheet and save it as .xlsx.")
UNREADABLE_MESSAGE = _("We cannot read this CSV file. Save it again as “CSV UTF-8”.")
# Returns how many column titles a row holds.
TitleCounter = Callable[[Sequence[str]], int]


def read_text(data: bytes, count_titles: TitleCounter) -> Grid:
    """The cells of a CSV file in any usual encoding and with any usual separator. Raises InvalidFile."""
    for start, message in RECOGNIZED_FORMATS:
        if data.startswith(start):
            raise InvalidFile(message)
    text = decode(data)
    if text[:2000].lstrip().casefold().startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise InvalidFile(HTML_MESSAGE)
    delimiter, text = _named_delimiter(text)
    rows = _rows(text, delimiter or _guess_delimiter(text, count_titles))
    if len(rows) > 1 and all(len(row.cells) == 1 for row in rows):
        # Saved twice: every line is one cell in quotes, which holds the cells.
        inner = "\n".join(row.cells[0] for row in rows)
        rows = _rows(inner, _guess_delimiter(inner, count_titles))
    return Grid(rows)


def decode(data: bytes) -> str:
    """UTF-8 and UTF-16 with and without a mark, Windows-1252, or Mac Roman where only that makes sense."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _without_zeros(data[len(mark) :].decode(encoding, errors="replace"))
    if encoding := _utf16_without_mark(data[:SAMPLE_BYTES]):
        return _without_zeros(data.decode(encoding, errors="replace"))
    if b"\0" in data:
        raise InvalidFile(NOT_TEXT_MESSAGE)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_old(data)


def _without_zeros(text: str) -> str:
    if "\0" in text:
        raise InvalidFile(NOT_TEXT_MESSAGE)
    return text


def _utf16_without_mark(sample: bytes) -> str:
    """Text of Europe has a zero in every second byte."""
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and odd > UTF16_SHARE * half and not even:
        return "utf-16-le"
    return "utf-16-be" if half and even > UTF16_SHARE * half and not odd else ""


def _decode_old(data: bytes) -> str:
    """Windows-1252, unless that gives signs within words and another old encoding gives letters."""
    texts = [data.decode(encoding, errors="replace") for encoding in OLD_ENCODINGS]
    counts = [_strange_and_rare(text) for text in texts]
    return texts[0] if not counts[0][0] else texts[counts.index(min(counts))]


def _strange_and_rare(text: str) -> tuple[int, int]:
    """How many characters beyond ASCII cannot have been meant, and how many of the others are rare."""
    strange = rare = 0
    for found in FOREIGN.finditer(text):
        letter, before, after = (
            found[0],
            text[max(0, found.start() - 1) : found.start()],
            text[found.end() : found.end() + 1],
        )
        rare += letter not in FREQUENT
        if letter in LETTERS:
            strange += letter.isupper() and before.isalpha() and (before.islower() or after.islower())
        elif letter not in "’\u00a0":
            strange += letter not in SIGNS or (before.isalpha() and (after.isalpha() or letter in "‘“"))
            strange += letter == "€" and after.isalpha()
    return strange, rare


def _named_delimiter(text: str) -> tuple[str, str]:
    """The separator a first line "sep=;" names, and the text without that line, which no spreadsheet shows."""
    first, _end, rest = _first_line(text)
    named = first.strip().strip('"')
    if named[:4].casefold() == "sep=" and len(named) <= 5:
        # A tab is stripped with the blanks.
        return named[4:] or "\t", rest
    return "", text


def _first_line(text: str) -> tuple[str, str, str]:
    ends = [place for place in (text.find("\r"), text.find("\n")) if place >= 0]
    place = min(ends, default=len(text))
    width = 2 if text[place : place + 2] == "\r\n" else 1
    return text[:place], text[place : place + width], text[place + width :]


def _guess_delimiter(text: str, count_titles: TitleCounter) -> str:
    """The separator that makes the most column titles, then the most cells."""

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            head = list(islice(_reader(text, delimiter), MAX_LINES_ABOVE + 2))
        except csv.Error:
            return 0, 0
        return max(map(count_titles, head), default=0), max(map(len, head), default=0)

    return max(DELIMITERS, key=worth)


def _reader(text: str, delimiter: str) -> "csv._reader":  # type: ignore[name-defined]
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _rows(text: str, delimiter: str) -> tuple[GridRow, ...]:
    rows: list[GridRow] = []
    try:
        for number, cells in enumerate(_reader(text, delimiter), start=1):
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                rows.append(GridRow(number, tuple(cells)))
            if len(cells) > MAX_COLUMNS:
                raise InvalidFile(too_many_columns())
            if len(rows) > MAX_ROWS + MAX_LINES_ABOVE:
                raise InvalidFile(too_many_rows())
    except csv.Error as error:
        raise InvalidFile(UNREADABLE_MESSAGE) from error
    return tuple(rows)


def too_many_rows() -> Promise | str:
    return format_lazy(_("The file has more than {most} lines. Split it into smaller files."), most=MAX_ROWS)


def too_many_columns() -> Promise | str:
    text = _("The file has more than {most} columns. Remove the columns you do not need.")
    return format_lazy(text, most=MAX_COLUMNS)
