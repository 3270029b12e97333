"""What our management commands have in common: naming a shop, and saying how it went."""

import uuid
from argparse import ArgumentParser
from typing import TypeVar

from django.core.management.base import CommandError
from django.db import models

M = TypeVar("M", bound=models.Model)


def add_shop_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--shop", metavar="SHOP", help="only this shop: its public id or its exact name")


def add_dry_run_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")


def filter_shops(shops: models.QuerySet[M], wanted: str | None) -> models.QuerySet[M]:
    """The shops a command is about; CommandError when the name fits none."""
    if not wanted:
        return shops
    try:
        found = shops.filter(public_id=uuid.UUID(wanted))
    except ValueError:
        found = shops.filter(name=wanted)
    if not found:
        raise CommandError(f"There is no shop {wanted!r}. Give its public id or its exact name.")
    return found
