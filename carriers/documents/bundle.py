"""Lays out the documents of a parcel: each form at its own size on A4, or scaled to A6."""

from collections.abc import Callable, Iterator
from functools import partial

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.documents import customs_forms, invoice
from carriers.parcels import CustomsDeclaration, PrintedLabel

FORMS = ("cn22", "cn23", "invoice")
# From A5 to A6.
A6_SCALE = 148 / 210

Page = Callable[[Canvas], None]


def pages_of(label: PrintedLabel, layout: str, copies: int) -> Iterator[Page]:
    """A function for each page of the label's ``forms``, in order. Raises ValueError for an unknown form."""
    for name in label.forms:
        if name not in FORMS:
            raise ValueError(f"there is no form {name!r}")
        yield from {"cn22": _cn22, "cn23": _cn23, "invoice": _invoices}[name](label, layout, copies)


def _declaration(label: PrintedLabel) -> CustomsDeclaration:
    return label.consignment.customs or CustomsDeclaration()


def _cn22(label: PrintedLabel, layout: str, _copies: int) -> Iterator[Page]:
    for page in range(len(customs_forms.pages_of(_declaration(label), customs_forms.CN22_ROWS))):
        yield partial(_draw_cn22, label=label, layout=layout, page=page)


def _draw_cn22(canvas: Canvas, *, label: PrintedLabel, layout: str, page: int) -> None:
    if layout == "a4":
        canvas.translate(0, 149 * mm)
    customs_forms.draw_cn22(canvas, label, page)


def _cn23(label: PrintedLabel, layout: str, _copies: int) -> Iterator[Page]:
    for page in range(len(customs_forms.pages_of(_declaration(label), customs_forms.CN23_ROWS))):
        yield partial(_draw_cn23, label=label, layout=layout, page=page)


def _draw_cn23(canvas: Canvas, *, label: PrintedLabel, layout: str, page: int) -> None:
    """On the upper half of an A4; rotated on an A6, so that all pages of a roll have the same orientation."""
    if layout == "a4":
        canvas.translate(0, 149 * mm)
        customs_forms.draw_cn23(canvas, label, page)
        return
    canvas.translate(105 * mm, 0)
    canvas.rotate(90)
    canvas.translate(0, (105 - 148 * A6_SCALE) / 2 * mm)
    canvas.scale(A6_SCALE, A6_SCALE)
    customs_forms.draw_cn23(canvas, label, page, scale=A6_SCALE)


def _invoices(label: PrintedLabel, layout: str, copies: int) -> Iterator[Page]:
    sizes = invoice.A4 if layout == "a4" else invoice.A6
    for copy in range(1, copies + 1):
        for page in range(len(invoice.pages_of(_declaration(label), sizes))):
            yield partial(invoice.draw, label=label, sizes=sizes, page=page, copy=copy, copies=copies)
