"""What is allowed, what is not, and why: the one place that preferences, concepts, imports and labels ask.

The rules come from ``data/capabilities.json`` (see docs/architecture.md for where those were gathered).
Weights are grams, insured amounts euro cents. ``contracts`` are the names of the carriers a shop has a contract or
subscription of its own with; without one, those carriers' answer is that it is needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import (
    FROM_DATA_NAME,
    NO_CONTRACTS,
    PICKUP,
    Contracts,
    Requirement,
    Row,
    allowed_values,
    delivery_types,
    is_selected,
    max_weight,
    option_names,
    requirements,
    row_for,
    rows_by_zone,
)
from carriers.choices import (
    CARRIERS,
    CONTRACT_CARRIERS,
    DELIVERY_TYPES,
    OPTIONS,
    OTHER_DELIVERY_TYPES,
    OTHER_OPTIONS,
    OTHER_PACKAGE_TYPES,
    PACKAGE_TYPES,
    ZONE_NAMES,
)
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.problems import Problem, Text
from carriers.recipient_rules import recipient_problems
from carriers.territories import zone

CARRIER_NAMES = CARRIERS | CONTRACT_CARRIERS
TYPE_NAMES = PACKAGE_TYPES | OTHER_PACKAGE_TYPES
DELIVERY_TYPE_NAMES = DELIVERY_TYPES | OTHER_DELIVERY_TYPES
OPTION_NAMES = OPTIONS | OTHER_OPTIONS | {"insurance": _("Insurance")}
ALWAYS_INCLUDED = _("Always included with this choice.")


@dataclass(frozen=True, slots=True)
class OptionState:
    """``state`` is "allowed", "forced" or "forbidden"; ``reason`` says why when it is not allowed."""

    state: str
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class OptionSheet:
    """Everything a form needs to know of one carrier, package type and delivery type."""

    options: dict[str, OptionState]
    insurance: tuple[int, ...]
    delivery_types: tuple[str, ...]
    max_weight: int
    needs_customs: bool


def package_types_of(carrier: str, contracts: Contracts = NO_CONTRACTS) -> tuple[str, ...]:
    """The package types this carrier has anywhere."""
    return tuple(name for name in PACKAGE_TYPES if rows_by_zone(carrier, name, contracts))


def serves(carrier: str, destination: Destination, contracts: Contracts = NO_CONTRACTS) -> bool:
    """Whether the carrier takes any package type there."""
    return any(row_for(carrier, package_type, destination, contracts) for package_type in PACKAGE_TYPES)


def options_for(
    carrier: str,
    package_type: str,
    delivery_type: str = "standard",
    destination: Destination | None = None,
    contracts: Contracts = NO_CONTRACTS,
) -> OptionSheet | None:
    """What can be chosen; None when the combination does not exist. Without a destination: anywhere at all."""
    found = rows_by_zone(carrier, package_type, contracts)
    if destination is not None:
        row = row_for(carrier, package_type, destination, contracts)
        found = {zone(destination): row} if row else {}
    if not found:
        return None
    offered = {name for row in found.values() for name in delivery_types(row, destination) if name != PICKUP}
    sheet = {
        name: _state(found, ParcelChoice(carrier, package_type, delivery_type), name, destination, contracts)
        for name in OPTIONS
    }
    return OptionSheet(
        options=sheet,
        insurance=tuple(sorted({step for row in found.values() for step in row["insurance_cents"]})),
        delivery_types=tuple(name for name in DELIVERY_TYPE_NAMES if name in offered),
        max_weight=max(max_weight(row, True) for row in found.values()),
        needs_customs=destination is not None and "ROW" in found,
    )


def option_state(
    choice: ParcelChoice, option: str, destination: Destination, contracts: Contracts = NO_CONTRACTS
) -> OptionState:
    """Whether any option of the data can be on next to everything else that is chosen."""
    row = row_for(choice.carrier, choice.package_type, destination, contracts, collected=choice.delivery_type == PICKUP)
    if row is None:
        return OptionState("forbidden", _not_served(choice, destination, contracts).text)
    if choice.delivery_type not in delivery_types(row, destination):
        return OptionState("forbidden", _delivery_type_message(choice, row, destination))
    state = _state({zone(destination): row}, choice, option, destination, contracts)
    requirement = next((one for one in requirements(choice, row) if one.field == option), None)
    if state.state != "allowed" or requirement is None:
        return state
    return OptionState("forced" if requirement.value else "forbidden", _requirement_text(requirement))


def forced_options(choice: ParcelChoice, destination: Destination, contracts: Contracts = NO_CONTRACTS) -> set[str]:
    """Options that are on whatever is chosen (a small parcel is always tracked): a gateway sends them along."""
    row = row_for(choice.carrier, choice.package_type, destination, contracts)
    if row is None:
        return set()
    return {name for name in option_names() if allowed_values(row, name, choice.delivery_type) == (1,)}


def _state(
    found: dict[str, Row], choice: ParcelChoice, option: str, destination: Destination | None, contracts: Contracts
) -> OptionState:
    possible = [allowed_values(row, option, choice.delivery_type) for row in found.values()]
    if all(value == (1,) for value in possible):
        return OptionState("forced", ALWAYS_INCLUDED)
    if any(1 in value for value in possible):
        return OptionState("allowed")
    return OptionState("forbidden", _why_not(option, choice, destination, contracts))


def _why_not(option: str, choice: ParcelChoice, destination: Destination | None, contracts: Contracts) -> Text:
    """The reason a merchant understands: the moment, the country, or the kind of parcel."""
    possible = _zones_with(option, choice.package_type, contracts)
    if not possible:
        kind = TYPE_NAMES.get(choice.package_type, choice.package_type)
        return format_lazy(_("Not possible with {type}."), type=kind)
    if destination is not None and zone(destination) not in possible:
        if possible == {"NL"}:
            return _("Only within the Netherlands.")
        if zone(destination) == "ROW":
            return _("Not possible outside the EU.")
        return format_lazy(_("Not possible to {zone}."), zone=ZONE_NAMES[zone(destination)])
    if choice.delivery_type != "standard":
        moment = DELIVERY_TYPE_NAMES.get(choice.delivery_type, choice.delivery_type)
        return format_lazy(_("Not possible with {moment}."), moment=moment)
    return _("Not possible with this carrier.")


@cache
def _zones_with(option: str, package_type: str, contracts: Contracts) -> set[str]:
    """Where any carrier of the shop has this option for this kind of parcel."""
    return {
        group
        for carrier in {*CARRIERS, *contracts}
        for group, row in rows_by_zone(carrier, package_type, contracts).items()
        if any(1 in allowed_values(row, option, moment) for moment in row["delivery_types"])
    }


def validate_parcel(
    choice: ParcelChoice,
    destination: Destination | None,
    weight: int | None = None,
    recipient: Address | None = None,
    contracts: Contracts = NO_CONTRACTS,
    sender: Address | None = None,
) -> tuple[Problem, ...]:
    """Why this parcel cannot go; empty when it can. Without a destination: whether it can go anywhere."""
    if destination is None:
        places = (Destination(country) for country in ("NL", "BE", "DE", "US"))
        problems = [validate_parcel(choice, place, weight, contracts=contracts) for place in places]
        return () if () in problems else min(problems, key=len)
    row = row_for(choice.carrier, choice.package_type, destination, contracts)
    if row is None:
        return (_not_served(choice, destination, contracts),)
    found = [*_delivery_type_problems(choice, row, destination)]
    found += map(_option_problem, option_issues(choice, row, destination, contracts))
    if choice.insurance not in row["insurance_cents"]:
        found.append(
            Problem("insurance", "insurance", _("This insured amount is not offered here. Choose another one."))
        )
    if weight is not None:
        found += _weight_problems(choice, row, weight)
    if recipient is not None:
        found += recipient_problems(choice, row, recipient, sender)
    return tuple(found)


def _not_served(choice: ParcelChoice, destination: Destination, contracts: Contracts) -> Problem:
    carrier = CARRIER_NAMES.get(choice.carrier, choice.carrier)
    kind = TYPE_NAMES.get(choice.package_type, choice.package_type)
    where = ZONE_NAMES[zone(destination)]
    with_contract = frozenset({choice.carrier})
    if choice.carrier not in contracts and row_for(choice.carrier, choice.package_type, destination, with_contract):
        if serves(choice.carrier, destination, contracts):
            said = _(
                "{type} to {zone} needs a contract of your own with {carrier}. Arrange one or choose another "
                "package type."
            )
            return Problem("package_type", "contract", format_lazy(said, type=kind, zone=where, carrier=carrier))
        said = _("{carrier} needs a contract of your own. Arrange one or choose another carrier.")
        return Problem("carrier", "contract", format_lazy(said, carrier=carrier))
    if not serves(choice.carrier, destination, contracts):
        if zone(destination) == "ROW" and "upsexpresssaver" not in contracts:
            return Problem("carrier", "outside_eu", _("Outside the EU only PostNL is possible. Choose PostNL."))
        said = _("{carrier} does not deliver to {zone}. Choose another carrier.")
        return Problem("carrier", "not_served", format_lazy(said, carrier=carrier, zone=where))
    said = _("{type} is not possible to {zone} with {carrier}. Choose another package type.")
    return Problem("package_type", "type_not_served", format_lazy(said, type=kind, zone=where, carrier=carrier))


def _delivery_type_problems(choice: ParcelChoice, row: Row, destination: Destination) -> Iterator[Problem]:
    if choice.delivery_type not in delivery_types(row, destination):
        yield Problem("delivery_type", "delivery_type", _delivery_type_message(choice, row, destination))
    elif choice.delivery_type == PICKUP:
        text = _("Nobody chose a pick-up point for this parcel. Choose another delivery moment.")
        yield Problem("delivery_type", "pickup_point", text)


def _delivery_type_message(choice: ParcelChoice, row: Row, destination: Destination) -> Text:
    possible = [name for name in delivery_types(row, destination) if name != PICKUP]
    if "standard" in possible or not possible:
        return _("This delivery moment is not offered here. Choose standard.")
    return format_lazy(
        _("This delivery moment is not offered here. Choose {moment}."), moment=DELIVERY_TYPE_NAMES[possible[0]]
    )


@dataclass(frozen=True, slots=True)
class OptionIssue:
    """An option that must change: ``wanted`` is what it has to become, ``why`` a sentence without its name."""

    field: str
    code: str
    wanted: int
    why: Text


def option_issues(
    choice: ParcelChoice, row: Row, destination: Destination, contracts: Contracts = NO_CONTRACTS
) -> Iterator[OptionIssue]:
    """Options that cannot be on, or must be; also what other choices require, insurance among them."""
    unmet: dict[str, Requirement] = {}
    for requirement in requirements(choice, row):
        now = bool(choice.insurance) if requirement.field == "insurance" else is_selected(choice, requirement.field)
        if now != requirement.value:
            unmet.setdefault(requirement.field, requirement)
    for option in (*OPTIONS, *sorted(choice.extras)):
        value = is_selected(choice, option)
        if value not in allowed_values(row, option, choice.delivery_type):
            why = _why_not(option, choice, destination, contracts) if value else ALWAYS_INCLUDED
            yield OptionIssue(option, "option", int(not value), why)
        elif option in unmet:
            yield OptionIssue(option, "implied", unmet[option].value, _requirement_text(unmet[option]))
    if "insurance" in unmet:
        yield OptionIssue("insurance", "implied", unmet["insurance"].value, _requirement_text(unmet["insurance"]))


def _option_problem(issue: OptionIssue) -> Problem:
    said = _("{option} must be on. {why}") if issue.wanted else _("{option} cannot be chosen. {why}")
    name = OPTION_NAMES.get(issue.field, issue.field)
    return Problem(issue.field, issue.code, format_lazy(said, option=name, why=issue.why))


def _requirement_text(requirement: Requirement) -> Text:
    when = requirement.rule["when"]
    cause_key, wanted = next(((key, one) for key, one in when.items() if key != "delivery_type"), ("", 1))
    if cause_key == "insurance":
        return (
            _("Belongs to an insured parcel.")
            if requirement.value
            else _("Only possible abroad together with insurance.")
        )
    cause = OPTION_NAMES.get(FROM_DATA_NAME.get(cause_key, cause_key))
    if cause is None:
        return _("Follows from the delivery moment.") if when else _("Only within the Netherlands.")
    if not wanted:
        return format_lazy(_("Only possible together with {cause}."), cause=cause)
    if requirement.value:
        return format_lazy(_("Belongs to {cause}."), cause=cause)
    return format_lazy(_("Cannot be combined with {cause}."), cause=cause)


def _weight_problems(choice: ParcelChoice, row: Row, weight: int) -> Iterator[Problem]:
    limit = max_weight(row, choice.large_format)
    kind = TYPE_NAMES.get(choice.package_type, choice.package_type)
    if weight > limit:
        said = format_lazy(
            _("The weight is over {limit} kg, the maximum for {type}."), limit=f"{limit / 1000:g}", type=kind
        )
        if weight <= max_weight(row, True) and option_is_free("large_format", row, choice):
            repair = format_lazy(_("Choose {option}."), option=OPTIONS["large_format"])
        else:
            repair = _("Split it over several parcels or choose another package type.")
        yield Problem("weight", "too_heavy", format_lazy("{} {}", said, repair))
    least = row["weight_grams"]["min"]
    if weight < least:
        text: Text = _("Enter a weight of at least 1 gram.")
        if least > 1:
            carrier = CARRIER_NAMES.get(choice.carrier, choice.carrier)
            text = format_lazy(_("{carrier} takes parcels from {least} grams."), carrier=carrier, least=least)
        yield Problem("weight", "too_light", text)


def option_is_free(option: str, row: Row, choice: ParcelChoice) -> bool:
    """Whether the option may still be switched on."""
    return not is_selected(choice, option) and 1 in allowed_values(row, option, choice.delivery_type)


def import_blocker(carrier: str, destination: Destination) -> Problem | None:
    """Orders to the rest of the world come in only with PostNL as default carrier (MyParcel's own rule)."""
    if not destination.country or zone(destination) != "ROW" or carrier == "postnl":
        return None
    text = format_lazy(
        _(
            "This order goes outside the EU, and {carrier} does not. Choose PostNL as default carrier under "
            "Shop settings, Shipments, Parcel preferences, and import it again."
        ),
        carrier=CARRIER_NAMES.get(carrier, carrier),
    )
    return Problem("carrier", "outside_eu", text)
