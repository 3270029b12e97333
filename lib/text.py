"""Cleaning text of other programs before it reaches the database, and reading numbers."""

import unicodedata

BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ALLOWED_CONTROLS = frozenset("\n\t")
MAX_DIGITS = 9


def clean_text(value: object, max_length: int) -> tuple[str, bool]:
    """The text in NFC without control characters, lone surrogates and direction overrides, and whether it was cut.

    PostgreSQL rejects NUL and lone surrogates, SQLite does not.
    """
    text = "" if value is None else str(value)
    text = "".join(letter for letter in text if letter in ALLOWED_CONTROLS or not _is_forbidden(letter))
    text = unicodedata.normalize("NFC", text).strip()
    return text[:max_length].rstrip(), len(text) > max_length


def parse_int(value: object) -> int | None:
    """A number of ASCII digits only; None for everything else and for more than MAX_DIGITS digits."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def _is_forbidden(letter: str) -> bool:
    return letter in BIDI_CONTROLS or unicodedata.category(letter) in {"Cc", "Cs"}
