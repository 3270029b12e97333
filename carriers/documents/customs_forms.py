"""Draws CN22 and CN23, the customs declarations of the Universal Postal Union, in English and French.

A CN22 is an A6, a CN23 a landscape A5. Both are drawn at full size from the canvas's origin. ``scale`` is the factor at
which the page is printed; it keeps bars whole dots wide. Values and weights of a line are for all its units.
"""

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.documents.form_layout import (
    HEADING,
    THICK,
    VALUE,
    Box,
    Column,
    address_values,
    field,
    frame,
    kilos,
    money,
    numbers_of,
    table,
    tick,
)
from carriers.parcels import CustomsDeclaration, CustomsLine, PrintedLabel
from carriers.typesetting import code128, text_layout
from carriers.typesetting.text_layout import TextLine

CN22_ROWS, CN23_ROWS = 5, 6
CURRENCY = "EUR"
CATEGORIES = {
    "gifts": "Gift / Cadeau",
    "documents": "Documents",
    "commercial_goods": "Sale of goods / Vente de marchandises",
    "commercial_samples": "Commercial sample / Échantillon",
    "return": "Returned goods / Retour de marchandise",
    "other": "Other / Autre",
}
CERTIFIED = (
    "I certify that these particulars are correct and that the item contains nothing that is dangerous or forbidden by "
    "law or by postal or customs rules."
)


def pages_of(declaration: CustomsDeclaration, rows: int) -> list[Sequence[CustomsLine]]:
    """The lines of each page; one empty page when there are none."""
    return [declaration.lines[start : start + rows] for start in range(0, len(declaration.lines), rows)] or [()]


def draw_cn22(canvas: Canvas, label: PrintedLabel, page: int) -> None:
    """One page of 105 × 148 mm."""
    consignment, declaration = label.consignment, label.consignment.customs or CustomsDeclaration()
    pages = pages_of(declaration, CN22_ROWS)
    _title(canvas, Box(5, 130, 95, 13), "CN 22", page, len(pages))
    code128.draw_centered(canvas, label.barcode, 52.5 * mm, 116 * mm, 12 * mm, 95 * mm)
    text_layout.draw_centered(canvas, label.barcode, 52.5 * mm, 112 * mm, 8, bold=True)
    field(canvas, Box(5, 90, 47.5, 20), "From / De", address_values(consignment.sender, 7.5), size=5.5)
    country = consignment.recipient.country
    values = address_values(consignment.recipient, 7.5)
    field(canvas, Box(52.5, 90, 47.5, 20), "To / À", values, country=country, size=5.5)
    _ticks(canvas, Box(7, 78.5, 93, 10.5), (45, 48), declaration.contents, 5.8)
    frame(canvas, Box(5, 77.5, 95, 12.5))
    columns = [
        Column("Quantity and detailed description of contents / Quantité et description détaillée du contenu", 38),
        Column("HS tariff no. / N° tarifaire", 19),
        Column("Origin / Origine", 11),
        Column("Net weight / Poids net (kg)", 13, True),
        Column(f"Value / Valeur ({CURRENCY})", 14, True),
    ]
    rows = [
        (
            f"{line.quantity} × {line.description}",
            line.hs_code,
            line.origin,
            kilos(line.weight * line.quantity),
            money(line.value_cents * line.quantity),
        )
        for line in pages[page]
    ]
    table(canvas, Box(5, 34.5, 95, 43), columns, rows, head=7.5, row=7.1, size=7.5, heading_size=5)
    last = page == len(pages) - 1
    total = [TextLine(kilos(declaration.weight) if last else "…", 9, True)]
    field(canvas, Box(5, 25, 35, 9.5), "Total weight / Poids total (kg)", total, size=5.2)
    worth = [TextLine(f"{money(declaration.value_cents)} {CURRENCY}" if last else "…", 9, True)]
    field(canvas, Box(40, 25, 35, 9.5), "Total value / Valeur totale", worth, size=5.2)
    field(canvas, Box(75, 25, 25, 9.5), "Postal charges / Taxes", size=5.2)
    _signature(canvas, Box(5, 5, 95, 20), label, 5.6)
    frame(canvas, Box(5, 5, 95, 138), THICK)


def draw_cn23(canvas: Canvas, label: PrintedLabel, page: int, *, scale: float = 1.0) -> None:
    """One page of 210 × 148 mm; ``scale`` is the factor at which it is printed."""
    declaration = label.consignment.customs or CustomsDeclaration()
    pages = pages_of(declaration, CN23_ROWS)
    _title(canvas, Box(7, 128, 93, 13), "CN 23", page, len(pages))
    code128.draw_centered(canvas, label.barcode, 151.5 * mm, 124 * mm, 14.5 * mm, 103 * mm, scale=scale)
    text_layout.draw_centered(canvas, label.barcode, 151.5 * mm, 119.5 * mm, 10, bold=True)
    _parties(canvas, label)
    _contents(canvas, label, pages, page)
    _below(canvas, label)
    frame(canvas, Box(7, 7, 196, 134), THICK)


def _title(canvas: Canvas, box: Box, name: str, page: int, pages: int) -> None:
    left = (box.x + 1.5) * mm
    text_layout.draw(canvas, "CUSTOMS DECLARATION", left, (box.y + 8) * mm, 11, bold=True)
    text_layout.draw(canvas, "DÉCLARATION EN DOUANE", left, (box.y + 4) * mm, 8)
    text_layout.draw(canvas, "May be opened officially / Peut être ouvert d’office", left, (box.y + 1) * mm, 5.8)
    text_layout.draw_right(canvas, name, (box.right - 1.5) * mm, (box.y + 7.2) * mm, 17, bold=True)
    if pages > 1:
        text_layout.draw_right(
            canvas, f"Sheet / Feuille {page + 1}/{pages}", (box.right - 1.5) * mm, (box.y + 2.5) * mm, 7, bold=True
        )


