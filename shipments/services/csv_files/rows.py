"""From the rows of a file to its shipments: which lines are one order, which are there twice, which are none."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import islice
from typing import Any, Self

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carriers.problems import Text
from lib.text import parse_int, plain_form
from shipments.services.csv_files.cells import clean_cell, read_weight, without_decimals
from shipments.services.csv_files.grid import GridRow
from shipments.services.csv_files.mapping import ITEM_KEYS, NAME_KEYS, PLACE_KEYS, Columns
from shipments.services.csv_files.titles import plain_title

# Cells that programs write as decimal numbers although they are codes.
CODE_KEYS = frozenset(
    {"reference", "number", "suffix", "box", "postal_code", "phone", "insurance", "item_sku", "item_quantity"}
)
WEIGHT_KEYS = frozenset({"weight", "weight_kg", "item_weight", "item_weight_kg"})
ADDRESS_KEYS = (*NAME_KEYS, *PLACE_KEYS[:8], "company", "email", "phone")
TOTAL_WORDS = (
    "totaal total subtotaal subtotal summe gesamt gesamtsumme zwischensumme sum som eindtotaal totaux totals sous grand"
)
TOTALS = frozenset(TOTAL_WORDS.split())
# Of more places of one reference than this, only those that are written alike are the same.
MAX_PLACES = 50
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """As its line says it: ``quantity`` and ``weight``, that of one piece, may be anything."""

    name: str
    sku: str = ""
    quantity: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A shipment in the file: the line number as a spreadsheet shows it, and the cells of known columns by key.

    ``further`` are the numbers of other lines that belong to the same parcel. ``added_weight`` is true when the weights
    of these lines were added up, ``is_shifted`` when there are more cells than columns.
    """

    number: int
    cells: dict[str, str]
    articles: tuple[Article, ...] = ()
    further: tuple[int, ...] = ()
    added_weight: bool = False
    is_shifted: bool = False

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        articles = tuple(Article(*article) for article in payload.get("articles", ()))
        further = tuple(payload.get("further", ()))
        flags = payload.get("added_weight", False), payload.get("is_shifted", False)
        return cls(payload["line"], payload["cells"], articles, further, *flags)

    def to_payload(self) -> dict[str, object]:
        payload: dict[str, object] = {"line": self.number, "cells": self.cells}
        if self.articles:
            payload["articles"] = [list(astuple(article)) for article in self.articles]
        if self.further:
            payload |= {"further": list(self.further), "added_weight": self.added_weight}
        if self.is_shifted:
            payload["is_shifted"] = True
        return payload

    @property
    def numbers(self) -> tuple[int, ...]:
        return (self.number, *self.further)


@dataclass(frozen=True, slots=True)
class LeftOut:
    number: int
    text: Text


@dataclass(frozen=True, slots=True)
class Double:
    """Lines with one reference, perhaps in another writing. ``places`` is the number of different addresses."""

    reference: str
    numbers: tuple[int, ...]
    places: int


def build_rows(columns: Columns, rows: Iterable[GridRow]) -> tuple[list[CsvRow], list[LeftOut]]:
    """The shipments of the file in its order, and the lines that are none."""
    found: list[CsvRow] = []
    left_out: list[LeftOut] = []
    known: dict[str, int] = {}
    for row in rows:
        if _is_titles(columns, row):
            left_out.append(LeftOut(row.number, format_lazy(_("Line {n} repeats the column names."), n=row.number)))
            continue
        line = _read_row(columns, row)
        place = _same_order(columns, line, found, known)
        if place is not None:
            found[place] = merge_rows(found[place], line)
        elif columns.has(*ADDRESS_KEYS) and not _has_address(line):
            text = format_lazy(_("Line {n} contains no address and was left out."), n=row.number)
            left_out.append(LeftOut(row.number, text))
        else:
            if key := reference_key(line.cells.get("reference", "")):
                known.setdefault(key, len(found))
            found.append(line)
    return found, left_out


def _is_titles(columns: Columns, row: GridRow) -> bool:
    cells = [cell.strip() for cell in row.cells]
    return len(cells) > 1 and cells == list(columns.titles[: len(cells)])


def _read_row(columns: Columns, row: GridRow) -> CsvRow:
    cells: dict[str, str] = {}
    for key, raw in zip(columns.keys, row.cells, strict=False):
        if key:
            text = clean_cell(raw)
            if key in CODE_KEYS:
                text = without_decimals(plain_form(text))
            cells[key] = plain_form(text) if key in WEIGHT_KEYS else text
            if key == "reference" and not columns.is_own:
                # Our pages put this sign before every reference.
                cells[key] = cells[key].removeprefix("#")
    _join_name(cells)
    article = _article(cells)
    is_shifted = any(cell.strip() for cell in row.cells[len(columns.titles) :])
    return CsvRow(row.number, cells, (article,) if article else (), is_shifted=is_shifted)


def _join_name(cells: dict[str, str]) -> None:
    parts = [cells.pop(key, "") for key in NAME_KEYS[1:]]
    if any(parts) and not cells.get("person"):
        cells["person"] = " ".join(part for part in parts if part)


