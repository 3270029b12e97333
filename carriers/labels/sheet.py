"""Arranges labels on paper: one on an A6, or four on an A4 with the used positions left empty."""

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import IO

from reportlab.lib.units import mm

from carriers.documents import bundle
from carriers.documents.invoice import COPIES
from carriers.labels.layout import WIDTH, draw, draw_watermark
from carriers.parcels import PrintedLabel
from carriers.typesetting.document import PAPERS, open_document
from carriers.typesetting.streaming import StreamedCanvas

CELL_HEIGHT = 148.5 * mm
# Position 1 to 4: top left, top right, bottom left, bottom right, as (column, row from below).
SHEET_SLOTS = ((0, 1), (1, 1), (0, 0), (1, 0))


def draw_labels(labels: Iterable[PrintedLabel], layout: str, start: int = 1) -> bytes:
    """One PDF with the labels in this order, without documents. Raises ValueError as ``write_documents`` does."""
    return draw_documents(labels, layout, start, with_forms=False)


def draw_documents(
    labels: Iterable[PrintedLabel], layout: str, start: int = 1, *, with_forms: bool, copies: int = COPIES
) -> bytes:
    """What ``write_documents`` writes."""
    target = io.BytesIO()
    write_documents(target, labels, layout, start, with_forms=with_forms, copies=copies)
    return target.getvalue()


def write_documents(
    target: IO[bytes],
    labels: Iterable[PrintedLabel],
    layout: str,
    start: int = 1,
    *,
    with_forms: bool,
    copies: int = COPIES,
) -> None:
    """One PDF with the test labels in this order and, ``with_forms``, the documents named in their ``forms``.

    ``labels`` may be an iterator: each page is written before the next label is taken. The same labels give the same
    bytes. On A6 documents follow their label; on A4 they follow the sheet of their label, so that no position stays
    empty. ``layout`` is "a6" or "a4"; ``start`` (1-4) is the first free position on the first A4; ``copies`` is for
    invoices. Raises ValueError for other values, for an unknown form, and when an address is too long for a label,
    which ``carriers.addresses`` reports earlier.
    """
    canvas = _open(target, layout, start)
    if layout == "a6":
        for label in labels:
            draw(canvas, label)
            canvas.showPage()
            if with_forms:
                _draw_forms(canvas, [label], layout, copies, is_test=True)
    else:
        for sheet in sheets(labels, start):
            draw_sheet(canvas, sheet)
            if with_forms:
                _draw_forms(canvas, [label for _place, label in sheet], layout, copies, is_test=True)
    canvas.save()


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


def _open(target: IO[bytes], layout: str, start: int) -> StreamedCanvas:
    if layout not in PAPERS or start not in range(1, len(SHEET_SLOTS) + 1):
        raise ValueError(f"there is no layout {layout!r} starting at {start!r}")
    return open_document(target, layout, "Labels")


def sheets(labels: Iterable[PrintedLabel], start: int) -> Iterator[list[tuple[int, PrintedLabel]]]:
    """The labels of each sheet with their position, 1 to 4."""
    sheet: list[tuple[int, PrintedLabel]] = []
    for index, label in enumerate(labels, start=start - 1):
        sheet.append((index % len(SHEET_SLOTS) + 1, label))
        if sheet[-1][0] == len(SHEET_SLOTS):
            yield sheet
            sheet = []
    if sheet:
        yield sheet


def draw_sheet(canvas: StreamedCanvas, sheet: Sequence[tuple[int, PrintedLabel]]) -> None:
    for place, label in sheet:
        column, row = SHEET_SLOTS[place - 1]
        canvas.saveState()
        canvas.translate(column * WIDTH, row * CELL_HEIGHT)
        draw(canvas, label)
        canvas.restoreState()
    canvas.showPage()
