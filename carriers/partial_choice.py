"""Some fields of a choice, set on another choice: whether a parcel can be sent that way, and if not, why not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from carriers.capabilities import Capabilities
from carriers.fallback import resolve_choice
from carriers.import_blockers import import_blocker
from carriers.parcels import Destination, ParcelChoice
from carriers.pickup_points import to_pickup
from carriers.problems import Problem, Text
from carriers.territories import zone

OF_THE_BUYER = _("The buyer chose a pick-up point.")
NOT_TOGETHER = _("These choices are not possible together.")
OUTSIDE_EU = _("This carrier does not deliver outside the EU.")
# What decides how heavy a parcel may be.
WEIGHT_FIELDS = frozenset({"carrier", "package_type", "large_format"})


@dataclass(frozen=True, slots=True)
class PartialChoice:
    """``choice`` is the old one where ``obstacle`` says why the fields cannot be set."""

    choice: ParcelChoice
    obstacle: Text | None = None


def set_fields(
    choice: ParcelChoice,
    fields: Mapping[str, Any],
    destination: Destination,
    capabilities: Capabilities,
    *,
    weight: int | None = None,
    to_point: bool = False,
) -> PartialChoice:
    """Set all ``fields`` or none. What is not among them may have to give way, as in ``resolve_choice``.

    ``weight`` is in grams. With ``to_point`` the buyer chose a pick-up point; ``fields`` then has no delivery type.
    Without a country, nothing can be checked.
    """
    weight = weight if WEIGHT_FIELDS & fields.keys() else None
    if zone(destination) == zone(Destination(destination.country)):
        # What is possible depends on the country and its zone: the answer for one postcode is that for all.
        destination = Destination(destination.country)
    return _set_fields(choice, tuple(fields.items()), destination, capabilities, weight, to_point)


# The orders of a batch have few different choices, countries and weights.
@lru_cache(maxsize=4096)
def _set_fields(
    choice: ParcelChoice,
    wanted_fields: tuple[tuple[str, Any], ...],
    destination: Destination,
    capabilities: Capabilities,
    weight: int | None,
    to_point: bool,
) -> PartialChoice:
    fields = dict(wanted_fields)
    wanted = replace(choice, **fields)
    if not destination.country:
        return PartialChoice(wanted)
    asked = to_pickup(wanted, destination) if to_point else wanted
    if to_point and _lost(fields, asked):
        return PartialChoice(choice, OF_THE_BUYER)
    sent = resolve_choice(asked, destination, capabilities).choice
    if lost := _lost(fields, sent):
        return PartialChoice(choice, _why(lost, asked, destination, capabilities))
    if "carrier" in fields and import_blocker(wanted.carrier, destination, capabilities):
        return PartialChoice(choice, OUTSIDE_EU)
    if weight is not None:
        for problem in capabilities.validate_parcel(sent, destination, weight):
            if problem.field == "weight":
                return PartialChoice(choice, problem.text)
    return PartialChoice(wanted)


def _lost(fields: Mapping[str, Any], choice: ParcelChoice) -> frozenset[str]:
    return frozenset(name for name, value in fields.items() if getattr(choice, name) != value)


def _why(lost: frozenset[str], choice: ParcelChoice, destination: Destination, capabilities: Capabilities) -> Text:
    problems: tuple[Problem, ...] = capabilities.validate_parcel(choice, destination)
    about = [problem for problem in problems if problem.field in lost] or list(problems)
    return about[0].text if about else NOT_TOGETHER
