"""Which options each carrier and package type allows, and why others are not allowed.

The rules come from ``data/capabilities.json``; docs/architecture.md names its sources. Weights are grams, insured
amounts euro cents. A carrier that needs a contract of the shop is reported as such while the shop has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capability_rules import (
    EVERY_ACCOUNT,
    PICKUP,
    TO_DATA_NAME,
    AccountCapabilities,
    CapabilityRow,
    Requirement,
    allowed_values,
    delivery_types,
    is_selected,
    max_weight,
    option_names,
    requirements,
)
from carriers.choices import (
    CARRIER_NAMES,
    CARRIERS,
    DELIVERY_TYPE_NAMES,
    OPTIONS,
    PACKAGE_TYPES,
    TYPE_NAMES,
    ZONE_NAMES,
)
from carriers.parcel_problems import (
    OptionIssue,
    delivery_type_message,
    delivery_type_problems,
    option_problem,
    requirement_text,
    weight_problems,
)
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.problems import Problem, Text
from carriers.recipient_rules import recipient_problems
from carriers.territories import zone

NO_SENDER = Address()
ALWAYS_INCLUDED = _("Always included with this choice.")


@dataclass(frozen=True, slots=True)
class OptionState:
    """``state`` is "allowed", "forced" or "forbidden"; ``reason`` is empty when allowed."""

    state: str
    reason: Text = ""


@dataclass(frozen=True, slots=True)
class OptionSheet:
    options: dict[str, OptionState]
    insurance: tuple[int, ...]
    delivery_types: tuple[str, ...]
    max_weight: int
    needs_customs: bool


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The rules for one account. The functions of this module apply those of an account without contracts.

    ``sender`` is the account's: some carriers need its customs numbers.
    """

    account: AccountCapabilities = EVERY_ACCOUNT
    sender: Address = NO_SENDER

    def package_types_of(self, carrier: str) -> tuple[str, ...]:
        return tuple(name for name in PACKAGE_TYPES if self.account.rows_by_zone(carrier, name))

    def carriers(self) -> tuple[str, ...]:
        """Those that this account has, in the order of a form."""
        return tuple(name for name in CARRIER_NAMES if self.account.has_carrier(name))

    def serves(self, carrier: str, destination: Destination) -> bool:
        return any(self.account.row_for(carrier, package_type, destination) for package_type in PACKAGE_TYPES)

    def options_for(
        self,
        carrier: str,
        package_type: str,
        delivery_type: str = "standard",
        destination: Destination | None = None,
    ) -> OptionSheet | None:
        """None when the combination does not exist. Without a destination: what is possible in any zone."""
        found = self.account.rows_by_zone(carrier, package_type)
        if destination is not None:
            row = self.account.row_for(carrier, package_type, destination)
            found = {zone(destination): row} if row else {}
        if not found:
            return None
        offered = {name for row in found.values() for name in delivery_types(row, destination) if name != PICKUP}
        sheet = {
            name: self._state(found, ParcelChoice(carrier, package_type, delivery_type), name, destination)
            for name in OPTIONS
        }
        return OptionSheet(
            options=sheet,
            insurance=tuple(sorted({step for row in found.values() for step in row["insurance_cents"]})),
            delivery_types=tuple(name for name in DELIVERY_TYPE_NAMES if name in offered),
            max_weight=max(max_weight(row, True) for row in found.values()),
            needs_customs=destination is not None and "ROW" in found,
        )

    def option_state(self, choice: ParcelChoice, option: str, destination: Destination) -> OptionState:
        """Whether an option can be combined with the rest of the choice; accepts any option of the data."""
        row = self.account.row_for_choice(choice, destination)
        if row is None:
            return OptionState("forbidden", self._not_served(choice, destination).text)
        if choice.delivery_type not in delivery_types(row, destination):
            return OptionState("forbidden", delivery_type_message(choice, row, destination))
        state = self._state({zone(destination): row}, choice, option, destination)
        requirement = next((candidate for candidate in requirements(choice, row) if candidate.field == option), None)
        if state.state != "allowed" or requirement is None:
            return state
        return OptionState("forced" if requirement.value else "forbidden", requirement_text(requirement))

    def forced_options(self, choice: ParcelChoice, destination: Destination) -> set[str]:
        """Options that are always on, which a gateway must send (a small parcel is always tracked)."""
        row = self.account.row_for_choice(choice, destination)
        if row is None:
            return set()
        return {name for name in option_names() if allowed_values(row, name, choice.delivery_type) == (1,)}

    def validate_parcel(
        self,
        choice: ParcelChoice,
        destination: Destination | None,
        weight: int | None = None,
        recipient: Address | None = None,
        sender: Address | None = None,
    ) -> tuple[Problem, ...]:
        """Empty when a parcel can be sent. Without a destination: when it can be sent to any zone."""
        if destination is None:
            places = (Destination(country) for country in ("NL", "BE", "DE", "US"))
            problems = [self.validate_parcel(choice, place, weight) for place in places]
            return () if () in problems else min(problems, key=len)
        row = self.account.row_for_choice(choice, destination)
        if row is None:
            return (self._not_served(choice, destination),)
        found = [*delivery_type_problems(choice, row, destination)]
        found += map(option_problem, self.option_issues(choice, destination))
        if choice.insurance not in row["insurance_cents"]:
            found.append(
                Problem("insurance", "insurance", _("This insured amount is not available here. Choose another one."))
            )
        if weight is not None:
            found += weight_problems(choice, row, weight)
        if recipient is not None:
            found += recipient_problems(choice, row, recipient, sender or self.sender)
        return tuple(found)

    def option_issues(self, choice: ParcelChoice, destination: Destination) -> tuple[OptionIssue, ...]:
        """Options that cannot be on or must be on, and what other choices require, insurance included.

        None where the service does not exist.
        """
        return _option_issues(self.account, choice, zone(destination))

    def _state(
        self, found: dict[str, CapabilityRow], choice: ParcelChoice, option: str, destination: Destination | None
    ) -> OptionState:
        possible = [allowed_values(row, option, choice.delivery_type) for row in found.values()]
        if all(value == (1,) for value in possible):
            return OptionState("forced", ALWAYS_INCLUDED)
        if any(1 in value for value in possible):
            return OptionState("allowed")
        return OptionState("forbidden", self.why_not(option, choice, zone(destination) if destination else None))

    def why_not(self, option: str, choice: ParcelChoice, group: str | None) -> Text:
        """Why an option cannot be on; ``group`` is the zone of the destination if there is one."""
        if self._is_left_out(option, choice):
            return _("Not part of your account.")
        possible = _zones_with(self.account, option, choice.package_type)
        if not possible:
            kind = TYPE_NAMES.get(choice.package_type, choice.package_type)
            return format_lazy(_("Not possible with {type}."), type=kind)
        if group is not None and group not in possible:
            if possible == {"NL"}:
                return _("Only within the Netherlands.")
            if group == "ROW":
                return _("Not possible outside the EU.")
            return format_lazy(_("Not possible to {zone}."), zone=ZONE_NAMES[group])
        if choice.delivery_type != "standard":
            delivery_type = DELIVERY_TYPE_NAMES.get(choice.delivery_type, choice.delivery_type)
            return format_lazy(_("Not possible with {moment}."), moment=delivery_type)
        return _("Not possible with this carrier.")

    def _is_left_out(self, option: str, choice: ParcelChoice) -> bool:
        """Whether it is only the account that does not have this option."""
        terms = self.account.terms and self.account.terms.of(choice.carrier)
        if not terms or terms.allows_option(TO_DATA_NAME.get(option, option)):
            return False
        rows = self.account.without_terms.rows_by_zone(choice.carrier, choice.package_type).values()
        return any(1 in allowed_values(row, option, choice.delivery_type) for row in rows)

    def is_left_out(self, choice: ParcelChoice, destination: Destination) -> bool:
        """Whether this service exists and only the account does not have it."""
        if self.account.terms is None:
            return False
        return not self.account.has_carrier(choice.carrier) or self._left_out(choice, destination) is not None

    def _left_out(self, choice: ParcelChoice, destination: Destination) -> Problem | None:
        """Why only the account does not have this carrier or package type."""
        terms, without = self.account.terms, self.account.without_terms
        if terms is None or without.row_for(choice.carrier, choice.package_type, destination) is None:
            return None
        carrier = CARRIER_NAMES.get(choice.carrier, choice.carrier)
        if terms.of(choice.carrier) is None:
            text = format_lazy(_("{carrier} is not part of your account. Choose another carrier."), carrier=carrier)
            return Problem("carrier", "account", text)
        text = format_lazy(
            _("{type} with {carrier} is not part of your account. Choose another package type or carrier."),
            type=TYPE_NAMES.get(choice.package_type, choice.package_type),
            carrier=carrier,
        )
        return Problem("package_type", "account", text)

    def _not_served(self, choice: ParcelChoice, destination: Destination) -> Problem:
        carrier = CARRIER_NAMES.get(choice.carrier, choice.carrier)
        kind = TYPE_NAMES.get(choice.package_type, choice.package_type)
        place = ZONE_NAMES[zone(destination)]
        if left_out := self._left_out(choice, destination):
            return left_out
        if self._needs_contract(choice, destination):
            if self.serves(choice.carrier, destination):
                text = _(
                    "{type} to {zone} requires your own contract with {carrier}. Arrange one or choose another "
                    "package type."
                )
                return Problem("package_type", "contract", format_lazy(text, type=kind, zone=place, carrier=carrier))
            text = _("{carrier} requires your own contract. Arrange one or choose another carrier.")
            return Problem("carrier", "contract", format_lazy(text, carrier=carrier))
        if not self.serves(choice.carrier, destination):
            if zone(destination) == "ROW" and "upsexpresssaver" not in self.account.contracts:
                return Problem("carrier", "outside_eu", _("Outside the EU only PostNL is possible. Choose PostNL."))
            text = _("{carrier} does not deliver to {zone}. Choose another carrier.")
            return Problem("carrier", "not_served", format_lazy(text, carrier=carrier, zone=place))
        text = _("{type} is not possible to {zone} with {carrier}. Choose another package type.")
        return Problem("package_type", "type_not_served", format_lazy(text, type=kind, zone=place, carrier=carrier))

    def _needs_contract(self, choice: ParcelChoice, destination: Destination) -> bool:
        if choice.carrier in self.account.contracts:
            return False
        with_contract = AccountCapabilities(self.account.contracts | {choice.carrier})
        return with_contract.row_for(choice.carrier, choice.package_type, destination) is not None

    def insured_amounts(self, choice: ParcelChoice, destination: Destination) -> tuple[int, ...]:
        """Ascending; empty when the choice is not possible there."""
        row = self.account.row_for_choice(choice, destination)
        return tuple(sorted(row["insurance_cents"])) if row else ()


