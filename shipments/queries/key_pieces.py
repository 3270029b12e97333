"""The keys of all rows that a selection matches, for a job or a bulk change."""

from collections.abc import Iterator
from typing import TypeVar

from django.db import models
from django.db.models import QuerySet

from shipments.queries.filters import rows_behind

PIECE_SIZE = 2_000
M = TypeVar("M", bound=models.Model)


def read_keys(rows: QuerySet[M]) -> Iterator[int]:
    """Primary keys in the order of ``rows``, which is one column and then the key, both the same way.

    Each piece begins behind the last row of the one before, so no statement reads more than ``PIECE_SIZE`` rows of the
    index that the list is read from. A row that is added or that no longer matches meanwhile shifts no other.
    """
    first = str((rows.query.order_by or rows.model._meta.ordering or ("pk",))[0])
    column, descending, start = first.lstrip("-"), first.startswith("-"), None
    fields = dict.fromkeys(("pk", column))
    while True:
        behind = rows_behind(rows, column, start, descending=descending).values_list(*fields, named=True)
        piece = list(behind[:PIECE_SIZE])
        yield from (row.pk for row in piece)
        if len(piece) < PIECE_SIZE:
            return
        start = piece[-1]
