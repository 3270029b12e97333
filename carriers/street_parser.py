"""Splits a street line into street, house number, suffix, box and extra text.

Independent of carriers. No word is dropped, except those that announce a number or a box (nr., bus, bte); the number or
box itself is kept.
"""

import re
from dataclasses import dataclass, replace

MAX_SUFFIX_LENGTH = 6
# A year is part of the street name when another number follows, or after a word in NAMED_BY_YEAR (Plein 1944).
YEARS = range(1800, 2100)
_MONTHS = (
    r"janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre"
    r"|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|januar|februar|märz|august"
)
CANDIDATE = re.compile(r"(?<=[\s,])\d{1,5}(?!\d)")
DATE = re.compile(rf"\d{{1,2}}\.?\s+(?:{_MONTHS})", re.IGNORECASE)
ORDINAL = re.compile(r"\d{1,3}(?:\.\s+[^\W\d]|(?:e|de|ste|er|è?re|i?[eè]me|st|nd|rd|th)\b)", re.IGNORECASE)
NAMED_BY_YEAR = re.compile(r"^(?:plein|laan|place|square)$", re.IGNORECASE)
# After these words a number that is followed by another is part of the name (Wijk 7 12, De 12 Linden 7).
NAMED_BY_NUMBER = re.compile(r"(?:^|\s)(?:wijk|de|het|'t|den|der|les|la|le|du|des|aux|zu|zum)$", re.IGNORECASE)
NO_SPACE = re.compile(r"^(?P<street>[^\d]*[^\W\d]{4,})(?P<number>\d{1,5})(?P<rest>\D.*)?$")
LETTER_FIRST = re.compile(r"^(?P<street>.*[^\s,])[\s,]+(?P<letter>[A-Z])-?(?P<number>\d{1,5})(?P<rest>\D.*)?$")
LEADING = re.compile(
    r"^(?P<number>\d{1,5})(?P<suffix>(?:\s?-\s?\d{1,4}|[-/]\w{1,4}|\s?[A-Za-z]|\s?bis|\s?ter)?)[\s,]+(?P<street>\D.*)$"
)
FRENCH = re.compile(
    r"^(?:rue|avenue|av\.|boulevard|bd|bld|place|chaussée|chaussee|quai|impasse|allée|allee|chemin|square|drève|clos|route"
    r"|cours|sentier|venelle|galerie|esplanade|parvis|montagne)\b",
    re.IGNORECASE,
)
# Streets in Mannheim: a letter and a number.
SQUARES = re.compile(r"^(?P<street>[A-U]\s?\d{1,2})[\s,]+(?P<number>\d{1,3})(?P<rest>\D.*)?$")
NUMBER = re.compile(r"^(?P<number>\d{1,5})(?!\d)(?P<rest>.*)$")
NUMBER_WORD = re.compile(
    r"[\s,]+(?P<word>nr\.?|no\.?|n°|nummer|huisnummer|huisnr\.?|hausnr\.?|hausnummer|#)\s*$", re.IGNORECASE
)
FLOOR = re.compile(
    r"^(?:\d{1,2}|[IVX]{1,4})\s*\.?\s*(?:e|de|ste|er|i?[eè]me)?\s*"
    r"(?:hoog|hg|etage|etg|verdieping|verd\.?|étage|stock|og|piso|woonlaag)\b",
    re.IGNORECASE,
)
UNIT = re.compile(
    r"^(?:app|apt|appt|appartement|unit|kamer|kmr|k\.|studio|gebouw|blok|flat|toren|hal|loods|verdieping|etage|stiege|stg|haus"
    r"|tür|top|wohnung|whg|t/m|t/o|t\.o\.|tot)\b",
    re.IGNORECASE,
)
POSTCODE = re.compile(r"^[1-9]\d{3}\s?[A-Z]{2}\b", re.IGNORECASE)
WHOLE_SUFFIX = re.compile(r"^(?!.*[^\W\d]{5})\w+(?:[ \-/]\w+)*$")
FIRST_SUFFIX = re.compile(
    r"^(?:[^\W\d]|\d{1,4}[^\W\d]?|[IVX]{1,4}|bis|ter|hs|huis|rood|zwart|zw|rd|bg|boven)$", re.IGNORECASE
)
_BOX = r"(?:bus|bte|boîte|boite|box)\.?\s*(?P<box>[\w/-]{1,8})"
BOX = re.compile(rf"(?:^|(?<=[\s,/\d])){_BOX}\s*$", re.IGNORECASE)
SHORT_BOX = re.compile(r"^\s*(?:/\s*(?P<slash>[\w-]{1,8})|b\s?(?P<b>\d{1,4})|-\s?(?P<dash>\d{1,4}))\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedStreet:
    """``dropped`` are words that only announce a number."""

    street: str = ""
    number: str = ""
    suffix: str = ""
    box: str = ""
    extra: str = ""
    dropped: str = ""


def parse_street(line: str, country: str) -> ParsedStreet:
    """Split a line as NL, BE, DE and AT write it. Without a number the whole line is the street."""
    if country == "BE" and (box := BOX.search(line)) and any(map(str.isdigit, line[: box.start()])):
        return replace(parse_street(line[: box.start()].rstrip(" ,/-"), "NL"), box=box["box"])
    leading = LEADING.match(line)
    if leading and FRENCH.match(leading["street"]):
        return _from_leading(leading)
    if country == "DE" and (square := SQUARES.match(line)):
        return after_number(ParsedStreet(square["street"], square["number"]), square["rest"] or "", country)
    found = _house_number(line)
    if found is not None:
        start, end = found
        street = line[:start].rstrip(" ,")
        dropped = NUMBER_WORD.search(street)
        if dropped and dropped.start():
            street = street[: dropped.start()].rstrip(" ,")
        parts = ParsedStreet(street, line[start:end], dropped=dropped["word"] if dropped and dropped.start() else "")
        return after_number(parts, line[end:], country)
    return _unusual(line, leading, country)


def _from_leading(match: re.Match[str]) -> ParsedStreet:
    return ParsedStreet(match["street"], match["number"], match["suffix"].strip(" -/"))


def _unusual(line: str, leading: re.Match[str] | None, country: str) -> ParsedStreet:
    if letter := LETTER_FIRST.match(line):
        parts = ParsedStreet(f"{letter['street']} {letter['letter']}", letter["number"])
        return after_number(parts, letter["rest"] or "", country)
    if leading and not ORDINAL.match(line):
        return _from_leading(leading)
    if glued := NO_SPACE.match(line):
        return after_number(ParsedStreet(glued["street"].rstrip(" ,"), glued["number"]), glued["rest"] or "", country)
    return ParsedStreet(line)


def _house_number(line: str) -> tuple[int, int] | None:
    """Start and end of the first number that is not part of a street name, such as a year or a date."""
    found = [match.span() for match in CANDIDATE.finditer(line) if match.start()]
    for index, (start, end) in enumerate(found):
        if not _is_name(line, start, end, is_last=index == len(found) - 1):
            return start, end
    return None


def _is_name(line: str, start: int, end: int, *, is_last: bool) -> bool:
    before, figure = line[:start].rstrip(" ,"), line[start:]
    if DATE.match(figure) or ORDINAL.match(figure):
        return True
    if int(line[start:end]) in YEARS and (not is_last or (NAMED_BY_YEAR.match(before) and end == len(line))):
        return True
    return not is_last and NAMED_BY_NUMBER.search(before) is not None


def after_number(parts: ParsedStreet, rest: str, country: str) -> ParsedStreet:
    if country == "BE":
        if box := BOX.search(rest):
            found = after_number(parts, rest[: box.start()], "NL")
            return replace(found, box=box["box"])
        short = SHORT_BOX.match(rest)
        if short and not (short["dash"] and int(short["dash"]) > int(parts.number)):
            return replace(parts, box=short["slash"] or short["b"] or short["dash"])
    addition = rest.strip(" ,-/.")
    if not addition:
        return parts
    if FLOOR.match(addition) or UNIT.match(addition) or POSTCODE.match(addition):
        return replace(parts, extra=addition)
    if FIRST_SUFFIX.match(addition) or (len(addition) <= MAX_SUFFIX_LENGTH and WHOLE_SUFFIX.match(addition)):
        return replace(parts, suffix=addition)
    first = re.split(r"[\s,]", addition, maxsplit=1)[0]
    if FIRST_SUFFIX.match(first):
        return replace(parts, suffix=first, extra=addition[len(first) :].strip(" ,-/"))
    return replace(parts, extra=addition)
