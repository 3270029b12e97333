"""The recipient of an order: who receives the parcel, where, and what was changed on the way. Pure functions."""

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.address_repeats import KnownPlace
from carriers.addresses import AddressCorrection, address_parts, parse_address
from carriers.parcels import Address
from carriers.pickup_points import has_own_address
from carriers.postcodes import normalize_postal_code
from carriers.reachable_places import street_first
from carriers.recipient_names import company_name, person_name, region_name, town_name
from carriers.recipient_rules import name_warning
from integrations.orders import OrderAddress, OrderData
from lib.countries import iso_country
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
from shipments.services.imports.notes import Note, entities_note, place_notes, postcode_notes
from shipments.services.imports.recipient_notes import printing_notes, settle_contact


def recipient_of(order: OrderData) -> tuple[Address, list[Note]]:
    """Where the parcel goes and what was changed on the way; an order to a pick-up point goes to that point."""
    return _recipient_at(order.destination, order)


def home_of(order: OrderData) -> Address | None:
    """The buyer at the own address; None when the shop does not know it."""
    home, _notes = _recipient_at(order.address, order)
    return home if has_own_address(home) else None


def _recipient_at(given: OrderAddress, order: OrderData) -> tuple[Address, list[Note]]:
    country = iso_country(given.country)
    name = person_name(given.first_name, given.last_name)
    town = town_name(given.city, KnownPlace(country, given.postal_code, "", given.region))
    place = KnownPlace(country, given.postal_code, town.text, others=(order.email, given.phone))
    region = region_name(given.region, place)
    parts = parse_address(
        given.line1,
        given.line2,
        given.number,
        given.street,
        country,
        given.postal_code,
        town.text,
        region=given.region,
        others=(name.text, given.company, order.email, given.phone),
    )
    company = company_name(given.company, place, name.text, parts.street_text)
    postal_code, _fits = normalize_postal_code(country, given.postal_code)
    recipient = Address(
        person=name.text,
        company=company.text,
        **address_parts(parts),
        postal_code=postal_code,
        city=town.text,
        region=region.text,
        country=country,
        email=order.email,
        phone=given.phone,
    )
    recipient, moved = street_first(recipient)
    corrections = (*name.remarks, *company.remarks, *parts.warnings, *moved, *town.remarks, *region.remarks)
    notes = postcode_notes(country, given.postal_code) + entities_note(order.decoded)
    notes += [] if order.goes_to_pickup_point else place_notes(recipient)
    notes += [Note(correction.field, correction.code, _correction_text(correction)) for correction in corrections]
    if warning := name_warning(recipient):
        notes.append(Note("person", "long_name", warning))
    reachable, about_contact = settle_contact(recipient)
    resolved, cuts = _shorten(reachable)
    return resolved, [*notes, *about_contact, *cuts, *printing_notes(resolved)]


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
    """What is too long for its column. A house number as typed is left out: its parts have fields of their own."""
    notes, shorter = [], {}
    for name, limit in MAX_ADDRESS_LENGTHS.items():
        value = getattr(recipient, name)
        if len(value) > limit and name == "house_number":
            shorter[name] = ""
        elif len(value) > limit:
            shorter[name] = value[:limit].rstrip()
            text = format_lazy(_("Shortened to {limit} characters. In the order: {value}"), limit=limit, value=value)
            notes.append(Note(name, "shortened", text))
    return replace(recipient, **shorter) if shorter else recipient, notes
