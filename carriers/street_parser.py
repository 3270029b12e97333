"""Splits a street line into street, house number, suffix, box and extra text.

Independent of carriers. No word is dropped, except those that announce a number or a box (nr., bus, bte); the number or
box itself is kept.
"""

import re
from dataclasses import replace

from carriers.house_numbers import BOX, SEPARATORS, ParsedStreet, after_number, with_box
from carriers.premises import place_before_street
from carriers.street_words import (
    ANNOUNCEMENT,
    ENDS_A_STREET,
    FLOOR,
    FRENCH,
    MONTHS,
    NUMBERED_DISTRICT,
    UNIT,
    UNIT_BEFORE_NUMBER,
    UNIT_WITH_NUMBER,
)

# A year is part of the street name when another number follows, or after a word in NAMED_BY_YEAR (Plein 1944).
YEARS = range(1800, 2100)
# The ordinary line, which needs no further look: one word of letters or more, a number, at most one letter.
ORDINARY = re.compile(r"^(?P<street>[^\W\d]+(?:[ '’.-]+[^\W\d]+)*\.?) (?P<number>\d{1,5})(?P<rest>[- ]?[^\W\d])?$")
CANDIDATE = re.compile(r"(?:(?<=[\s,;:])|(?<=[^\W\d]\.)|(?<=[^\W\d]\)))\d{1,5}(?!\d)")
ANNOUNCED = re.compile(rf"(?:^|(?<=[\s,;(]))(?P<word>{ANNOUNCEMENT})\s?(?=\d{{1,5}}(?!\d))", re.IGNORECASE)
DATE = re.compile(rf"\d{{1,2}}\.?\s*(?:{MONTHS})", re.IGNORECASE)
_DUTCH_ENDINGS, _FRENCH_ENDINGS = r"e|de|ste|st|nd|rd|th", r"er|re|ère|i?[eè]me"
ORDINAL = re.compile(
    rf"\d{{1,3}}(?P<ending>\.|(?:{_DUTCH_ENDINGS}|{_FRENCH_ENDINGS})\b\.?(?=\s))\s*(?P<next>.*)$", re.IGNORECASE
)
# Before an ordinal that is part of a name (Nieuwe 3e Dwarsstraat, Laan van de 4e Brigade, Platz der 3. Division).
BEFORE_ORDINAL = re.compile(
    r"(?:^|[\s'’-])(?:de|den|der|het|'t|’t|van|du|des|de\sla|la|le|les|dem|das|die|nieuwe|oude|lange|korte|grote|kleine"
    r"|verlengde|hoge|lage|alte|neue|große|kleine|nouvelle|ancienne)$",
    re.IGNORECASE,
)
NOT_A_NAME = re.compile(
    r"^(?:boven|beneden|achter|voor|links|rechts|rood|zwart|huis|bis|hs|bus|bte|boîte|boite|box|b\d|c/o|t\.?a\.?v|p/a|tot|en"
    r"|t/m|und|et)\b",
    re.IGNORECASE,
)
NAMED_BY_YEAR = re.compile(r"^(?:plein|laan|place|square)$", re.IGNORECASE)
# After these words a number that is followed by another is part of the name (Wijk 7 12, De 12 Linden 7).
NAMED_BY_NUMBER = re.compile(r"(?:^|\s)(?:wijk|de|het|'t|den|der|les|la|le|du|des|aux|zu|zum)$", re.IGNORECASE)
NO_SPACE = re.compile(r"^(?P<street>[^\d]*[^\W\d]{3,}[.:]?)(?P<number>\d{1,5})(?P<rest>\D.*)?$")
LETTER_FIRST = re.compile(r"^(?P<street>.*[^\s,])[\s,]+(?P<letter>[A-Z])-?(?P<number>\d{1,5})(?P<rest>\D.*)?$")
LEADING = re.compile(
    rf"^(?P<word>{ANNOUNCEMENT}\s?)?(?P<number>\d{{1,5}})(?P<suffix>(?:\s?[-–]\s?\d{{1,4}}|[-/]\w{{1,4}}"
    r"|\s?[A-Za-z](?![\w.])|\s?bis|\s?ter|\s\d/\d{1,2}|\s?[¼½¾⅓⅔⅛])?)[\s,;:]+"
    rf"(?P<street>(?:\d{{1,3}}(?:{_DUTCH_ENDINGS}|{_FRENCH_ENDINGS})\s)?[^\W\d'’(].*)$",
    re.IGNORECASE,
)
# Streets in Mannheim: a letter and a number.
SQUARES = re.compile(r"^(?P<street>[A-U]\s?\d{1,2})[\s,]+(?P<number>\d{1,3})(?P<rest>\D.*)?$")
NUMBER_WORD = re.compile(rf"(?:^|[\s,;(]+)(?P<word>{ANNOUNCEMENT})\s*$", re.IGNORECASE)
SIGNS = re.compile(r"(?<=\w)#(?=\s?\d)")
# Numbers behind these words are a part of something else when another number is there.
PART_BEFORE = re.compile(r"(?:^|[\s,/])(?:bus|bte|boîte|boite|box)\.?$", re.IGNORECASE)
# A Dutch postcode behind the street. Small letters tight behind a number can be an addition (1000rd).
AFTER_STREET = re.compile(r"[1-9]\d{3}(?:\s?[A-Z]{2}|\s[a-z]{2})\b")
# Last words of a street that make an ordinary line another one.
LAST_WORD = re.compile(
    r"(?:^|[\s.])(?:nr|no|n|nummer|huisnummer|huisnr|hausnr|hausnummer|hnr|num|numéro|number|bus|bte|boîte|boite|box)\.?$",
    re.IGNORECASE,
)


