"""What stands on one label, in millimetres from its lower left corner."""

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.labels import bars
from carriers.labels.fonts import BOLD, REGULAR, fitted
from carriers.parcels import Address, Consignment, PrintedLabel
from carriers.vocabulary import CARRIERS

WIDTH, HEIGHT, MARGIN = 105 * mm, 148 * mm, 5 * mm
INNER = WIDTH - 2 * MARGIN
TEST_MARK = "TESTLABEL · geen geldig vervoerbewijs · test label, not valid for carriage"
KIND_MARKS = {
    "package": "Pakket",
    "mailbox": "Brievenbuspakje",
    "package_small": "Klein pakket",
    "digital_stamp": "Digitale postzegel",
    "letter": "Ongefrankeerd",
}
OPTION_MARKS = {
    "signature": "Handtekening",
    "only_recipient": "Alleen huisadres",
    "age_check": "18+",
    "return_to_sender": "Retour bij geen gehoor",
    "large_format": "Groot formaat",
}
"""Carriers' own Dutch short words; a label is read by a Dutch courier whatever language the merchant uses."""


def draw(canvas: Canvas, label: PrintedLabel) -> None:
    """One label of 105 × 148 mm at the canvas's origin."""
    consignment = label.consignment
    _head(canvas, consignment)
    _sender(canvas, consignment.sender)
    _recipient(canvas, consignment.recipient)
    _marks(canvas, consignment)
    if consignment.customs:
        _customs(canvas, consignment)
    _barcode(canvas, label.barcode)
    _line(canvas, TEST_MARK, MARGIN, 5.5 * mm, 6.5, BOLD)


def _line(
    canvas: Canvas, text: str, x: float, y: float, size: float, font: str = REGULAR, width: float = INNER
) -> None:
    shown, fits = fitted(text, font, size, width)
    canvas.setFont(font, fits)
    canvas.drawString(x, y, shown)


def _rule(canvas: Canvas, y: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y, WIDTH - MARGIN, y)


def _head(canvas: Canvas, consignment: Consignment) -> None:
    carrier = CARRIERS.get(consignment.choice.carrier, consignment.choice.carrier)
    kind = KIND_MARKS.get(consignment.choice.package_type, consignment.choice.package_type)
    _line(canvas, f"{carrier} · {kind}", MARGIN, 136 * mm, 15, BOLD, INNER * 0.62)
    _line(canvas, consignment.description, MARGIN + INNER * 0.65, 139 * mm, 8, REGULAR, INNER * 0.35)
    _line(canvas, f"{consignment.weight / 1000:.2f} kg".replace(".", ","), MARGIN + INNER * 0.65, 135 * mm, 8)
    _rule(canvas, 133 * mm)


def _sender(canvas: Canvas, sender: Address) -> None:
    text = " · ".join(part for part in (sender.name, sender.street_line, sender.city_line, sender.country) if part)
    _line(canvas, "Afzender", MARGIN, 129 * mm, 6.5, BOLD)
    _line(canvas, text, MARGIN, 125.5 * mm, 7.5)
    _rule(canvas, 123.5 * mm)


def _recipient(canvas: Canvas, recipient: Address) -> None:
    lines = [
        (recipient.company, 12.0, REGULAR),
        (recipient.person, 13.0, BOLD),
        (recipient.extra, 10.5, REGULAR),
        (recipient.street_line, 13.0, REGULAR),
        (recipient.city_line, 16.0, BOLD),
        (" ".join(part for part in (recipient.region, recipient.country) if part), 12.0, BOLD),
    ]
    y = 117 * mm
    for text, size, font in lines:
        if text:
            _line(canvas, text, MARGIN, y, size, font)
            y -= (size + 3.5) * 1.05


def _marks(canvas: Canvas, consignment: Consignment) -> None:
    choice = consignment.choice
    marks = [mark for option, mark in OPTION_MARKS.items() if getattr(choice, option)]
    if choice.insurance:
        marks.append(f"Verzekerd € {choice.insurance // 100}")
    if choice.delivery_type != "standard":
        marks.append({"morning": "Ochtend", "evening": "Avond"}.get(choice.delivery_type, choice.delivery_type))
    if marks:
        _line(canvas, " · ".join(marks), MARGIN, 74 * mm, 9, BOLD)
    _rule(canvas, 71.5 * mm)


def _customs(canvas: Canvas, consignment: Consignment) -> None:
    """The customs data in small print; as many lines as fit, and how many more there are."""
    declaration = consignment.customs
    if declaration is None:
        return
    y, shown = 68 * mm, declaration.lines[:4]
    _line(
        canvas,
        f"Customs · {declaration.contents.replace('_', ' ')} · invoice {declaration.invoice}",
        MARGIN,
        y,
        6.5,
        BOLD,
    )
    for line in shown:
        y -= 8.5
        text = (
            f"{line.quantity} × {line.description} · HS {line.hs_code} · {line.origin} · "
            f"{line.weight * line.quantity} g · EUR {line.value * line.quantity / 100:.2f}"
        )
        _line(canvas, text, MARGIN, y, 6.5)
    if len(declaration.lines) > len(shown):
        _line(canvas, f"+ {len(declaration.lines) - len(shown)} more", MARGIN, y - 8.5, 6.5)


def _barcode(canvas: Canvas, barcode: str) -> None:
    x = (WIDTH - bars.width(barcode)) / 2
    bars.draw(canvas, barcode, x, 19 * mm, 30 * mm)
    canvas.setFont(BOLD, 11)
    canvas.drawCentredString(WIDTH / 2, 13 * mm, barcode)
    _rule(canvas, 10 * mm)
