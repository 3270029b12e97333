"""Splits addresses as buyers type them into street, number, suffix and box, and validates them. No text is dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.lookalikes import wrong_postcode
from carriers.parcels import Address
from carriers.postcodes import needs_postal_code, normalize_postal_code
from carriers.problems import Problem, Text
from carriers.street_parser import BOX, FLOOR, NUMBER, POSTCODE, ParsedStreet, after_number, parse_street

SPLIT_COUNTRIES = frozenset({"NL", "BE", "DE", "AT"})
NUMBER_REQUIRED = frozenset({"NL", "BE"})
# Countries that write the number before the street.
NUMBER_FIRST = frozenset({"FR", "LU", "GB", "IE", "US", "CA", "AU", "NZ", "MC", "MT"})
MAX_STREET_LENGTH = 40
# A house number that a spreadsheet turned into a decimal fraction.
WHOLE_AS_DECIMAL = re.compile(r"^(\d{1,5})[.,]0{1,2}$")
CARE_OF = re.compile(
    r"^(?P<care>(?:t\.?\s?a\.?\s?v\.?|p/a|c/o|attn\.?|z\.\s?hd\.?|z\.\s?h\.)\s[^,]*|(?:unit|kamer|gebouw|flat|blok|toren|hal"
    r"|loods|appartement|afdeling)\s+\w+),\s*(?P<rest>\D+\d.*)$",
    re.IGNORECASE,
)
BUILDING = re.compile(
    r"^(?:unit|kamer|gebouw|flat|blok|toren|hal|loods|appartement|afdeling|etage|verdieping|t\.?a\.?v\.?|c/o|p/a)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AddressCorrection:
    """A change to a typed address, shown to the merchant: ``before`` is as typed, ``after`` the result."""

    field: str
    code: str
    text: Text
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    street: str = ""
    number: str = ""
    suffix: str = ""
    box: str = ""
    extra: str = ""
    warnings: tuple[AddressCorrection, ...] = ()


def parse_address(
    line1: str,
    line2: str = "",
    number_hint: str = "",
    street_hint: str = "",
    country: str = "",
    postal_code: str = "",
    city: str = "",
) -> ParsedAddress:
    """Split an address by the conventions of its country. ``*_hint`` are parts the platform sent separately.

    Outside NL, BE, DE and AT the house number stays in the street. No text is dropped: what fits no field goes to
    ``extra``. A postcode and town at the end of a line are removed when they are passed as well.
    """
    line1, line2 = _tidy(line1, postal_code, city), _tidy(line2, postal_code, city)
    if street_hint and number_hint:
        found = _from_hints(line1, line2, street_hint, number_hint, country)
    elif country in SPLIT_COUNTRIES:
        found = _from_lines(line1 or _tidy(street_hint), line2, country)
    else:
        found = ParsedAddress(street=line1 or _tidy(f"{street_hint} {number_hint}"), extra=line2)
        if not found.street:
            found = ParsedAddress(street=line2)
    return _fit_street(found)


def split_fields(
    street: str,
    number: str = "",
    suffix: str = "",
    box: str = "",
    extra: str = "",
    *,
    country: str = "",
    postal_code: str = "",
    city: str = "",
) -> ParsedAddress:
    """Take apart what stands in separate fields, as in a form or a file, by the rules of a street line.

    A field may hold more than its own part: a whole line in the street, an addition in the number. What was moved is
    in ``warnings``, with what was typed and what became of it; parts that were right already are returned unchanged,
    without a warning. May be repeated: its own result comes out as it went in.
    """
    street, extra = _tidy(street, postal_code, city), _tidy(extra, postal_code, city)
    number, suffix, box = _tidy(number, postal_code, city), _tidy(suffix), _tidy(box)
    typed = ParsedAddress(street, number, suffix, box, extra)
    if country not in SPLIT_COUNTRIES or not (street or number):
        return typed
    found = _from_fields(typed, country, postal_code)
    parts = (found.street, found.number, found.suffix, found.box, found.extra)
    if found.warnings or parts == (street, number, suffix, box, extra):
        return found
    text = _("Street and house number were taken apart.")
    before = " · ".join(part for part in (street, number, suffix, box, extra) if part)
    moved = AddressCorrection("number", "fields_split", text, before, " · ".join(part for part in parts if part))
    return replace(found, warnings=(moved,))


def _from_fields(typed: ParsedAddress, country: str, postal_code: str) -> ParsedAddress:
    number = _without_postcode(WHOLE_AS_DECIMAL.sub(r"\1", typed.number), postal_code)
    if not NUMBER.match(number):
        line = f"{typed.street} {number}".strip()
        found = _from_lines(line, typed.extra, country)
    else:
        found = _with_number_field(replace(typed, number=number), country)
    return _with_fields(found, typed.suffix, typed.box)


def _with_number_field(typed: ParsedAddress, country: str) -> ParsedAddress:
    """The number of the street field is left out when the number field repeats it (Lindelaan 12 and 12)."""
    parsed = NUMBER.match(typed.number)
    assert parsed is not None
    found = after_number(ParsedStreet(typed.street, parsed["number"]), parsed["rest"], country)
    again = parse_street(typed.street, country)
    if again.number == found.number:
        found = replace(
            again,
            suffix=found.suffix or again.suffix,
            box=found.box or again.box,
            extra=_joined(again.extra, found.extra),
        )
    return ParsedAddress(found.street, found.number, found.suffix, found.box, _joined(found.extra, typed.extra))


def _with_fields(found: ParsedAddress, suffix: str, box: str) -> ParsedAddress:
    """With the addition and box of their own fields, which stand behind what the number field already said."""
    if suffix.casefold() != found.suffix.casefold():
        found = replace(found, suffix=" ".join(part for part in (found.suffix, suffix) if part))
    if box.casefold() != found.box.casefold():
        found = replace(found, box=" ".join(part for part in (found.box, box) if part))
    return found


def _without_postcode(number: str, postal_code: str) -> str:
    """A number field without the postcode that some forms add to it (16a 3524KB)."""
    code = "".join(postal_code.split())
    if not code:
        return number
    pattern = r"\s?".join(map(re.escape, code))
    return re.sub(rf"[\s,]+{pattern}$", "", number, flags=re.IGNORECASE)


def _tidy(line: str, postal_code: str = "", city: str = "") -> str:
    """Collapse spaces; remove trailing punctuation, and a postcode and town that are passed as well."""
    text = " ".join(line.split())
    # Compiling a pattern for every address would take most of the time, and most lines do not end with the town.
    if postal_code and city and text.casefold().endswith(city.strip().casefold()):
        code = r"\s?".join(map(re.escape, "".join(postal_code.split())))
        text = re.sub(rf"[\s,]+{code}[\s,]+{re.escape(city.strip())}$", "", text, flags=re.IGNORECASE)
    text = text.rstrip(" ,")
    return text.rstrip(" ,.") if any(character.isdigit() for character in text) else text


def _from_hints(line1: str, line2: str, street: str, number: str, country: str) -> ParsedAddress:
    """Words of the first line that are in neither hint go to ``extra``."""
    street, number = _tidy(street), _tidy(number)
    parsed = NUMBER.match(number)
    if country not in SPLIT_COUNTRIES:
        whole = f"{number} {street}" if country in NUMBER_FIRST else f"{street} {number}"
        found = ParsedAddress(street=line1 or whole)
        rest = _left_out(f"{street} {number}", found.street) if line1 else ""
    elif parsed is None:
        found = ParsedAddress(street=f"{street} {number}")
        rest = _left_out(line1, found.street)
    else:
        found = _as_split(after_number(ParsedStreet(street, parsed["number"]), parsed["rest"], country))
        rest = _left_out(line1, found.street, found.number, found.suffix, found.box, found.extra, number)
    return _with_second_line(replace(found, extra=_joined(found.extra, rest)), line2, country)


def _left_out(line: str, *kept: str) -> str:
    known = {word.casefold() for part in kept for word in re.findall(r"\w+", part)}
    return " ".join(
        word for word in line.split() if any(part.casefold() not in known for part in re.findall(r"\w+", word))
    ).strip(" ,")


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _as_split(parts: ParsedStreet, line: str = "") -> ParsedAddress:
    warnings: tuple[AddressCorrection, ...] = ()
    after = " ".join(part for part in (parts.street, parts.number, parts.suffix) if part)
    if parts.dropped:
        text = format_lazy(_("“{word}” was removed from the street."), word=parts.dropped)
        warnings += (AddressCorrection("street", "word_left_out", text, line, after),)
    if parts.extra and line:
        text = format_lazy(_("“{words}” was moved to the second address line."), words=parts.extra)
        warnings += (AddressCorrection("extra", "words_moved", text, line, f"{after} · {parts.extra}"),)
    return ParsedAddress(parts.street, parts.number, parts.suffix, parts.box, parts.extra, warnings)


def _from_lines(line1: str, line2: str, country: str) -> ParsedAddress:
    if not line1:
        line1, line2 = line2, ""
    if care := CARE_OF.match(line1):
        found = _as_split(parse_street(care["rest"], country), line1)
        found = replace(found, extra=_joined(care["care"].strip(), found.extra))
        return _with_second_line(found, line2, country)
    first = parse_street(line1, country)
    if line2 and (not first.number or BUILDING.match(line1)):
        moved = _from_second_line(line1, line2, country)
        if moved is not None:
            return moved
    return _with_second_line(_as_split(first, line1), line2, country)


def _from_second_line(line1: str, line2: str, country: str) -> ParsedAddress | None:
    before = f"{line1} / {line2}"
    if line1.isdecimal() and not any(map(str.isdigit, line2)):
        text = _("Street and number were taken from the second address line.")
        return ParsedAddress(
            line2, line1, warnings=(AddressCorrection("street", "street_moved", text, before, f"{line2} {line1}"),)
        )
    if FLOOR.match(line2) or POSTCODE.match(line2):
        return None
    second = parse_street(line2, country)
    is_street = bool(second.number and second.street) and not BUILDING.match(line2)
    alone = NUMBER.match(line2) if not BUILDING.match(line1) else None
    if alone and not (is_street and len(second.street.split()) > 1):
        text = _("The house number was taken from the second address line.")
        parts = after_number(ParsedStreet(line1, alone["number"]), alone["rest"], country)
        moved = AddressCorrection("number", "number_moved", text, before, f"{line1} {line2}")
        return replace(_as_split(parts), warnings=(moved,))
    if not is_street:
        return None
    text = _("Street and number were taken from the second address line.")
    moved = AddressCorrection("street", "street_moved", text, before, f"{line2} · {line1}")
    return replace(_as_split(second), extra=_joined(line1, second.extra), warnings=(moved,))


def _with_second_line(found: ParsedAddress, rest: str, country: str) -> ParsedAddress:
    box = BOX.search(rest) if country == "BE" and found.number and not found.box else None
    if box is not None:
        found, rest = replace(found, box=box["box"]), rest[: box.start()].strip(" ,")
    return replace(found, extra=_joined(found.extra, rest))


def _fit_street(found: ParsedAddress) -> ParsedAddress:
    if len(found.street) <= MAX_STREET_LENGTH:
        return found
    words, kept = found.street.split(" "), ""
    while words and len(f"{kept} {words[0]}".strip()) <= MAX_STREET_LENGTH:
        kept = f"{kept} {words.pop(0)}".strip()
    if not kept:
        kept, words = found.street[:MAX_STREET_LENGTH], [found.street[MAX_STREET_LENGTH:]]
    moved = " ".join(words)
    text = format_lazy(_("The street was too long, so “{words}” was moved to the second address line."), words=moved)
    correction = AddressCorrection("street", "street_too_long", text, found.street, f"{kept} · {moved}")
    return replace(found, street=kept, extra=_joined(moved, found.extra), warnings=(*found.warnings, correction))


def address_problems(address: Address) -> tuple[Problem, ...]:
    return tuple(_address_problems(address))


def _address_problems(address: Address) -> Iterator[Problem]:
    if not address.name:
        yield Problem("person", "name_missing", _("Enter the name of the recipient."))
    if not address.country:
        yield Problem("country", "country_missing", _("The country is missing. Choose one."))
    if not address.street:
        yield Problem("street", "street_missing", _("Enter a street."))
    elif not any(character.isalpha() for character in address.street):
        yield Problem("street", "street_missing", _("Enter a street; this contains only digits."))
    if address.country in NUMBER_REQUIRED and not address.number:
        yield Problem("number", "number_missing", _("House number is missing. Enter a house number."))
    if not address.city:
        yield Problem("city", "city_missing", _("Enter a town."))
    yield from _postal_problems(address)


def _postal_problems(address: Address) -> Iterator[Problem]:
    if not address.country:
        return
    if not address.postal_code:
        if needs_postal_code(address.country):
            yield Problem("postal_code", "postal_code_missing", _("Enter a postcode."))
        return
    if not normalize_postal_code(address.country, address.postal_code)[1]:
        yield Problem("postal_code", "postal_code_wrong", wrong_postcode(address.country, address.postal_code))
