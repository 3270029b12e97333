"""Key rotation: encrypts every encrypted column with the newest key, in batches, while the backoffice runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from lib.crypto import DecryptionError, rotate_token, uses_newest_key

ROTATION_BATCH_SIZE = 200
ENCRYPTED_SUFFIX = "_encrypted"


@dataclass(slots=True)
class Rotation:
    """The result for one column."""

    column: str
    reencrypted: int = 0
    # Encrypted with a key that is gone. The rows stay as they are; their owners must connect again.
    unreadable: int = 0


def encrypted_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Found by the suffix of their names, so that new columns are included."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith(ENCRYPTED_SUFFIX):
                yield model, field.name


def rotate(*, dry_run: bool = False) -> list[Rotation]:
    """May be stopped, repeated, and run under load.

    A row that another process writes at the same time keeps that value, which is encrypted with the newest key.
    """
    return [_rotate(model, column, dry_run) for model, column in encrypted_columns()]


def _rotate(model: type[models.Model], column: str, dry_run: bool) -> Rotation:
    result = Rotation(f"{model._meta.label}.{column}")
    rows = model._default_manager.exclude(**{column: ""}).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", column)[:ROTATION_BATCH_SIZE]):
        for pk, token in batch:
            if uses_newest_key(token):
                continue
            try:
                rotated = rotate_token(token)
            except DecryptionError:
                result.unreadable += 1
                continue
            unchanged = model._default_manager.filter(pk=pk, **{column: token})
            result.reencrypted += 1 if dry_run else unchanged.update(**{column: rotated})
        last = batch[-1][0]
    return result
