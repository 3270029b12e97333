"""The recipient of an order: who receives the parcel, where, and what was changed on the way. Pure functions."""

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import AddressCorrection, parse_address
from carriers.contact_rules import contact_remarks, with_kept_contact
from carriers.legibility import lost_characters
from carriers.parcels import Address
from carriers.pickup_points import has_own_address
from carriers.postcodes import normalize_postal_code
from carriers.reachable_places import street_first
from carriers.recipient_rules import name_warning
from integrations.orders import OrderAddress, OrderData
from lib.countries import iso_country
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
from shipments.services.imports.notes import Note, entities_note, place_notes, postcode_notes


def recipient_of(order: OrderData) -> tuple[Address, list[Note]]:
    """Where the parcel goes and what was changed on the way; an order to a pick-up point goes to that point."""
    return _recipient_at(order.destination, order)


def home_of(order: OrderData) -> Address | None:
    """The buyer at the own address; None when the shop does not know it."""
    home, _notes = _recipient_at(order.address, order)
    return home if has_own_address(home) else None


def _recipient_at(given: OrderAddress, order: OrderData) -> tuple[Address, list[Note]]:
    country = iso_country(given.country)
    parts = parse_address(given.line1, given.line2, given.number, given.street, country, given.postal_code, given.city)
    postal_code, _fits = normalize_postal_code(country, given.postal_code)
    recipient = Address(
        person=given.name,
        company=given.company,
        street=parts.street,
        number=parts.number,
        suffix=parts.suffix,
        box=parts.box,
        extra=parts.extra,
        postal_code=postal_code,
        city=given.city,
        region=given.region,
        country=country,
        email=order.email,
        phone=given.phone,
    )
    recipient, moved = street_first(recipient)
    corrections = (*parts.warnings, *((moved,) if moved else ()))
    notes = postcode_notes(country, given.postal_code) + entities_note(order.decoded)
    notes += [] if order.goes_to_pickup_point else place_notes(recipient)
    notes += [Note(correction.field, correction.code, _correction_text(correction)) for correction in corrections]
    if warning := name_warning(recipient):
        notes.append(Note("person", "long_name", warning))
    notes += contact_notes(recipient)
    resolved, cuts = _shorten(with_kept_contact(recipient))
    return resolved, notes + cuts + printing_notes(resolved)


def point_text(order: OrderData) -> Promise | str:
    """What the merchant is told about an order that the buyer collects at a point, or perhaps in the shop."""
    place = place_of(order.pickup_point)
    if order.is_pickup_unclear:
        where = format_lazy(" ({place})", place=place) if place else ""
        return format_lazy(
            _(
                "The buyer collects this order{where}, but the webshop does not say whether in your shop or at a "
                "parcel point. In your shop: delete the draft. At a parcel point: choose a carrier that brings it "
                "there, and the point. Or deliver it to the buyer's home."
            ),
            where=where,
        )
    if not place:
        return _(
            "The buyer chose a parcel point, but the webshop does not say which one. Ask the buyer, then choose a "
            "carrier that brings it there, and the point. Or deliver it to the buyer's home."
        )
    return format_lazy(
        _(
            "The buyer chose a parcel point: {place}. Choose a carrier that brings it there, and the point, when you "
            "edit the draft. If none of your carriers does, choose a point nearby or deliver it to the buyer's home."
        ),
        place=place,
    )


def place_of(given: OrderAddress) -> str:
    """An address of the order on one line, as the shop wrote it."""
    street = given.line1 or " ".join(part for part in (given.street, given.number) if part)
    parts = (given.company, street, given.line2, f"{given.postal_code} {given.city}".strip())
    return ", ".join(part for part in parts if part)


def _correction_text(correction: AddressCorrection) -> Promise | str:
    return format_lazy(
        _("{what} In the order: {before}. Changed to: {after}."),
        what=correction.text,
        before=correction.before,
        after=correction.after,
    )


# Maximum length of each address column.
MAX_ADDRESS_LENGTHS: dict[str, int] = {
    name: getattr(Shipment._meta.get_field(name), "max_length", 0) for name in ADDRESS_FIELDS
}


def _shorten(recipient: Address) -> tuple[Address, list[Note]]:
    """A phone number or e-mail address that is too long is none, and is left out as a whole."""
    notes, shorter = [], {}
    for name, limit in MAX_ADDRESS_LENGTHS.items():
        value = getattr(recipient, name)
        if len(value) > limit and name in {"email", "phone"}:
            shorter[name] = ""
        elif len(value) > limit:
            shorter[name] = value[:limit].rstrip()
            text = format_lazy(_("Shortened to {limit} characters. In the order: {value}"), limit=limit, value=value)
            notes.append(Note(name, "shortened", text))
    return replace(recipient, **shorter), notes


def contact_notes(recipient: Address) -> list[Note]:
    """What is wrong with the e-mail address and phone number, and what was changed in them, in the order's own words."""
    return [Note(remark.field, remark.code, remark.text) for remark in contact_remarks(recipient)]


def printing_notes(recipient: Address) -> list[Note]:
    """What a label leaves out. A part of which nothing is left is a problem instead."""
    return [Note(part.field, "undrawable", part.text) for part in lost_characters(recipient)]
