"""The first rows of several orders in one query, each read from its index."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


def union_all(branches: Sequence[models.QuerySet[M]]) -> "models.query.RawQuerySet[M]":
    """The rows of each branch, which has an order and a limit of its own. The order of the branches is not kept.

    Django's ``union`` does not let a branch have a limit on SQLite. There must be at least one branch.
    """
    compiled = [branch.query.sql_with_params() for branch in branches]
    selects = [f"SELECT * FROM ({sql}) AS branch_{place}" for place, (sql, _) in enumerate(compiled)]  # noqa: S608
    sql = " UNION ALL ".join(selects)
    return branches[0].model._default_manager.raw(sql, [param for _sql, params in compiled for param in params])
