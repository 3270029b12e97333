"""The recipient of an order: who receives the parcel, where, and what was changed on the way. Pure functions."""

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.address_repeats import KnownPlace
from carriers.addresses import AddressCorrection, address_parts, parse_address
from carriers.labels import unprintable_characters
from carriers.parcels import Address
from carriers.pickup_points import has_own_address
from carriers.postcodes import normalize_postal_code
from carriers.recipient_names import company_name, person_name, region_name, town_name
from carriers.recipient_rules import name_warning
from integrations.orders import OrderData
from shipments.content import ADDRESS_FIELDS
from shipments.models import Shipment
from shipments.services.imports.notes import Note


def recipient_of(order: OrderData) -> tuple[Address, list[Note]]:
    given, country = order.address, order.address.country.upper()
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
    corrections = (*name.remarks, *company.remarks, *parts.warnings, *town.remarks, *region.remarks)
    notes = [Note(correction.field, correction.code, _correction_text(correction)) for correction in corrections]
    if warning := name_warning(recipient):
        notes.append(Note("person", "long_name", warning))
    resolved, cuts = _shorten(recipient)
    return resolved, notes + cuts + _unprintable(resolved)


def who_collects(recipient: Address, order: OrderData) -> Address:
    """The buyer, with an own address in the country of the pick-up point only: a label has one country."""
    country = order.pickup_point.country.upper() or recipient.country
    if has_own_address(recipient) and recipient.country == country:
        return recipient
    return Address(
        person=recipient.person,
        company=recipient.company,
        country=country,
        email=recipient.email,
        phone=recipient.phone,
    )


def point_text(order: OrderData) -> Promise | str:
    point = order.pickup_point
    street = point.line1 or " ".join(part for part in (point.street, point.number) if part)
    place = ", ".join(part for part in (street, f"{point.postal_code} {point.city}".strip()) if part)
    return format_lazy(
        _(
            "In the webshop the buyer chose the pick-up point {place}. Choose the pick-up point when you edit the "
            "draft. If it belongs to another carrier, it cannot be reached: choose one nearby, or send the parcel to "
            "the buyer's own address."
        ),
        place=place,
    )


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
    notes, shorter = [], {}
    for name, limit in MAX_ADDRESS_LENGTHS.items():
        value = getattr(recipient, name)
        if len(value) > limit:
            shorter[name] = value[:limit].rstrip()
            text = format_lazy(_("Shortened to {limit} characters. In the order: {value}"), limit=limit, value=value)
            notes.append(Note(name, "shortened", text))
    return replace(recipient, **shorter), notes


def _unprintable(recipient: Address) -> list[Note]:
    printed = " ".join((recipient.person, recipient.company, recipient.street, recipient.extra, recipient.city))
    lost = unprintable_characters(printed)
    if not lost:
        return []
    return [
        Note(
            "person",
            "undrawable",
            format_lazy(_("The label cannot show these characters: {lost}"), lost=lost),
        )
    ]
