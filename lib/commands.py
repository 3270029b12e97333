"""Arguments that the management commands share."""

import uuid
from argparse import ArgumentParser
from typing import TypeVar

from django.core.management.base import CommandError
from django.db import models

M = TypeVar("M", bound=models.Model)


def add_shop_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--shop", metavar="SHOP", help="only this shop: its public id or its exact name")


def add_dry_run_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="print what would be done and change nothing")


def filter_shops(shops: models.QuerySet[M], id_or_name: str | None) -> models.QuerySet[M]:
    """All shops without an id or name. Raises CommandError when no shop matches."""
    if not id_or_name:
        return shops
    try:
        matches = shops.filter(public_id=uuid.UUID(id_or_name))
    except ValueError:
        matches = shops.filter(name=id_or_name)
    if not matches:
        raise CommandError(f"There is no shop {id_or_name!r}. Give its public id or its exact name.")
    return matches
