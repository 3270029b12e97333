"""Key rotation: encrypts every encrypted column with the newest key, in batches, while the backoffice runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction

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


# Secrets inside JSON of a library's tables: model, column, and the names of encrypted texts in it.
ENCRYPTED_JSON = {"mfa.Authenticator": ("data", ("secret", "seed"))}


def rotate(*, dry_run: bool = False) -> list[Rotation]:
    """May be stopped, repeated, and run under load.

    A row that another process writes at the same time keeps that value, which is encrypted with the newest key.
    """
    columns = [_rotate(model, column, dry_run) for model, column in encrypted_columns()]
    return columns + [
        _rotate_json(apps.get_model(label), column, names, dry_run) for label, (column, names) in ENCRYPTED_JSON.items()
    ]


def _rotate_json(model: type[models.Model], column: str, names: tuple[str, ...], dry_run: bool) -> Rotation:
    """Each row under a lock, because other values in the same JSON may change at the same time."""
    result = Rotation(f"{model._meta.label}.{column}")
    last = 0
    rows = model._default_manager.order_by("pk")
    while batch := list(rows.filter(pk__gt=last).values_list("pk", column)[:ROTATION_BATCH_SIZE]):
        for pk, data in batch:
            if any(data.get(name) and not uses_newest_key(data[name]) for name in names):
                _rotate_json_row(model, column, names, pk, result, dry_run)
        last = batch[-1][0]
    return result


def _rotate_json_row(
    model: type[models.Model], column: str, names: tuple[str, ...], pk: int, result: Rotation, dry_run: bool
) -> None:
    with transaction.atomic():
        locked = model._default_manager.select_for_update().filter(pk=pk)
        data = locked.values_list(column, flat=True).first()
        if data is None:
            return
        try:
            rotated = {name: rotate_token(data[name]) for name in names if data.get(name)}
        except DecryptionError:
            result.unreadable += 1
            return
        result.reencrypted += 1
        if not dry_run:
            model._default_manager.filter(pk=pk).update(**{column: data | rotated})


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
