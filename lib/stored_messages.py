"""Messages that are stored with a row: in every language, shown in the reader's."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def in_all_languages(message: Any) -> dict[str, str]:
    """A lazy translation as {language code: text}, for a JSON column."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = str(message)
    return texts


def localized(texts: Mapping[str, str] | str | None) -> str:
    """The message in the active language, else in any language it has; a plain string as it is."""
    if isinstance(texts, str):
        return texts
    if not texts:
        return ""
    code = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return texts.get(code) or next(iter(texts.values()))
