"""The customs declaration of an order, completed with what the shop filled in before. Pure functions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.customs import CURRENCY, MAX_DESCRIPTION_LENGTH
from carriers.customs_lines import fit_lines, spread
from carriers.parcels import CustomsDeclaration, CustomsLine, Destination
from integrations.orders import OrderData, OrderLine
from shipments.content import needs_customs
from shipments.services.imports.notes import Note
from shipments.services.imports.order_weight import MAX_SKU_LENGTH, OrderWeight

# Cents of one unit; more cannot be entered on a customs form.
MAX_UNIT_CENTS = 100_000_000
# What the shop filled in before, by SKU. Weight and value are 0 when nothing is remembered.
RememberedCustoms = Mapping[str, CustomsLine]


def declaration_of(
    order: OrderData, weight: OrderWeight, remembered: RememberedCustoms
) -> tuple[CustomsDeclaration, list[Note]]:
    """The declaration, completed with remembered customs data. Its pieces, value and weight are those of the order.

    Amounts are in euros; for an order in another currency the merchant must enter them. Lines that do not fit are
    combined, with a note; a form that is still too long is left so, which blocks the draft.
    """
    ordered = order.lines_to_ship
    is_euro = order.currency == CURRENCY
    values = _values(ordered) if is_euro else [0] * len(ordered)
    notes: list[Note] = []
    lines: list[CustomsLine] = []
    for line, description, grams, cents in zip(ordered, _descriptions(ordered), weight.units, values, strict=True):
        known = remembered.get(line.sku[:MAX_SKU_LENGTH]) if line.sku else None
        is_described = bool(known and known.description)
        if len(description) > MAX_DESCRIPTION_LENGTH and not is_described:
            notes.append(_shortened_description(description))
        if is_euro and not cents and known:
            cents = known.value_cents * line.quantity_to_ship
        lines += _declared(line, description, grams, cents, remembered)
    if len(lines) == 1 and not lines[0].weight:
        lines = [replace(lines[0], weight=max(1, weight.articles // lines[0].quantity))]
    fitted = fit_lines(lines)
    if len(fitted) < len(lines):
        notes.append(_combined(len(lines), len(fitted)))
    return CustomsDeclaration("commercial_goods", order.number[:50], fitted, order.currency), notes


def _declared(
    line: OrderLine, description: str, grams: int, cents: int, remembered: RememberedCustoms
) -> Iterator[CustomsLine]:
    """The line of an article, or several where its value does not divide by its units or it is heavier than a line."""
    units = line.quantity_to_ship
    if cents > MAX_UNIT_CENTS * units:
        # More than can be declared; the merchant is asked for the value.
        cents = 0
    whole = CustomsLine(
        description=description[:MAX_DESCRIPTION_LENGTH].rstrip(),
        quantity=units,
        weight=grams,
        value_cents=0,
        sku=line.sku[:MAX_SKU_LENGTH],
    )
    for one in spread(whole, cents, grams * units):
        yield with_remembered(one, remembered)


def _values(lines: Sequence[OrderLine]) -> list[int]:
    """Cents of each line, whose sum is that of the order: what rounding leaves goes where most was cut off."""
    exact = [max(Decimal(0), line.unit_value or Decimal(0)) * line.quantity_to_ship * 100 for line in lines]
    cents = [int(value.quantize(Decimal(1), rounding=ROUND_FLOOR)) for value in exact]
    left = int(sum(exact, Decimal(0)).quantize(Decimal(1), rounding=ROUND_HALF_UP)) - sum(cents)
    by_remainder = sorted(range(len(lines)), key=lambda index: cents[index] - exact[index])
    for index in by_remainder[: max(0, left)]:
        cents[index] += 1
    return cents


def _descriptions(lines: Sequence[OrderLine]) -> list[str]:
    """The names of the articles; what was chosen tells two of the same name apart, where there is room for it."""
    times = Counter(line.name for line in lines)
    descriptions = []
    for line in lines:
        chosen = ", ".join(value for _name, value in line.choices)
        longer = f"{line.name}, {chosen}"
        is_helpful = bool(chosen) and times[line.name] > 1 and len(longer) <= MAX_DESCRIPTION_LENGTH
        descriptions.append(longer if is_helpful else line.name)
    return descriptions


def values_by_rate(order: OrderData) -> list[tuple[str, Decimal]]:
    """(SKU, value of one unit in euros) of each line to ship, by the order's own rate; empty without a rate."""
    rate = order.euro_rate
    if not rate:
        return []
    values = ((line.unit_value or Decimal(0)) / rate for line in order.lines_to_ship)
    cents = (value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) for value in values)
    return [(line.sku[:MAX_SKU_LENGTH], value) for line, value in zip(order.lines_to_ship, cents, strict=True)]


def skus_to_look_up(order: OrderData) -> set[str]:
    """The SKUs of which remembered data can matter: without a weight, or declared to customs."""
    given = order.destination
    declared = needs_customs(Destination(given.country.upper(), given.postal_code, given.region))
    return {line.sku[:MAX_SKU_LENGTH] for line in order.lines_to_ship if line.sku and (declared or not line.weight)}


def with_remembered(line: CustomsLine, remembered: RememberedCustoms) -> CustomsLine:
    """Completes a line that has neither HS code nor origin, and a missing weight."""
    known = remembered.get(line.sku) if line.sku else None
    if known is None:
        return line
    line = replace(line, weight=line.weight or known.weight)
    if line.hs_code or line.origin:
        return line
    return replace(line, description=known.description or line.description, hs_code=known.hs_code, origin=known.origin)


def _shortened_description(name: str) -> Note:
    text = _("Customs description shortened to {limit} characters. In the order: {value}")
    return Note("customs", "shortened", format_lazy(text, limit=MAX_DESCRIPTION_LENGTH, value=name))


def _combined(before: int, after: int) -> Note:
    text = _(
        "The customs form has no room for {before} items, so items with the same HS code and origin, or of the same "
        "kind, were combined into {after}. The number of pieces, the value and the weight are unchanged."
    )
    return Note("customs", "combined", format_lazy(text, before=before, after=after))


def to_cents(value: Decimal | None) -> int:
    return int(((value or Decimal(0)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
