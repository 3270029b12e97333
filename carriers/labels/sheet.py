"""Labels on paper: one on an A6, or four on an A4 with the places that are already used left empty."""

import io
from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.labels import face
from carriers.labels.fonts import register
from carriers.parcels import PrintedLabel

A4 = (210 * mm, 297 * mm)
CELL_HEIGHT = 148.5 * mm
PLACES = ((0, 1), (1, 1), (0, 0), (1, 0))
"""Position 1 to 4: top left, top right, bottom left, bottom right, as (column, row from below)."""


def draw_labels(labels: Sequence[PrintedLabel], layout: str, start: int = 1) -> bytes:
    """One PDF with these labels in this order, the same bytes for the same labels.

    ``layout`` is "a6" or "a4"; ``start`` (1-4) is the first free place on the first A4. ValueError for others.
    """
    if layout not in {"a6", "a4"} or start not in range(1, len(PLACES) + 1):
        raise ValueError(f"there is no layout {layout!r} starting at {start!r}")
    register()
    target = io.BytesIO()
    size = (face.WIDTH, face.HEIGHT) if layout == "a6" else A4
    canvas = Canvas(target, pagesize=size, invariant=1, pageCompression=1)
    canvas.setTitle("Labels")
    if layout == "a6":
        _draw_single(canvas, labels)
    else:
        _draw_sheets(canvas, labels, start - 1)
    canvas.save()
    return target.getvalue()


def _draw_single(canvas: Canvas, labels: Sequence[PrintedLabel]) -> None:
    for label in labels:
        face.draw(canvas, label)
        canvas.showPage()


def _draw_sheets(canvas: Canvas, labels: Sequence[PrintedLabel], used: int) -> None:
    for index, label in enumerate(labels, start=used):
        column, row = PLACES[index % len(PLACES)]
        if index % len(PLACES) == 0 and index > used:
            canvas.showPage()
        canvas.saveState()
        canvas.translate(column * face.WIDTH, row * CELL_HEIGHT)
        face.draw(canvas, label)
        canvas.restoreState()
    canvas.showPage()
