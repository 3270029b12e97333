"""Looking for a person in what people and programs wrote: saved filters, job payloads, reasons, uploads.

The registry says in which columns, and whether the text goes or the whole row.
"""

import itertools
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from lib.person_words import Matches, mentions
from lib.personal_data import Erasure, PersonalColumn, personal_columns
from shipments.models import JobItem
from shipments.services.csv_files.grid import InvalidFile
from shipments.services.csv_files.reader import read_sheet
from shipments.services.erasure import forget_items
from shops.models import Shop

BATCH_SIZE, PARENTS_AT_ONCE = 500, 50
Words = Collection[str] | Matches


def scan_texts(shop: Shop, words: Words, *, erase: bool, seconds: float | None = None) -> dict[str, int]:
    """How many rows name the person, by model; with ``erase`` they do not any more. May be repeated.

    After ``seconds`` it stops where it is: a preview says then how many it has seen so far.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    counts: dict[str, int] = {}
    by_model = itertools.groupby(personal_columns(Erasure.EMPTIED, Erasure.DELETED), lambda column: column.model)
    for label, columns in by_model:
        for rows in _rows(shop, list(columns)):
            counts[label] = counts.get(label, 0) + _look_at(rows, words, erase=erase)
            if deadline is not None and time.monotonic() > deadline:
                return counts
    return counts


Found = tuple[list[PersonalColumn], list[models.Model]]


def _rows(shop: Shop, columns: list[PersonalColumn]) -> Iterator[Found]:
    """In batches by key, without the rows in which nothing stands."""
    model, path = columns[0].model_class, columns[0].shop
    texts = {column.column: _empty(column) for column in columns}
    rows = model._base_manager.exclude(**texts)
    parent, _between, parents_shop = path.partition("__")
    if not parents_shop:
        yield from ((columns, found) for found in _batches(rows.filter(shop=shop) if path else rows))
        return
    # The children of a few parents at a time: an index leads from each of them to its own.
    owners: Any = model._meta.get_field(parent).related_model
    for found in _batches(owners._base_manager.filter(**{parents_shop: shop}), PARENTS_AT_ONCE):
        children = rows.filter(**{f"{parent}__in": [owner.pk for owner in found]})
        yield from ((columns, batch) for batch in _batches(children))


def _batches(rows: "models.QuerySet[Any]", size: int = BATCH_SIZE) -> Iterator[list[Any]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield found
        last = found[-1].pk


def _empty(column: PersonalColumn) -> Any:
    field: Any = column.model_class._meta.get_field(column.column)
    return {} if isinstance(field, models.JSONField) else ""


def _look_at(found: Found, words: Words, *, erase: bool) -> int:
    columns, rows = found
    named = 0
    for row in rows:
        mentioning = [column for column in columns if mentions(getattr(row, column.column), words)]
        if mentioning:
            named += 1
            if erase:
                _erase(row, mentioning, words)
    return named


def _erase(row: models.Model, mentioning: list[PersonalColumn], words: Words) -> None:
    model = type(row)
    if any(column.erasure is Erasure.DELETED for column in mentioning):
        model._base_manager.filter(pk=row.pk).delete()
    elif isinstance(row, JobItem):
        forget_items([row])
    else:
        changes = {column.column: _without(getattr(row, column.column), column, words) for column in mentioning}
        model._base_manager.filter(pk=row.pk).update(**changes)


def _without(value: Any, column: PersonalColumn, words: Words) -> Any:
    """Of a JSON object only what names the person goes, so that a job still knows its parameters."""
    if isinstance(value, dict):
        rest = {name: one for name, one in value.items() if not mentions(one, words)}
        if not mentions(rest, words):
            return rest
    return _empty(column)


def scan_uploads(shop: Shop, words: Words, *, erase: bool) -> int:
    """How many uploaded files name the person, or cannot be read whole; with ``erase`` they are deleted."""
    named = [path for path in settings.FILES_DIR.glob(f"upload-{shop.public_id}-*") if _names_person(path, words)]
    if erase:
        for path in named:
            path.unlink(missing_ok=True)
    return len(named)


def _names_person(path: Path, words: Words) -> bool:
    try:
        grid = read_sheet(path.read_bytes()).grid
    except FileNotFoundError:
        return False
    except InvalidFile:
        return True
    return bool(grid.other_sheets) or any(mentions(list(row.cells), words) for row in grid.rows)
