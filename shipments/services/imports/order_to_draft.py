"""Converts an order to the content of a draft. Pure functions, used by the import page and the import."""

from dataclasses import dataclass, replace
from decimal import Decimal

from carriers.capabilities import Capabilities
from carriers.fallback import ResolvedChoice, resolve_choice
from carriers.import_blockers import import_blocker
from carriers.insurance import suggest_amount
from carriers.parcels import Destination, ParcelChoice
from carriers.pickup_points import POINT_FIELD, to_pickup
from carriers.problems import Problem
from carriers.territories import customs_reason
from integrations.orders import OrderData
from shipments.content import ShipmentContent, ShipmentLine, blocker_for, needs_customs
from shipments.services.imports.notes import Note
from shipments.services.imports.order_customs import RememberedCustoms, declaration_of, to_cents
from shipments.services.imports.order_recipient import point_text, recipient_of
from shipments.services.imports.order_weight import weigh
from shipments.services.imports.recipient_notes import slip_notes
from shipments.services.imports.unread_fields import unread_blocker, unread_notes
from shipments.states import Blocker
from shops.models import PackagePreferences

# A higher value does not fit into the column; no carrier accepts it.
MAX_VALUE = Decimal("9999999999.99")


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


def draft_from_order(
    order: OrderData, preferences: PackagePreferences, remembered: RememberedCustoms | None = None
) -> DraftPlan:
    """Accepts every order: anything wrong with it becomes a problem or a note."""
    recipient, notes = recipient_of(order)
    is_to_point = order.goes_to_pickup_point
    if is_to_point:
        notes.append(Note(POINT_FIELD, "choose_point", point_text(order)))
    notes += unread_notes(order)
    capabilities = preferences.capabilities
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    lines = order.lines_to_ship
    value = min(MAX_VALUE, sum((line.quantity_to_ship * (line.unit_value or Decimal(0)) for line in lines), Decimal(0)))
    wanted = to_pickup(preferences.choice, destination) if is_to_point else preferences.choice
    worth = value if order.currency == "EUR" else None
    resolved = _resolve(wanted, preferences.insurance_percent, capabilities, destination, worth)
    notes += [Note(change.field, change.code, change.text) for change in resolved.changes]
    if reason := customs_reason(destination):
        notes.append(Note("country", "territory", reason))
    weight = weigh(order, preferences, resolved.choice.package_type, remembered or {})
    notes += weight.notes
    customs = None
    if needs_customs(destination):
        customs, cut = declaration_of(order, weight, remembered or {})
        notes += cut
    content = ShipmentContent(
        recipient=recipient,
        # Where no carrier has points the draft stays blocked: only a person may send it elsewhere.
        choice=replace(resolved.choice, delivery_type=wanted.delivery_type) if is_to_point else resolved.choice,
        weight=weight.total,
        description=order.number[:45],
        customs=customs,
        lines=tuple(
            ShipmentLine.of_order(line, line.quantity_to_ship, grams)
            for line, grams in zip(lines, weight.units, strict=True)
        ),
        value=value,
        currency=order.currency,
    )
    notes += slip_notes(content.lines)
    blocker = unread_blocker(order) or import_blocker(preferences.carrier, destination, capabilities)
    return DraftPlan(content, content.problems(capabilities), tuple(notes), blocker)


def _resolve(
    choice: ParcelChoice, percent: int, capabilities: Capabilities, destination: Destination, value: Decimal | None
) -> ResolvedChoice:
    """``value`` is in euros, None when unknown. Insures ``percent`` of it; with 0 the choice says how much."""
    if percent and value is not None:
        resolved = resolve_choice(choice, destination, capabilities).choice
        step = suggest_amount(to_cents(value), percent, capabilities.insured_amounts(resolved, destination))
        wanted = to_cents(value * percent / 100)
        # Above the highest amount keep the wanted one, so that resolve_choice reports the adjustment.
        choice = replace(choice, insurance=wanted if 0 < step < wanted else step)
    return resolve_choice(choice, destination, capabilities)
