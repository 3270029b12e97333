"""What the merchant is told about an import without being stopped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import Address
from carriers.parsed_address import AddressCorrection
from carriers.postcode_notes import FIELD, postcode_corrections, postcode_hint
from carriers.reachable_places import place_warning

PLACE = "place"
# The field of notes about shipping rules, and the code of one about a rule that could not be carried out.
RULE, RULE_LEFT = "rule", "rule_left"
# Codes of notes that the import page shows below an order, wherever they come from.
DESTINATION_NOTES = frozenset({"postal_code_letters", "postal_code_zero", "other_country", PLACE})
ENTITIES = _("Signs that came as HTML code, such as &amp; for &, were put right.")


@dataclass(frozen=True, slots=True)
class Note:
    field: str
    code: str
    text: Promise | str


def address_notes(corrections: Iterable[AddressCorrection]) -> list[Note]:
    """What was moved or left out of an address that was typed here, with before and after."""
    return [
        Note(
            found.field,
            found.code,
            format_lazy(
                _("{what} Before: {before}. Now: {after}."), what=found.text, before=found.before, after=found.after
            ),
        )
        for found in corrections
    ]


def postcode_notes(country: str, typed: str) -> list[Note]:
    """What was repaired in a postcode, or which other country it may be of."""
    notes = [
        Note(
            found.field,
            found.code,
            format_lazy(
                _("{what} Before: {before}. Now: {after}."), what=found.text, before=found.before, after=found.after
            ),
        )
        for found in postcode_corrections(country, typed)
    ]
    if hint := postcode_hint(country, typed):
        notes.append(Note(FIELD, "other_country", hint))
    return notes


def place_notes(recipient: Address) -> list[Note]:
    """That a person must judge whether the carrier reaches the place: a post office, or the point of a carrier."""
    return [Note("street", PLACE, warning)] if (warning := place_warning(recipient)) else []


def entities_note(fields: Sequence[str]) -> list[Note]:
    """``fields`` came with HTML entities, which were read."""
    return [Note(fields[0], "entities", ENTITIES)] if fields else []
