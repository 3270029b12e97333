"""What is kept of contact data, and notes about what carriers do not get and papers cannot show. Pure functions."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.contact_rules import contact_remarks, with_kept_contact
from carriers.legibility import lost_characters
from carriers.parcels import Address
from carriers.typesetting.shaping import is_ordinary, unprintable_characters
from shipments.content import ShipmentLine
from shipments.models import Shipment
from shipments.services.imports.notes import Note

LINES_FIELD = "lines"
MAX_LENGTHS = {name: getattr(Shipment._meta.get_field(name), "max_length", 0) for name in ("email", "phone")}


def settle_contact(recipient: Address) -> tuple[Address, list[Note]]:
    """The recipient with the contact data as it is kept, and what to say of it, with the words that were typed.

    What is too long to be a phone number or e-mail address is left out as a whole: never a part of it.
    """
    kept = with_kept_contact(recipient)
    too_long = {name: "" for name, limit in MAX_LENGTHS.items() if len(getattr(kept, name)) > limit}
    notes = [Note(one.field, one.code, one.text) for one in contact_remarks(recipient)]
    return replace(kept, **too_long) if too_long else kept, notes


def printing_notes(recipient: Address) -> list[Note]:
    """What a label leaves out. A part of which nothing is left is a problem instead."""
    return [Note(part.field, "undrawable", part.text) for part in lost_characters(recipient)]


def slip_notes(lines: Iterable[ShipmentLine]) -> list[Note]:
    """What the packing slip leaves out of the articles."""
    words = [
        word for line in lines for word in (line.name, line.sku, *(part for pair in line.choices for part in pair))
    ]
    if is_ordinary("".join(words)):
        return []
    lost = "".join(dict.fromkeys("".join(map(unprintable_characters, words))))
    text = _("The packing slip cannot show these characters of the articles: {lost}")
    return [Note(LINES_FIELD, "undrawable", format_lazy(text, lost=lost))] if lost else []
