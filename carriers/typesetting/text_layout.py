"""Measures, shrinks, wraps and draws lines of text in any script, at exact sizes in points."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from carriers.typesetting.embedding import draw_glyph_runs
from carriers.typesetting.fonts import usual
from carriers.typesetting.shaping import clean, clusters, is_plain, typeset

NAMES = {False: "OpenSans", True: "OpenSans-Bold"}
MIN_FONT_SIZE = 5.0
# The part of its size to which a line shrinks before it wraps.
ONE_LINE = 0.72
STEP = 0.5
# Distance between two baselines, as a multiple of the font size.
LEADING = 1.28


class TextLine(NamedTuple):
    """``size`` is the font size when there is room."""

    text: str
    size: float
    bold: bool = False


class TextTooLong(ValueError):
    """The text does not fit at the smallest size; nothing was drawn."""


@cache
def register() -> None:
    for bold, name in NAMES.items():
        pdfmetrics.registerFont(TTFont(name, str(usual(bold).file)))


def width(text: str, size: float, *, bold: bool = False, country: str = "") -> float:
    """Points that a cleaned text takes on one line."""
    if is_plain(text):
        return float(pdfmetrics.stringWidth(text, NAMES[bold], size))
    return sum(run.width for run in typeset(text, bold, country)) * size


def draw(canvas: Canvas, text: str, x: float, y: float, size: float, *, bold: bool = False, country: str = "") -> None:
    """One line with its baseline at (x, y), in points."""
    text = clean(text)
    if is_plain(text):
        canvas._code.append(f"BT {x:.2f} {y:.2f} Td {_shown(canvas, text, size, NAMES[bold])} ET")
    elif text:
        draw_glyph_runs(canvas, typeset(text, bold, country), text, x, y, size)


def _shown(canvas: Canvas, text: str, size: float, name: str) -> str:
    """PDF operators. With ReportLab's drawString a label takes half as long again to draw."""
    font = pdfmetrics.getFont(name)
    # The first subset has the letters of ASCII at their own codes.
    parts = ((0, text),) if text.isascii() else font.splitString(text, canvas._doc)
    return " ".join(
        f"{font.getSubsetInternalName(subset, canvas._doc)} {size:g} Tf ({canvas._escape(part)}) Tj"
        for subset, part in parts
    )


def draw_right(canvas: Canvas, text: str, x: float, y: float, size: float, *, bold: bool = False) -> None:
    draw(canvas, text, x - width(clean(text), size, bold=bold), y, size, bold=bold)


def draw_centered(canvas: Canvas, text: str, x: float, y: float, size: float, *, bold: bool = False) -> None:
    draw(canvas, text, x - width(clean(text), size, bold=bold) / 2, y, size, bold=bold)


def fit(
    text: str,
    size: float,
    room: float,
    *,
    bold: bool = False,
    country: str = "",
    most: int = 2,
    smallest: float = MIN_FONT_SIZE,
) -> tuple[tuple[str, ...], float]:
    """The lines of ``text`` and the size at which they fit in ``room`` points.

    Shrinks a little, then wraps to at most ``most`` lines, then shrinks to ``smallest``. Raises TextTooLong when that
    is not enough.
    """
    text = clean(text)
    natural = width(text, 1, bold=bold, country=country)
    if natural * size <= room:
        return (text,), size
    if room / natural >= max(smallest, size * ONE_LINE if most > 1 else smallest):
        return (text,), int(room / natural / STEP) * STEP
    while size >= smallest:
        lines = wrap(text, size, room, bold=bold, country=country)
        if len(lines) <= most:
            return lines, size
        size -= STEP
    raise TextTooLong(f"{text!r} does not fit in {most} lines of {room:.0f} points")


def wrap(text: str, size: float, room: float, *, bold: bool = False, country: str = "") -> tuple[str, ...]:
    """Lines of at most ``room`` points, broken at spaces, or within a word that does not fit on a line."""
    lines = [""]
    for word in clean(text).split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, bold=bold, country=country) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for cluster in clusters(word):
            if lines[-1] and width(lines[-1] + cluster, size, bold=bold, country=country) > room:
                lines.append("")
            lines[-1] += cluster
    return tuple(lines)


def block(
    canvas: Canvas,
    text: str,
    x: float,
    y: float,
    size: float,
    room: float,
    *,
    bold: bool = False,
    country: str = "",
    most: int = 2,
) -> float:
    """Draw ``text`` from a first baseline at ``y``; returns the baseline below the last line."""
    lines, fitted = fit(text, size, room, bold=bold, country=country, most=most)
    for line in lines:
        draw(canvas, line, x, y, fitted, bold=bold, country=country)
        y -= fitted * LEADING
    return y


def stack(
    wanted: Sequence[TextLine], room: float, height: float, *, country: str = "", smallest: float = MIN_FONT_SIZE
) -> list[TextLine]:
    """The lines that fit in ``room`` × ``height`` points: each is shrunk and wrapped, then all become smaller.

    Raises TextTooLong when they do not fit at the smallest size. No line is left out or cut.
    """
    scale = 1.0
    while True:
        fitted = []
        for text, size, bold in wanted:
            size = max(smallest, size * scale)
            shown, size = fit(text, size, room, bold=bold, country=country, most=9, smallest=smallest)
            fitted += [TextLine(line, size, bold) for line in shown]
        if sum(line.size for line in fitted) * LEADING <= height:
            return fitted
        if all(line.size <= smallest for line in fitted):
            raise TextTooLong(f"{wanted[0].text!r} and what follows do not fit in {height:.0f} points")
        scale *= 0.93


def draw_text_lines(
    canvas: Canvas, stacked: Sequence[TextLine], x: float, top: float, *, country: str = "", align_right: bool = False
) -> float:
    """Draw lines of text below each other from ``top``, left-aligned at ``x`` or right-aligned.

    Returns the y below the last line, in points.
    """
    for text, size, bold in stacked:
        top -= size
        left = x - width(clean(text), size, bold=bold, country=country) if align_right else x
        draw(canvas, text, left, top, size, bold=bold, country=country)
        top -= size * (LEADING - 1)
    return top
