"""Reads what stands behind a house number: suffix, Belgian box and further words. No letter or figure is dropped."""

import re
from dataclasses import dataclass, replace
from typing import Any

from carriers.street_words import BOX_WORDS, FLOOR, NUMBER_WORDS, UNIT

# In characters. A suffix is sent on its own in the Netherlands and Belgium only, where gateways take six.
MAX_SUFFIX_LENGTH, MAX_LONG_SUFFIX_LENGTH, MAX_BOX_LENGTH, MAX_JOINT_LENGTH = 6, 10, 8, 3
SENT_APART = frozenset({"NL", "BE"})
NUMBER = re.compile(r"^(?P<number>\d{1,5})(?!\d)(?P<rest>.*)$", re.DOTALL)
POSTCODE = re.compile(r"^[1-9]\d{3}\s?[A-Z]{2}\b", re.IGNORECASE)
_JOINT = r"(?:\s?[-–—/+&]\s?|\.)"
WHOLE_SUFFIX = re.compile(rf"^(?!.*(?:[^\W\d]{{5}}|\d{{5}}))\w+(?:(?:{_JOINT}|\s)\w+)*$")
# Doors and ranges, which may be longer (14a/6/12).
DOORS = re.compile(rf"^\w{{1,4}}(?:{_JOINT}\w{{1,4}})+$")
FRACTION = r"\d/\d{1,2}|[¼½¾⅓⅔⅛]"
FIRST_SUFFIX = re.compile(
    rf"^(?:[^\W\d]|\d{{1,4}}[^\W\d]?|[IVX]{{1,4}}|{FRACTION}|bis|ter|quater|hs|huis|rood|rd|zwart|zw|wit|bg|boven|beneden)$",
    re.IGNORECASE,
)
_BOX = (
    r"[A-Z]{0,3}\d{1,8}[A-Z]{0,2}(?:[./-][A-Z0-9]{1,4})*(?:\s[A-Z](?![\w.'’]))?"
    r"|[A-Z]{1,3}(?:[./-][A-Z0-9]{1,4})+|[A-Z]\s\d{1,4}|[A-Z]{1,3}"
)
BOX = re.compile(
    rf"(?:^|(?<=[\s,;/(\d-])|(?<=\d[A-Z]))(?P<word>{BOX_WORDS})(?:\s?[.:])?\s?(?:(?:nr|no|n°)\.?\s?)?(?P<box>{_BOX})(?!\w)",
    re.IGNORECASE,
)
SHORT_BOX = re.compile(
    r"^\s*(?:/\s*(?P<slash>[\w.-]{1,8})|b\s?(?P<b>\d{1,4}\w?)|-\s?(?P<dash>\d{1,4}))\s*$", re.IGNORECASE
)
# Letters tight behind the number are its suffix, whatever follows.
GLUED = re.compile(r"[^\W\d]{1,4}(?![^\W\d])")
# Between number and suffix, as typed; a comma is read as a blank.
SEPARATORS = " ,;-–—/.+&:_"
BEHIND = re.compile(rf"^(?:{NUMBER_WORDS})\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedStreet:
    """``house_number`` is the number with its suffix as typed, such as 5/3, empty without a suffix.

    ``dropped`` are words that only announce a number; ``place`` stood before the street and is in ``extra`` too.
    """

    street: str = ""
    number: str = ""
    suffix: str = ""
    box: str = ""
    extra: str = ""
    dropped: str = ""
    house_number: str = ""
    place: str = ""


def after_number(parts: ParsedStreet, rest: str, country: str) -> ParsedStreet:
    """``parts`` with what ``rest`` says; ``rest`` is the text behind the number, with its separator."""
    if country == "BE" and (box := _belgian_box(parts, rest)) is not None:
        return box
    addition = rest.strip(SEPARATORS)
    if not addition:
        return parts
    if BEHIND.match(addition):
        return replace(parts, dropped=addition)
    if FLOOR.match(addition) or POSTCODE.match(addition):
        return replace(parts, extra=addition)
    glued = GLUED.match(rest)
    if glued and not UNIT.match(rest):
        whole, extra = _split_addition(addition, country)
        suffix, extra = (whole, extra) if whole else (glued[0], rest[glued.end() :].strip(SEPARATORS))
    else:
        suffix, extra = _split_addition(addition, country)
    if not suffix:
        return replace(parts, extra=extra)
    return replace(parts, suffix=suffix, extra=extra, house_number=_as_typed(parts.number, rest, suffix))


def _split_addition(addition: str, country: str) -> tuple[str, str]:
    """The suffix at the front, as far as it reads as one, and the rest."""
    if FIRST_SUFFIX.match(addition):
        return addition, ""
    if UNIT.match(addition):
        return "", addition
    head = _before_other_words(addition)
    first = re.split(r"\s", head, maxsplit=1)[0]
    for words in (head, first):
        if FIRST_SUFFIX.match(words) or (words == head and _is_suffix(words, country)):
            return words, addition[len(words) :].strip(SEPARATORS)
    return "", addition


def _is_suffix(words: str, country: str) -> bool:
    if country not in SENT_APART and len(words) <= MAX_LONG_SUFFIX_LENGTH and DOORS.match(words):
        return True
    return len(words) <= MAX_SUFFIX_LENGTH and WHOLE_SUFFIX.match(words) is not None


def _before_other_words(addition: str) -> str:
    """Up to the first comma, bracket, floor or unit."""
    for boundary in re.finditer(r"[\s,;(/–-]+", addition):
        rest = addition[boundary.end() :]
        if re.search(r"[,;(]", boundary[0]) or FLOOR.match(rest) or UNIT.match(rest):
            return addition[: boundary.start()]
    return addition


def _as_typed(number: str, rest: str, suffix: str) -> str:
    joint = rest[: rest.index(suffix)] if suffix in rest else " "
    joint = re.sub(r"\s+", " ", re.sub(r"[,;:]", " ", joint))
    if len(joint) > MAX_JOINT_LENGTH:
        joint = " "
    return f"{number}{joint}{suffix}"


def with_box(parts: Any, box: re.Match[str]) -> str:
    """The house number as typed, with the word for its box; ``parts`` has number, suffix and house_number."""
    typed = f"{parts.house_number or parts.number} {box['word'].lower()} {box['box']}"
    return typed if parts.house_number or not parts.suffix else ""


def _belgian_box(parts: ParsedStreet, rest: str) -> ParsedStreet | None:
    if box := BOX.search(rest):
        value, before, tail = box["box"], rest[: box.start()], rest[box.end() :].strip(SEPARATORS)
        if before.rstrip().endswith("(") and tail.startswith(")"):
            before, tail = before.rstrip()[:-1], tail[1:].strip(SEPARATORS)
        if len(value) <= MAX_BOX_LENGTH:
            found = after_number(parts, before, "NL")
            extra = ", ".join(part for part in (found.extra, tail) if part)
            return replace(found, box=value, extra=extra, house_number=with_box(found, box))
    short = SHORT_BOX.match(rest)
    if short is None or (short["dash"] and int(short["dash"]) > int(parts.number)):
        return None
    typed = f"{parts.number}/{short['slash']}" if short["slash"] else ""
    return replace(parts, box=short["slash"] or short["b"] or short["dash"], house_number=typed)
