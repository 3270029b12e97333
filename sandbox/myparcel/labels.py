"""Draws label PDFs: an A6 page per label, or up to four labels on a landscape A4 sheet.

On A4, a customs form follows the labels of shipments to outside the EU.
"""

import io
from typing import Any

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4, A6, landscape
from reportlab.lib.units import inch, mm
from reportlab.pdfgen.canvas import Canvas

from sandbox.myparcel import rules
from sandbox.myparcel.models import Parcel

SHEET = landscape(A4)
# Three dots of a label printer, so that every bar is as wide as it should be.
BAR_WIDTH = 3 * inch / 203
# Column and row, counted from the bottom, by position. MyParcel's sheets are landscape as well.
PLACES = {1: (0, 1), 2: (1, 1), 3: (0, 0), 4: (1, 0)}


def draw(parcels: list[Parcel], layout: str, positions: list[int]) -> bytes:
    """``layout`` is "A4" or "A6"; ``positions`` are the positions to use on the first sheet."""
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=SHEET if layout == "A4" else A6, invariant=True)
    every = [part for parcel in parcels for part in (parcel, *parcel.pieces)]
    if layout == "A4":
        _sheets(canvas, every, positions or [1, 2, 3, 4])
        for parcel in every:
            if rules.group_of(parcel.country) == "ROW":
                _form(canvas, parcel)
    else:
        for parcel in every:
            _label(canvas, parcel)
            canvas.showPage()
    canvas.save()
    return page.getvalue()


def _sheets(canvas: Canvas, parcels: list[Parcel], positions: list[int]) -> None:
    free, waiting = list(positions), list(parcels)
    while waiting:
        for place in free[: len(waiting)]:
            column, row = PLACES[place]
            canvas.saveState()
            canvas.translate(column * SHEET[0] / 2, row * SHEET[1] / 2)
            # An A6 stands, its place lies: turn it a quarter.
            canvas.translate(SHEET[0] / 2, 0)
            canvas.rotate(90)
            _label(canvas, waiting.pop(0))
            canvas.restoreState()
        canvas.showPage()
        free = [1, 2, 3, 4]


def _label(canvas: Canvas, parcel: Parcel) -> None:
    place, options = parcel.recipient, parcel.data.get("options") or {}
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(7 * mm, 138 * mm, "MYPARCEL SANDBOX, NO REAL LABEL")
    canvas.setFont("Helvetica", 9)
    lines = [
        str(options.get("label_description") or ""),
        str(place.get("company") or ""),
        str(place.get("person") or ""),
        f"{place.get('street', '')} {place.get('number', '')}{place.get('number_suffix', '')}",
        f"{place.get('postal_code', '')} {place.get('city', '')}",
        parcel.country,
        *_pickup_lines(parcel.data.get("pickup")),
    ]
    for index, line in enumerate(line for line in lines if line.strip()):
        canvas.drawString(7 * mm, (124 - 6 * index) * mm, line.encode("latin-1", "replace").decode("latin-1"))
    sender = parcel.data.get("sender") or {}
    name = str(sender.get("company") or sender.get("person") or "")
    printed = f"Afzender: {name}, {sender.get('street', '')} {sender.get('number', '')}, {sender.get('city', '')}"
    canvas.drawString(7 * mm, 54 * mm, printed.encode("latin-1", "replace").decode("latin-1"))
    # Drawn on the page itself: as a drawing of its own a barcode takes ten times as long.
    bars = Code128(parcel.barcode, barHeight=22 * mm, barWidth=BAR_WIDTH, quiet=True)
    bars.drawOn(canvas, max(2 * mm, (105 * mm - bars.width) / 2), 24 * mm)
    canvas.drawCentredString(52.5 * mm, 16 * mm, parcel.barcode or "")


def _pickup_lines(point: dict[str, Any] | None) -> list[str]:
    if not point:
        return []
    return [
        f"Afhaalpunt: {point.get('location_name', '')}",
        f"{point.get('street', '')} {point.get('number', '')}{point.get('number_suffix', '')}",
        f"{point.get('postal_code', '')} {point.get('city', '')}",
    ]


def _form(canvas: Canvas, parcel: Parcel) -> None:
    form = parcel.data.get("customs_declaration") or {}
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(20 * mm, 190 * mm, f"CN23 (sandbox) {parcel.barcode}")
    canvas.setFont("Helvetica", 10)
    for index, item in enumerate((form.get("items") or [])[:20]):
        text = f"{item.get('amount')} x {item.get('description')} {item.get('classification')} {item.get('country')}"
        canvas.drawString(20 * mm, (178 - 7 * index) * mm, text.encode("latin-1", "replace").decode("latin-1"))
    canvas.showPage()
