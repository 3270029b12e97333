"""Key rotation: everything sealed is sealed again with the newest key, batch by batch, while all else goes on."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from lib.crypto import DecryptionError, rotate_token, uses_newest_key

ROTATION_BATCH_SIZE = 200
ENCRYPTED_SUFFIX = "_encrypted"


@dataclass(slots=True)
class Rotation:
    """What happened to one sealed column."""

    column: str
    reencrypted: int = 0
    unreadable: int = 0
    """Sealed with a key we no longer have; left alone, its owner connects again."""


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every column that holds a sealed text, by its name, so that a new one is not forgotten."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith(ENCRYPTED_SUFFIX):
                yield model, field.name


def rotate(*, dry_run: bool = False) -> list[Rotation]:
    """Seal with the newest key whatever an older one sealed. May be stopped, repeated, and run under load.

    A row that somebody writes meanwhile keeps what they wrote, which the newest key sealed.
    """
    return [_rotate(model, column, dry_run) for model, column in encrypted_columns()]


def _rotate(model: type[models.Model], column: str, dry_run: bool) -> Rotation:
    result = Rotation(f"{model._meta.label}.{column}")
    rows = model._default_manager.exclude(**{column: ""}).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", column)[:ROTATION_BATCH_SIZE]):
        for pk, sealed in batch:
            if uses_newest_key(sealed):
                continue
            try:
                fresh = rotate_token(sealed)
            except DecryptionError:
                result.unreadable += 1
                continue
            same = model._default_manager.filter(pk=pk, **{column: sealed})
            result.reencrypted += 1 if dry_run else same.update(**{column: fresh})
        last = batch[-1][0]
    return result
