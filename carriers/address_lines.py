"""Reads one or two address lines, or the fields of a form, into the parts of an address."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from carriers import long_streets
from carriers.address_repeats import KnownPlace, same_words, segments, split_repeat, street_key, without_place
from carriers.fillers import Field, is_filler, letters_and_figures
from carriers.house_numbers import BOX, NUMBER, POSTCODE, ParsedStreet, after_number, with_box
from carriers.parcels import SPLIT_COUNTRIES, joined_house
from carriers.parsed_address import AddressCorrection, ParsedAddress, filler_remark, joined, repeat_remark
from carriers.premises import BUILDING, is_before_street, place_before_street
from carriers.street_parser import parse_street
from carriers.street_words import FLOOR, UNIT_WITH_NUMBER

# Countries that write the number before the street.
NUMBER_FIRST = frozenset({"FR", "LU", "GB", "IE", "US", "CA", "AU", "NZ", "MC", "MT"})
# Countries whose streets have the abbreviations of ``long_streets``.
ABBREVIATES = frozenset({"NL", "BE", "DE", "AT", "FR", "LU"})
# A house number that a spreadsheet turned into a decimal fraction.
WHOLE_AS_DECIMAL = re.compile(r"^(\d{1,5})[.,]0{1,2}$")
FIRST_NUMBER = re.compile(r"\d+")


def tidy(line: str) -> str:
    """Collapse spaces; remove trailing punctuation."""
    text = " ".join(line.split()).rstrip(" ,")
    return text.rstrip(" ,.") if text.endswith(".") and any(map(str.isdigit, text)) else text


def read_line(line: str, known: KnownPlace, field: str) -> ParsedAddress:
    """A line in ``street``, without filler and what other fields of the address say, with the remarks about it."""
    text = tidy(line)
    if not text:
        return ParsedAddress()
    if is_filler(text):
        return ParsedAddress(warnings=(filler_remark(field, text),))
    shorter, dropped = without_place(text, known, is_split=known.country in SPLIT_COUNTRIES)
    if not dropped:
        return ParsedAddress(text)
    shorter = tidy(shorter)
    return ParsedAddress(shorter, warnings=(repeat_remark(field, dropped, text, shorter),))


def read_lines(line1: str, line2: str, known: KnownPlace) -> ParsedAddress:
    """The address that two lines hold. A first line that says nothing leaves its place to the second."""
    first, second = read_line(line1, known, "street"), read_line(line2, known, "extra")
    first, second = _without_town_alone(first, second, known)
    remarks = (*first.warnings, *second.warnings)
    upper, lower = (first.street, second.street) if first.street else (second.street, "")
    if known.country in SPLIT_COUNTRIES:
        lower, repeated = without_repeat_of_line(lower, upper)
        found = _split_lines(upper, lower, known.country)
        if repeated:
            found = replace(found, warnings=(*repeated, *found.warnings))
    else:
        lower, repeated = without_repeat_of_line(lower, upper)
        found = ParsedAddress(upper, extra=lower, warnings=repeated)
    found = without_repeats(found, known)
    return replace(found, warnings=(*remarks, *found.warnings)) if remarks else found


def _without_town_alone(
    first: ParsedAddress, second: ParsedAddress, known: KnownPlace
) -> tuple[ParsedAddress, ParsedAddress]:
    """A line with only the town, postcode or country gives way to the other line."""
    if first.street and second.street and known.says(first.street) and any(map(str.isdigit, second.street)):
        first = ParsedAddress(warnings=(repeat_remark("street", first.street, first.street, second.street),))
    if first.street and second.street and (known.says(second.street) or known.is_other(second.street)):
        second = ParsedAddress(warnings=(*second.warnings, repeat_remark("extra", second.street, second.street, "")))
    return first, second


def without_repeat_of_line(lower: str, upper: str) -> tuple[str, tuple[AddressCorrection, ...]]:
    """The second line without the first, which it says again, perhaps with more behind it."""
    if not lower or not upper:
        return lower, ()
    again, rest = split_repeat(lower, upper)
    return (rest, (repeat_remark("extra", again, lower, rest),)) if again else (lower, ())


def _split_lines(line1: str, line2: str, country: str) -> ParsedAddress:
    first = parse_street(line1, country) if line1 else ParsedStreet()
    if line2 and (not first.number or BUILDING.match(line1) or is_before_street(line1, line2)):
        moved = _from_second_line(line1, line2, first, country)
        if moved is not None:
            return moved
    return with_second_line(ParsedAddress.from_street(first, line1), line2, country)


def _from_second_line(line1: str, line2: str, first: ParsedStreet, country: str) -> ParsedAddress | None:
    before = f"{line1} / {line2}"
    if line1.isdecimal() and not any(map(str.isdigit, line2)):
        text = _("Street and number were taken from the second address line.")
        moved = AddressCorrection("street", "street_moved", text, before, f"{line2} {line1}")
        return ParsedAddress(line2, line1, warnings=(moved,))
    is_part = any(pattern.match(line2) for pattern in (FLOOR, POSTCODE, UNIT_WITH_NUMBER))
    if is_part and not place_before_street(line2):
        return None
    second = parse_street(line2, country)
    is_street = bool(second.number and second.street) and not BUILDING.match(line2)
    alone = NUMBER.match(line2) if not first.number and not BUILDING.match(line1) else None
    if alone and not (is_street and len(second.street.split()) > 1):
        text = _("The house number was taken from the second address line.")
        parts = after_number(ParsedStreet(first.street, alone["number"]), alone["rest"], country)
        parts = replace(parts, extra=joined(first.extra, parts.extra), box=parts.box or first.box)
        moved = AddressCorrection("number", "number_moved", text, before, f"{line1} {line2}")
        return ParsedAddress.from_street(parts).with_remark(moved)
    if not is_street:
        return None
    text = _("Street and number were taken from the second address line.")
    moved = AddressCorrection("street", "street_moved", text, before, f"{line2} · {line1}")
    found = ParsedAddress.from_street(second)
    return replace(found, extra=joined(line1, second.extra)).with_remark(moved)


def with_second_line(found: ParsedAddress, rest: str, country: str) -> ParsedAddress:
    if not rest:
        return found
    box = BOX.search(rest) if country == "BE" and found.number and not found.box else None
    if box is not None:
        before, behind = rest[: box.start()].strip(" ,;-"), rest[box.end() :].strip(" ,;-")
        found = replace(found, box=box["box"], house_number=with_box(found, box))
        rest = joined(before, behind)
    return replace(found, extra=joined(found.extra, rest))


def without_repeats(found: ParsedAddress, known: KnownPlace) -> ParsedAddress:
    """Without the parts of ``extra`` that another field says: the street, the number, the town, the name."""
    if not found.extra:
        return found
    kept: list[str] = []
    dropped: list[str] = []
    for part in segments(found.extra):
        rest = _beyond_the_street(part, found, known.country)
        is_known = known.says(part) or known.is_other(part) or is_filler(part)
        if is_known or rest == "" or any(same_words(part, other) for other in kept):
            dropped.append(part)
        elif rest != part and rest in part:
            kept.append(rest)
            start = 0 if part.startswith(rest) else part.rindex(rest)
            dropped += [
                piece.strip(" ,;-") for piece in (part[:start], part[start + len(rest) :]) if piece.strip(" ,;-")
            ]
        else:
            kept.append(part)
    if not dropped:
        return found
    extra = ", ".join(kept)
    return replace(found, extra=extra).with_remark(repeat_remark("extra", dropped, found.extra, extra))


def _beyond_the_street(part: str, found: ParsedAddress, country: str) -> str:
    """What a part of ``extra`` says beside street and number again; the part itself when it is something else."""
    key = letters_and_figures(part)
    if found.box and (box := BOX.fullmatch(part)) and same_words(box["box"], found.box):
        return ""
    house = letters_and_figures(found.number + found.suffix)
    street = street_key(found.street)
    if street_key(part) in {street, street + house} or key in {house, letters_and_figures(found.suffix) or None}:
        return ""
    if country not in SPLIT_COUNTRIES:
        return "" if same_words(part, found.street) else part
    again = parse_street(part, country)
    is_same = again.number == found.number and street_key(again.street) == street
    if not is_same or letters_and_figures(again.suffix) not in {"", letters_and_figures(found.suffix)}:
        return part
    return again.extra if not again.box or again.box.casefold() == found.box.casefold() else part


def fit_street(found: ParsedAddress, country: str) -> ParsedAddress:
    """With usual abbreviations when they make a long street fit on a line; else it goes on below, which is remarked."""
    if len(found.street) <= long_streets.MAX_STREET_LENGTH:
        return found
    shorter = long_streets.abbreviate(found.street) if country in ABBREVIATES else found.street
    if shorter != found.street:
        text = _("The street was too long, so it was abbreviated.")
        return replace(found, street=shorter).with_remark(
            AddressCorrection("street", "street_abbreviated", text, found.street, shorter)
        )
    text = _("The street is long, so it takes more than one line on the label.")
    after = " / ".join(long_streets.street_lines(found.street))
    return found.with_remark(AddressCorrection("street", "street_too_long", text, found.street, after))


def left_out(line: str, kept: Sequence[str]) -> str:
    """The words of ``line`` that are in none of ``kept``."""
    known = {word.casefold() for part in kept for word in re.findall(r"\w+", part)}
    return " ".join(
        word for word in line.split() if any(part.casefold() not in known for part in re.findall(r"\w+", word))
    ).strip(" ,")


def read_fields(typed: ParsedAddress, country: str) -> ParsedAddress:
    """An address in fields of its own, some of which hold more than their part."""
    number = WHOLE_AS_DECIMAL.sub(r"\1", typed.number)
    if not NUMBER.match(number):
        found = _split_lines(f"{typed.street} {number}".strip(), typed.extra, country)
        found = replace(found, warnings=tuple(one for one in found.warnings if one.code not in {"words_moved"}))
    else:
        found = _with_number_field(replace(typed, number=number), country)
    return _with_fields(found, typed.suffix, typed.box, country)


def _with_number_field(typed: ParsedAddress, country: str) -> ParsedAddress:
    """The number of the street field is left out when the number field repeats it (Lindelaan 12 and 12)."""
    parsed = NUMBER.match(typed.number)
    assert parsed is not None
    found = after_number(ParsedStreet(typed.street, parsed["number"]), parsed["rest"], country)
    again = parse_street(typed.street, country)
    is_same = not found.suffix or not again.suffix or same_words(found.suffix, again.suffix)
    if again.number == found.number and is_same:
        said = found if found.suffix else again
        found = replace(
            again,
            suffix=said.suffix,
            house_number=said.house_number,
            box=found.box or again.box,
            extra=joined(again.extra, found.extra),
        )
    elif place_before_street(f"{typed.street} {typed.number}"):
        found = parse_street(f"{typed.street} {typed.number}", country)
    return replace(ParsedAddress.from_street(found), extra=joined(found.extra, typed.extra))


def _with_fields(found: ParsedAddress, suffix: str, box: str, country: str) -> ParsedAddress:
    """With the addition and box of their own fields, which stand behind what the number field already said."""
    if suffix and letters_and_figures(suffix) != letters_and_figures(found.suffix):
        if not found.suffix and found.number:
            read = _suffix_field(found, suffix, country)
            if read is not None:
                found, suffix = read, ""
        if suffix:
            whole = f"{found.suffix} {suffix}".strip()
            found = replace(found, suffix=whole, house_number="")
    if box and letters_and_figures(box) != letters_and_figures(found.box):
        found = replace(found, box=" ".join(part for part in (found.box, _bare_box(box)) if part))
    return found


def _suffix_field(found: ParsedAddress, suffix: str, country: str) -> ParsedAddress | None:
    """A suffix field with a sign in front (/3), a floor or unit or, in Belgium, a box; None for any other suffix."""
    is_box = country == "BE" and BOX.match(suffix) is not None
    if suffix[0] not in "/-–.+" and not is_box:
        read = after_number(ParsedStreet(found.street, found.number), f" {suffix}", country)
        is_part = read.extra == suffix and (FLOOR.match(suffix) or UNIT_WITH_NUMBER.match(suffix))
        return replace(found, extra=joined(read.extra, found.extra)) if is_part else None
    read = after_number(ParsedStreet(found.street, found.number), f" {suffix}" if is_box else suffix, country)
    if read.extra or (not is_box and read.box):
        return None
    return replace(found, suffix=read.suffix, house_number=read.house_number, box=joined(found.box, read.box))


def _bare_box(box: str) -> str:
    match = BOX.fullmatch(box)
    return match["box"] if match else box


def join_fields(typed: ParsedAddress, country: str) -> ParsedAddress:
    """One street line where the number has no field, in the order of the country. A number that is there stays once."""
    house = f"{typed.number} {typed.suffix}".strip()
    if typed.number.isdecimal():
        house = joined_house(typed.number, typed.suffix, country)
    if not left_out(house, (typed.street,)):
        return replace(typed, number="", suffix="")
    line = f"{house} {typed.street}" if country in NUMBER_FIRST else f"{typed.street} {house}"
    return replace(typed, street=line.strip(), number="", suffix="")


def without_fillers(typed: ParsedAddress) -> ParsedAddress:
    """Fields of a form without what says nothing."""
    kept = typed
    for name in ("number", "suffix", "box", "extra"):
        value = getattr(typed, name)
        if value and is_filler(value, Field.LINE if name == "extra" else Field.SUFFIX):
            emptied: dict[str, Any] = {name: ""}
            kept = replace(kept, **emptied).with_remark(filler_remark(name, value))
    return kept
