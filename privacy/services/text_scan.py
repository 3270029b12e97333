"""Looking for a person in what people and programs wrote: saved filters, job payloads, reasons, uploads.

The registry says in which columns, and whether the text goes or the whole row.
"""

import itertools
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one model with something in these columns. ``end`` is where the next piece begins."""

    columns: list[PersonalColumn]
    rows: list[models.Model]
    end: list[Any]


@dataclass(slots=True)
class Scan:
    """How many rows name the person, by model, among so many ``rows``. ``is_partial``: the time was over."""

    counts: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    is_partial: bool = False


def scan_texts(shop: Shop, words: Words, *, erase: bool, seconds: float | None = None) -> Scan:
    """Look for the person in all columns that the registry names; with ``erase`` they go. May be repeated.

    After ``seconds`` it stops where it is.
    """
    deadline, scan = None if seconds is None else time.monotonic() + seconds, Scan()
    for piece in pieces(shop):
        if deadline is not None and time.monotonic() >= deadline:
            scan.is_partial = True
            break
        look_at(piece, words, scan, erase=erase)
    return scan


def look_at(piece: Piece, words: Words, scan: Scan, *, erase: bool) -> None:
    """Add to ``scan`` which rows of the piece name the person."""
    scan.rows += len(piece.rows)
    for row in piece.rows:
        mentioning = [column for column in piece.columns if mentions(getattr(row, column.column), words)]
        if mentioning:
            label = mentioning[0].model
            scan.counts[label] = scan.counts.get(label, 0) + 1
            if erase:
                _erase(row, mentioning, words)


def pieces(shop: Shop, after: list[Any] | None = None) -> Iterator[Piece]:
    """All rows with texts, by model and key, behind ``after``, the ``end`` of another piece."""
    by_model = itertools.groupby(personal_columns(Erasure.EMPTIED, Erasure.DELETED), lambda column: column.model)
    for label, columns in by_model:
        if after is None or label > after[0]:
            yield from _of_model(shop, list(columns), [0, 0, 0])
        elif label == after[0]:
            yield from _of_model(shop, list(columns), after[1:])


def _of_model(shop: Shop, columns: list[PersonalColumn], after: list[int]) -> Iterator[Piece]:
    label, model, path = columns[0].model, columns[0].model_class, columns[0].shop
    rows = model._base_manager.all()
    parent, _between, parents_shop = path.partition("__")
    owner, until, last = after
    if not parents_shop:
        for found in _batches(rows.filter(shop=shop) if path else rows, last):
            yield Piece(columns, found, [label, 0, 0, found[-1].pk])
        return
    rows = rows.exclude(**{column.column: _empty(column) for column in columns})
    owners: Any = model._meta.get_field(parent).related_model
    of_shop = owners._base_manager.filter(**{parents_shop: shop})

    def children(owner: int, until: int, last: int) -> Iterator[Piece]:
        keys = list(of_shop.filter(pk__gt=owner, pk__lte=until).values_list("pk", flat=True))
        for found in _batches(rows.filter(**{f"{parent}__in": keys}), last):
            yield Piece(columns, found, [label, owner, until, found[-1].pk])

    if until:
        yield from children(owner, until, last)
        owner = until
    # The children of a few parents at a time: an index leads from each of them to its own.
    for parents in _batches(of_shop, owner, PARENTS_AT_ONCE):
        yield from children(owner, parents[-1].pk, 0)
        owner = parents[-1].pk


def _batches(rows: "models.QuerySet[Any]", last: int, size: int = BATCH_SIZE) -> Iterator[list[Any]]:
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield found
        last = found[-1].pk


def _empty(column: PersonalColumn) -> Any:
    field: Any = column.model_class._meta.get_field(column.column)
    return {} if isinstance(field, models.JSONField) else ""


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


def scan_uploads(shop: Shop, words: Words, *, erase: bool, seconds: float | None = None) -> Scan:
    """How many uploaded files name the person, or cannot be read whole; with ``erase`` they are deleted."""
    deadline, scan = None if seconds is None else time.monotonic() + seconds, Scan()
    for path in uploads(shop):
        if deadline is not None and time.monotonic() >= deadline:
            scan.is_partial = True
            break
        if look_at_upload(path, words, scan) and erase:
            path.unlink(missing_ok=True)
    return scan


def uploads(shop: Shop, after: str = "") -> list[Path]:
    """By name, behind that of another one."""
    return sorted(path for path in settings.FILES_DIR.glob(f"upload-{shop.public_id}-*") if path.name > after)


def look_at_upload(path: Path, words: Words, scan: Scan) -> bool:
    """Whether it names the person; added to ``scan``."""
    scan.rows += 1
    is_named = _names_person(path, words)
    if is_named:
        scan.counts["files"] = scan.counts.get("files", 0) + 1
    return is_named


def _names_person(path: Path, words: Words) -> bool:
    try:
        grid = read_sheet(path.read_bytes()).grid
    except FileNotFoundError:
        return False
    except InvalidFile:
        return True
    return bool(grid.other_sheets) or any(mentions(list(row.cells), words) for row in grid.rows)
