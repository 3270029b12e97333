"""Parsing of CSV files of shipments. Stores nothing."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.addresses import SPLIT_COUNTRIES, parse_address
from carriers.capabilities import DEFAULT_CAPABILITIES, Capabilities
from carriers.choices import CARRIER_NAMES, DRAFT_DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.fallback import resolve_choice
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.postcodes import normalize_postal_code
from carriers.problems import Problem
from lib.countries import country_codes, iso_country
from lib.stored_messages import in_all_languages
from lib.text import clean_text, decode_entities, parse_int
from shipments.content import ADDRESS_FIELDS, ShipmentContent
from shipments.models import Shipment
from shipments.services.csv_files.columns import COLUMNS, NO, YES, unescape_formula
from shipments.services.imports.notes import Note, entities_note, place_notes, postcode_notes
from shops.models import PackagePreferences

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
MAX_WEIGHT_GRAMS = 100_000
MAX_INSURED_EUROS = 5000
KEY_BY_TITLE = {title: column.key for column in COLUMNS for title in column.titles}
IGNORED_KEYS = frozenset(column.key for column in COLUMNS if not column.is_read)
TITLES = {column.key: column.title for column in COLUMNS}


class InvalidFile(Exception):
    """The whole file is unusable; ``message`` says why and what to do."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The line number as a spreadsheet shows it, and the cells of known columns by key."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    lines: tuple[CsvRow, ...]
    used: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowPlan:
    """The draft a line would become. A line with ``errors`` is not imported."""

    line: CsvRow
    content: ShipmentContent
    reference: str
    notes: tuple[Note, ...]
    errors: tuple[Problem, ...]
    capabilities: Capabilities = DEFAULT_CAPABILITIES

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.content.problems(self.capabilities)


def read_table(data: bytes) -> Table:
    """The rows of an uploaded CSV file. Raises InvalidFile when it cannot be read."""
    if len(data) > MAX_BYTES:
        raise InvalidFile(_("The file is larger than 5 MB. Split it into smaller files."))
    rows = _rows(_text(data))
    if not rows:
        raise InvalidFile(_("The file is empty. Download the template to see what belongs in it."))
    keys = _keys(rows[0])
    lines = tuple(
        CsvRow(number, {key: unescape_formula(cell.strip()) for key, cell in zip(keys, row, strict=False) if key})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    )
    if not lines:
        raise InvalidFile(_("There are column names in the file, but no shipments below them."))
    if len(lines) > MAX_ROWS:
        text = _("The file has more than {most} lines. Split it into smaller files.")
        raise InvalidFile(format_lazy(text, most=MAX_ROWS))
    unknown = tuple(name.strip()[:60] for name, key in zip(rows[0], keys, strict=True) if not key and name.strip())
    return Table(lines, tuple(key for key in keys if key and key not in IGNORED_KEYS), unknown)


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise InvalidFile(_("This is not a CSV file. In your spreadsheet, save it as “CSV UTF-8” and try again."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _rows(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidFile(_("We cannot read this CSV file. Save it again as “CSV UTF-8”.")) from error


def _keys(titles: Sequence[str]) -> list[str]:
    keys = [KEY_BY_TITLE.get(title.strip().casefold(), "") for title in titles]
    known = [key for key in keys if key]
    if not known:
        raise InvalidFile(
            _("The first line must contain the column names. Download the template to see which ones we recognise.")
        )
    twice = next((key for key in known if known.count(key) > 1), None)
    if twice:
        raise InvalidFile(format_lazy(_("The column {name} appears twice in the file."), name=TITLES[twice]))
    if "reference" not in known:
        raise InvalidFile(format_lazy(_("The column {name} is missing."), name=TITLES["reference"]))
    return keys


def plan_row(line: CsvRow, preferences: PackagePreferences) -> RowPlan:
    errors: list[Problem] = []
    recipient = _recipient(line.cells, errors)
    destination = Destination(recipient.country, recipient.postal_code, recipient.region)
    capabilities = preferences.capabilities
    resolved = resolve_choice(_choice(line.cells, preferences.choice, errors, capabilities), destination, capabilities)
    weight = _number(line.cells, "weight", preferences.default_weight, 1, MAX_WEIGHT_GRAMS, errors)
    reference = _short(line.cells, "reference", 50, errors)
    if not reference:
        errors.append(Problem("reference", "missing", _("Enter a reference, such as an order number.")))
    description = _short(line.cells, "description", 45, errors) or reference[:45]
    return RowPlan(
        line=line,
        content=ShipmentContent(recipient, resolved.choice, weight, description),
        reference=reference,
        notes=(
            *postcode_notes(recipient.country, line.cells.get("postal_code", "")),
            *place_notes(recipient),
            *entities_note([name for name, cell in line.cells.items() if decode_entities(cell) != cell]),
            *(Note(change.field, change.code, change.text) for change in resolved.changes),
        ),
        errors=tuple(errors),
        capabilities=capabilities,
    )


def _recipient(cells: Mapping[str, str], errors: list[Problem]) -> Address:
    parts = {}
    for name in ADDRESS_FIELDS:
        limit = Shipment._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        parts[name] = _short(cells, name, 60 if name == "country" else limit, errors)
    parts["country"] = iso_country(parts["country"]) or "NL"
    if parts["country"] not in country_codes():
        text = _("“{value}” is not a country code. Enter two letters, such as NL.")
        errors.append(Problem("country", "country", format_lazy(text, value=parts["country"])))
        parts["country"] = ""
    parts["postal_code"] = normalize_postal_code(parts["country"], parts["postal_code"])[0]
    address = Address(**parts)
    if address.number or address.box or address.country not in SPLIT_COUNTRIES:
        return address
    found = parse_address(address.street, address.extra, country=address.country)
    return replace(
        address, street=found.street, number=found.number, suffix=found.suffix, box=found.box, extra=found.extra
    )


def _short(cells: Mapping[str, str], name: str, limit: int, errors: list[Problem]) -> str:
    text, cut = clean_text(decode_entities(cells.get(name, "")), limit)
    if cut:
        message = _("This can have at most {limit} characters. Shorten it.")
        errors.append(Problem(name, "too_long", format_lazy(message, limit=limit)))
    return " ".join(text.split())


def _choice(
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


def column_title(field: str) -> Promise | str:
    """The title of the column with the problem; empty when the problem has no column."""
    return TITLES.get(field, "")