def parse_street(line: str, country: str) -> ParsedStreet:
    """Split a line as NL, BE, DE and AT write it. Without a number the whole line is the street."""
    if found := _ordinary(line):
        return found
    line = ANNOUNCED.sub(r"\g<word> ", SIGNS.sub(" #", line))
    if country == "NL" and (district := NUMBERED_DISTRICT.match(line)):
        return after_number(ParsedStreet(district["street"], district["number"] or ""), district["rest"] or "", country)
    if before := place_before_street(line):
        place, rest = before
        found = parse_street(rest, country)
        return replace(found, extra=_joined(place, found.extra), place=place)
    if country == "BE" and (box := BOX.match(line)) and line[box.end() :].startswith(","):
        found = parse_street(line[box.end() :].strip(" ,"), country)
        if not found.number:
            return replace(found, extra=_joined(box[0], found.extra))
        return replace(found, box=box["box"], house_number=with_box(found, box))
    leading = LEADING.match(line)
    if leading and (FRENCH.match(leading["street"]) or leading["word"]):
        return _from_leading(leading, country)
    if country == "DE" and (square := SQUARES.match(line)):
        return after_number(ParsedStreet(square["street"], square["number"]), square["rest"] or "", country)
    found_at = _house_number(line, country)
    if found_at is not None:
        start, end = found_at
        street, dropped = _without_announcement(line[:start].rstrip(" ,;:"))
        parts = after_number(ParsedStreet(street, line[start:end]), line[end:], country)
        return replace(parts, dropped=_joined(dropped, parts.dropped))
    return _unusual(line, leading, country)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _ordinary(line: str) -> ParsedStreet | None:
    """Most lines: words, a number and perhaps one letter."""
    match = ORDINARY.match(line)
    if match is None:
        return None
    street, number, rest = match["street"], match["number"], match["rest"] or ""
    is_year = int(number) in YEARS and NAMED_BY_YEAR.match(street)
    if is_year or LAST_WORD.search(street) or (rest in {"e", "E"} and NUMBERED_DISTRICT.match(line)):
        return None
    return ParsedStreet(street, number, rest.strip(" -"), house_number=number + rest if rest else "")


def _without_announcement(street: str) -> tuple[str, str]:
    match = NUMBER_WORD.search(street)
    if match is None or not match.start():
        return street, ""
    return street[: match.start()].rstrip(" ,;:("), match["word"].strip()


def _from_leading(match: re.Match[str], country: str) -> ParsedStreet:
    """The number first; behind the street may stand a box, a floor or a unit."""
    street, number, typed = match["street"], match["number"], match["suffix"]
    suffix = typed.strip(" -–/")
    dropped = (match["word"] or "").strip()
    found = ParsedStreet(street, number, suffix, dropped=dropped, house_number=number + typed if suffix else "")
    cut = _end_of_street(street, country)
    rest = street[cut:].strip(SEPARATORS)
    if not rest:
        return found
    found = replace(found, street=street[:cut].rstrip(SEPARATORS))
    if country == "BE" and (box := BOX.search(rest)):
        rest = _joined(rest[: box.start()].strip(SEPARATORS), rest[box.end() :].strip(SEPARATORS))
        found = replace(found, box=box["box"], house_number=with_box(found, box))
    return replace(found, extra=rest)


