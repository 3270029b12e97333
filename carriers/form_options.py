"""The package types, carriers and options a form offers, each with its limit or the reason it is not possible.

The rules are in ``carriers.capabilities``. Weights are grams, amounts euro cents.
"""

from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities, OptionState
from carriers.capability_rules import max_weight
from carriers.choices import CARRIER_NAMES, OPTIONS, PACKAGE_TYPES, TYPE_NAMES, ZONE_NAMES
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.problems import Text
from carriers.territories import zone

# Hints about package types besides the weight limit.
ABOUT = {
    "mailbox": _("fits the letterbox"),
    "package_small": _("small size"),
    "digital_stamp": _("no tracking"),
}
CONTACT_CODES = frozenset({"email_missing", "phone_missing"})
# From this number on, a form shows the options that are not possible abroad in one line.
MIN_COLLAPSIBLE_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class PackageTypeOption:
    """``limit`` is 0 when the package type is not possible; ``reason`` then says why."""

    key: str
    name: Text
    possible: bool
    limit: int = 0
    about: Text = ""
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class CarrierOption:
    key: str
    name: str
    possible: bool
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """``state`` is that of ``OptionState``; ``is_on`` is the resulting value."""

    key: str
    name: Text
    state: str
    is_on: bool
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class FormOptions:
    """What can be chosen next to ``choice``. Without a destination: what is possible in any zone."""

    choice: ParcelChoice
    destination: Destination | None
    capabilities: Capabilities = DEFAULT_CAPABILITIES

    def package_types(self) -> tuple[PackageTypeOption, ...]:
        return tuple(self._package_type(key, name) for key, name in PACKAGE_TYPES.items())

    def _package_type(self, key: str, name: Text) -> PackageTypeOption:
        choice = self.choice
        if self.destination is None:
            sheet = self.capabilities.options_for(choice.carrier, key)
            limit = sheet.max_weight if sheet else 0
        else:
            row = self.capabilities.account.row_for(choice.carrier, key, self.destination)
            limit = max_weight(row, choice.large_format) if row else 0
        if limit:
            return PackageTypeOption(key, name, True, limit, ABOUT.get(key, ""))
        return PackageTypeOption(key, name, False, reason=self._why_no_type(key))

    def _why_no_type(self, key: str) -> Text:
        carrier, destination = self.choice.carrier, self.destination
        carried = set(self.capabilities.account.rows_by_zone(carrier, key))
        if destination is None or not carried:
            return format_lazy(_("Not with {carrier}"), carrier=CARRIER_NAMES.get(carrier, carrier))
        if carried == {"NL"}:
            return _("Only within the Netherlands")
        if zone(destination) == "NL":
            return _("Only outside the Netherlands")
        if zone(destination) == "ROW":
            return _("Not outside the EU")
        return format_lazy(_("Not to {zone}"), zone=ZONE_NAMES[zone(destination)])

    def carriers(self) -> tuple[CarrierOption, ...]:
        """Those of the account, and the current one.

        While the current choice is not possible, every carrier that serves the destination is possible.
        """
        kept = {*self.capabilities.carriers(), self.choice.carrier}
        return tuple(self._carrier(key, name) for key, name in CARRIER_NAMES.items() if key in kept)

    def _carrier(self, key: str, name: str) -> CarrierOption:
        package_type, destination = self.choice.package_type, self.destination
        if not self.capabilities.account.has_carrier(key):
            return CarrierOption(key, name, False, _("not part of your account"))
        if destination is None:
            possible = self.capabilities.options_for(key, package_type) is not None
            return CarrierOption(key, name, possible, "" if possible else _no_such_type(self.choice))
        row_for = self.capabilities.account.row_for
        if row_for(key, package_type, destination):
            return CarrierOption(key, name, True)
        if self.capabilities.serves(key, destination):
            is_stuck = row_for(self.choice.carrier, package_type, destination) is None
            return CarrierOption(key, name, is_stuck, _no_such_type(self.choice))
        if zone(destination) == "ROW":
            return CarrierOption(key, name, False, _("not outside the EU"))
        return CarrierOption(key, name, False, format_lazy(_("not to {zone}"), zone=ZONE_NAMES[zone(destination)]))

    def options(self) -> tuple[ShippingOption, ...]:
        """Options that cannot be chosen are included, with the reason."""
        return tuple(self._option(key, name) for key, name in OPTIONS.items())

    def _option(self, key: str, name: Text) -> ShippingOption:
        state = self._state(key)
        is_on = state.state == "forced" or (state.state == "allowed" and bool(getattr(self.choice, key)))
        return ShippingOption(key, name, state.state, is_on, state.reason)

    def _state(self, key: str) -> OptionState:
        choice = self.choice
        if self.destination is not None:
            return self.capabilities.option_state(choice, key, self.destination)
        sheet = self.capabilities.options_for(choice.carrier, choice.package_type, choice.delivery_type)
        return sheet.options[key] if sheet else OptionState("forbidden")

    def insured_amounts(self) -> tuple[int, ...]:
        """Ascending; (0,) where insurance is not possible."""
        if self.destination is not None:
            return self.capabilities.insured_amounts(self.choice, self.destination) or (0,)
        sheet = self.capabilities.options_for(self.choice.carrier, self.choice.package_type)
        return sheet.insurance if sheet else (0,)


def _no_such_type(choice: ParcelChoice) -> Text:
    return format_lazy(_("no {type}"), type=TYPE_NAMES.get(choice.package_type, choice.package_type))


def collapsible(offers: tuple[ShippingOption, ...], destination: Destination | None) -> tuple[ShippingOption, ...]:
    """Options that are not possible abroad, when there are enough to show them in one line."""
    forbidden = tuple(offer for offer in offers if offer.state == "forbidden")
    abroad = destination is not None and zone(destination) != "NL"
    return forbidden if abroad and len(forbidden) >= MIN_COLLAPSIBLE_OPTIONS else ()


def required_contact(
    choice: ParcelChoice,
    destination: Destination,
    recipient: Address,
    capabilities: Capabilities = DEFAULT_CAPABILITIES,
) -> frozenset[str]:
    """Which of "email" and "phone" this carrier requires of the recipient."""
    bare = replace(recipient, email="", phone="")
    found = capabilities.validate_parcel(choice, destination, recipient=bare)
    return frozenset(problem.field for problem in found if problem.code in CONTACT_CODES)
