"""Finds what an address says twice: its town, postcode, country or street again in another field, in any writing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from carriers.fillers import letters_and_figures

# The languages in which people write the name of a country, besides its own.
LANGUAGES = ("nl", "en", "de", "fr")
OTHER_NAMES = {
    "NL": "holland thenetherlands nld",
    "BE": "bel",
    "DE": "deu ger brd",
    "AT": "aut",
    "GB": "uk gbr england greatbritain scotland wales engeland",
    "US": "usa unitedstatesofamerica amerika america us",
    "FR": "fra",
    "LU": "lux luxemburg",
    "IT": "ita",
    "ES": "esp",
    "PT": "prt",
    "CH": "che ch suisse svizzera",
    "DK": "dnk",
    "SE": "swe",
    "NO": "nor",
    "FI": "fin",
    "PL": "pol",
    "CZ": "cze czechrepublic tsjechie",
    "IE": "irl eire",
    "GR": "grc el hellas",
    "CA": "can",
}
# The letters of cars, which people write before a postcode (D-50672).
CARS = {"DE": "d", "AT": "a", "BE": "b", "FR": "f", "LU": "l", "IT": "i", "ES": "e", "SE": "s", "NO": "n", "FI": "fin"}
SEPARATOR = re.compile(r"\s*[,;|\n]+\s*|\s+[-–·/]\s+|(?<=\S)\s*[()]\s*")
# A town after these words belongs to the name of the street (rue de Paris, Weg naar Utrecht).
LINKING = re.compile(
    r"(?:^|\s)(?:de|du|des|d'|d’|la|le|les|van|naar|te|op|in|bij|von|nach|zu|zur|zum|der|di|del|della|da|of|to|en|et|und)$",
    re.IGNORECASE,
)
ABBREVIATIONS = (
    (re.compile(r"stra(?:at|ße|sse)\b", re.IGNORECASE), "str"),
    (re.compile(r"laan\b", re.IGNORECASE), "ln"),
    (re.compile(r"plein\b", re.IGNORECASE), "pln"),
    (re.compile(r"\bburgemeester\b", re.IGNORECASE), "burg"),
    (re.compile(r"\bprofessor\b", re.IGNORECASE), "prof"),
    (re.compile(r"\bdo[ck]tor\b", re.IGNORECASE), "dr"),
    (re.compile(r"\bsain?te?\b|\bsint\b", re.IGNORECASE), "st"),
    (re.compile(r"\bavenue\b", re.IGNORECASE), "av"),
    (re.compile(r"\bboulevard\b|\bboul\b|\bbld\b", re.IGNORECASE), "bd"),
    (re.compile(r"\bstreet\b", re.IGNORECASE), "st"),
    (re.compile(r"\broad\b", re.IGNORECASE), "rd"),
)
MIN_PHONE_DIGITS = 9
# As people without these keys write them.
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa"})


def street_key(street: str) -> str:
    """A street to compare: letters and figures with the usual abbreviations."""
    for pattern, short in ABBREVIATIONS:
        street = pattern.sub(short, street)
    return letters_and_figures(street)


@cache
def country_keys(country: str) -> frozenset[str]:
    """Names and codes of a country in LANGUAGES and its own languages, as ``letters_and_figures``."""
    keys = {country.lower(), *OTHER_NAMES.get(country, "").split()}
    for language in {*LANGUAGES, *get_official_languages(country)}:
        try:
            name = Locale.parse(language).territories.get(country, "")
        except (UnknownLocaleError, ValueError):
            continue
        keys.add(letters_and_figures(name))
    return frozenset(keys - {""})


@cache
def _country_names(country: str) -> tuple[str, ...]:
    return tuple(country_keys(country))


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """The fields of an address beside its lines; ``others`` are name, company, email and phone."""

    country: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    others: tuple[str, ...] = ()

    def has_postcode(self, key: str) -> bool:
        code = letters_and_figures(self.postal_code)
        return len(code) >= 4 and code in key

    def says(self, text: str) -> bool:
        """Whether a text holds nothing but postcode, town, region and country, in any order and writing."""
        keys = {letters_and_figures(text)}
        if not text.isascii():
            keys.add(letters_and_figures(text.translate(UMLAUTS)))
        keys.discard("")
        if not keys:
            return False
        parts = _parts(self.country, self.postal_code, self.city, self.region)
        return any(self._covers(key, parts, may_name_country=bool(self.country)) for key in keys)

    def _covers(self, key: str, parts: tuple[str, ...], *, may_name_country: bool) -> bool:
        if not key:
            return True
        # Most texts begin with none of this, which one look tells.
        for part in parts if key.startswith(parts) else ():
            if key.startswith(part):
                rest = tuple(other for other in parts if other != part)
                if self._covers(key[len(part) :], rest, may_name_country=may_name_country):
                    return True
        if not may_name_country or not key.startswith(_country_names(self.country)):
            return False
        names = (name for name in _country_names(self.country) if key.startswith(name))
        return any(self._covers(key[len(name) :], parts, may_name_country=False) for name in names)

    def is_other(self, text: str) -> bool:
        """Whether a text is the name, company, email address or phone number and nothing more."""
        key = letters_and_figures(text)
        if not key:
            return False
        if any(key == letters_and_figures(other) for other in self.others):
            return True
        if not re.fullmatch(r"[\d\s()+./-]+", text) or len(key) < MIN_PHONE_DIGITS:
            return False
        tail = key[-MIN_PHONE_DIGITS:]
        return any(letters_and_figures(other).endswith(tail) for other in self.others)


@lru_cache(maxsize=1024)
def _parts(country: str, postal_code: str, city: str, region: str) -> tuple[str, ...]:
    """A line is held beside the same place word by word."""
    return tuple(_find_parts(country, postal_code, city, region))


def _find_parts(country: str, postal_code: str, city: str, region: str) -> Iterator[str]:
    """Each field as ``letters_and_figures``, the longest writing first."""
    if code := letters_and_figures(postal_code):
        for prefix in (CARS.get(country, ""), country.lower()):
            if prefix:
                yield prefix + code
        yield code
    for name in (city, region):
        key = letters_and_figures(name)
        # A region of one letter or figure (AT-9) could be a door.
        if len(key) > 1 and not key.isdigit():
            yield key
            if (longer := letters_and_figures(name.translate(UMLAUTS))) != key:
                yield longer


def segments(line: str) -> list[str]:
    return [part for part in SEPARATOR.split(line) if part and part.strip()]


def without_place(line: str, known: KnownPlace, *, is_split: bool) -> tuple[str, list[str]]:
    """The line without postcode, town, region and country that have fields of their own, and what was left out.

    A town without a comma stays where it can belong to the street (rue de Paris). ``is_split``: in the country the
    house number stands behind the street, so that a town behind it is not part of the name.
    """
    dropped: list[str] = []
    if known.says(line):
        return line, dropped
    spans = list(_spans(line))
    if len(spans) > 1:
        for start, end in list(spans):
            others = [line[other:until] for other, until in spans if other != start]
            if known.says(line[start:end]) and any(sum(map(str.isalpha, other)) >= 3 for other in others):
                dropped.append(line[start:end])
                spans.remove((start, end))
        if dropped:
            line = _together(line, spans)
    shorter, tail = _without_tail(line, known, is_split=is_split)
    return shorter, [*([tail] if tail else []), *dropped]


def _spans(line: str) -> Iterator[tuple[int, int]]:
    start = 0
    for separator in SEPARATOR.finditer(line):
        if line[start : separator.start()].strip():
            yield start, separator.start()
        start = separator.end()
    if line[start:].strip():
        yield start, len(line)


def _together(line: str, spans: Iterable[tuple[int, int]]) -> str:
    """What was kept, with the separators that stood between neighbors."""
    text, last = "", 0
    for start, end in spans:
        between = line[last:start] if text and not letters_and_figures(line[last:start]) else ", "
        text = f"{text}{between}{line[start:end]}" if text else line[start:end]
        last = end
    return text


def _without_tail(line: str, known: KnownPlace, *, is_split: bool) -> tuple[str, str]:
    words = list(re.finditer(r"\S+", line))
    for word in words[1:]:
        before, tail = line[: word.start()].rstrip(" ,;-"), line[word.start() :]
        if not known.says(tail):
            continue
        if known.has_postcode(letters_and_figures(tail)):
            return before, tail
        last = before.split()[-2:]
        follows_number = any(map(str.isdigit, "".join(last))) and not LINKING.search(before)
        if is_split and follows_number and sum(map(str.isalpha, tail)) >= 3:
            return before, tail
    return line, ""


def same_words(one: str, other: str) -> bool:
    """Whether two lines hold the same words and numbers, in any order and with the usual abbreviations."""
    return _words(one) == _words(other)


def _words(line: str) -> list[str]:
    words = (street_key(word) for word in re.findall(r"\d+|[^\W\d_]+\.?", line))
    return sorted(word for word in words if word)


def split_repeat(line: str, other: str) -> tuple[str, str]:
    """The beginning of a line that says ``other``, in any writing, and the rest; no beginning when it does not."""
    wanted = street_key(other)
    if wanted and street_key(line).startswith(wanted):
        for word in re.finditer(r"\S+", line):
            if street_key(line[: word.end()]) == wanted:
                return line[: word.end()].strip(" ,;-/"), line[word.end() :].strip(" ,;-/")
    return "", line
