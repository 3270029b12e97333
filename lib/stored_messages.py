"""Messages that are stored with a row: in every language, shown in the reader's."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def in_all_languages(message: Any) -> dict[str, str]:
    """A lazy translation as {language code: text}, for a JSON column."""
    return all_in_all_languages([message])[0]


def all_in_all_languages(messages: Sequence[Any]) -> list[dict[str, str]]:
    """The same of several, which changes the language once for all of them."""
    texts: list[dict[str, str]] = [{} for _message in messages]
    for code, _name in settings.LANGUAGES if messages else ():
        with override(code):
            for text, message in zip(texts, messages, strict=True):
                text[code] = str(message)
    return texts


def localized(texts: Mapping[str, str] | str | None) -> str:
    """The message in the active language, else in any language it has; a plain string as it is."""
    if isinstance(texts, str):
        return texts
    if not texts:
        return ""
    code = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return texts.get(code) or next(iter(texts.values()))
