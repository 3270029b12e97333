"""The nearest possible choice where a preference is impossible, with every change and its reason.

Nearest means: the same carrier before PostNL, the same package type before a parcel, the highest insured amount that
is not above the chosen one, and each option as it was unless a rule says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import (
    CARRIER_NAMES,
    DELIVERY_TYPE_NAMES,
    OPTION_NAMES,
    TYPE_NAMES,
    OptionIssue,
    option_issues,
)
from carriers.capability_rules import NO_CONTRACTS, PICKUP, Contracts, Row, delivery_types, row_for
from carriers.choices import OPTIONS, ZONE_NAMES
from carriers.parcels import Destination, ParcelChoice
from carriers.problems import Text
from carriers.territories import zone

FALLBACK_CARRIER, FALLBACK_TYPE, FALLBACK_DELIVERY_TYPE = "postnl", "package", "standard"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change of a choice that is impossible somewhere: ``field`` went from ``before`` to ``after``."""

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
    choice: ParcelChoice, destination: Destination, contracts: Contracts = NO_CONTRACTS
) -> ResolvedChoice:
    """The nearest choice that can go there, with every change and its reason. Without a country: unchanged."""
    if not destination.country:
        return ResolvedChoice(choice)
    changes: list[Adjustment] = []
    fitted = _resolve_service(choice, destination, contracts, changes)
    row = row_for(fitted.carrier, fitted.package_type, destination, contracts)
    if row is None:
        return ResolvedChoice(fitted, tuple(changes))
    fitted = _resolve_delivery_type(fitted, row, destination, changes)
    fitted = _resolve_insurance(fitted, row, changes)
    fitted = _resolve_options(fitted, row, destination, contracts, changes)
    return ResolvedChoice(fitted, tuple(changes))


def _resolve_service(
    choice: ParcelChoice, destination: Destination, contracts: Contracts, changes: list[Adjustment]
) -> ParcelChoice:
    """Another package type, or failing that PostNL, which goes everywhere."""
    for carrier, package_type in _services(choice):
        if not row_for(carrier, package_type, destination, contracts):
            continue
        for field, now in (("package_type", package_type), ("carrier", carrier)):
            was = getattr(choice, field)
            if was != now:
                text = _service_text(choice, carrier, package_type, destination)
                code = "service_changed"
                changes.append(Adjustment(field, code, text, was, now))
                break
        return replace(choice, carrier=carrier, package_type=package_type)
    return choice


def _services(choice: ParcelChoice) -> Iterator[tuple[str, str]]:
    for carrier in dict.fromkeys((choice.carrier, FALLBACK_CARRIER)):
        for package_type in dict.fromkeys((choice.package_type, FALLBACK_TYPE)):
            yield carrier, package_type


def _service_text(choice: ParcelChoice, carrier: str, package_type: str, destination: Destination) -> Text:
    def named(one: str, kind: str) -> Text:
        return format_lazy("{} · {}", CARRIER_NAMES.get(one, one), TYPE_NAMES.get(kind, kind))

    return format_lazy(
        _("{was} is not possible to {zone}; this became {now}."),
        was=named(choice.carrier, choice.package_type),
        zone=ZONE_NAMES[zone(destination)],
        now=named(carrier, package_type),
    )


def _resolve_delivery_type(
    choice: ParcelChoice, row: Row, destination: Destination, changes: list[Adjustment]
) -> ParcelChoice:
    possible = [name for name in delivery_types(row, destination) if name != PICKUP]
    if choice.delivery_type in possible:
        return choice
    now = FALLBACK_DELIVERY_TYPE if FALLBACK_DELIVERY_TYPE in possible else possible[0]
    was = DELIVERY_TYPE_NAMES.get(choice.delivery_type, choice.delivery_type)
    if now == FALLBACK_DELIVERY_TYPE:
        text = format_lazy(_("{moment} is not possible here; this became standard delivery."), moment=was)
    else:
        text = format_lazy(
            _("{moment} is not possible here; this became {now}."), moment=was, now=DELIVERY_TYPE_NAMES.get(now, now)
        )
    changes.append(Adjustment("delivery_type", "moment_changed", text, choice.delivery_type, now))
    return replace(choice, delivery_type=now)


def _resolve_insurance(choice: ParcelChoice, row: Row, changes: list[Adjustment]) -> ParcelChoice:
    ladder: list[int] = row["insurance_cents"]
    if choice.insurance in ladder:
        return choice
    lower = [step for step in ladder if step <= choice.insurance]
    return _insured(choice, max(lower) if lower else min(ladder), changes)


def _insured(choice: ParcelChoice, now: int, changes: list[Adjustment]) -> ParcelChoice:
    text = format_lazy(
        _("An insured amount of € {was} is not offered here; this became € {now}."),
        was=choice.insurance // 100,
        now=now // 100,
    )
    changes.append(Adjustment("insurance", "insurance_changed", text, choice.insurance, now))
    return replace(choice, insurance=now)


def _resolve_options(
    choice: ParcelChoice, row: Row, destination: Destination, contracts: Contracts, changes: list[Adjustment]
) -> ParcelChoice:
    """Options that cannot be go off, those that must be go on, until every rule is content."""
    for _round in OPTIONS:
        wrong = list(option_issues(choice, row, destination, contracts))
        if not wrong:
            break
        for issue in wrong:
            choice = _apply_issue(choice, issue, row, changes)
    return choice


def _apply_issue(choice: ParcelChoice, issue: OptionIssue, row: Row, changes: list[Adjustment]) -> ParcelChoice:
    if issue.field == "insurance":
        ladder: list[int] = row["insurance_cents"]
        return _insured(choice, next(step for step in ladder if bool(step) == bool(issue.wanted)), changes)
    said = _("{option} was switched on. {why}") if issue.wanted else _("{option} was switched off. {why}")
    text = format_lazy(said, option=OPTION_NAMES.get(issue.field, issue.field), why=issue.why)
    code = "option_on" if issue.wanted else "option_off"
    changes.append(Adjustment(issue.field, code, text, not issue.wanted, bool(issue.wanted)))
    if issue.field in OPTIONS:
        switched: dict[str, Any] = {issue.field: bool(issue.wanted)}
        return replace(choice, **switched)
    extras = choice.extras | {issue.field} if issue.wanted else choice.extras - {issue.field}
    return replace(choice, extras=extras)
