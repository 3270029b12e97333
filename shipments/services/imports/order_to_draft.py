"""Converts an order to the content of a draft. Pure functions, used by the import page and the import."""

from dataclasses import dataclass, replace
from decimal import Decimal

from carriers.capabilities import Capabilities
from carriers.customs import CURRENCY
from carriers.fallback import ResolvedChoice, resolve_choice
from carriers.import_blockers import import_blocker
from carriers.insurance import suggest_amount
from carriers.parcels import Destination, ParcelChoice
from carriers.partial_choice import OF_THE_BUYER
from carriers.pickup_points import POINT_FIELD, to_pickup
from carriers.problems import Problem
from carriers.territories import customs_reason
from integrations.orders import OrderData
from shipments.content import ShipmentContent, ShipmentLine, blocker_for, needs_customs
from shipments.services.imports.notes import Note
from shipments.services.imports.order_customs import RememberedCustoms, declaration_of, to_cents
from shipments.services.imports.order_recipient import point_text, recipient_of
from shipments.services.imports.order_weight import OrderWeight, weigh
from shipments.services.imports.recipient_notes import slip_notes
from shipments.services.imports.shipping_rules import NO_RULES, Outcome, RuleFacts, Rules, apply_rules
from shipments.services.imports.unread_fields import unread_blocker, unread_notes
from shipments.states import Blocker
from shops.models import PackagePreferences

# A higher value does not fit into the column; no carrier accepts it.
MAX_VALUE = Decimal("9999999999.99")
# What the buyer decides who chose a pick-up point.
AT_POINTS = frozenset({"delivery_type"})


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
    order: OrderData,
    preferences: PackagePreferences,
    remembered: RememberedCustoms | None = None,
    rules: Rules = NO_RULES,
) -> DraftPlan:
    """Accepts every order: anything wrong with it becomes a problem or a note.

    The preferences say how it is sent, then the rules, and last what the buyer chose.
    """
    recipient, notes = recipient_of(order)
    is_to_point = order.goes_to_pickup_point
    if is_to_point:
        notes.append(Note(POINT_FIELD, "choose_point", point_text(order)))
    notes += unread_notes(order)
    capabilities = preferences.capabilities
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    lines = order.lines_to_ship
    weight = weigh(order, preferences, remembered or {})
    facts = rule_facts(order, destination, weight, preferences)
    ruled = apply_rules(rules, facts, preferences, capabilities)
    notes += ruled.notes
    resolved = resolve_outcome(ruled, facts, capabilities)
    notes += [Note(change.field, change.code, change.text) for change in resolved.changes]
    if reason := customs_reason(destination):
        notes.append(Note("country", "territory", reason))
    notes += weight.notes
    customs = None
    if needs_customs(destination):
        customs, cut = declaration_of(order, weight, remembered or {})
        notes += cut
    content = ShipmentContent(
        recipient=recipient,
        choice=resolved.choice,
        weight=weight.in_box(preferences.box_weight(resolved.choice.package_type)),
        description=order.number[:45],
        customs=customs,
        lines=tuple(
            ShipmentLine.of_order(line, line.quantity_to_ship, grams)
            for line, grams in zip(lines, weight.units, strict=True)
        ),
        value=_value(order),
        currency=order.currency,
    )
    notes += slip_notes(content.lines)
    blocker = unread_blocker(order) or import_blocker(ruled.choice.carrier, destination, capabilities)
    return DraftPlan(content, content.problems(capabilities), tuple(notes), blocker)


def rule_facts(
    order: OrderData, destination: Destination, weight: OrderWeight, preferences: PackagePreferences
) -> RuleFacts:
    """What shipping rules ask of an order; of its articles only those to ship."""
    lines = order.lines_to_ship
    return RuleFacts(
        destination,
        weight.articles,
        euros=_euros(order),
        names=tuple(line.name for line in lines),
        skus=tuple(line.sku for line in lines),
        shipping_method=order.shipping_method,
        boxes=preferences.box_weights if weight.is_known else {},
        to_point=order.goes_to_pickup_point,
        decided=AT_POINTS if order.goes_to_pickup_point else frozenset(),
        decider=OF_THE_BUYER,
    )


def resolve_outcome(outcome: Outcome, facts: RuleFacts, capabilities: Capabilities) -> ResolvedChoice:
    """What is possible of it at the destination, at a pick-up point where the buyer chose one."""
    if not facts.to_point:
        return _resolve(outcome.choice, outcome.percent, capabilities, facts.destination, facts.euros)
    wanted = to_pickup(outcome.choice, facts.destination)
    resolved = _resolve(wanted, outcome.percent, capabilities, facts.destination, facts.euros)
    # Where no carrier has points the draft stays blocked: only a person may send it elsewhere.
    return replace(resolved, choice=replace(resolved.choice, delivery_type=wanted.delivery_type))


def _value(order: OrderData) -> Decimal:
    """Of what is to be shipped, in the currency of the order."""
    values = (line.quantity_to_ship * (line.unit_value or Decimal(0)) for line in order.lines_to_ship)
    return min(MAX_VALUE, sum(values, Decimal(0)))


def _euros(order: OrderData) -> Decimal | None:
    """The value by the order's own rate; None without one."""
    if order.currency == CURRENCY:
        return _value(order)
    return _value(order) / order.euro_rate if order.euro_rate else None


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
