"""Arranges labels on paper: one on an A6, or four on an A4 with the used positions left empty."""

import io
from collections.abc import Sequence
from functools import partial

from reportlab.lib.units import mm

from carriers.documents import bundle
from carriers.documents.invoice import COPIES
from carriers.labels import layout
from carriers.labels.layout import draw_watermark
from carriers.parcels import PrintedLabel
from carriers.typesetting.document import PAPERS, open_document
from carriers.typesetting.streaming import StreamedCanvas

CELL_HEIGHT = 148.5 * mm
# Position 1 to 4: top left, top right, bottom left, bottom right, as (column, row from below).
SHEET_SLOTS = ((0, 1), (1, 1), (0, 0), (1, 0))


def draw_labels(labels: Sequence[PrintedLabel], layout: str, start: int = 1) -> bytes:
    """One PDF with the labels in this order. The same labels give the same bytes.

    ``layout`` is "a6" or "a4"; ``start`` (1-4) is the first free position on the first A4. Raises ValueError for other
    values, and when an address is too long for a label, which ``carriers.addresses`` reports earlier.
    """
    target = io.BytesIO()
    canvas = _open(target, layout, start)
    if layout == "a6":
        _draw_single(canvas, labels)
    else:
        for sheet in sheets(labels, start):
            draw_sheet(canvas, sheet)
    canvas.save()
    return target.getvalue()


def draw_documents(
    labels: Sequence[PrintedLabel], layout: str, start: int = 1, *, with_forms: bool, copies: int = COPIES
) -> bytes:
    """One PDF with the test labels in this order and, ``with_forms``, the documents named in their ``forms``.

    On A6 they follow their label; on A4 they follow the sheet of their label, so that no position stays empty.
    ``copies`` is for invoices. Raises ValueError as ``draw_labels`` does, and for an unknown form.
    """
    if not with_forms:
        return draw_labels(labels, layout, start)
    target = io.BytesIO()
    canvas = _open(target, layout, start)
    if layout == "a6":
        for label in labels:
            _draw_single(canvas, [label])
            _draw_forms(canvas, [label], layout, copies, is_test=True)
    else:
        for sheet in sheets(labels, start):
            draw_sheet(canvas, sheet)
            _draw_forms(canvas, [label for _place, label in sheet], layout, copies, is_test=True)
    canvas.save()
    return target.getvalue()


def draw_forms(labels: Sequence[PrintedLabel], layout: str, copies: int = COPIES) -> bytes:
    """Only the documents named in ``forms``. Raises ValueError as ``draw_documents`` does."""
    target = io.BytesIO()
    canvas = _open(target, layout, 1)
    _draw_forms(canvas, labels, layout, copies)
    canvas.save()
    return target.getvalue()


def _draw_forms(
    canvas: StreamedCanvas, labels: Sequence[PrintedLabel], layout: str, copies: int, *, is_test: bool = False
) -> None:
    for label in labels:
        for page in bundle.pages_of(label, layout, copies):
            if is_test:
                width, height = PAPERS[layout]
                canvas.draw_shared("watermark", partial(draw_watermark, x=width / 2, y=height / 2))
            canvas.saveState()
            page(canvas)
            canvas.restoreState()
            canvas.showPage()


def _open(target: io.BytesIO, layout: str, start: int) -> StreamedCanvas:
    if layout not in PAPERS or start not in range(1, len(SHEET_SLOTS) + 1):
        raise ValueError(f"there is no layout {layout!r} starting at {start!r}")
    return open_document(target, layout, "Labels")


def sheet_plan(count: int, start: int) -> tuple[int, int]:
    """The number of A4 sheets for ``count`` labels from ``start``, and the first free position on the last one.

    The position is 1 when the last sheet is full, and ``start`` when ``count`` is 0.
    """
    if not count:
        return 0, start
    used = start - 1 + count
    return -(-used // len(SHEET_SLOTS)), used % len(SHEET_SLOTS) + 1


def sheets(labels: Sequence[PrintedLabel], start: int) -> list[list[tuple[int, PrintedLabel]]]:
    """The labels of each sheet with their position, 1 to 4."""
    placed: list[list[tuple[int, PrintedLabel]]] = []
    for index, label in enumerate(labels, start=start - 1):
        if not placed or index % len(SHEET_SLOTS) == 0:
            placed.append([])
        placed[-1].append((index % len(SHEET_SLOTS) + 1, label))
    return placed


def _draw_single(canvas: StreamedCanvas, labels: Sequence[PrintedLabel]) -> None:
    for label in labels:
        layout.draw(canvas, label)
        canvas.showPage()


def draw_sheet(canvas: StreamedCanvas, sheet: Sequence[tuple[int, PrintedLabel]]) -> None:
    for place, label in sheet:
        column, row = SHEET_SLOTS[place - 1]
        canvas.saveState()
        canvas.translate(column * layout.WIDTH, row * CELL_HEIGHT)
        layout.draw(canvas, label)
        canvas.restoreState()
    canvas.showPage()
