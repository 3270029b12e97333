"""The border every foreign text crosses before it meets the database, so that both databases take it."""

import unicodedata

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT = frozenset("\n\t")


def clean(value: object, limit: int) -> tuple[str, bool]:
    """The text without controls, lone surrogates and direction overrides, composed, and whether it was cut."""
    text = "" if value is None else str(value)
    text = "".join(letter for letter in text if letter in KEPT or not _is_harmful(letter))
    text = unicodedata.normalize("NFC", text).strip()
    return text[:limit].rstrip(), len(text) > limit


def _is_harmful(letter: str) -> bool:
    return letter in BIDI or unicodedata.category(letter) in {"Cc", "Cs"}
