"""The border every foreign text crosses before it meets the database, so that both databases take it; and numbers."""

import unicodedata

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT = frozenset("\n\t")
MOST_DIGITS = 9


def clean(value: object, limit: int) -> tuple[str, bool]:
    """The text without controls, lone surrogates and direction overrides, composed, and whether it was cut."""
    text = "" if value is None else str(value)
    text = "".join(letter for letter in text if letter in KEPT or not _is_harmful(letter))
    text = unicodedata.normalize("NFC", text).strip()
    return text[:limit].rstrip(), len(text) > limit


def whole_number(typed: object) -> int | None:
    """The number these digits write; None for everything else, and for more digits than any number of ours has."""
    text = str(typed)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _is_harmful(letter: str) -> bool:
    return letter in BIDI or unicodedata.category(letter) in {"Cc", "Cs"}
