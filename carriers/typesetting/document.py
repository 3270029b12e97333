"""Opens PDF documents whose pages have the size of the paper."""

import io

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from carriers.typesetting.text_layout import NAMES, register

PAPERS = {"a6": (105 * mm, 148 * mm), "a4": (210 * mm, 297 * mm)}


def open_document(target: io.BytesIO, paper: str, title: str) -> Canvas:
    """An empty document on "a4" or "a6", to be printed unscaled. The same drawing gives the same bytes."""
    register()
    # Binary instead of ASCII pages: a fifth smaller, and without the slowest step.
    rl_config.useA85 = 0
    size = PAPERS[paper]
    box = (0, 0, *size)
    canvas = Canvas(
        target, pagesize=size, invariant=1, pageCompression=1, cropBox=box, trimBox=box, initialFontName=NAMES[False]
    )
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas
