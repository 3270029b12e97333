"""Code 128 bars, drawn as one path whose modules are whole dots of a 203 dpi label printer."""

from functools import lru_cache
from typing import Any

import zxingcpp
from reportlab.pdfgen.canvas import Canvas

DOT = 72 / 203
"""Points in one dot of a 203 dpi printer."""
DOTS_PER_MODULE = 3


@lru_cache(maxsize=4096)
def modules(text: str) -> bytes:
    """One byte a module: 0 is a bar."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    image: Any = memoryview(barcode.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    return bytes(image[0, column] for column in range(image.shape[1]))


def width(text: str) -> float:
    """Points the bars take, without quiet zones."""
    return len(modules(text)) * DOT * DOTS_PER_MODULE


def draw(canvas: Canvas, text: str, x: float, y: float, height: float) -> None:
    """Draw the bars with their lower left corner at (x, y), in points."""
    step, row = DOT * DOTS_PER_MODULE, modules(text)
    path, start = canvas.beginPath(), None
    for index, value in enumerate((*row, 1)):
        if value == 0 and start is None:
            start = index
        elif value != 0 and start is not None:
            path.rect(x + start * step, y, (index - start) * step, height)
            start = None
    canvas.drawPath(path, stroke=0, fill=1)
