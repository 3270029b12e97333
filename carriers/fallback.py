"""Resolves a choice to the nearest one that a destination allows, with every change and its reason.

Nearest means: the same carrier before PostNL, the same package type before a parcel, the highest insured amount that
does not exceed the chosen one, and each option unchanged unless a rule requires the change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.capability_rules import PICKUP, CapabilityRow, delivery_types
from carriers.choices import CARRIER_NAMES, DELIVERY_TYPE_NAMES, OPTION_NAMES, OPTIONS, TYPE_NAMES, ZONE_NAMES
from carriers.parcel_problems import OptionIssue
from carriers.parcels import Destination, ParcelChoice
from carriers.problems import Text
from carriers.territories import zone

FALLBACK_CARRIER, FALLBACK_TYPE, FALLBACK_DELIVERY_TYPE = "postnl", "package", "standard"


@dataclass(frozen=True, slots=True)
class Adjustment:
    field: str
    code: str
    text: Text
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class ResolvedChoice:
    choice: ParcelChoice
    changes: tuple[Adjustment, ...] = ()


def resolve_choice(
    choice: ParcelChoice, destination: Destination, capabilities: Capabilities = DEFAULT_CAPABILITIES
) -> ResolvedChoice:
    """Without a country, the choice is returned unchanged."""
    if not destination.country:
        return ResolvedChoice(choice)
    resolver = _Resolver(capabilities, destination)
    resolved = resolver.resolve(choice)
    return ResolvedChoice(resolved, tuple(resolver.changes))


@dataclass(slots=True)
class _Resolver:
    capabilities: Capabilities
    destination: Destination
    changes: list[Adjustment] = field(default_factory=list)

    def resolve(self, choice: ParcelChoice) -> ParcelChoice:
        choice = self._resolve_service(choice)
        row = self.capabilities.account.row_for_choice(choice, self.destination)
        if row is None:
            return choice
        choice = self._resolve_delivery_type(choice, row)
        if choice.insurance not in row["insurance_cents"]:
            lower = [amount for amount in row["insurance_cents"] if amount <= choice.insurance]
            choice = self._insure(choice, max(lower, default=min(row["insurance_cents"])))
        return self._resolve_options(choice, row)

    def _resolve_service(self, choice: ParcelChoice) -> ParcelChoice:
        if self.capabilities.account.row_for_choice(choice, self.destination):
            return choice
        for carrier, package_type in _services(choice, self.capabilities):
            service = replace(choice, carrier=carrier, package_type=package_type)
            if not self.capabilities.account.row_for_choice(service, self.destination):
                continue
            for name, after in (("package_type", package_type), ("carrier", carrier)):
                before = getattr(choice, name)
                if before != after:
                    text = _service_text(choice, carrier, package_type, self.destination, self.capabilities)
                    self.changes.append(Adjustment(name, "service_changed", text, before, after))
                    break
            return replace(choice, carrier=carrier, package_type=package_type)
        return choice

    def _resolve_delivery_type(self, choice: ParcelChoice, row: CapabilityRow) -> ParcelChoice:
        possible = [name for name in delivery_types(row, self.destination) if name != PICKUP]
        if choice.delivery_type in delivery_types(row, self.destination):
            return choice
        after = FALLBACK_DELIVERY_TYPE if FALLBACK_DELIVERY_TYPE in possible else possible[0]
        before = DELIVERY_TYPE_NAMES.get(choice.delivery_type, choice.delivery_type)
        if after == FALLBACK_DELIVERY_TYPE:
            text = format_lazy(_("{moment} is not possible here; changed to standard delivery."), moment=before)
        else:
            text = format_lazy(
                _("{moment} is not possible here; changed to {now}."),
                moment=before,
                now=DELIVERY_TYPE_NAMES.get(after, after),
            )
        self.changes.append(Adjustment("delivery_type", "moment_changed", text, choice.delivery_type, after))
        return replace(choice, delivery_type=after)

    def _insure(self, choice: ParcelChoice, after: int) -> ParcelChoice:
        text = format_lazy(
            _("An insured amount of €{was} is not available here; changed to €{now}."),
            was=choice.insurance // 100,
            now=after // 100,
        )
        self.changes.append(Adjustment("insurance", "insurance_changed", text, choice.insurance, after))
        return replace(choice, insurance=after)

    def _resolve_options(self, choice: ParcelChoice, row: CapabilityRow) -> ParcelChoice:
        """Repeat until no issue is left, because switching one option can require another."""
        for _round in OPTIONS:
            issues = self.capabilities.option_issues(choice, self.destination)
            if not issues:
                break
            for issue in issues:
                choice = self._apply_issue(choice, issue, row)
        return choice

    def _apply_issue(self, choice: ParcelChoice, issue: OptionIssue, row: CapabilityRow) -> ParcelChoice:
        if issue.field == "insurance":
            return self._insure(
                choice, next(amount for amount in row["insurance_cents"] if bool(amount) == bool(issue.wanted))
            )
        message = _("{option} was switched on. {why}") if issue.wanted else _("{option} was switched off. {why}")
        text = format_lazy(message, option=OPTION_NAMES.get(issue.field, issue.field), why=issue.why)
        code = "option_on" if issue.wanted else "option_off"
        self.changes.append(Adjustment(issue.field, code, text, not issue.wanted, bool(issue.wanted)))
        if issue.field in OPTIONS:
            switched: dict[str, Any] = {issue.field: bool(issue.wanted)}
            return replace(choice, **switched)
        extras = choice.extras | {issue.field} if issue.wanted else choice.extras - {issue.field}
        return replace(choice, extras=extras)


def _services(choice: ParcelChoice, capabilities: Capabilities) -> Iterator[tuple[str, str]]:
    """The other carriers of an account come last, where it says that it does not have PostNL."""
    others = () if capabilities.account.has_carrier(FALLBACK_CARRIER) else capabilities.carriers()
    for carrier in dict.fromkeys((choice.carrier, FALLBACK_CARRIER, *others)):
        for package_type in dict.fromkeys((choice.package_type, FALLBACK_TYPE)):
            yield carrier, package_type


def _service_text(
    choice: ParcelChoice, carrier: str, package_type: str, destination: Destination, capabilities: Capabilities
) -> Text:
    def named(one: str, kind: str) -> Text:
        return format_lazy("{} · {}", CARRIER_NAMES.get(one, one), TYPE_NAMES.get(kind, kind))

    if capabilities.is_left_out(choice, destination):
        return format_lazy(
            _("{was} is not part of your account; changed to {now}."),
            was=named(choice.carrier, choice.package_type),
            now=named(carrier, package_type),
        )
    return format_lazy(
        _("{was} is not possible to {zone}; changed to {now}."),
        was=named(choice.carrier, choice.package_type),
        zone=ZONE_NAMES[zone(destination)],
        now=named(carrier, package_type),
    )
