"""Boxes, checkboxes and tables for forms. Boxes are in millimeters from the lower left corner."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.parcels import Address
from carriers.typesetting import text_layout
from carriers.typesetting.fixed_language import country_name
from carriers.typesetting.text_layout import TextLine

PADDING = 1.2
HEADING, VALUE = 6.2, 9.0
# Points; below this size a form raises TextTooLong. Only fields of maximum length, in capitals, come close.
MIN_FONT_SIZE = 1.5
THIN, THICK = 0.4, 0.9


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def top(self) -> float:
        return self.y + self.height


class Column(NamedTuple):
    """``share`` is its part of the width; ``figures`` aligns it to the right."""

    heading: str
    share: float
    figures: bool = False


def frame(canvas: Canvas, box: Box, thickness: float = THIN) -> None:
    canvas.setLineWidth(thickness)
    canvas.rect(box.x * mm, box.y * mm, box.width * mm, box.height * mm)


def field(
    canvas: Canvas,
    box: Box,
    heading: str,
    values: Sequence[TextLine] = (),
    *,
    country: str = "",
    size: float = HEADING,
    thickness: float = THIN,
) -> None:
    """A framed box with a small heading and values, shrunk to fit. Raises TextTooLong when they do not fit."""
    frame(canvas, box, thickness)
    left, room = (box.x + PADDING) * mm, (box.width - 2 * PADDING) * mm
    shown, fitted = text_layout.fit(heading, size, room, smallest=4)
    y = box.top * mm - PADDING * mm
    y = text_layout.draw_text_lines(canvas, [TextLine(text, fitted) for text in shown], left, y)
    filled = [line for line in values if line.text.strip()]
    if filled:
        height = y - (box.y + PADDING / 2) * mm
        stacked = text_layout.stack(filled, room, height, country=country, smallest=MIN_FONT_SIZE)
        text_layout.draw_text_lines(canvas, stacked, left, y, country=country)


def tick(canvas: Canvas, x: float, y: float, text: str, *, on: bool, size: float = HEADING) -> None:
    """A checkbox with its caption; crossed, and the caption in bold, when ``on``."""
    side = size * 0.36
    frame(canvas, Box(x, y, side, side), THICK)
    if on:
        canvas.setLineWidth(1.1)
        for start, end in ((0, side), (side, 0)):
            canvas.line(x * mm, (y + start) * mm, (x + side) * mm, (y + end) * mm)
    text_layout.draw(canvas, text, (x + side + 1) * mm, (y + 0.25) * mm, size, bold=on)


def table(
    canvas: Canvas,
    box: Box,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    head: float,
    row: float,
    size: float = VALUE,
    heading_size: float = HEADING,
) -> None:
    """``head`` and ``row`` are heights in millimeters. Cells shrink and wrap; they are never cut."""
    frame(canvas, box)
    edges = [box.x]
    for column in columns:
        edges.append(edges[-1] + column.share * box.width / sum(one.share for one in columns))
    canvas.setLineWidth(THIN)
    for edge in edges[1:-1]:
        canvas.line(edge * mm, box.y * mm, edge * mm, box.top * mm)
    canvas.line(box.x * mm, (box.top - head) * mm, box.right * mm, (box.top - head) * mm)
    headings = [Column(column.heading, column.share) for column in columns]
    _cells(canvas, edges, box.top, head, headings, [column.heading for column in columns], heading_size)
    top = box.top - head
    for number, cells in enumerate(rows):
        if number:
            canvas.setLineWidth(0.15)
            canvas.line(box.x * mm, top * mm, box.right * mm, top * mm)
        _cells(canvas, edges, top, row, columns, cells, size)
        top -= row


def _cells(
    canvas: Canvas,
    edges: Sequence[float],
    top: float,
    height: float,
    columns: Sequence[Column],
    cells: Sequence[str],
    size: float,
) -> None:
    for (left, right), column, text in zip(pairwise(edges), columns, cells, strict=True):
        if not text:
            continue
        room = (right - left - 2 * PADDING * 0.7) * mm
        stacked = text_layout.stack([TextLine(text, size)], room, (height - 0.8) * mm, smallest=MIN_FONT_SIZE)
        x = right - PADDING * 0.7 if column.figures else left + PADDING * 0.7
        spare = height * mm - sum(line.size for line in stacked) * text_layout.LEADING
        text_layout.draw_text_lines(canvas, stacked, x * mm, top * mm - spare / 2, align_right=column.figures)


def address_values(address: Address, size: float = VALUE) -> list[TextLine]:
    """The lines of an address, the country in English."""
    place = " ".join(part for part in (address.region, country_name(address.country).upper()) if part)
    return [
        TextLine(address.company, size, True),
        TextLine(address.person, size, not address.company),
        *(TextLine(line, size) for line in address.place_lines),
        TextLine(address.city_line, size),
        TextLine(place, size, True),
    ]


def numbers_of(address: Address, size: float = VALUE) -> list[TextLine]:
    known = (("EORI", address.eori), ("VAT", address.vat))
    return [TextLine(f"{name} {number}", size) for name, number in known if number]


def kilos(grams: int) -> str:
    return f"{grams / 1000:.3f}"


def money(cents: int) -> str:
    return f"{cents / 100:.2f}"
