"""A PDF file whose pages are exactly the paper."""

import io

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.typesetting.text_layout import NAMES, register

PAPERS = {"a6": (105 * mm, 148 * mm), "a4": (210 * mm, 297 * mm)}


def open_document(target: io.BytesIO, paper: str, title: str) -> Canvas:
    """An empty document on "a4" or "a6" that asks not to be scaled; the same drawing gives the same bytes."""
    register()
    # Pages as bytes, not as ASCII: a fifth smaller, and the slowest step of all saved.
    rl_config.useA85 = 0
    size = PAPERS[paper]
    box = (0, 0, *size)
    canvas = Canvas(
        target, pagesize=size, invariant=1, pageCompression=1, cropBox=box, trimBox=box, initialFontName=NAMES[False]
    )
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas
