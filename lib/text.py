"""The border every foreign text crosses before it meets the database, so that both databases take it; and numbers."""

import unicodedata

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ALLOWED_CONTROLS = frozenset("\n\t")
MAX_DIGITS = 9


def clean_text(value: object, limit: int) -> tuple[str, bool]:
    """The text without controls, lone surrogates and direction overrides, composed, and whether it was cut."""
    text = "" if value is None else str(value)
    text = "".join(letter for letter in text if letter in ALLOWED_CONTROLS or not _is_forbidden(letter))
    text = unicodedata.normalize("NFC", text).strip()
    return text[:limit].rstrip(), len(text) > limit


def parse_int(typed: object) -> int | None:
    """The number these digits write; None for everything else, and for more digits than any number of ours has."""
    text = str(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def _is_forbidden(letter: str) -> bool:
    return letter in BIDI_CONTROLS or unicodedata.category(letter) in {"Cc", "Cs"}
