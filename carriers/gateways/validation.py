"""Validation before a gateway is called."""

from carriers.addresses import address_problems
from carriers.capabilities import validate_parcel
from carriers.customs import customs_problems
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
        *validate_parcel(one.choice, destination, one.weight, one.recipient),
        *pickup_problems(one.choice, one.pickup, one.recipient),
    ]
    if zone(destination) == "ROW":
        problems += customs_problems(one.customs or CustomsDeclaration(), destination, one.weight, one.choice.carrier)
    return problems[0] if problems else None