def _ticks(canvas: Canvas, box: Box, widths: Sequence[float], contents: str, size: float) -> None:
    chosen = contents if contents in CATEGORIES else "other"
    rows = len(CATEGORIES) // len(widths)
    for index, (key, text) in enumerate(CATEGORIES.items()):
        column, row = index // rows, index % rows
        y = box.top - (row + 0.75) * box.height / rows
        tick(canvas, box.x + sum(widths[:column]), y, text, on=key == chosen, size=size)


def _signature(canvas: Canvas, box: Box, label: PrintedLabel, size: float) -> None:
    day = label.day.isoformat() if label.day else ""
    values = [TextLine(CERTIFIED, size)]
    field(canvas, box, "Date and sender’s signature / Date et signature de l’expéditeur", values, size=size)
    base = (box.y + 2.4) * mm
    canvas.setLineWidth(0.4)
    canvas.line((box.x + 1.5) * mm, base, (box.x + box.width * 0.3) * mm, base)
    canvas.line((box.x + box.width * 0.35) * mm, base, (box.right - 1.5) * mm, base)
    text_layout.draw(canvas, day, (box.x + 1.5) * mm, base + 1.5, 8)


def _parties(canvas: Canvas, label: PrintedLabel) -> None:
    sender, recipient = label.consignment.sender, label.consignment.recipient
    field(canvas, Box(7, 98, 53, 30), "From / De", address_values(sender))
    reference = numbers_of(sender)
    field(canvas, Box(60, 113, 40, 15), "Sender’s customs reference / Référence en douane", reference)
    contact = [TextLine(recipient.phone, VALUE), TextLine(recipient.email, VALUE)]
    field(canvas, Box(60, 98, 40, 15), "Recipient’s phone, e-mail / Tél., courriel", contact)
    field(canvas, Box(100, 98, 65, 20), "To / À", address_values(recipient), country=recipient.country)
    importer = numbers_of(recipient)
    field(canvas, Box(165, 98, 38, 20), "Importer’s reference / Référence de l’importateur", importer)
    frame(canvas, Box(100, 118, 103, 23))


def _contents(canvas: Canvas, label: PrintedLabel, pages: Sequence[Sequence[CustomsLine]], page: int) -> None:
    declaration = label.consignment.customs or CustomsDeclaration()
    columns = [
        Column("Detailed description of contents / Description détaillée du contenu", 80),
        Column("Quantity / Quantité", 18, True),
        Column("Net weight / Poids net (kg)", 24, True),
        Column(f"Value / Valeur ({CURRENCY})", 26, True),
        Column("HS tariff number / N° tarifaire du SH", 28),
        Column("Country of origin / Pays d’origine", 20),
    ]
    rows = [
        (
            line.description,
            str(line.quantity),
            kilos(line.weight * line.quantity),
            money(line.value_cents * line.quantity),
            line.hs_code,
            line.origin,
        )
        for line in pages[page]
    ]
    table(canvas, Box(7, 57.5, 196, 40.5), columns, rows, head=7.5, row=5.5)
    last = page == len(pages) - 1
    gross = [TextLine(kilos(label.consignment.weight), VALUE, True)]
    field(canvas, Box(7, 48.5, 49, 9), "Total gross weight / Poids brut total (kg)", gross)
    net = [TextLine(kilos(declaration.weight) if last else "…", VALUE, True)]
    field(canvas, Box(56, 48.5, 49, 9), "Total net weight / Poids net total (kg)", net)
    worth = [TextLine(f"{money(declaration.value_cents)} {CURRENCY}" if last else "…", VALUE, True)]
    field(canvas, Box(105, 48.5, 49, 9), "Total value / Valeur totale", worth)
    field(canvas, Box(154, 48.5, 49, 9), "Postal charges, fees / Frais de port, frais")


def _below(canvas: Canvas, label: PrintedLabel) -> None:
    declaration = label.consignment.customs or CustomsDeclaration()
    frame(canvas, Box(7, 34.5, 147, 14))
    text_layout.draw(canvas, "Category of item / Catégorie de l’envoi", 8.2 * mm, 45.6 * mm, HEADING)
    _ticks(canvas, Box(8.5, 35.2, 145, 9.6), (36, 56, 53), declaration.contents, 6.6)
    day = [TextLine(label.day.isoformat() if label.day else "", VALUE)]
    field(canvas, Box(154, 34.5, 49, 14), "Office of origin, date of posting / Bureau d’origine, date de dépôt", day)
    field(canvas, Box(7, 21, 60, 13.5), "Comments (quarantine, restrictions) / Observations")
    papers = (("Licence no. / N° de licence", ""), ("Certificate no. / N° du certificat", ""))
    for index, (heading, text) in enumerate((*papers, ("Invoice no. / N° de la facture", declaration.invoice))):
        field(canvas, Box(67 + 29 * index, 21, 29, 13.5), heading, [TextLine(text, VALUE, True)])
    carried = [TextLine(label.consignment.description, VALUE)]
    field(canvas, Box(154, 21, 49, 13.5), "Sender’s reference / Référence de l’expéditeur", carried)
    _signature(canvas, Box(7, 7, 196, 14), label, HEADING)
