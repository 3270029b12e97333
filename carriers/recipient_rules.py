"""What carriers require of a recipient: field lengths, customs numbers and a house number."""

import re
from collections.abc import Iterator
from functools import cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import CapabilityRow, load_data
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.contact_rules import contact_problems
from carriers.long_streets import MAX_STREET_LENGTH, sent_lines
from carriers.parcels import Address, ParcelChoice
from carriers.problems import Problem, Text
from carriers.reachable_places import place_problems
from carriers.tax_numbers import read_vat

NAME_IN_DATA = {"extra": "street_additional_info", "suffix": "number_suffix", "box": "box_number"}
FIELD_NAMES = {
    "person": _("name"),
    "company": _("company"),
    "street": _("street"),
    "number": _("house number"),
    "suffix": _("suffix"),
    "box": _("box number"),
    "extra": _("extra address line"),
    "postal_code": _("postcode"),
    "city": _("town"),
    "region": _("region"),
    "phone": _("phone"),
}
# Carrier and country that need the importer's EORI and VAT numbers: the recipient's if that is a business, else the
# sender's.
NEEDS_IMPORT_NUMBERS = frozenset({("dpd", "GB")})
EORI = re.compile(r"[A-Z]{2}\d{9,12}")
MAX_VAT_LENGTH = 15
MAX_PRINTED_NAME_LENGTH = 40
# Countries with a separate field for the house number; elsewhere it is part of the street line.
HOUSE_NUMBER_COUNTRIES = frozenset({"NL", "BE"})
HOUSE_FIELDS = frozenset({"number", "suffix", "box"})
MAX_SECOND_LINE_LENGTH = 50


def recipient_problems(
    choice: ParcelChoice, row: CapabilityRow, recipient: Address, sender: Address | None = None
) -> Iterator[Problem]:
    yield from contact_problems(choice, row, recipient)
    yield from _lengths(choice.carrier, recipient)
    if len(recipient.extra) <= MAX_SECOND_LINE_LENGTH and not _fits_two_lines(recipient):
        if recipient.extra:
            text = _(
                "Together, the street, number and extra address line are too long. Shorten the extra address line."
            )
            yield Problem("extra", "too_long", text)
        else:
            yield Problem("street", "too_long", _("The street is too long for a label. Abbreviate it."))
    yield from place_problems(choice, recipient)
    if (choice.carrier, recipient.country) in NEEDS_IMPORT_NUMBERS:
        yield from _import_numbers(choice, recipient, sender or Address())


def name_warning(recipient: Address) -> Text:
    """Empty when the name fits on every label."""
    length = len(recipient.person)
    if length <= MAX_PRINTED_NAME_LENGTH:
        return ""
    return format_lazy(
        _("This name has {length} characters; some labels show only the first {limit}."),
        length=length,
        limit=MAX_PRINTED_NAME_LENGTH,
    )


def to_two_lines(address: Address) -> tuple[str, str]:
    """The street line and the further line as they are sent, read from top to bottom; no word is dropped.

    Words of a street that do not fit on the first line begin the second. The number stands behind the street, beside
    a word of it when there is room, except where it has a field of its own.
    """
    house = "" if address.country in HOUSE_NUMBER_COUNTRIES else address.house
    readable = _two_lines(sent_lines(address.street, house), address.extra, ", ")
    if len(readable[1]) <= MAX_SECOND_LINE_LENGTH:
        return readable
    return _two_lines(sent_lines(address.street, house, beside_word=False), address.extra, " ")


def _two_lines(lines: tuple[str, ...], extra: str, separator: str) -> tuple[str, str]:
    first, *more = lines or ("",)
    return first, separator.join(part for part in (" ".join(more), extra) if part)


def _fits_two_lines(address: Address) -> bool:
    first, second = to_two_lines(address)
    return len(first) <= MAX_STREET_LENGTH and len(second) <= MAX_SECOND_LINE_LENGTH


@cache
def limits(carrier: str) -> dict[str, int]:
    """In characters, by address field. A phone number has none: it is sent in E.164, which is short, or not at all."""
    known = load_data()["field_limits"]
    by_name = known["recipient"] | known["carrier_overrides"].get(carrier, {})
    return {name: int(by_name[NAME_IN_DATA.get(name, name)][1]) for name in FIELD_NAMES if name != "phone"}


def _lengths(carrier: str, recipient: Address) -> Iterator[Problem]:
    for name, limit in limits(carrier).items():
        if name == "street" or (name in HOUSE_FIELDS and recipient.country not in HOUSE_NUMBER_COUNTRIES):
            continue  # A part of the two lines, which are checked together.
        value = getattr(recipient, name)
        if name == "postal_code":
            value = value.replace(" ", "")
        if len(value) > limit:
            text = format_lazy(
                _("{field}: {carrier} accepts at most {limit} characters, but this has {length}. Shorten it."),
                field=FIELD_NAMES[name],
                carrier=(CARRIERS | CONTRACT_CARRIERS).get(carrier, carrier),
                limit=limit,
                length=len(value),
            )
            yield Problem(name, "too_long", text)


def _import_numbers(choice: ParcelChoice, recipient: Address, sender: Address) -> Iterator[Problem]:
    importer = recipient if recipient.company else sender
    carrier = CONTRACT_CARRIERS.get(choice.carrier, choice.carrier)
    if not EORI.fullmatch(importer.eori):
        text = format_lazy(_("{carrier} needs an EORI number: two letters and 9 to 12 digits."), carrier=carrier)
        yield Problem("eori", "eori", text)
    vat = read_vat(importer.vat, importer.country)
    if not vat.number or len(vat.number) > MAX_VAT_LENGTH:
        text = format_lazy(_("{carrier} needs a VAT number of at most 15 characters."), carrier=carrier)
        yield Problem("vat", "vat", text)
    elif vat.message:
        yield Problem("vat", "vat", vat.message)
