"""The fonts on a label. They are embedded, because a PDF's own fonts lose letters such as ł and ő without an error."""

import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from ttf_opensans import OPENSANS_BOLD, OPENSANS_REGULAR

REGULAR, BOLD = "OpenSans", "OpenSans-Bold"


@cache
def register() -> frozenset[int]:
    """Load the fonts once; answers the characters they have."""
    fonts = [TTFont(REGULAR, str(OPENSANS_REGULAR.path)), TTFont(BOLD, str(OPENSANS_BOLD.path))]
    for font in fonts:
        pdfmetrics.registerFont(font)
    return frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)


def undrawable(text: str) -> str:
    """The characters of ``text`` that the label cannot show, each once; empty when it shows all."""
    known = register()
    composed = unicodedata.normalize("NFC", text)
    return "".join(dict.fromkeys(letter for letter in composed if ord(letter) not in known and not letter.isspace()))


def drawable(text: str) -> str:
    """``text`` with every character the font has; others lose their accent or become a question mark."""
    known = register()
    return "".join(_drawn(letter, known) for letter in unicodedata.normalize("NFC", text))


def _drawn(letter: str, known: frozenset[int]) -> str:
    if ord(letter) in known:
        return letter
    if letter.isspace():
        return " "
    plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if ord(part) in known)
    return plain or "?"


def fitted(text: str, font: str, size: float, width: float, *, smallest: float = 5) -> tuple[str, float]:
    """The text and the size with which it fits in ``width`` points; shortened when even the smallest is too wide."""
    shown = drawable(text)
    while size > smallest and pdfmetrics.stringWidth(shown, font, size) > width:
        size -= 0.5
    while len(shown) > 1 and pdfmetrics.stringWidth(shown, font, size) > width:
        shown = shown[:-2].rstrip() + "…"
    return shown, size