def _article(cells: dict[str, str]) -> Article | None:
    name, variant, sku, quantity = (cells.pop(key, "") for key in ITEM_KEYS)
    quantity = _without_refunded(quantity, cells.pop("item_refunded", ""))
    weight, kilograms = cells.pop("item_weight", ""), cells.pop("item_weight_kg", "")
    if kilograms and (grams := read_weight(kilograms, "kg").grams) is not None:
        weight = f"{grams} g"
    if not (name or sku):
        return None
    return Article(", ".join(part for part in (name or sku, variant) if part), sku, quantity, weight or kilograms)


def _without_refunded(quantity: str, refunded: str) -> str:
    """What is still to be sent; unchanged when one of them is no number."""
    pieces, back = parse_int(quantity), parse_int(without_decimals(refunded))
    return str(max(0, pieces - back)) if pieces is not None and back else quantity


def _same_order(columns: Columns, line: CsvRow, found: Sequence[CsvRow], known: Mapping[str, int]) -> int | None:
    """The order a line of articles belongs to: same reference and same recipient, or no recipient of its own."""
    if not found or not columns.has(*ITEM_KEYS):
        return None
    key = reference_key(line.cells.get("reference", ""))
    if not key:
        is_further = bool(line.articles) and not _has_address(line) and not _is_total(line.articles[0].name)
        return len(found) - 1 if is_further else None
    place = known.get(key)
    if place is None or not (same_place(found[place], line) or not _has_address(line)):
        return None
    return place


def _has_address(line: CsvRow) -> bool:
    """A cell of dashes alone says nothing."""
    given = {key: line.cells[key] for key in ADDRESS_KEYS if any(map(str.isalnum, line.cells.get(key, "")))}
    if {"street", "number", "postal_code", "city"} & set(given):
        return True
    return any(not _is_total(text) for text in given.values())


def _is_total(text: str) -> bool:
    words = plain_title(text).split()
    return bool(words) and words[0] in TOTALS and len(words) <= 3


def reference_key(reference: str) -> str:
    """One form for every writing of a reference: #1001, 01001, "1001 ", 1001.0, 1.001 and "order 1001" are the same."""
    plain = re.sub(r"[\s#'\"’]+", "", reference).casefold()
    plain = re.sub(r"^(?:order|bestelling|bestellung|commande|nr|no|n°)[.:]?(?=\d)", "", plain)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain):
        plain = re.sub(r"[.,]", "", plain)
    return plain.lstrip("0") or plain


def same_place(first: CsvRow, second: CsvRow) -> bool:
    """Whether two lines go to one address, as far as both tell."""
    return _is_same(_place(first), _place(second))


def _is_same(first: Place, second: Place) -> bool:
    return all(one == other or not one or not other for one, other in zip(first, second, strict=True))


def _place(line: CsvRow) -> Place:
    """Letters and figures of the address: street and house, postcode, town, country."""
    return tuple(
        "".join(letter for key in keys for letter in line.cells.get(key, "").casefold() if letter.isalnum())
        for keys in (("street", "number", "suffix", "box"), ("postal_code",), ("city",), ("country",))
    )


def merge_rows(first: CsvRow, second: CsvRow) -> CsvRow:
    """One parcel of two lines: what the first leaves out is taken from the second, articles and weights are added."""
    cells = {key: text or second.cells.get(key, "") for key, text in first.cells.items()}
    added = False
    for key, unit in (("weight", "g"), ("weight_kg", "kg")):
        one, other = first.cells.get(key, ""), second.cells.get(key, "")
        if one and other and one != other:
            weights = read_weight(one, unit).grams, read_weight(other, unit).grams
            if weights[0] and weights[1]:
                cells[key], added = f"{weights[0] + weights[1]} g", True
    return replace(
        first,
        cells=cells,
        articles=(*first.articles, *second.articles),
        further=(*first.further, *second.numbers),
        added_weight=first.added_weight or second.added_weight or added,
        is_shifted=first.is_shifted or second.is_shifted,
    )


def find_doubles(rows: Sequence[CsvRow]) -> list[Double]:
    return [
        Double(group[0].cells.get("reference", ""), tuple(row.number for row in group), len(_by_place(group)))
        for group in _by_reference(rows)
        if len(group) > 1
    ]


def join_doubles(rows: Sequence[CsvRow]) -> list[CsvRow]:
    """One parcel for every reference and address, where its first line stands."""
    joined = []
    for group in _by_reference(rows):
        for place in _by_place(group):
            line = place[0]
            for other in place[1:]:
                line = merge_rows(line, other)
            joined.append(line)
    return sorted(joined, key=lambda row: row.number)


def _by_reference(rows: Sequence[CsvRow]) -> list[list[CsvRow]]:
    groups: dict[str, list[CsvRow]] = {}
    for row in rows:
        key = reference_key(row.cells.get("reference", ""))
        groups.setdefault(key or f"line {row.number}", []).append(row)
    return list(groups.values())


def _by_place(rows: Sequence[CsvRow]) -> list[list[CsvRow]]:
    places: dict[Place, list[CsvRow]] = {}
    for row in rows:
        own = _place(row)
        known = (
            own if own in places else next((place for place in islice(places, MAX_PLACES) if _is_same(place, own)), own)
        )
        places.setdefault(known, []).append(row)
    return list(places.values())
