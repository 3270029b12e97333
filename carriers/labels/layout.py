"""Draws one label. Positions are measured from its lower left corner."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.choices import CARRIER_NAMES
from carriers.parcels import Address, Consignment, CustomsDeclaration, PrintedLabel
from carriers.typesetting import code128, text_layout
from carriers.typesetting.fixed_language import country_name
from carriers.typesetting.streaming import StreamedCanvas
from carriers.typesetting.text_layout import TextLine

WIDTH, HEIGHT, MARGIN = 105 * mm, 148 * mm, 5 * mm
PADDING = 3 * mm
LEFT, RIGHT = MARGIN + PADDING, WIDTH - MARGIN - PADDING
INNER = RIGHT - LEFT
# Width of the column with the label description and weight, beside the sender.
ASIDE = 34 * mm
SENDER_TOP, SENDER_HEIGHT, SMALL_PRINT = 129.5 * mm, 11 * mm, 3.0
ADDRESS_TOP, ADDRESS_BOTTOM = 116 * mm, 81.5 * mm
MARK_SIZE, SMALLER_MARK, MARK_HEIGHT, MARK_GAP = 8.5, 7.0, 4.6 * mm, 1.2 * mm
CUSTOMS_TOP, CUSTOMS_BOTTOM, CUSTOMS_LINES = 67.5 * mm, 50.5 * mm, 3
WATERMARK_GRAY, WATERMARK_ANGLE, WATERMARK_SIZE = 0.86, 24, 84
TEST_MARK = "TESTLABEL · geen geldig vervoerbewijs · test label, not valid for carriage"
KIND_MARKS = {
    "package": "Pakket",
    "mailbox": "Brievenbuspakje",
    "package_small": "Klein pakket",
    "digital_stamp": "Digitale postzegel",
    "letter": "Ongefrankeerd",
}
DELIVERY_MARKS = {"morning": "Ochtend", "evening": "Avond", "pickup": "Afhaalpunt"}
# The carriers' short Dutch terms: a Dutch courier reads the label, whatever the merchant's language.
OPTION_MARKS = {
    "signature": "Handtekening",
    "only_recipient": "Alleen huisadres",
    "age_check": "18+",
    "return_to_sender": "Retour bij geen gehoor",
    "large_format": "Groot formaat",
}


class Frame(NamedTuple):
    """What a label has in common with others: the carrier, the kind of parcel and the lines of the sender."""

    carrier: str
    kind: str
    sender: tuple[TextLine, TextLine]


def draw(canvas: StreamedCanvas, label: PrintedLabel) -> None:
    """A label of 105 × 148 mm at the canvas's origin. Raises TextTooLong when its text does not fit."""
    consignment = label.consignment
    address = fitted_destination(consignment)
    frame = _frame_of(consignment)
    canvas.draw_shared(frame, partial(_draw_frame, frame=frame))
    _own_words(canvas, label)
    text_layout.draw_text_lines(canvas, address, LEFT, ADDRESS_TOP, country=consignment.recipient.country)
    _marks(canvas, consignment)
    if consignment.customs:
        _customs(canvas, consignment.customs)
    _barcode(canvas, label.barcode, 30 * mm if consignment.customs else 42 * mm)


def draw_watermark(canvas: Canvas, x: float, y: float) -> None:
    """ "TEST" in light gray across this point, to be drawn before what must stay readable."""
    canvas.saveState()
    canvas.setFillGray(WATERMARK_GRAY)
    canvas.translate(x, y)
    canvas.rotate(WATERMARK_ANGLE)
    text_layout.draw_centered(canvas, "TEST", 0, -WATERMARK_SIZE / 3, WATERMARK_SIZE, bold=True)
    canvas.restoreState()


def _frame_of(consignment: Consignment) -> Frame:
    """The sender's country only on a parcel that leaves it."""
    choice, sender = consignment.choice, consignment.sender
    destination = consignment.pickup or consignment.recipient
    country = country_name(sender.country) if sender.country != destination.country else ""
    place = ", ".join(part for part in (sender.street_line, sender.city_line, country) if part)
    return Frame(
        CARRIER_NAMES.get(choice.carrier, choice.carrier),
        KIND_MARKS.get(choice.package_type, choice.package_type).upper(),
        (TextLine(f"Afzender: {sender.name}", 7.5), TextLine(place, 7.5)),
    )


def _draw_frame(canvas: Canvas, *, frame: Frame) -> None:
    draw_watermark(canvas, WIDTH / 2, 92 * mm)
    canvas.setLineWidth(0.8)
    canvas.rect(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)
    _head(canvas, frame)
    room = INNER - ASIDE - PADDING
    sender = text_layout.stack(frame.sender, room, SENDER_HEIGHT, smallest=SMALL_PRINT)
    text_layout.draw_text_lines(canvas, sender, LEFT, SENDER_TOP)
    for y in (131.5 * mm, 68.5 * mm, 10.5 * mm):
        canvas.line(MARGIN, y, WIDTH - MARGIN, y)
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, ADDRESS_TOP + 2 * mm, WIDTH - MARGIN, ADDRESS_TOP + 2 * mm)
    text_layout.draw_centered(canvas, TEST_MARK, WIDTH / 2, 7 * mm, 6.5, bold=True)


def _head(canvas: Canvas, frame: Frame) -> None:
    taken = text_layout.width(frame.kind, 9, bold=True) + 4 * mm
    text_layout.block(canvas, frame.carrier, LEFT, 134.5 * mm, 17, INNER - taken - PADDING, bold=True, most=1)
    canvas.rect(RIGHT - taken, 133.6 * mm, taken, 6 * mm)
    text_layout.draw(canvas, frame.kind, RIGHT - taken + 2 * mm, 135.5 * mm, 9, bold=True)