def _end_of_street(street: str, country: str) -> int:
    """Where a street ends that stands behind its number: at a comma, a floor, a unit with a number, a Belgian box."""
    for boundary in re.finditer(r"\s?[,;(]\s?|\s", street):
        rest = street[boundary.end() :]
        is_box = country == "BE" and BOX.match(rest)
        if boundary[0].strip() or is_box or FLOOR.match(rest) or UNIT_WITH_NUMBER.match(rest):
            return boundary.start()
    return len(street)


def _unusual(line: str, leading: re.Match[str] | None, country: str) -> ParsedStreet:
    if letter := LETTER_FIRST.match(line):
        parts = ParsedStreet(f"{letter['street']} {letter['letter']}", letter["number"])
        return after_number(parts, letter["rest"] or "", country)
    if leading and not _begins_with_name(line, leading["street"]):
        return _from_leading(leading, country)
    if glued := NO_SPACE.match(line):
        parts = ParsedStreet(glued["street"].rstrip(" ,:"), glued["number"])
        return after_number(parts, glued["rest"] or "", country)
    cut = _end_of_street(line, country) if any(map(str.isdigit, line)) else len(line)
    if country == "BE" and (box := BOX.match(line[cut:].strip(SEPARATORS))) and cut:
        tail = line[cut:].strip(SEPARATORS)[box.end() :].strip(SEPARATORS)
        return ParsedStreet(line[:cut].rstrip(SEPARATORS), box=box["box"], extra=tail)
    return ParsedStreet(line)


def _begins_with_name(line: str, street: str) -> bool:
    """Whether the figure at the front is part of the name (2e Walstraat, 5 Meiplein), or a floor follows it."""
    if any(pattern.match(street) for pattern in (FLOOR, UNIT_WITH_NUMBER, BOX)) or DATE.match(line):
        return True
    ordinal = ORDINAL.match(line)
    return ordinal is not None and ordinal["next"][:1].isalpha()


def _house_number(line: str, country: str) -> tuple[int, int] | None:
    """Start and end of the first number that is not part of a street name, such as a year or a date."""
    found = [match.span() for match in CANDIDATE.finditer(line) if match.start()]
    for index, (start, end) in enumerate(found):
        if FLOOR.match(line[start:]) or (country == "BE" and PART_BEFORE.search(line[:start].rstrip(" .:"))):
            continue
        others = any(_may_be_house(line, later) for later, _end in found[index + 1 :])
        if not _is_name(line, start, end, is_last=not others, country=country):
            return start, end
    return None


def _may_be_house(line: str, start: int) -> bool:
    """Whether the number here, behind another one, can be the house: no postcode, floor, box or part of a building."""
    before = line[:start].rstrip(" .:")
    return not (
        AFTER_STREET.match(line[start:])
        or FLOOR.match(line[start:])
        or PART_BEFORE.search(before)
        or UNIT_BEFORE_NUMBER.search(before)
    )


def _is_name(line: str, start: int, end: int, *, is_last: bool, country: str) -> bool:
    before, figure = line[:start].rstrip(" ,"), line[start:]
    if DATE.match(figure) or _is_ordinal(before, figure, is_last=is_last, country=country):
        return True
    if int(line[start:end]) in YEARS and (not is_last or (NAMED_BY_YEAR.match(before) and end == len(line))):
        return True
    return not is_last and NAMED_BY_NUMBER.search(before) is not None


def _is_ordinal(before: str, figure: str, *, is_last: bool, country: str) -> bool:
    """Whether this figure counts streets: a word follows that can be a name.

    Without one, the letters behind it are the addition of the house (Dorpsstraat 12e 3).
    """
    ordinal = ORDINAL.match(figure)
    if ordinal is None or not ordinal["next"][:1].isalpha():
        return False
    has_stop = ordinal["ending"] == "."
    if country in {"DE", "AT"} and not has_stop:
        return False
    name = re.split(r"[\d,;(]", ordinal["next"], maxsplit=1)[0].strip()
    if UNIT.match(name) or NOT_A_NAME.match(ordinal["next"]):
        return False
    if BEFORE_ORDINAL.search(before):
        return True
    if any(ENDS_A_STREET.search(word) for word in name.split()):
        return not is_last or ordinal["ending"].islower()
    return not is_last and name[0].isupper()
