"""Validation before a gateway is called."""

from carriers.addresses import address_problems
from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.capability_rules import AccountCapabilities
from carriers.customs import customs_problems
from carriers.legibility import illegible_problems
from carriers.multi_collo import parcel_count_problem
from carriers.parcels import Consignment, CustomsDeclaration, Destination
from carriers.pickup_points import pickup_problems
from carriers.problems import Problem
from carriers.territories import zone


def destination_of(one: Consignment) -> Destination:
    return Destination(one.recipient.country, one.recipient.postal_code, one.recipient.region)


def first_problem(one: Consignment) -> Problem | None:
    """Applies the rules for drafts."""
    destination = destination_of(one)
    problems = [
        *address_problems(one.recipient),
        *illegible_problems(one.recipient),
        *_parcel_problems(one, destination),
        *pickup_problems(one.choice, one.pickup, one.recipient),
    ]
    if zone(destination) == "ROW":
        problems += customs_problems(one.customs or CustomsDeclaration(), destination, one.weight, one.choice.carrier)
    return problems[0] if problems else None


def _parcel_problems(one: Consignment, destination: Destination) -> tuple[Problem, ...]:
    """What a contract allows is allowed here: whether the shop has one was judged with its account before."""
    found = _problems_with(DEFAULT_CAPABILITIES, one, destination)
    if not found:
        return found
    with_contract = Capabilities(AccountCapabilities(frozenset({one.choice.carrier})))
    return _problems_with(with_contract, one, destination) and found


def _problems_with(capabilities: Capabilities, one: Consignment, destination: Destination) -> tuple[Problem, ...]:
    found = capabilities.validate_parcel(one.choice, destination, one.weight, one.recipient, one.sender)
    too_many = parcel_count_problem(one.parcel_count, one.choice, destination, capabilities)
    return (*found, too_many) if too_many else found