@lru_cache(maxsize=4096)
def _zones_with(account: AccountCapabilities, option: str, package_type: str) -> set[str]:
    return {
        group
        for carrier in {*CARRIERS, *account.contracts}
        for group, row in account.rows_by_zone(carrier, package_type).items()
        if any(1 in allowed_values(row, option, delivery_type) for delivery_type in row["delivery_types"])
    }


# The orders of a shop have few different choices.
@lru_cache(maxsize=4096)
def _option_issues(account: AccountCapabilities, choice: ParcelChoice, group: str) -> tuple[OptionIssue, ...]:
    row = account.row_for_zone(choice.carrier, choice.package_type, group)
    return tuple(_find_option_issues(account, choice, group, row)) if row else ()


def _find_option_issues(
    account: AccountCapabilities, choice: ParcelChoice, group: str, row: CapabilityRow
) -> Iterator[OptionIssue]:
    unmet: dict[str, Requirement] = {}
    for requirement in requirements(choice, row):
        field = requirement.field
        current = bool(choice.insurance) if field == "insurance" else is_selected(choice, field)
        if current != requirement.value:
            unmet.setdefault(field, requirement)
    for option in (*OPTIONS, *sorted(choice.extras)):
        value = is_selected(choice, option)
        if value not in allowed_values(row, option, choice.delivery_type):
            why = Capabilities(account).why_not(option, choice, group) if value else ALWAYS_INCLUDED
            yield OptionIssue(option, "option", int(not value), why)
        elif option in unmet:
            yield OptionIssue(option, "implied", unmet[option].value, requirement_text(unmet[option]))
    if "insurance" in unmet:
        yield OptionIssue("insurance", "implied", unmet["insurance"].value, requirement_text(unmet["insurance"]))


DEFAULT_CAPABILITIES = Capabilities()
package_types_of = DEFAULT_CAPABILITIES.package_types_of
serves = DEFAULT_CAPABILITIES.serves
options_for = DEFAULT_CAPABILITIES.options_for
option_state = DEFAULT_CAPABILITIES.option_state
validate_parcel = DEFAULT_CAPABILITIES.validate_parcel
insured_amounts = DEFAULT_CAPABILITIES.insured_amounts
