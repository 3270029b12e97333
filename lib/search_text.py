"""The one normal form in which texts are searched: no case, marks, blanks or punctuation.

A column keeps ``search_text`` of a row; ``parse_words`` of what was typed is found in it with ``contains_words``. Every
field is one word of the text, so that "Den Haag" is found by "denhaag" and "3524 KB" by "3524kb".

Letters that people write in two ways without their mark (ü as u or ue, ø as o or oe, å as a or aa) are kept in each of
them, and looked for in each.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import product

import phonenumbers
from django.db.models import Q
from phonenumbers import PhoneNumberFormat

from lib.text import clean_text

MAX_QUERY_LENGTH = 200
# What a row adds to the index is bounded: very long orders lose the article numbers at their end.
MAX_TEXT_LENGTH = 4000
# Each word of a query is a condition, and each spelling of it one more.
MAX_WORDS, MAX_MIXED = 12, 3
# Where one thing that is searched for ends and the next begins; other signs belong to a code.
_BETWEEN = re.compile(r"[\s,;|]+")
_NOT_PLAIN = re.compile("[^0-9a-z]+")
# The same for ASCII, where a table takes a third of the time.
_PLAIN_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_TRUNK_ZERO = re.compile(r"\(0+\)")
MIN_PHONE_DIGITS = 6
# Country codes where a number at home begins with a zero that is dropped abroad: these need no parsing.
_ZERO_AT_HOME = re.compile(r"\+(31|32|33|41|43|44|46|49)([1-9][0-9]{7,10})")
HOME = "NL"
# A Dutch number as it is dialed at home, except those with 09, many of which nobody has.
_DUTCH = re.compile(r"0([1-8][0-9]{8})", re.ASCII)
# Letters that Unicode does not take apart: as they are written without their mark, and in a second way.
_SPELLED = {
    "ø": ("o", "oe"),
    "đ": ("d", "dj"),
    "ð": ("d", "dh"),
    "ŋ": ("n", "ng"),
    "ə": ("e", "a"),
    "ł": ("l", "l"),
    "þ": ("th", "th"),
    "æ": ("ae", "ae"),
    "œ": ("oe", "oe"),
    "ı": ("i", "i"),
    "ȷ": ("j", "j"),
    "ħ": ("h", "h"),
    "ŧ": ("t", "t"),
    "ĸ": ("k", "k"),
    "ƒ": ("f", "f"),
    "ƀ": ("b", "b"),
    "ǥ": ("g", "g"),
    "ɨ": ("i", "i"),
    "ƶ": ("z", "z"),
    "ґ": ("г", "г"),
}
_DIAERESIS, _RING = "\u0308", "\u030a"
# A letter without its mark, and in its second way.
Letters = list[tuple[str, str]]
# The spellings of a typed word; the first one is without any mark.
Word = tuple[str, ...]


def search_text(fields: Iterable[str], *, phones: Iterable[tuple[str, str]] = ()) -> str:
    """The text to keep for a row: its fields in normal form, the most important first, and its phones.

    ``phones`` are (number, country code); each is kept as it is dialed at home and from abroad (0031…).
    """
    words = [word for phone, country in phones for word in phone_forms(phone, country)]
    words += [word for field in fields if field for word in _field_words(field)]
    return " ".join(dict.fromkeys(word for word in words if word))[:MAX_TEXT_LENGTH]


def parse_words(typed: str) -> list[Word]:
    """The words of what was typed, each in its spellings; at most MAX_WORDS. Empty when nothing can be searched for."""
    text = clean_text(typed, MAX_QUERY_LENGTH)[0]
    words = [_shortest(spellings(_TRUNK_ZERO.sub("", part))) for part in _BETWEEN.split(text)]
    found = list(dict.fromkeys(word for word in words if word))
    # A part of another word is found with it.
    return [word for word in found if not any(_is_part(word, other) for other in found)][:MAX_WORDS]


def contains_words(words: Sequence[Word], column: str = "search_text") -> Q:
    """The rows with all of these words; none when there are none. Words hold letters and figures only."""
    if not words:
        return Q(pk__in=[])
    condition = Q()
    for word in words:
        condition &= Q(*((f"{column}__contains", spelling) for spelling in word), _connector=Q.OR)
    return condition


def normal_form(text: str) -> str:
    """The text without case, marks, blanks and punctuation."""
    if text.isascii():
        return text.translate(_PLAIN_ASCII)
    return "".join(plain for plain, _second in _letters(text))


def spellings(text: str) -> Word:
    """Every way to write the text without marks, the normal form first; empty for a text without letter or figure.

    With more than MAX_MIXED letters that can be written in two ways, all of them are written in the same way.
    """
    if text.isascii():
        plain = text.translate(_PLAIN_ASCII)
        return (plain,) if plain else ()
    letters = _letters(text)
    two_ways = [(plain, second) for plain, second in letters if plain != second]
    ways: Iterable[tuple[int, ...]] = product((0, 1), repeat=len(two_ways))
    if len(two_ways) > MAX_MIXED:
        ways = [(0,) * len(two_ways), (1,) * len(two_ways)]
    return tuple(word for word in dict.fromkeys(_spell(letters, way) for way in ways) if word)


def phone_forms(phone: str, country: str) -> tuple[str, ...]:
    """The figures of a phone number as it is dialed in its country and from abroad; as they are when it is none."""
    if found := _ZERO_AT_HOME.fullmatch(phone):
        return f"0{found[2]}", f"00{found[1]}{found[2]}"
    if country in {HOME, ""} and (found := _DUTCH.fullmatch(phone.replace(" ", "").replace("-", ""))):
        return found[0], f"0031{found[1]}"
    digits = _NOT_PLAIN.sub("", normal_form(_TRUNK_ZERO.sub("", phone)))
    if len(digits) < MIN_PHONE_DIGITS:
        return (digits,)
    try:
        number = phonenumbers.parse(phone, country or HOME)
    except phonenumbers.NumberParseException:
        return (digits,)
    national = normal_form(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    abroad = f"00{number.country_code}{phonenumbers.national_significant_number(number)}"
    return (national, abroad) if digits in abroad or digits in national else (national, abroad, digits)


def find_span(text: str, words: Sequence[Word]) -> tuple[int, int] | None:
    """Where the first of these words stands in a text that is shown; None when it stands there in another form."""
    pairs = [(place, pair) for place, sign in enumerate(text) for pair in _letters(sign)]
    for second in (False, True):
        shown = "".join(pair[second] for _place, pair in pairs)
        places = [place for place, pair in pairs for _sign in pair[second]]
        for spelling in (spelling for word in words for spelling in word):
            if (at := shown.find(spelling)) >= 0:
                return places[at], places[at + len(spelling) - 1] + 1
    return None


def _field_words(field: str) -> list[str]:
    """The field as one word, in both ways if there are two; the words in it that mix them stand apart."""
    if field.isascii():
        return [field.translate(_PLAIN_ASCII)]
    letters = _letters(field)
    plain, second = _spell(letters, ()), _spell(letters, (1,) * len(letters))
    if plain == second:
        return [plain]
    mixed = [spelling for word in field.split() for spelling in spellings(word)[1:]]
    return [plain, second, *(word for word in mixed if word not in second)]


def _letters(text: str) -> Letters:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters: Letters = []
    for sign in folded:
        plain = letters[-1][0] if letters else ""
        if sign == _DIAERESIS and plain in {"a", "o", "u"}:
            letters[-1] = (plain, f"{plain}e")
        elif sign == _RING and plain == "a":
            letters[-1] = (plain, "aa")
        elif (pair := _pair(sign))[0]:
            letters.append(pair)
    return letters


@lru_cache(maxsize=4096)
def _pair(sign: str) -> tuple[str, str]:
    if sign in _SPELLED:
        return _SPELLED[sign]
    category = unicodedata.category(sign)
    if category == "Nd":
        figure = str(unicodedata.decimal(sign))
        return figure, figure
    # Modifier letters (Lm) are accents and apostrophes that stand alone.
    return (sign, sign) if category[0] in "LN" and category != "Lm" else ("", "")


def _spell(letters: Letters, way: Sequence[int]) -> str:
    """``way`` says for each letter with two ways which one; the first for those beyond its end."""
    choices = iter(way)
    return "".join(pair[next(choices, 0)] if pair[0] != pair[1] else pair[0] for pair in letters)


def _shortest(word: Word) -> Word:
    """Without the spellings that hold another one: what has them has that one too."""
    return tuple(one for one in word if not any(other != one and other in one for other in word))


def _is_part(word: Word, other: Word) -> bool:
    return word != other and all(any(spelling in theirs for spelling in word) for theirs in other)
