"""Sentences that are stored with a row: kept in every language, shown in the reader's own."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def in_all_languages(sentence: Any) -> dict[str, str]:
    """A lazy translation as {language code: text}, for a JSON column."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = str(sentence)
    return texts


def localized(texts: Mapping[str, str] | str | None) -> str:
    """The stored sentence in the active language; any language when that one is missing."""
    if isinstance(texts, str):
        return texts
    if not texts:
        return ""
    code = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return texts.get(code) or next(iter(texts.values()))
