"""Finding a person in free text: by name, e-mail address and phone number, however they are written there.

A word is the normal form of ``lib.search_text``: no case, marks, blanks or punctuation. It is found where one to
``MAX_PIECES`` pieces of a text make it together, so that "Saar" and "de Vries" in two cells are Saar de Vries.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

from lib.search_text import normal_form, phone_forms

MIN_LENGTH, MAX_PIECES = 4, 8
_BETWEEN = re.compile(r"[\s,;|\"'<>()\[\]{}=:&?/\\#]+")
Matches = Callable[[str], bool]


def person_words(
    *, names: Iterable[str] = (), emails: Iterable[str] = (), phones: Iterable[tuple[str, str]] = ()
) -> frozenset[str]:
    """``phones`` are (number, country code). What is too short to name one person is left out."""
    words = {normal_form(text) for text in (*emails, *(order for name in names for order in _orders(name)))}
    for phone, country in phones:
        forms = phone_forms(phone, country)
        words |= {*forms, *(form[2:] for form in forms if form.startswith("00")), normal_form(phone)}
    return frozenset(word for word in words if len(word) >= MIN_LENGTH)


def _orders(name: str) -> Iterator[str]:
    """Hanna de Vries as files also write her: de Vries, Hanna and Vries, Hanna de."""
    parts = name.split()[:MAX_PIECES]
    yield name
    for place in range(1, len(parts)):
        yield " ".join(parts[place:] + parts[:place])


def is_too_short(name: str) -> bool:
    """Whether a name is no word to look for, because it stands in too many texts that are about others."""
    return 0 < len(normal_form(name)) < MIN_LENGTH


def mentions(value: Any, words: Collection[str] | Matches) -> bool:
    """Whether one of the words stands in a text or anywhere in a JSON value."""
    is_word = words if callable(words) else words.__contains__
    return any(is_word(word) for text in flat_texts(value) for word in _candidates(text))


def flat_texts(value: Any) -> Iterator[str]:
    """The text to look in: a JSON value as the texts in it, side by side."""
    if isinstance(value, str):
        yield unquote_plus(value)
    elif value:
        yield unquote_plus(" ".join(_leaves(value)))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield value


def _candidates(text: str) -> Iterator[str]:
    pieces = [piece for part in _BETWEEN.split(text) if (piece := normal_form(part))]
    for start in range(len(pieces)):
        word = ""
        for piece in pieces[start : start + MAX_PIECES]:
            word += piece
            if len(word) >= MIN_LENGTH:
                yield word
