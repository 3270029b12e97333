"""Whether the printed address can be read: what is left of each part in the letters that the labels have."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import Address
from carriers.problems import Problem, Text
from carriers.recipient_rules import FIELD_NAMES
from carriers.typesetting.shaping import is_ordinary, lost, unprintable_characters

WHOLE_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
# Parts of which something must be left whatever was typed; the others may lose pictures, which say nothing.
NEEDED = frozenset({"person", "company", "street", "city"})
PRINTED = ("person", "company", "street", "number", "suffix", "box", "extra", "postal_code", "city", "region")
# Nobody is found by these alone: titles, and what stands behind a house number.
NO_NAMES = """
    mr mrs ms miss mx dr prof ir ing drs dhr mevr mw heer mevrouw fam familie de t.a.v c/o p/a herr frau firma fa m mme
    mlle mmes mm monsieur madame sr sra signor signora pan pani bis ter quater hs bus bte box unit app apt
"""
NO_NAME_WORDS = frozenset(NO_NAMES.split())


@dataclass(frozen=True, slots=True)
class LostCharacters:
    """What a label leaves out of a part of the address that stays readable."""

    field: str
    characters: str

    @property
    def text(self) -> Text:
        return format_lazy(
            _("{field}: the label cannot show these characters: {lost}"),
            field=capfirst(FIELD_NAMES[self.field]),
            lost=self.characters,
        )


def illegible_problems(address: Address) -> Iterator[Problem]:
    """The parts of which nothing readable would be printed."""
    if _is_ordinary(address):
        return
    for name in PRINTED:
        if is_illegible(getattr(address, name), is_needed=name in NEEDED):
            text = format_lazy(
                _("{field}: the label has no letters for “{value}”. Write it in Latin letters, as in a passport."),
                field=capfirst(FIELD_NAMES[name]),
                value=getattr(address, name),
            )
            yield Problem(name, "illegible", text)


def lost_characters(address: Address) -> Iterator[LostCharacters]:
    """What is left out of the parts that can be read all the same."""
    if _is_ordinary(address):
        return
    for name in PRINTED:
        value = getattr(address, name)
        if (characters := unprintable_characters(value)) and not is_illegible(value, is_needed=name in NEEDED):
            yield LostCharacters(name, characters)


def _is_ordinary(address: Address) -> bool:
    """Of most addresses nothing is lost, which one look at all of it tells."""
    return is_ordinary("".join([getattr(address, name) for name in PRINTED]))


def is_illegible(text: str, *, is_needed: bool = True) -> bool:
    """Whether letters are lost and no word is left; figures, stops and titles alone are not enough.

    Not ``is_needed``: pictures may be lost without harm.
    """
    gone = frozenset(lost(text))
    if not gone or not (is_needed or any(map(str.isalpha, gone))):
        return False
    return not any(_is_readable(word, gone) for word in unicodedata.normalize("NFC", text).split())


def _is_readable(word: str, gone: frozenset[str]) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    kept = [letter for letter in letters if letter not in gone]
    has_figures = any(map(str.isdigit, word))
    if len(kept) < len(letters) - len(kept) or word.casefold().strip(".,:") in NO_NAME_WORDS:
        return False
    # A letter beside a figure is an addition to a house number; one Chinese character is a whole name.
    return len(kept) > 2 or (not has_figures and (len(kept) == 2 or any(map(_is_whole_word, kept))))


def _is_whole_word(letter: str) -> bool:
    return WHOLE_WORD.match(letter) is not None
