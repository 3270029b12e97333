"""Draws the commercial invoice for customs, on A4 or A6."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.choices import CARRIER_NAMES
from carriers.documents.form_layout import (
    THICK,
    Box,
    Column,
    address_values,
    field,
    frame,
    kilos,
    money,
    numbers_of,
    table,
)
from carriers.parcels import CustomsDeclaration, CustomsLine, PrintedLabel
from carriers.typesetting import text_layout
from carriers.typesetting.fixed_language import country_name
from carriers.typesetting.text_layout import TextLine

# Copies for one parcel: one for each customs office and one for the buyer.
COPIES = 3
CURRENCY = "EUR"
TERMS = "DAP"
REASONS = {
    "commercial_goods": "Sale of goods",
    "commercial_samples": "Commercial sample",
    "return": "Returned goods",
    "gifts": "Gift",
    "documents": "Documents",
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The measures for one paper size: millimeters, and font sizes in points."""

    width: float
    height: float
    margin: float
    text: float
    small: float
    row: float
    rows: int

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin


A4 = Sizes(210, 297, 15, 9.5, 6.5, 9.2, 14)
A6 = Sizes(105, 148, 5, 6.5, 4.8, 6.3, 9)


def pages_of(declaration: CustomsDeclaration, sizes: Sizes) -> list[Sequence[CustomsLine]]:
    """The lines of each page; one empty page when there are none."""
    rows = sizes.rows
    return [declaration.lines[start : start + rows] for start in range(0, len(declaration.lines), rows)] or [()]


def draw(canvas: Canvas, label: PrintedLabel, sizes: Sizes, page: int, copy: int, copies: int) -> None:
    declaration = label.consignment.customs or CustomsDeclaration()
    pages = pages_of(declaration, sizes)
    top = _head(canvas, label, sizes, f"Copy {copy}/{copies} · Page {page + 1}/{len(pages)}")
    top = _parties(canvas, label, sizes, top)
    top = _facts(canvas, label, sizes, top)
    top = _lines(canvas, pages[page], sizes, top)
    _foot(canvas, label, sizes, top, last=page == len(pages) - 1)


def _head(canvas: Canvas, label: PrintedLabel, sizes: Sizes, counted: str) -> float:
    left, right, top = sizes.margin * mm, (sizes.width - sizes.margin) * mm, (sizes.height - sizes.margin) * mm
    text_layout.draw(canvas, "COMMERCIAL INVOICE", left, top - sizes.text * 1.6, sizes.text * 1.9, bold=True)
    text_layout.draw(canvas, "Facture commerciale", left, top - sizes.text * 2.9, sizes.text)
    text_layout.draw_right(canvas, counted, right, top - sizes.text * 1.6, sizes.small)
    return sizes.height - sizes.margin - sizes.text * 1.35


def _parties(canvas: Canvas, label: PrintedLabel, sizes: Sizes, top: float) -> float:
    sender, recipient = label.consignment.sender, label.consignment.recipient
    height, half = sizes.text * 4.0, sizes.inner / 2
    for index, (heading, party) in enumerate((("Seller, exporter", sender), ("Buyer, importer", recipient))):
        values = [*address_values(party, sizes.text), *numbers_of(party, sizes.text)]
        values.append(TextLine(" · ".join(part for part in (party.phone, party.email) if part), sizes.small + 1))
        box = Box(sizes.margin + index * half, top - height, half, height)
        field(canvas, box, heading, values, country=party.country, size=sizes.small)
    return top - height


def _facts(canvas: Canvas, label: PrintedLabel, sizes: Sizes, top: float) -> float:
    consignment, declaration = label.consignment, label.consignment.customs or CustomsDeclaration()
    carrier = CARRIER_NAMES.get(consignment.choice.carrier, consignment.choice.carrier)
    facts = (
        ("Invoice number", declaration.invoice),
        ("Invoice date", label.day.isoformat() if label.day else ""),
        ("Order reference", consignment.description),
        ("Reason for export", REASONS.get(declaration.contents, declaration.contents)),
        ("Terms of delivery", f"{TERMS} {consignment.recipient.city}"),
        ("Country of destination", country_name(consignment.recipient.country)),
        ("Carrier", carrier),
        ("Parcel", label.barcode),
    )
    height, width = sizes.text * 1.25, sizes.inner / 4
    for index, (heading, text) in enumerate(facts):
        column, row = index % 4, index // 4
        box = Box(sizes.margin + column * width, top - (row + 1) * height, width, height)
        field(canvas, box, heading, [TextLine(text, sizes.text, True)], size=sizes.small)
    return top - 2 * height


def _lines(canvas: Canvas, shown: Sequence[CustomsLine], sizes: Sizes, top: float) -> float:
    columns = [
        Column("Description of goods", 60),
        Column("Quantity", 16, True),
        Column("HS code", 25),
        Column("Origin", 13),
        Column("Net weight (kg)", 20, True),
        Column(f"Unit value ({CURRENCY})", 23, True),
        Column(f"Total ({CURRENCY})", 25, True),
    ]
    rows = [
        (
            line.description,
            str(line.quantity),
            line.hs_code,
            line.origin,
            kilos(line.weight * line.quantity),
            money(line.value_cents),
            money(line.value_cents * line.quantity),
        )
        for line in shown
    ]
    head = sizes.text * 0.9
    height = head + sizes.row * sizes.rows
    box = Box(sizes.margin, top - height, sizes.inner, height)
    table(canvas, box, columns, rows, head=head, row=sizes.row, size=sizes.text, heading_size=sizes.small)
    return top - height


def _foot(canvas: Canvas, label: PrintedLabel, sizes: Sizes, top: float, *, last: bool) -> None:
    consignment, declaration = label.consignment, label.consignment.customs or CustomsDeclaration()
    pieces = sum(line.quantity for line in declaration.lines)
    totals = (
        ("Pieces", str(pieces)),
        ("Net weight (kg)", kilos(declaration.weight)),
        ("Gross weight (kg)", kilos(consignment.weight)),
        ("Total value", f"{money(declaration.value_cents)} {CURRENCY}"),
    )
    height, width = sizes.text * 1.35, sizes.inner / 4
    for index, (heading, text) in enumerate(totals):
        box = Box(sizes.margin + index * width, top - height, width, height)
        shown = TextLine(text if last else "continued", sizes.text, True)
        field(canvas, box, heading, [shown], size=sizes.small)
    statement = (
        "The seller declares that this invoice is true and complete and that the origin of the goods is as stated."
    )
    bottom = max(sizes.margin, top - height - sizes.text * 3.2)
    box = Box(sizes.margin, bottom, sizes.inner, top - height - bottom)
    field(canvas, box, "Place, date, name and signature", [TextLine(statement, sizes.small + 0.7)], size=sizes.small)
    base = (bottom + 2) * mm
    canvas.line((sizes.margin + sizes.inner * 0.5) * mm, base, (sizes.margin + sizes.inner - 2) * mm, base)
    frame(canvas, Box(sizes.margin, bottom, sizes.inner, _top_of_frame(sizes) - bottom), THICK)


def _top_of_frame(sizes: Sizes) -> float:
    return sizes.height - sizes.margin - sizes.text * 1.35
