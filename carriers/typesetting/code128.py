"""Draws Code 128 barcodes whose modules are whole dots of a 203 dpi label printer."""

import re
from functools import lru_cache
from typing import Any

import zxingcpp
from reportlab.pdfgen.canvas import Canvas

# Points in one dot of a 203 dpi printer.
DOT = 72 / 203
# Tried in this order: 0.375 mm per module, then 0.25 mm for a long code.
DOTS_PER_MODULE = (3, 2)
# White space on either side, which a scanner needs to find the code.
QUIET_MODULES = 10
BAR = re.compile(rb"\x00+")


@lru_cache(maxsize=4096)
def modules(text: str) -> bytes:
    """One byte per module; 0 is part of a bar."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    image: Any = memoryview(barcode.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    row: bytes = image.tobytes()[: image.shape[1]]
    return row


def fitting_dots(text: str, room: float, scale: float = 1.0) -> int:
    """Dots per module so that bars and quiet zones fit in ``room`` points. Raises ValueError when they do not.

    ``scale`` is the factor at which the page is printed.
    """
    total = len(modules(text)) + 2 * QUIET_MODULES
    dots = next((dots for dots in DOTS_PER_MODULE if total * dots * DOT <= room * scale), 0)
    if not dots:
        raise ValueError(f"barcode {text!r} is too long for {room:.0f} points")
    return dots


def width(text: str, room: float, scale: float = 1.0) -> float:
    """Points from the first bar to the last, as drawn in ``room``. Raises ValueError when it does not fit."""
    return len(modules(text)) * fitting_dots(text, room, scale) * DOT / scale


def draw_centered(
    canvas: Canvas, text: str, x: float, y: float, height: float, room: float, *, scale: float = 1.0
) -> None:
    """Draw the bars around ``x`` from the base ``y``, in points; ``room`` includes the quiet zones."""
    row, taken = modules(text), width(text, room, scale)
    step = taken / len(row)
    left = round((x - taken / 2) * scale / DOT) * DOT / scale
    canvas._code.append(f"q {step:.6f} 0 0 {height:.4f} {left:.4f} {y:.4f} cm\n{_rectangles(row)}\nQ")


def _rectangles(row: bytes) -> str:
    """One path, in units of one module. A ReportLab path takes as long as the rest of the page.

    Bars of the same width follow each other, which compresses to four fifths.
    """
    bars = sorted((bar.end() - bar.start(), bar.start()) for bar in BAR.finditer(row))
    return "\n".join([*(f"{start} 0 {taken} 1 re" for taken, start in bars), "f"])
