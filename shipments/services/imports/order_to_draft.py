"""Converts an order to the content of a draft. Pure functions, used by the import page and the import."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import AddressCorrection, parse_address
from carriers.capabilities import import_blocker
from carriers.customs import CURRENCY, MAX_DESCRIPTION_LENGTH
from carriers.fallback import ResolvedChoice, resolve_choice
from carriers.insurance import suggest_amount
from carriers.labels import unprintable_characters
from carriers.parcels import Address, CustomsDeclaration, CustomsLine, Destination, ParcelChoice
from carriers.pickup_points import POINT_FIELD, has_own_address, to_pickup
from carriers.postcodes import normalize_postal_code
from carriers.problems import Problem
from carriers.recipient_rules import name_warning
from carriers.territories import customs_reason
from integrations.orders import OrderData
from shipments.content import ADDRESS_FIELDS, ShipmentContent, ShipmentLine, blocker_for, needs_customs
from shipments.models import Shipment
from shipments.states import Blocker
from shops.models import PackagePreferences

# Limits of the customs items of a draft.
MAX_CUSTOMS_LINES, MAX_SKU_LENGTH = 100, 40

# Values above these limits do not fit into the columns; no carrier accepts them.
MAX_WEIGHT_GRAMS, MAX_VALUE = 10**9, Decimal("9999999999.99")


@dataclass(frozen=True, slots=True)
class Note:
    field: str
    code: str
    text: Promise | str


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """The draft an order would become. With a ``blocker`` it cannot be imported."""

    content: ShipmentContent
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    blocker: Problem | None

    @property
    def blocked_by(self) -> Blocker:
        return blocker_for(self.problems)


# By SKU; only description, HS code and origin are used.
RememberedCustoms = Mapping[str, CustomsLine]


def draft_from_order(
    order: OrderData, preferences: PackagePreferences, remembered: RememberedCustoms | None = None
) -> DraftPlan:
    """Accepts every order: anything wrong with it becomes a problem or a note."""
    recipient, notes = _recipient(order)
    if order.goes_to_pickup_point:
        recipient = _who_collects(recipient, order)
        notes.append(Note(POINT_FIELD, "choose_point", _point_text(order)))
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    lines = order.lines_to_ship
    value = min(MAX_VALUE, sum((line.quantity_to_ship * (line.unit_value or Decimal(0)) for line in lines), Decimal(0)))
    wanted = to_pickup(preferences.choice, destination) if order.goes_to_pickup_point else preferences.choice
    resolved = _resolve(wanted, preferences, destination, value if order.currency == "EUR" else None)
    notes += [Note(change.field, change.code, change.text) for change in resolved.changes]
    if reason := customs_reason(destination):
        notes.append(Note("country", "territory", reason))
    weight, missing = _weight(order, preferences.default_weight)
    if missing:
        notes.append(
            Note("weight", "weight_default", _("The webshop provided no weight; your default weight was used."))
        )
    customs = None
    if needs_customs(destination):
        customs, cut = _declaration(order, weight, remembered or {})
        notes += cut
    content = ShipmentContent(
        recipient=recipient,
        # Where no carrier has points the draft stays blocked: only a person may send it elsewhere.
        choice=replace(resolved.choice, delivery_type=wanted.delivery_type)
        if order.goes_to_pickup_point
        else resolved.choice,
        weight=weight,
        description=order.number[:45],
        customs=customs,
        lines=tuple(ShipmentLine(line.id, line.quantity_to_ship, line.name, line.sku) for line in lines),
        value=value,
        currency=order.currency,
    )
    capabilities = preferences.capabilities
    blocker = import_blocker(preferences.carrier, destination, capabilities)
    return DraftPlan(content, content.problems(capabilities), tuple(notes), blocker)


def _resolve(
    choice: ParcelChoice, preferences: PackagePreferences, destination: Destination, value: Decimal | None
) -> ResolvedChoice:
    """``value`` is in euros, None when unknown. Insures the preferred percentage of it."""
    capabilities = preferences.capabilities
    if preferences.insurance_percent and value is not None:
        resolved, percent = resolve_choice(choice, destination, capabilities).choice, preferences.insurance_percent
        step = suggest_amount(_cents(value), percent, capabilities.insured_amounts(resolved, destination))
        wanted = _cents(value * percent / 100)
        # Above the highest amount keep the wanted one, so that resolve_choice reports the adjustment.
        choice = replace(choice, insurance=wanted if 0 < step < wanted else step)
    return resolve_choice(choice, destination, capabilities)


def _recipient(order: OrderData) -> tuple[Address, list[Note]]:
    given, country = order.address, order.address.country.upper()
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
    notes = [Note(correction.field, correction.code, _correction_text(correction)) for correction in parts.warnings]
    if warning := name_warning(recipient):
        notes.append(Note("person", "long_name", warning))
    resolved, cuts = _shorten(recipient)
    return resolved, notes + cuts + _unprintable(resolved)


def _who_collects(recipient: Address, order: OrderData) -> Address:
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


def _point_text(order: OrderData) -> Promise | str:
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


def _weight(order: OrderData, default: int) -> tuple[int, bool]:
    """Grams, and whether the default is used because the weight of a line is missing."""
    lines = order.lines_to_ship
    if not lines or any(not line.weight for line in lines):
        return default, True
    return min(MAX_WEIGHT_GRAMS, max(1, sum((line.weight or 0) * line.quantity_to_ship for line in lines))), False


def _declaration(order: OrderData, weight: int, remembered: RememberedCustoms) -> tuple[CustomsDeclaration, list[Note]]:
    """The declaration, completed with remembered customs data.

    Amounts are in euros; for an order in another currency the merchant must enter them.
    """
    ordered = order.lines_to_ship[:MAX_CUSTOMS_LINES]
    notes = [_shortened_description(line.name) for line in ordered if len(line.name) > MAX_DESCRIPTION_LENGTH]
    is_euro = order.currency == CURRENCY
    lines = tuple(
        with_remembered(
            CustomsLine(
                description=line.name[:MAX_DESCRIPTION_LENGTH].rstrip(),
                quantity=line.quantity_to_ship,
                weight=line.weight or 0,
                value_cents=_cents(line.unit_value) if is_euro else 0,
                sku=line.sku[:MAX_SKU_LENGTH],
            ),
            remembered,
        )
        for line in ordered
    )
    if len(lines) == 1 and not lines[0].weight:
        lines = (replace(lines[0], weight=max(1, weight // lines[0].quantity)),)
    declaration = CustomsDeclaration("commercial_goods", order.number[:50], lines, order.currency)
    return declaration, notes


def customs_skus(order: OrderData) -> set[str]:
    """The SKUs to look up remembered customs data for; empty for destinations inside the EU."""
    given = order.address
    if not needs_customs(Destination(given.country.upper(), given.postal_code, given.region)):
        return set()
    return {line.sku[:MAX_SKU_LENGTH] for line in order.lines_to_ship if line.sku}


def with_remembered(line: CustomsLine, remembered: RememberedCustoms) -> CustomsLine:
    """Completes a line that has neither HS code nor origin."""
    known = remembered.get(line.sku) if line.sku else None
    if known is None or line.hs_code or line.origin:
        return line
    return replace(line, description=known.description or line.description, hs_code=known.hs_code, origin=known.origin)


def _shortened_description(name: str) -> Note:
    text = _("Customs description shortened to {limit} characters. In the order: {value}")
    return Note("customs", "shortened", format_lazy(text, limit=MAX_DESCRIPTION_LENGTH, value=name))


def _cents(value: Decimal | None) -> int:
    return int(((value or Decimal(0)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
