"""Splits addresses as buyers type them into street, number, suffix and box, and validates them.

No text is dropped: what fits no field goes to ``extra``. What says nothing, and what another field of the same address
says already, is left out with a remark that holds it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from carriers.address_lines import (
    NUMBER_FIRST,
    fit_street,
    join_fields,
    left_out,
    read_fields,
    read_line,
    read_lines,
    tidy,
    with_second_line,
    without_fillers,
    without_repeat_of_line,
    without_repeats,
)
from carriers.address_repeats import KnownPlace
from carriers.lookalikes import wrong_postcode
from carriers.parcels import SPLIT_COUNTRIES, Address
from carriers.parsed_address import AddressCorrection, ParsedAddress, joined
from carriers.postcodes import needs_postal_code, normalize_postal_code
from carriers.problems import Problem

__all__ = [
    "SPLIT_COUNTRIES",
    "AddressCorrection",
    "ParsedAddress",
    "address_parts",
    "address_problems",
    "parse_address",
    "split_fields",
]

NUMBER_REQUIRED = frozenset({"NL", "BE"})


def parse_address(
    line1: str,
    line2: str = "",
    number_hint: str = "",
    street_hint: str = "",
    country: str = "",
    postal_code: str = "",
    city: str = "",
    *,
    region: str = "",
    others: Sequence[str] = (),
) -> ParsedAddress:
    """Split an address by the conventions of its country. ``*_hint`` are parts the platform sent separately.

    Outside NL, BE, DE and AT the house number stays in the street. No text is dropped: what fits no field goes to
    ``extra``. Postcode, town, region, country and ``others`` (name, company, email, phone) are left out where the
    lines say them again.
    """
    known = KnownPlace(country, postal_code, city, region, tuple(other for other in others if other))
    if street_hint and number_hint:
        found = _from_hints(line1, line2, street_hint, number_hint, known)
    else:
        found = read_lines(line1 or street_hint or number_hint, line2, known)
    return fit_street(found, country)


def _from_hints(line1: str, line2: str, street: str, number: str, known: KnownPlace) -> ParsedAddress:
    """Words of the first line that are in neither hint go to ``extra``."""
    country = known.country
    first, second = read_line(line1, known, "street"), read_line(line2, known, "extra")
    remarks = (*first.warnings, *second.warnings)
    line1, line2 = first.street, second.street
    if country in SPLIT_COUNTRIES:
        found = split_fields(street, number, country=country, postal_code=known.postal_code, city=known.city)
        kept = (found.street, found.number, found.suffix, found.box, found.extra, tidy(number))
        rest = left_out(line1, kept)
        line2, repeated = without_repeat_of_line(line2, f"{street} {number}")
    else:
        street, number = tidy(street), tidy(number)
        whole = f"{number} {street}" if country in NUMBER_FIRST else f"{street} {number}"
        found = ParsedAddress(street=line1 or whole)
        rest = left_out(f"{street} {number}", (found.street,)) if line1 else ""
        line2, repeated = without_repeat_of_line(line2, found.street)
    found = with_second_line(replace(found, extra=joined(found.extra, rest)), line2, country)
    found = without_repeats(found, known)
    return replace(found, warnings=(*remarks, *repeated, *found.warnings))


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
    without a warning. May be repeated: its own result comes out as it went in. Where a number has no field it becomes a
    part of the street, without a warning, because the address stays the same.
    """
    known = KnownPlace(country, postal_code, city)
    lines = {"street": read_line(street, known, "street"), "number": read_line(number, known, "number")}
    remarks = tuple(remark for line in lines.values() for remark in line.warnings)
    typed = ParsedAddress(lines["street"].street, lines["number"].street, tidy(suffix), tidy(box), tidy(extra))
    typed = without_fillers(replace(typed, warnings=remarks))
    if country and country not in SPLIT_COUNTRIES and typed.street and typed.number:
        typed = join_fields(typed, country)
    if country not in SPLIT_COUNTRIES or not (typed.street or typed.number):
        return typed
    found = without_repeats(read_fields(typed, country), known)
    before, after = _parts(typed), _parts(found)
    if found.warnings or before == after:
        return fit_street(replace(found, warnings=(*typed.warnings, *found.warnings)), country)
    text = _("Street and house number were taken apart.")
    moved = AddressCorrection("number", "fields_split", text, _shown(before), _shown(after))
    return fit_street(replace(found, warnings=(*typed.warnings, moved)), country)


def address_parts(found: ParsedAddress, typed: Address | None = None) -> dict[str, str]:
    """The fields of ``Address`` that parsing decides. ``typed`` keeps its number as typed while that is the same."""
    parts = {name: getattr(found, name) for name in ("street", "number", "suffix", "box", "extra", "house_number")}
    if typed is not None and not parts["house_number"]:
        parts["house_number"] = typed.house_number
    return parts


def _parts(found: ParsedAddress) -> tuple[str, ...]:
    return (found.street, found.number, found.suffix, found.box, found.extra)


def _shown(parts: tuple[str, ...]) -> str:
    return " · ".join(part for part in parts if part)


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