def _own_words(canvas: Canvas, label: PrintedLabel) -> None:
    consignment = label.consignment
    words = f"Retour – {label.return_of}" if label.return_of else consignment.description
    weight = f"{consignment.weight / 1000:.2f} kg".replace(".", ",")
    several = f"Collo {label.parcel_number}/{label.parcel_count} · " if label.parcel_count > 1 else ""
    wanted = [TextLine(words, 8, True), TextLine(several + weight, 8)]
    fitted = text_layout.stack(wanted, ASIDE, SENDER_HEIGHT, smallest=SMALL_PRINT)
    text_layout.draw_text_lines(canvas, fitted, RIGHT, SENDER_TOP, align_right=True)


def fitted_address(recipient: Address, home: str) -> list[TextLine]:
    """The printed lines of an address, without empty ones. Raises TextTooLong when they do not fit.

    The country is in English, as postal operators abroad require, and left out when it is ``home``.
    """
    country = "" if recipient.country == home else country_name(recipient.country).upper()
    wanted = [
        TextLine(recipient.company, 12),
        TextLine(recipient.person, 14, True),
        *place_lines(recipient),
        TextLine(recipient.city_line, 16, True),
        TextLine(" ".join(part for part in (recipient.region, country) if part), 12, True),
    ]
    filled = [line for line in wanted if line.text.strip()]
    return text_layout.stack(filled, INNER, ADDRESS_TOP - ADDRESS_BOTTOM, country=recipient.country)


def place_lines(address: Address) -> list[TextLine]:
    """The street with its number, and the further line smaller, from top to bottom."""
    return [TextLine(line, 11 if line == address.extra else 14) for line in address.place_lines]


def fitted_destination(consignment: Consignment) -> list[TextLine]:
    """The address of the recipient; for a parcel to a pick-up point that of the point first, then the recipient's."""
    point, recipient = consignment.pickup, consignment.recipient
    if point is None:
        return fitted_address(recipient, consignment.sender.country)
    country = "" if point.country == consignment.sender.country else country_name(point.country).upper()
    own = (recipient.company, recipient.person, recipient.street_line, recipient.city_line)
    wanted = [
        TextLine(f"Afhaalpunt {point.name}", 12, True),
        *place_lines(point.address),
        TextLine(point.address.city_line, 16, True),
        TextLine(country, 12, True),
        TextLine("Voor: " + ", ".join(part for part in own if part), 10),
    ]
    filled = [line for line in wanted if line.text.strip()]
    return text_layout.stack(filled, INNER, ADDRESS_TOP - ADDRESS_BOTTOM, country=recipient.country)


def _marks(canvas: Canvas, consignment: Consignment) -> None:
    choice = consignment.choice
    marks = [mark for option, mark in OPTION_MARKS.items() if getattr(choice, option)]
    if choice.insurance:
        marks.append(f"Verzekerd € {choice.insurance // 100}")
    if choice.delivery_type != "standard":
        marks.append(
            {"morning": "Ochtend", "evening": "Avond", "pickup": "Afhaalpunt"}.get(
                choice.delivery_type, choice.delivery_type
            )
        )
    size = MARK_SIZE if _row_width(marks, MARK_SIZE) <= INNER else SMALLER_MARK
    x, y = LEFT, 70.3 * mm
    for mark in marks:
        taken = text_layout.width(mark, size, bold=True) + 2 * mm
        if x + taken > RIGHT:
            x, y = LEFT, y + MARK_HEIGHT + MARK_GAP
        canvas.rect(x, y, taken, MARK_HEIGHT, stroke=0, fill=1)
        canvas.setFillGray(1)
        text_layout.draw(canvas, mark, x + 1 * mm, y + 1.4 * mm, size, bold=True)
        canvas.setFillGray(0)
        x += taken + MARK_GAP


def _row_width(marks: Sequence[str], size: float) -> float:
    return float(sum(text_layout.width(mark, size, bold=True) + 2 * mm + MARK_GAP for mark in marks))


def _customs(canvas: Canvas, declaration: CustomsDeclaration) -> None:
    """The first customs lines and the number of the others; the customs forms list all of them."""
    shown = declaration.lines[:CUSTOMS_LINES]
    head = f"Customs · {declaration.contents.replace('_', ' ')} · invoice {declaration.invoice}"
    wanted = [TextLine(head, 6.5, True)]
    for line in shown:
        text = (
            f"{line.quantity} × {line.description} · HS {line.hs_code} · {line.origin} · "
            f"{line.weight * line.quantity} g · EUR {line.value_cents * line.quantity / 100:.2f}"
        )
        wanted.append(TextLine(text, 6.5))
    if len(declaration.lines) > len(shown):
        wanted.append(TextLine(f"+ {len(declaration.lines) - len(shown)} more", 6.5))
    fitted = text_layout.stack(wanted, INNER, CUSTOMS_TOP - CUSTOMS_BOTTOM, smallest=SMALL_PRINT)
    text_layout.draw_text_lines(canvas, fitted, LEFT, CUSTOMS_TOP)


def _barcode(canvas: Canvas, barcode: str, height: float) -> None:
    code128.draw_centered(canvas, barcode, WIDTH / 2, 19 * mm, height, WIDTH - 2 * MARGIN)
    text_layout.draw_centered(canvas, barcode, WIDTH / 2, 13.2 * mm, 12, bold=True)
