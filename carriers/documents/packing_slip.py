"""Draws packing slips on A4. A long order takes several pages."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.parcels import Address, PackedItem, PackingSlip, PickupPoint
from carriers.typesetting import code128, text_layout
from carriers.typesetting.document import open_document
from carriers.typesetting.fixed_language import country_name
from carriers.typesetting.text_layout import TextLine

LEFT, RIGHT, TOP, BOTTOM = 20 * mm, 190 * mm, 277 * mm, 22 * mm
MIDDLE = 110 * mm
NAME, PIECES = LEFT + 42 * mm, RIGHT
GRAY = 0.35
BARCODE_ROOM = 78 * mm
CHOICE_SIZE, CHOICE_LEADING = 9.5, 12.5
# Points; a longer article may be broken over pages.
MAX_KEPT_TOGETHER = 150 * mm


@dataclass
class Flow:
    canvas: Canvas
    slip: PackingSlip
    y: float = TOP
    page: int = 1

    def need(self, height: float) -> bool:
        """Make room for ``height`` points; True when that started a new page."""
        if self.y - height >= BOTTOM:
            return False
        self.close()
        self.page += 1
        self.y = TOP
        text_layout.draw(self.canvas, f"{_('Packing slip')} · {self.slip.order}", LEFT, self.y - 10, 10, bold=True)
        self.y -= 12 * mm
        return True

    def close(self) -> None:
        self.canvas.setFillGray(GRAY)
        text_layout.draw(self.canvas, self.slip.shop, LEFT, 13 * mm, 8)
        text_layout.draw_right(self.canvas, _("Page {number}").format(number=self.page), RIGHT, 13 * mm, 8)
        self.canvas.setFillGray(0)
        self.canvas.showPage()

    def rule(self, thickness: float) -> None:
        self.canvas.setLineWidth(thickness)
        self.canvas.line(LEFT, self.y, RIGHT, self.y)


def draw_packing_slips(slips: Sequence[PackingSlip]) -> bytes:
    """One PDF, in this order, each slip on its own pages. The same slips give the same bytes."""
    target = io.BytesIO()
    canvas = open_document(target, "a4", "Packing slips")
    for slip in slips:
        with override(slip.language):
            _draw(canvas, slip)
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, slip: PackingSlip) -> None:
    flow = Flow(canvas, slip)
    _head(flow)
    _order(flow)
    _column_heads(flow)
    for item in slip.items:
        _item(flow, item)
    _total(flow)
    if slip.note.strip():
        _note(flow)
    flow.close()


def _head(flow: Flow) -> None:
    canvas, slip = flow.canvas, flow.slip
    room = MIDDLE - LEFT - 5 * mm
    name = text_layout.stack([TextLine(slip.shop, 20, True)], room, 24 * mm)
    below = text_layout.draw_text_lines(canvas, name, LEFT, flow.y)
    canvas.setFillGray(GRAY)
    sender = text_layout.stack([TextLine(line, 9) for line in _address(slip.sender, slip, named=False)], room, 24 * mm)
    left = text_layout.draw_text_lines(canvas, sender, LEFT, below - 2)
    canvas.setFillGray(0)
    text_layout.draw_right(canvas, _("Packing slip"), RIGHT, flow.y - 20, 20)
    if slip.barcode:
        _barcode(canvas, slip.barcode, flow.y - 27)
    flow.y = min(left, flow.y - 30 * mm) - 8 * mm


def _barcode(canvas: Canvas, barcode: str, top: float) -> None:
    """Left out when Code 128 cannot encode it; the order number is also printed as text."""
    try:
        middle = RIGHT - code128.width(barcode, BARCODE_ROOM) / 2
    except ValueError:
        return
    code128.draw_centered(canvas, barcode, middle, top - 13 * mm, 12 * mm, BARCODE_ROOM)
    text_layout.draw_centered(canvas, barcode, middle, top - 17 * mm, 8)


def _address(address: Address, slip: PackingSlip, *, named: bool = True) -> list[str]:
    names = [address.company, address.person] if named else []
    place = [*address.place_lines, address.city_line, address.region]
    return [part for part in (*names, *place, country_name(address.country, slip.language)) if part]


def _order(flow: Flow) -> None:
    canvas, slip, top = flow.canvas, flow.slip, flow.y
    _heading(canvas, _("Delivery address"), LEFT, top)
    room = MIDDLE - LEFT - 5 * mm
    wanted = [TextLine(text, 11, bold=number == 0) for number, text in enumerate(_address(slip.recipient, slip))]
    address = text_layout.stack(wanted, room, 40 * mm, country=slip.recipient.country)
    left = text_layout.draw_text_lines(canvas, address, LEFT, top - 12, country=slip.recipient.country)
    if slip.pickup is not None:
        left = _pickup_point(canvas, slip.pickup, left - 14, room)
    facts = [(_("Order number"), slip.order)]
    if slip.ordered_on:
        facts.append((_("Ordered on"), format_date(slip.ordered_on, "long", locale=slip.language)))
    y = top
    for heading, text in facts:
        _heading(canvas, heading, MIDDLE, y)
        stacked = text_layout.stack([TextLine(text, 11, True)], RIGHT - MIDDLE, 12 * mm)
        y = text_layout.draw_text_lines(canvas, stacked, MIDDLE, y - 12) - 14
    flow.y = min(left, y) - 9 * mm


def _pickup_point(canvas: Canvas, point: PickupPoint, y: float, room: float) -> float:
    _heading(canvas, _("Pick-up point"), LEFT, y)
    lines = (point.address.street_line, point.address.city_line)
    wanted = [TextLine(point.name, 11, True), *(TextLine(line, 11) for line in lines if line)]
    fitted = text_layout.stack(wanted, room, 24 * mm, country=point.country)
    return text_layout.draw_text_lines(canvas, fitted, LEFT, y - 12, country=point.country)


def _heading(canvas: Canvas, text: str, x: float, y: float) -> None:
    canvas.setFillGray(GRAY)
    text_layout.draw(canvas, text, x, y - 8, 8)
    canvas.setFillGray(0)


def _column_heads(flow: Flow) -> None:
    flow.y -= 9
    flow.canvas.setFillGray(GRAY)
    text_layout.draw(flow.canvas, _("SKU"), LEFT, flow.y, 8)
    text_layout.draw(flow.canvas, _("Item"), NAME, flow.y, 8)
    text_layout.draw_right(flow.canvas, _("Units"), PIECES, flow.y, 8)
    flow.canvas.setFillGray(0)
    flow.y -= 5
    flow.rule(0.9)


def _item(flow: Flow, item: PackedItem) -> None:
    room = PIECES - NAME - 20 * mm
    named = text_layout.stack([TextLine(item.name, 10.5, True)], room, 60 * mm)
    sku = text_layout.stack([TextLine(item.sku, 9.5)], NAME - LEFT - 4 * mm, 60 * mm) if item.sku.strip() else []
    sold = text_layout.stack([TextLine(item.amount or f"{item.quantity} ×", 11, True)], 24 * mm, 30 * mm)
    chosen = _chosen(item, room)
    height = max(sum(line.size for line in part) * text_layout.LEADING for part in (named, sku, sold)) + 9
    together = height + len(chosen) * CHOICE_LEADING
    # An article and its choices stay on one page, unless they are longer than a page.
    if flow.need(together if together < MAX_KEPT_TOGETHER else height):
        _column_heads(flow)
    top = flow.y - 4
    text_layout.draw_text_lines(flow.canvas, named, NAME, top)
    text_layout.draw_text_lines(flow.canvas, sku, LEFT, top)
    text_layout.draw_text_lines(flow.canvas, sold, PIECES, top, align_right=True)
    flow.y -= height - 5
    for line in chosen:
        if flow.need(CHOICE_LEADING + 5):
            _column_heads(flow)
        flow.y -= CHOICE_LEADING
        text_layout.draw(flow.canvas, line, NAME, flow.y + CHOICE_LEADING - CHOICE_SIZE, CHOICE_SIZE)
    flow.y -= 5
    flow.rule(0.25)


def _chosen(item: PackedItem, room: float) -> list[str]:
    """The buyer's choices as lines; a text of several lines keeps them."""
    return [
        line
        for choice in item.choices
        for paragraph in choice.splitlines()
        for line in text_layout.wrap(paragraph, CHOICE_SIZE, room)
        if line
    ]


def _total(flow: Flow) -> None:
    flow.need(8 * mm)
    pieces = sum(item.quantity for item in flow.slip.items)
    text = _("Total units: {number}").format(number=pieces)
    text_layout.draw_right(flow.canvas, text, PIECES, flow.y - 14, 10, bold=True)
    flow.y -= 8 * mm


def _note(flow: Flow) -> None:
    flow.need(16 * mm)
    flow.y -= 4 * mm
    _heading(flow.canvas, _("Note from the buyer"), LEFT, flow.y)
    flow.y -= 12
    for paragraph in flow.slip.note.splitlines():
        for line in text_layout.wrap(paragraph, 10, RIGHT - LEFT):
            flow.need(13)
            flow.y -= 13
            text_layout.draw(flow.canvas, line, LEFT, flow.y, 10)
