"""When a preference cannot go somewhere: the nearest choice that can, and what was changed and why."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import Problem, Row, Text, option_problems, row_for
from carriers.parcels import Destination, ParcelChoice
from carriers.territories import zone
from carriers.vocabulary import CARRIERS, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES, ZONE_NAMES


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed in a choice to make it fit, and why."""

    field: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Fitted:
    choice: ParcelChoice
    changes: tuple[Change, ...] = ()


def fit(choice: ParcelChoice, destination: Destination) -> Fitted:
    """The nearest choice that can go there, with every change and its reason. Without a country: unchanged."""
    if not destination.country:
        return Fitted(choice)
    changes: list[Change] = []
    fitted = _fit_service(choice, destination, changes)
    row = row_for(fitted.carrier, fitted.package_type, destination)
    if row is None:
        return Fitted(fitted, tuple(changes))
    fitted = _fit_moment(fitted, row, changes)
    fitted = _fit_insurance(fitted, row, changes)
    fitted = _fit_options(fitted, row, destination, changes)
    return Fitted(fitted, tuple(changes))


def _fit_service(choice: ParcelChoice, destination: Destination, changes: list[Change]) -> ParcelChoice:
    """Another package type, or failing that PostNL, which goes everywhere."""
    if row_for(choice.carrier, choice.package_type, destination):
        return choice
    for carrier in dict.fromkeys((choice.carrier, "postnl")):
        for package_type in dict.fromkeys((choice.package_type, "package")):
            if row_for(carrier, package_type, destination):
                text = format_lazy(
                    _("{was} is not possible to {zone}; this became {now}."),
                    was=format_lazy("{} · {}", CARRIERS[choice.carrier], PACKAGE_TYPES[choice.package_type]),
                    zone=ZONE_NAMES[zone(destination)],
                    now=format_lazy("{} · {}", CARRIERS[carrier], PACKAGE_TYPES[package_type]),
                )
                changes.append(Change("package_type", "service_changed", text))
                return replace(choice, carrier=carrier, package_type=package_type)
    return choice


def _fit_moment(choice: ParcelChoice, row: Row, changes: list[Change]) -> ParcelChoice:
    if choice.delivery_type in row["delivery_types"]:
        return choice
    text = format_lazy(
        _("{moment} is not possible here; this became standard delivery."),
        moment=DELIVERY_TYPES[choice.delivery_type],
    )
    changes.append(Change("delivery_type", "moment_changed", text))
    return replace(choice, delivery_type="standard")


def _fit_insurance(choice: ParcelChoice, row: Row, changes: list[Change]) -> ParcelChoice:
    ladder: list[int] = row["insurance_cents"]
    if choice.insurance in ladder:
        return choice
    lower = [step for step in ladder if step <= choice.insurance]
    insured = max(lower) if lower else min(ladder)
    text = format_lazy(
        _("An insured amount of € {was} is not offered here; this became € {now}."),
        was=choice.insurance // 100,
        now=insured // 100,
    )
    changes.append(Change("insurance", "insurance_changed", text))
    return replace(choice, insurance=insured)


def _fit_options(choice: ParcelChoice, row: Row, destination: Destination, changes: list[Change]) -> ParcelChoice:
    """Options that cannot be go off, those that must be go on, until every rule is content."""
    for _round in OPTIONS:
        wrong = list(option_problems(choice, row, destination))
        if not wrong:
            break
        for problem in wrong:
            on = not getattr(choice, problem.field)
            changes.append(Change(problem.field, "option_on" if on else "option_off", _switched(problem, on)))
            switched: dict[str, Any] = {problem.field: on}
            choice = replace(choice, **switched)
    return choice


def _switched(problem: Problem, on: bool) -> Text:
    said = (
        _("{option} was switched on, because this parcel requires it.") if on else _("{option} was switched off. {why}")
    )
    return format_lazy(said, option=OPTIONS[problem.field], why=problem.text)
