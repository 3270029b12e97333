"""Problems of a choice with its row of the capability data, as messages for a merchant. Weights are grams."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import (
    FROM_DATA_NAME,
    PICKUP,
    CapabilityRow,
    Requirement,
    allowed_values,
    delivery_types,
    is_selected,
    max_weight,
)
from carriers.choices import CARRIER_NAMES, DELIVERY_TYPE_NAMES, OPTION_NAMES, OPTIONS, TYPE_NAMES
from carriers.parcels import Destination, ParcelChoice
from carriers.problems import Problem, Text


def delivery_type_problems(choice: ParcelChoice, row: CapabilityRow, destination: Destination) -> Iterator[Problem]:
    if choice.delivery_type not in delivery_types(row, destination):
        yield Problem("delivery_type", "delivery_type", delivery_type_message(choice, row, destination))


def delivery_type_message(choice: ParcelChoice, row: CapabilityRow, destination: Destination) -> Text:
    possible = [name for name in delivery_types(row, destination) if name != PICKUP]
    if "standard" in possible or not possible:
        return _("This delivery type is not available here. Choose standard delivery.")
    return format_lazy(
        _("This delivery type is not available here. Choose {moment}."), moment=DELIVERY_TYPE_NAMES[possible[0]]
    )


@dataclass(frozen=True, slots=True)
class OptionIssue:
    """An option that must change: ``wanted`` is 0 or 1, ``why`` a message that does not name the option."""

    field: str
    code: str
    wanted: int
    why: Text


def option_problem(issue: OptionIssue) -> Problem:
    message = _("{option} must be on. {why}") if issue.wanted else _("{option} cannot be chosen. {why}")
    name = OPTION_NAMES.get(issue.field, issue.field)
    return Problem(issue.field, issue.code, format_lazy(message, option=name, why=issue.why))


def requirement_text(requirement: Requirement) -> Text:
    when = requirement.rule["when"]
    cause_key, wanted = next(((key, one) for key, one in when.items() if key != "delivery_type"), ("", 1))
    if cause_key == "insurance":
        return _("Required for an insured parcel.") if requirement.value else _("Only possible abroad with insurance.")
    cause = OPTION_NAMES.get(FROM_DATA_NAME.get(cause_key, cause_key))
    if cause is None:
        return _("Set by the delivery type.") if when else _("Only within the Netherlands.")
    if not wanted:
        return format_lazy(_("Only possible together with {cause}."), cause=cause)
    if requirement.value:
        return format_lazy(_("Required with {cause}."), cause=cause)
    return format_lazy(_("Cannot be combined with {cause}."), cause=cause)


def weight_problems(choice: ParcelChoice, row: CapabilityRow, weight: int) -> Iterator[Problem]:
    limit = max_weight(row, choice.large_format)
    kind = TYPE_NAMES.get(choice.package_type, choice.package_type)
    if weight > limit:
        message = format_lazy(
            _("The weight is over {limit} kg, the maximum for {type}."), limit=f"{limit / 1000:g}", type=kind
        )
        if weight <= max_weight(row, True) and option_is_free("large_format", row, choice):
            repair = format_lazy(_("Choose {option}."), option=OPTIONS["large_format"])
        else:
            repair = _("Split it into several parcels or choose another package type.")
        yield Problem("weight", "too_heavy", format_lazy("{} {}", message, repair))
    least = row["weight_grams"]["min"]
    if weight < least:
        text: Text = _("Enter a weight of at least 1 gram.")
        if least > 1:
            carrier = CARRIER_NAMES.get(choice.carrier, choice.carrier)
            text = format_lazy(_("{carrier} accepts parcels of {least} grams or more."), carrier=carrier, least=least)
        yield Problem("weight", "too_light", text)


def option_is_free(option: str, row: CapabilityRow, choice: ParcelChoice) -> bool:
    return not is_selected(choice, option) and 1 in allowed_values(row, option, choice.delivery_type)
