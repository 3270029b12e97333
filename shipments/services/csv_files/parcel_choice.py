"""The carrier, package type and options that a line of a file names; the shop's preferences for what it leaves out."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.capabilities import Capabilities
from carriers.choices import CARRIER_NAMES, DRAFT_DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.parcels import ParcelChoice
from carriers.problems import Problem
from lib.stored_messages import in_all_languages
from lib.text import parse_int
from shipments.services.csv_files.columns import NO, YES

MAX_INSURED_EUROS = 5000


def read_choice(
    cells: Mapping[str, str], default: ParcelChoice, errors: list[Problem], capabilities: Capabilities
) -> ParcelChoice:
    carriers = {key: CARRIER_NAMES[key] for key in capabilities.carriers()}
    named = {"carrier": carriers, "package_type": PACKAGE_TYPES, "delivery_type": DRAFT_DELIVERY_TYPES}
    wanted: dict[str, Any] = {
        name: _one_of(cells, name, names, getattr(default, name), errors)  # type: ignore[arg-type]
        for name, names in named.items()
    }
    wanted |= {name: _flag(cells, name, getattr(default, name), errors) for name in OPTIONS}
    insured = _number(cells, "insurance", default.insurance // 100, 0, MAX_INSURED_EUROS, errors)
    return ParcelChoice(**wanted, insurance=insured * 100)


def _spellings(text: Promise | str) -> set[str]:
    return {word.casefold() for word in in_all_languages(text).values()}


def _one_of(
    cells: Mapping[str, str], name: str, names: Mapping[str, Promise | str], default: str, errors: list[Problem]
) -> str:
    value = cells.get(name, "").casefold()
    if not value:
        return default
    for key, title in names.items():
        if value == key or value in _spellings(title):
            return key
    text = _("“{value}” is not a valid choice. Choose from: {names}.")
    known = format_lazy(", ".join(["{}"] * len(names)), *names.values())
    errors.append(Problem(name, "unknown", format_lazy(text, value=cells[name][:40], names=known)))
    return default


def _flag(cells: Mapping[str, str], name: str, default: bool, errors: list[Problem]) -> bool:
    value = cells.get(name, "").casefold()
    if not value:
        return default
    if value in _spellings(YES) | {"1", "true", "x"}:
        return True
    if value not in _spellings(NO) | {"0", "false"}:
        errors.append(Problem(name, "unknown", _("Enter yes or no.")))
    return False


def _number(
    cells: Mapping[str, str], name: str, default: int, minimum: int, maximum: int, errors: list[Problem]
) -> int:
    value = cells.get(name, "")
    if not value:
        return default
    number = parse_int(value)
    if number is not None and minimum <= number <= maximum:
        return number
    text = _("Enter a whole number from {least} to {most}.")
    errors.append(Problem(name, "number", format_lazy(text, least=minimum, most=maximum)))
    return default
