"""Opens PDF documents whose pages have the size of the paper."""

from typing import IO

from reportlab import rl_config
from reportlab.lib.units import mm

from carriers.typesetting.streaming import StreamedCanvas
from carriers.typesetting.text_layout import NAMES, register

PAPERS = {"a6": (105 * mm, 148 * mm), "a4": (210 * mm, 297 * mm)}


def open_document(target: IO[bytes], paper: str, title: str) -> StreamedCanvas:
    """An empty document on "a4" or "a6", to be printed unscaled. The same drawing gives the same bytes.

    Pages are written to ``target`` as they are shown, the rest when the canvas is saved.
    """
    register()
    # Binary instead of ASCII pages: a fifth smaller, and without the slowest step.
    rl_config.useA85 = 0
    canvas = StreamedCanvas(target, PAPERS[paper], NAMES[False])
    canvas.setTitle(title)
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas
