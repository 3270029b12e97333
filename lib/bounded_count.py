"""Counting that stops: no page needs to know how many of a million rows match."""

from typing import Any

from django.db.models import QuerySet

# Where counting what a list holds stops, unless the list says otherwise.
MAX_COUNTED = 1_000


def count_at_most(rows: QuerySet[Any], most: int = MAX_COUNTED) -> int:
    """How many ``rows`` there are, and ``most + 1`` when there are more than ``most``: no further row is read."""
    # Only keys: an annotation of the list would be computed for each row that is counted.
    return rows.order_by().values("pk")[: most + 1].count()
