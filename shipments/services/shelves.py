"""The shelves of articles: kept, and read from a pasted list."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from lib.text import clean_text
from shipments.models import ShelfText
from shops.models import Shop

MAX_SHELVES = 5000
MAX_SKU = ShelfText._meta.get_field("sku").max_length or 0
MAX_SHELF = ShelfText._meta.get_field("shelf").max_length or 0
DELIMITERS = (";", "\t", ",")
TITLES = frozenset({"sku", "artikelnummer", "artikelcode", "article number", "item number"})


class TooManyShelves(Exception):
    """Nothing was kept: the shop would have more than MAX_SHELVES."""


@dataclass(slots=True)
class PastedShelves:
    """``wrong_lines`` are the numbers of lines that name no article, or whose texts are too long."""

    by_sku: dict[str, str] = field(default_factory=dict)
    wrong_lines: list[int] = field(default_factory=list)


def read_pasted(text: str) -> PastedShelves:
    """Lines of an SKU and a shelf, as a spreadsheet or a CSV file writes them; titles and empty lines are left out."""
    found = PastedShelves()
    lines = text.splitlines()
    delimiter = next((sign for sign in DELIMITERS if any(sign in line for line in lines[:1])), DELIMITERS[0])
    for number, line in enumerate(lines, start=1):
        if not line.strip(" \t;,"):
            continue
        cells = next(csv.reader([line.replace("\0", "")], delimiter=delimiter))
        (sku, is_long_sku), (shelf, is_long) = clean_text(cells[0], MAX_SKU), clean_shelf((*cells, "")[1])
        if number == 1 and sku.casefold() in TITLES:
            continue
        if len(cells) < 2 or not sku or is_long_sku or is_long:
            found.wrong_lines.append(number)
        else:
            found.by_sku[sku] = shelf
    return found


def clean_shelf(typed: str) -> tuple[str, bool]:
    """As it is kept, and whether it is too long for that."""
    return clean_text(" ".join(typed.split()), MAX_SHELF)


def save_shelves(shop: Shop, by_sku: Mapping[str, str]) -> None:
    """An empty shelf is forgotten. May be repeated. Raises TooManyShelves."""
    kept = [ShelfText(shop=shop, sku=sku, shelf=shelf) for sku, shelf in sorted(by_sku.items()) if shelf]
    forgotten = [sku for sku, shelf in by_sku.items() if not shelf]
    with transaction.atomic():
        shop.shelftexts.filter(sku__in=forgotten).delete()
        ShelfText.objects.bulk_create(
            kept, batch_size=500, update_conflicts=True, unique_fields=["shop", "sku"], update_fields=["shelf"]
        )
        if shop.shelftexts.count() > MAX_SHELVES:
            raise TooManyShelves
