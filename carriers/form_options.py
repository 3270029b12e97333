"""What a form offers: every package type, carrier and option, with its limit or the short reason why not.

Nothing is decided here: each answer is a question to the capabilities. Weights are grams, amounts euro cents.
"""

from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers import insurance
from carriers.capabilities import (
    CARRIER_NAMES,
    TYPE_NAMES,
    OptionState,
    option_state,
    options_for,
    serves,
    validate_parcel,
)
from carriers.capability_rules import NO_CONTRACTS, Contracts, max_weight, row_for, rows_by_zone
from carriers.choices import CARRIERS, CONTRACT_CARRIERS, OPTIONS, PACKAGE_TYPES, ZONE_NAMES
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.problems import Text
from carriers.territories import zone

ABOUT = {
    "mailbox": _("fits the letterbox"),
    "package_small": _("small size"),
    "digital_stamp": _("no tracking"),
}
"""What a merchant should know of a package type besides its limit."""
CONTACT_CODES = frozenset({"email_missing", "phone_missing"})
FOLD_FROM = 3
"""From this many options that cannot go abroad a form tells them in one line."""


@dataclass(frozen=True, slots=True)
class PackageTypeOption:
    """A package type: whether it can be chosen, and its limit or the reason why not."""

    key: str
    name: Text
    possible: bool
    limit: int = 0
    about: Text = ""
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class CarrierOffer:
    key: str
    name: str
    possible: bool
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """An option: ``state`` as the capabilities say it, ``is_on`` what it will be."""

    key: str
    name: Text
    state: str
    is_on: bool
    reason: Text = ""


def package_type_options(
    choice: ParcelChoice, destination: Destination | None, contracts: Contracts = NO_CONTRACTS
) -> tuple[PackageTypeOption, ...]:
    """Every package type for this carrier and place; without a place: anywhere at all."""
    return tuple(_type(key, name, choice, destination, contracts) for key, name in PACKAGE_TYPES.items())


def _type(
    key: str, name: Text, choice: ParcelChoice, destination: Destination | None, contracts: Contracts
) -> PackageTypeOption:
    if destination is None:
        sheet = options_for(choice.carrier, key, contracts=contracts)
        limit = sheet.max_weight if sheet else 0
    else:
        row = row_for(choice.carrier, key, destination, contracts)
        limit = max_weight(row, choice.large_format) if row else 0
    if limit:
        return PackageTypeOption(key, name, True, limit, ABOUT.get(key, ""))
    return PackageTypeOption(key, name, False, reason=_why_no_type(key, choice.carrier, destination, contracts))


def _why_no_type(key: str, carrier: str, destination: Destination | None, contracts: Contracts) -> Text:
    """The shortest true reason: inside or outside the Netherlands, the place, or the carrier."""
    carried = set(rows_by_zone(carrier, key, contracts))
    if destination is None or not carried:
        return format_lazy(_("Not with {carrier}"), carrier=CARRIER_NAMES.get(carrier, carrier))
    if carried == {"NL"}:
        return _("Only within the Netherlands")
    if zone(destination) == "NL":
        return _("Only outside the Netherlands")
    if zone(destination) == "ROW":
        return _("Not outside the EU")
    return format_lazy(_("Not to {zone}"), zone=ZONE_NAMES[zone(destination)])


def carriers(
    choice: ParcelChoice, destination: Destination | None, contracts: Contracts = NO_CONTRACTS
) -> tuple[CarrierOffer, ...]:
    """The carriers of the shop; where nothing fits any more, every carrier that goes there can be chosen."""
    stuck = destination is not None and row_for(choice.carrier, choice.package_type, destination, contracts) is None
    names = CARRIERS | {key: name for key, name in CONTRACT_CARRIERS.items() if key in contracts}
    return tuple(_carrier(key, name, choice, destination, contracts, stuck) for key, name in names.items())


def _carrier(
    key: str, name: str, choice: ParcelChoice, destination: Destination | None, contracts: Contracts, stuck: bool
) -> CarrierOffer:
    if destination is None:
        possible = options_for(key, choice.package_type, contracts=contracts) is not None
        return CarrierOffer(key, name, possible, "" if possible else _no_such_type(choice))
    if row_for(key, choice.package_type, destination, contracts):
        return CarrierOffer(key, name, True)
    if serves(key, destination, contracts):
        return CarrierOffer(key, name, stuck, _no_such_type(choice))
    if zone(destination) == "ROW":
        return CarrierOffer(key, name, False, _("not outside the EU"))
    return CarrierOffer(key, name, False, format_lazy(_("not to {zone}"), zone=ZONE_NAMES[zone(destination)]))


def _no_such_type(choice: ParcelChoice) -> Text:
    return format_lazy(_("no {type}"), type=TYPE_NAMES.get(choice.package_type, choice.package_type))


def options(
    choice: ParcelChoice, destination: Destination | None, contracts: Contracts = NO_CONTRACTS
) -> tuple[ShippingOption, ...]:
    """Every option next to what else is chosen; one that cannot be chosen stays visible with its reason."""
    return tuple(_option(key, name, choice, destination, contracts) for key, name in OPTIONS.items())


def _option(
    key: str, name: Text, choice: ParcelChoice, destination: Destination | None, contracts: Contracts
) -> ShippingOption:
    state = _state(key, choice, destination, contracts)
    is_on = state.state == "forced" or (state.state == "allowed" and bool(getattr(choice, key)))
    return ShippingOption(key, name, state.state, is_on, state.reason)


def _state(key: str, choice: ParcelChoice, destination: Destination | None, contracts: Contracts) -> OptionState:
    if destination is not None:
        return option_state(choice, key, destination, contracts)
    sheet = options_for(choice.carrier, choice.package_type, choice.delivery_type, contracts=contracts)
    return sheet.options[key] if sheet else OptionState("forbidden")


def collapsible(offers: tuple[ShippingOption, ...], destination: Destination | None) -> tuple[ShippingOption, ...]:
    """The options one line can tell together: several that cannot go abroad."""
    forbidden = tuple(one for one in offers if one.state == "forbidden")
    abroad = destination is not None and zone(destination) != "NL"
    return forbidden if abroad and len(forbidden) >= FOLD_FROM else ()


def insured_amounts(
    choice: ParcelChoice, destination: Destination | None, contracts: Contracts = NO_CONTRACTS
) -> tuple[int, ...]:
    """The amounts that can be insured; only 0 where the parcel cannot be."""
    if destination is not None:
        return insurance.insured_amounts(choice, destination, contracts) or (0,)
    sheet = options_for(choice.carrier, choice.package_type, contracts=contracts)
    return sheet.insurance if sheet else (0,)


def required_contact(choice: ParcelChoice, destination: Destination, recipient: Address) -> frozenset[str]:
    """Which of "email" and "phone" this carrier asks of the recipient there."""
    bare = replace(recipient, email="", phone="")
    found = validate_parcel(choice, destination, recipient=bare)
    return frozenset(problem.field for problem in found if problem.code in CONTACT_CODES)
