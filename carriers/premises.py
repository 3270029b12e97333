"""A building, park or unit that stands before its street, often with a number of its own."""

import re

from carriers.street_words import (
    ANNOUNCEMENT,
    BESIDE,
    CARE_OF,
    FLOOR,
    FRENCH,
    PLACE,
    SURE_PLACE,
    SURE_STREET,
    UNIT,
    UNIT_BEFORE_NUMBER,
    UNIT_WITH_NUMBER,
    WHOLE_PLACE,
)

# A first line that is no street: who or what is in a building.
BUILDING = re.compile(
    r"^(?:unit|kamer|gebouw|flat|blok|toren|hal|loods|appartement|afdeling|etage|verdieping|t\.?a\.?v\.?|c/o|p/a)\b",
    re.IGNORECASE,
)
COMMA = re.compile(r"\s?[,;|]\s?")
DASH = re.compile(r"\s[-–/]\s")
# A unit or place with its number, and what follows without a comma.
NUMBERED = re.compile(r"^(?P<place>\D*\d{1,4}(?:\s?[A-Za-z])?)\s+(?P<rest>(?:\d{1,3}\w{1,3}\s)?[^\W\d].*\d.*)$")
NAMED_STREET = re.compile(
    rf"^(?P<name>(?:\d{{1,3}}\w{{1,3}}\s)?[^\W\d].*?[^\W\d][.)]?)(?:[\s,]+(?:{ANNOUNCEMENT})?\s?|(?<=\.)|(?<=[^\W\d]{{4}}))"
    r"\d{1,5}(?!\d)",
    re.IGNORECASE,
)
NUMBER_FIRST = re.compile(rf"^(?:{ANNOUNCEMENT}\s?)?\d{{1,5}}\s?[A-Z]?[\s,]+(?P<name>[^\W\d].*)$", re.IGNORECASE)
CARE = re.compile(rf"^(?:{CARE_OF})(?=\s|$|[.:])", re.IGNORECASE)
ANNOUNCES = re.compile(rf"^(?:{ANNOUNCEMENT})\s?\d", re.IGNORECASE)
FIGURES = re.compile(r"\d+")
NOTHING, MAYBE, SURE = range(3)


def place_before_street(line: str) -> tuple[str, str] | None:
    """The place and the rest of the line, which begins with a street and its number; None for any other line."""
    for separator in COMMA.finditer(line):
        place, rest = line[: separator.start()], line[separator.end() :]
        if is_before_street(place, rest):
            return place.strip(), rest.strip()
        if FIGURES.search(place):
            break
    for separator in DASH.finditer(line):
        place, rest = line[: separator.start()], line[separator.end() :]
        if (SURE_PLACE.search(place) or UNIT_WITH_NUMBER.match(place)) and is_before_street(place, rest):
            return place.strip(), rest.strip()
    numbered = NUMBERED.match(line)
    if numbered and street_certainty(numbered["rest"]) == SURE and needed_certainty(numbered["place"]) <= SURE:
        return numbered["place"].strip(), numbered["rest"].strip()
    return None


def is_before_street(place: str, rest: str) -> bool:
    """Whether ``rest`` is the street of ``place``, and ``place`` no street with a house number itself."""
    found = street_certainty(rest)
    return found > NOTHING and found >= needed_certainty(place)


def street_certainty(text: str) -> int:
    """How sure it is that a text begins with a street and a house number."""
    first = COMMA.split(text.strip(), maxsplit=1)[0]
    if not FIGURES.search(first):
        first = text.strip()
    if FLOOR.match(first) or UNIT_WITH_NUMBER.match(first) or BESIDE.match(first) or CARE.match(first):
        return NOTHING
    if ANNOUNCES.match(first) and not NUMBER_FIRST.match(first):
        return NOTHING
    named = NAMED_STREET.match(first) or NUMBER_FIRST.match(first)
    if named is None:
        return NOTHING
    name = named["name"]
    if (FRENCH.match(name) and " " in name) or SURE_STREET.match(name):
        return SURE
    is_name = named.re is NAMED_STREET and name[0].isupper() and not UNIT_BEFORE_NUMBER.search(name)
    return MAYBE if is_name and not SURE_PLACE.search(name) else NOTHING


def needed_certainty(place: str) -> int:
    """How sure a street must be to go before ``place``; above SURE when ``place`` is the address itself."""
    figures = FIGURES.search(place)
    if CARE.match(place) or FLOOR.match(place):
        return MAYBE
    if figures is None:
        return SURE + 1 if SURE_STREET.match(place) and not WHOLE_PLACE.search(place) else MAYBE
    before = place[: figures.start()].rstrip(" .:")
    if SURE_PLACE.search(place) or UNIT_BEFORE_NUMBER.search(before) or UNIT.match(place):
        return SURE if _is_street_itself(before) else MAYBE
    return SURE if PLACE.search(place) and not FRENCH.match(place) else SURE + 1


def _is_street_itself(before: str) -> bool:
    return bool(SURE_STREET.match(before)) and not SURE_PLACE.search(before)
