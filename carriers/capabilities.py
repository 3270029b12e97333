"""What is allowed, what is not, and why: the one place that preferences, concepts, imports and labels ask.

The rules come from ``data/capabilities.json`` (see docs/architecture.md for where those were gathered).
Weights are grams, insured amounts euro cents.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.parcels import Address, Destination, ParcelChoice
from carriers.territories import ZONES, zone
from carriers.vocabulary import CARRIERS, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES, ZONE_NAMES

__all__ = [
    "OptionSheet",
    "Problem",
    "Row",
    "Text",
    "examine",
    "import_refusal",
    "option_problems",
    "options_for",
    "row_for",
    "zone",
]

Text = Promise | str
Row = dict[str, Any]
"""A row of the capability data."""
NAME_IN_DATA = {"return_to_sender": "return"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something cannot be, in a sentence that says what to do; ``field`` is where it is mended."""

    field: str
    code: str
    text: Text


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


@cache
def data() -> dict[str, Any]:
    """The capability data, read once."""
    text = (Path(__file__).parent / "data" / "capabilities.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _rows() -> dict[tuple[str, str, str], Row]:
    return {
        (row["carrier"], row["package_type"], row["destination_group"]): row
        for row in data()["capabilities"]
        if row["contract"] == "included" and row["variant"] is None and row["carrier"] in CARRIERS
    }


def row_for(carrier: str, package_type: str, destination: Destination) -> Row | None:
    """The capability row of this combination; None when it does not exist."""
    group = zone(destination)
    row = _rows().get((carrier, package_type, group))
    if row is None or (row["countries"] and group == "EU" and destination.country.upper() not in row["countries"]):
        return None
    if group == "ROW" and row["countries"] and destination.country.upper() not in row["countries"]:
        return None
    return row


def _values(row: Row, option: str, delivery_type: str) -> tuple[int, ...]:
    """The values an option may have: (0,), (1,) or (0, 1). One the row does not name stays off."""
    name = NAME_IN_DATA.get(option, option)
    by_delivery = row["options_by_delivery_type"].get(delivery_type, {})
    return tuple(by_delivery.get(name, row["options"].get(name, [0])))


def _max_weight(row: Row, choice_is_large: bool) -> int:
    limits = row["weight_grams"]
    largest = limits.get("max_with_large_format", limits["max"]) if choice_is_large else limits["max"]
    return int(largest)


def package_types_of(carrier: str) -> tuple[str, ...]:
    """The package types this carrier has anywhere."""
    known = {package_type for name, package_type, _zone in _rows() if name == carrier}
    return tuple(name for name in PACKAGE_TYPES if name in known)


def serves(carrier: str, destination: Destination) -> bool:
    """Whether the carrier takes any package type there."""
    return any(row_for(carrier, package_type, destination) for package_type in PACKAGE_TYPES)


def options_for(
    carrier: str, package_type: str, delivery_type: str = "standard", destination: Destination | None = None
) -> OptionSheet | None:
    """What can be chosen; None when the combination does not exist. Without a destination: anywhere at all."""
    if destination is not None:
        row = row_for(carrier, package_type, destination)
        rows = {zone(destination): row} if row else {}
    else:
        found = ((group, _rows().get((carrier, package_type, group))) for group in ZONES)
        rows = {group: row for group, row in found if row}
    return _sheet(rows, package_type, delivery_type, destination) if rows else None


def _sheet(rows: dict[str, Row], package_type: str, delivery_type: str, destination: Destination | None) -> OptionSheet:
    moments = {name for row in rows.values() for name in row["delivery_types"]}
    return OptionSheet(
        options={name: _state(rows, name, package_type, delivery_type, destination) for name in OPTIONS},
        insurance=tuple(sorted({step for row in rows.values() for step in row["insurance_cents"]})),
        delivery_types=tuple(name for name in DELIVERY_TYPES if name in moments),
        max_weight=max(_max_weight(row, True) for row in rows.values()),
        needs_customs=destination is not None and "ROW" in rows,
    )


def _state(
    rows: dict[str, Row],
    option: str,
    package_type: str,
    delivery_type: str,
    destination: Destination | None,
) -> OptionState:
    values = {group: _values(row, option, delivery_type) for group, row in rows.items()}
    if all(value == (1,) for value in values.values()):
        return OptionState("forced", _("Always included with this choice."))
    if any(1 in value for value in values.values()):
        return OptionState("allowed")
    return OptionState("forbidden", _why_not(option, package_type, delivery_type, destination))


def _why_not(option: str, package_type: str, delivery_type: str, destination: Destination | None) -> Text:
    """The reason a merchant understands: the moment, the country, or the kind of parcel."""
    standard = [
        group
        for (carrier, kind, group), row in _rows().items()
        if kind == package_type and 1 in _values(row, option, "standard")
    ]
    if not standard:
        kind = PACKAGE_TYPES.get(package_type, package_type)
        return format_lazy(_("Not possible with {type}."), type=kind)
    if destination is not None and zone(destination) not in standard:
        if set(standard) == {"NL"}:
            return _("Only within the Netherlands.")
        if zone(destination) == "ROW":
            return _("Not possible outside the EU.")
        return format_lazy(_("Not possible to {zone}."), zone=ZONE_NAMES[zone(destination)])
    if delivery_type != "standard":
        moment = DELIVERY_TYPES.get(delivery_type, delivery_type)
        return format_lazy(_("Not possible with {moment}."), moment=moment)
    return _("Not possible with this carrier.")


def examine(
    choice: ParcelChoice,
    destination: Destination | None,
    weight: int | None = None,
    recipient: Address | None = None,
) -> tuple[Problem, ...]:
    """Why this parcel cannot go; empty when it can. Without a destination: whether it can go anywhere."""
    if destination is None:
        problems = [examine(choice, Destination(country), weight) for country in ("NL", "BE", "DE", "US")]
        return () if () in problems else min(problems, key=len)
    row = row_for(choice.carrier, choice.package_type, destination)
    if row is None:
        return (_not_served(choice, destination),)
    found = [*_moment_problems(choice, row), *option_problems(choice, row, destination)]
    if choice.insurance not in row["insurance_cents"]:
        found.append(
            Problem("insurance", "insurance", _("This insured amount is not offered here. Choose another one."))
        )
    if weight is not None:
        found += _weight_problems(choice, row, weight)
    if recipient is not None:
        found += _contact_problems(row, recipient)
    return tuple(found)


def _not_served(choice: ParcelChoice, destination: Destination) -> Problem:
    carrier = CARRIERS.get(choice.carrier, choice.carrier)
    if not serves(choice.carrier, destination):
        if zone(destination) == "ROW":
            return Problem("carrier", "outside_eu", _("Outside the EU only PostNL is possible. Choose PostNL."))
        text = format_lazy(
            _("{carrier} does not deliver to {zone}. Choose another carrier."),
            carrier=carrier,
            zone=ZONE_NAMES[zone(destination)],
        )
        return Problem("carrier", "not_served", text)
    text = format_lazy(
        _("{type} is not possible to {zone} with {carrier}. Choose another package type."),
        type=PACKAGE_TYPES.get(choice.package_type, choice.package_type),
        zone=ZONE_NAMES[zone(destination)],
        carrier=carrier,
    )
    return Problem("package_type", "type_not_served", text)


def _moment_problems(choice: ParcelChoice, row: Row) -> Iterator[Problem]:
    if choice.delivery_type not in row["delivery_types"] or choice.delivery_type not in DELIVERY_TYPES:
        yield Problem("delivery_type", "delivery_type", _("This delivery moment is not offered here. Choose standard."))


def option_problems(choice: ParcelChoice, row: Row, destination: Destination) -> Iterator[Problem]:
    """Options that cannot be on, or must be; also for what other choices demand."""
    implied = _implied(choice, row)
    for option, name in OPTIONS.items():
        value = int(getattr(choice, option))
        values = _values(row, option, choice.delivery_type)
        if value not in values:
            if value:
                why = _why_not(option, choice.package_type, choice.delivery_type, destination)
                text = format_lazy(_("{option} cannot be chosen. {why}"), option=name, why=why)
            else:
                text = format_lazy(_("{option} always belongs to this choice. Switch it on."), option=name)
            yield Problem(option, "option", text)
        elif option in implied and implied[option][0] != value:
            yield Problem(option, "implied", implied[option][1])


def _implied(choice: ParcelChoice, row: Row) -> dict[str, tuple[int, Text]]:
    """What other choices demand of an option: {option: (value, sentence)}; options the row lacks are left alone."""
    demands: dict[str, tuple[int, Text]] = {}
    for rule in _rules(row["carrier"], row["package_type"], row["destination_group"]):
        if _applies(rule, choice):
            for name, value in rule["then"].items():
                option = "return_to_sender" if name == "return" else name
                if option in OPTIONS and value in _values(row, option, choice.delivery_type):
                    demands[option] = (value, _implication_text(rule, option, value))
    return demands


@cache
def _rules(carrier: str, package_type: str, group: str) -> tuple[Row, ...]:
    return tuple(
        rule
        for rule in data()["implications"]
        if rule["when"]
        and rule["carrier"] in (None, carrier)
        and (rule["package_types"] is None or package_type in rule["package_types"])
        and group in rule["groups"]
        and "receipt_code" not in rule["when"]
    )


def _applies(rule: Row, choice: ParcelChoice) -> bool:
    unless = rule.get("unless", {}).get("delivery_type", [])
    return choice.delivery_type not in unless and all(_holds(choice, k, v) for k, v in rule["when"].items())


def _holds(choice: ParcelChoice, name: str, wanted: Any) -> bool:
    if name == "delivery_type":
        return choice.delivery_type in wanted
    if name == "insurance":
        return choice.insurance > 0 if wanted == ">0" else choice.insurance == wanted
    return bool(int(getattr(choice, NAME_IN_DATA.get(name, name), 0)) == wanted)


def _implication_text(rule: Row, option: str, value: int) -> Text:
    name = OPTIONS[option]
    if "insurance" in rule["when"]:
        if value:
            return format_lazy(_("{option} belongs to an insured parcel. Switch it on."), option=name)
        return format_lazy(_("{option} is only possible abroad together with insurance."), option=name)
    cause = next((OPTIONS[key] for key in rule["when"] if key in OPTIONS), None)
    if cause is None:
        return format_lazy(_("{option} follows from the delivery moment."), option=name)
    if value:
        return format_lazy(_("{option} belongs to {cause}. Switch it on."), option=name, cause=cause)
    return format_lazy(_("{option} cannot be combined with {cause}."), option=name, cause=cause)


def _weight_problems(choice: ParcelChoice, row: Row, weight: int) -> Iterator[Problem]:
    limit = _max_weight(row, choice.large_format)
    if weight > limit:
        kind = PACKAGE_TYPES.get(choice.package_type, choice.package_type)
        text = format_lazy(
            _("The weight is over {limit} kg, the maximum for {type}."), limit=f"{limit / 1000:g}", type=kind
        )
        yield Problem("weight", "too_heavy", text)
    if weight < row["weight_grams"]["min"]:
        yield Problem("weight", "too_light", _("Enter a weight of at least 1 gram."))


def _contact_problems(row: Row, recipient: Address) -> Iterator[Problem]:
    rules = data()["address_rules"]
    needs_email = (
        "email" in row["required_recipient_fields"] or recipient.country in rules["email_required"]["countries"]
    )
    if needs_email and not recipient.email:
        yield Problem("email", "email_missing", _("Enter an e-mail address; it is required for this destination."))
    if "phone" in row["required_recipient_fields"] and not recipient.phone:
        yield Problem("phone", "phone_missing", _("Enter a phone number; this carrier requires it."))


def import_refusal(carrier: str, destination: Destination) -> Problem | None:
    """Orders to the rest of the world come in only with PostNL as default carrier (MyParcel's own rule)."""
    if not destination.country or zone(destination) != "ROW" or carrier == "postnl":
        return None
    text = format_lazy(
        _(
            "This order goes outside the EU, and {carrier} does not. Choose PostNL as default carrier under "
            "Shop settings, Shipments, Parcel preferences, and import it again."
        ),
        carrier=CARRIERS.get(carrier, carrier),
    )
    return Problem("carrier", "outside_eu", text)
