"""Labels on paper: one on an A6, or four on an A4 with the places that are already used left empty."""

import io
from collections.abc import Sequence

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.labels import face
from carriers.parcels import PrintedLabel
from carriers.typesetting.lines import NAMES, register

A4 = (210 * mm, 297 * mm)
CELL_HEIGHT = 148.5 * mm
PLACES = ((0, 1), (1, 1), (0, 0), (1, 0))
"""Position 1 to 4: top left, top right, bottom left, bottom right, as (column, row from below)."""


def draw_labels(labels: Sequence[PrintedLabel], layout: str, start: int = 1) -> bytes:
    """One PDF with these labels in this order, the same bytes for the same labels.

    ``layout`` is "a6" or "a4"; ``start`` (1-4) is the first free place on the first A4. ValueError for others, and
    when an address is too long for a label (which ``carriers.addresses`` says long before).
    """
    target = io.BytesIO()
    canvas = open_document(target, layout, start, "Labels")
    if layout == "a6":
        _draw_single(canvas, labels)
    else:
        for sheet in sheets(labels, start):
            draw_sheet(canvas, sheet)
    canvas.save()
    return target.getvalue()


def open_document(target: io.BytesIO, layout: str, start: int, title: str) -> Canvas:
    """An empty document whose pages are exactly the paper, and which asks not to be scaled."""
    if layout not in {"a6", "a4"} or start not in range(1, len(PLACES) + 1):
        raise ValueError(f"there is no layout {layout!r} starting at {start!r}")
    register()
    # Pages as bytes, not as ASCII: a fifth smaller, and the slowest step of all saved.
    rl_config.useA85 = 0
    size = (face.WIDTH, face.HEIGHT) if layout == "a6" else A4
    box = (0, 0, *size)
    canvas = Canvas(
        target, pagesize=size, invariant=1, pageCompression=1, cropBox=box, trimBox=box, initialFontName=NAMES[False]
    )
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas


def sheet_plan(count: int, start: int) -> tuple[int, int]:
    """How many A4 sheets ``count`` labels take from place ``start``, and the first free place on the last sheet.

    The place is 1 when the last sheet is full, and ``start`` itself when nothing is printed.
    """
    if not count:
        return 0, start
    used = start - 1 + count
    return -(-used // len(PLACES)), used % len(PLACES) + 1


def sheets(labels: Sequence[PrintedLabel], start: int) -> list[list[tuple[int, PrintedLabel]]]:
    """The labels of each sheet with their place, 1 to 4."""
    placed: list[list[tuple[int, PrintedLabel]]] = []
    for index, label in enumerate(labels, start=start - 1):
        if not placed or index % len(PLACES) == 0:
            placed.append([])
        placed[-1].append((index % len(PLACES) + 1, label))
    return placed


def _draw_single(canvas: Canvas, labels: Sequence[PrintedLabel]) -> None:
    for label in labels:
        face.draw(canvas, label)
        canvas.showPage()


def draw_sheet(canvas: Canvas, sheet: Sequence[tuple[int, PrintedLabel]]) -> None:
    """One A4 with its labels."""
    for place, label in sheet:
        column, row = PLACES[place - 1]
        canvas.saveState()
        canvas.translate(column * face.WIDTH, row * CELL_HEIGHT)
        face.draw(canvas, label)
        canvas.restoreState()
    canvas.showPage()
