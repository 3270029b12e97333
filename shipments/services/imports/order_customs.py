"""The customs declaration of an order, completed with what the shop filled in before. Pure functions."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.customs import CURRENCY, MAX_DESCRIPTION_LENGTH
from carriers.parcels import CustomsDeclaration, CustomsLine, Destination
from integrations.orders import OrderData
from shipments.content import needs_customs
from shipments.services.imports.notes import Note

# Limits of the customs items of a draft.
MAX_CUSTOMS_LINES, MAX_SKU_LENGTH = 100, 40

# By SKU; only description, HS code and origin are used.
RememberedCustoms = Mapping[str, CustomsLine]


def declaration_of(
    order: OrderData, weight: int, remembered: RememberedCustoms
) -> tuple[CustomsDeclaration, list[Note]]:
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
                value_cents=to_cents(line.unit_value) if is_euro else 0,
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
    given = order.destination
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


def to_cents(value: Decimal | None) -> int:
    return int(((value or Decimal(0)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
