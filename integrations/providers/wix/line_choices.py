"""What a buyer chose with an article: variants, own texts, extras, and an amount that is no whole number.

Source: `OrderLineItem` in `@wix/auto_sdk_ecom_orders` (`descriptionLines`, `modifierGroups`, `decimalQuantity`) and the
options of `catalogReference` of Wix Stores. Nobody needs these to send a parcel, so they are read from the raw JSON:
what has another form than the published one is left out, and costs nothing else. Pure functions.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from integrations.orders import SoldAmount
from integrations.providers.wix.payloads import LineItem
from lib.json_values import as_list

# Of one name and one value; Wix's own limits are 200 and 600.
MAX_NAME_LENGTH, MAX_VALUE_LENGTH = 200, 600
# Wix's are 20 description lines and 10 groups of 10 modifiers.
MAX_CHOICES = 120
MAX_UNIT_LENGTH = 50
# The members of a description line that say nothing about the value.
NOT_A_VALUE = frozenset({"name", "lineType", "id", "_id", "type"})
VALUE_MEMBERS = ("plainText", "colorInfo", "plainTextValue", "color")
# Members of a translatable text, the shop's own words first; a color may have a code only.
TEXT_MEMBERS = ("original", "translated", "code")
# Choices by name in the options of Wix Stores' catalogs.
OPTION_MEMBERS = ("options", "customTextFields")
IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
DECIMAL = re.compile(r"\d{1,15}(\.\d{0,8})?|\.\d{1,8}")
# Wix's `MeasurementUnit`; other units are shown as Wix writes them.
UNITS = {
    "UNSPECIFIED": "",
    "ML": "ml",
    "CL": "cl",
    "L": "l",
    "CBM": "m³",
    "MG": "mg",
    "G": "g",
    "KG": "kg",
    "MM": "mm",
    "CM": "cm",
    "M": "m",
    "SQM": "m²",
    "OZ": "oz",
    "LB": "lb",
    "FLOZ": "fl oz",
    "PT": "pt",
    "QT": "qt",
    "GAL": "gal",
    "IN": "in",
    "FT": "ft",
    "YD": "yd",
    "SQFT": "ft²",
}
Clean = Callable[[str | None, int, str], str]
Choice = tuple[str, str]


def choices_of(line: LineItem, text: Clean) -> tuple[Choice, ...]:
    """(name, value) pairs in the shop's words and order; the name may be empty, the value never is."""
    found = [*_described(line.description_lines), *_modifiers(line.modifier_groups)]
    found += _options(line.catalog_reference, found)
    cleaned = (
        (text(name, MAX_NAME_LENGTH, "choices"), text(value, MAX_VALUE_LENGTH, "choices"))
        for name, value in found[:MAX_CHOICES]
    )
    return tuple(dict.fromkeys(choice for choice in cleaned if choice[1]))


def sold_amount(line: LineItem, text: Clean) -> SoldAmount | None:
    """The amount that was sold when that is no number of pieces; the quantity of the line is then 1."""
    given = line.decimal_quantity
    if isinstance(given, str | int | float):
        given = {"value": given}
    if not isinstance(given, Mapping) or (value := _decimal(given.get("value"))) is None:
        return None
    unit = _text(given.get("otherUnit"))
    measured = _text(given.get("measurementUnit")) or _text(given.get("unit"))
    unit = unit or UNITS.get(measured.upper(), measured.lower())
    words = text(_text(given.get("description")), MAX_VALUE_LENGTH, "choices")
    return SoldAmount(value, text(unit, MAX_UNIT_LENGTH, "choices"), words)


def _described(lines: object) -> Iterator[Choice]:
    for entry in as_list(lines):
        if isinstance(entry, Mapping):
            others = (member for member in entry if member not in NOT_A_VALUE and member not in VALUE_MEMBERS)
            values = (_text(entry.get(member)) for member in (*VALUE_MEMBERS, *others))
            yield _text(entry.get("name")), next((value for value in values if value), "")


def _modifiers(groups: object) -> Iterator[Choice]:
    for group in as_list(groups):
        if not isinstance(group, Mapping):
            continue
        for modifier in as_list(group.get("modifiers")):
            if isinstance(modifier, Mapping):
                yield _text(group.get("name")), _modifier(modifier)


def _modifier(modifier: Mapping[str, Any]) -> str:
    label, details = _text(modifier.get("label")), _text(modifier.get("details"))
    what = f"{label} ({details})" if label and details else label or details
    times = modifier.get("quantity")
    is_several = isinstance(times, int | float) and not isinstance(times, bool) and 1 < times <= 100_000
    return f"{times:g}× {what}" if what and is_several else what


def _options(reference: object, described: list[Choice]) -> list[Choice]:
    """Choices that only the catalog reference names; a shop app may leave out the description lines."""
    options = reference.get("options") if isinstance(reference, Mapping) else None
    if not isinstance(options, Mapping):
        return []
    names = {name.casefold() for name, _value in described}
    values = {value.casefold() for _name, value in described}
    found = []
    for member in OPTION_MEMBERS:
        chosen = options.get(member)
        for name, given in chosen.items() if isinstance(chosen, Mapping) else ():
            value = _text(given)
            is_new = str(name).casefold() not in names and value.casefold() not in values
            if value and is_new and not IDENTIFIER.fullmatch(value) and not IDENTIFIER.fullmatch(str(name)):
                found.append((str(name), value))
    return found


def _text(value: object) -> str:
    """A text, a number, or the first text of a translatable one; empty for everything else."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in TEXT_MEMBERS if _is_said(value.get(name))), "")
    return str(value).strip() if _is_said(value) else ""


def _is_said(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and bool(str(value).strip())


def _decimal(value: object) -> Decimal | None:
    """More than zero, exactly as given."""
    typed = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    return amount if DECIMAL.fullmatch(typed) and (amount := Decimal(typed)) > 0 else None
