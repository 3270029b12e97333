"""Writing the trail, in the transaction of what is written about: both are stored, or neither is."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import AuditAction
from audit.models import AuditEntry, AuditErasure

Actor = HttpRequest | AbstractBaseUser | None
Changes = Mapping[str, tuple[Any, Any] | None]
MAX_TEXT = 200
# What a column whose name has one of these holds is never quoted.
SECRET_WORDS = ("key", "token", "secret", "password", "encrypted", "hash", "code")
DELETE_BATCH = 1_000


def record(
    action: AuditAction,
    *,
    by: Actor,
    shop: models.Model | None = None,
    target: models.Model | tuple[str, str] | None = None,
    changes: Changes | None = None,
) -> None:
    """Add an entry. Call it inside the transaction that does what it tells of; it makes no transaction of its own.

    ``by`` is the request or the user; None for the program itself. ``target`` is the row (or its kind and id) that was
    acted on. ``changes`` are ``(before, after)`` by name, or None for what is named and not quoted; never data of
    buyers. ``field_changes`` makes them of a row. Without a ``shop`` the act is one on an account, and every shop of
    that account (the target when it is a user, else the actor) gets the entry.
    """
    actor = by.user if isinstance(by, HttpRequest) else by
    actor_id = actor.pk if actor is not None and actor.is_authenticated else None
    target_type, target_id = _name_target(target)
    account = target if isinstance(target, AbstractBaseUser) else actor
    shops: list[int | None] = [shop.pk] if shop is not None else [*_shops_of(account)] or [None]
    AuditEntry.objects.bulk_create(
        AuditEntry(
            shop_id=shop_id,
            actor_id=actor_id,
            kind=action.kind,
            action=action,
            target_type=target_type,
            target_id=target_id,
            changes=_quotable(changes or {}),
        )
        for shop_id in shops
    )


def field_values(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The columns of a row, to be compared by ``field_changes`` after it was changed."""
    return {name: getattr(row, name) for name in names}


def field_changes(row: models.Model, before: Mapping[str, Any]) -> Changes:
    """What differs from ``field_values`` of earlier. Texts that people write are named and not quoted."""
    return {
        name: (value, getattr(row, name)) if _may_be_quoted(row, name) else None
        for name, value in before.items()
        if value != getattr(row, name)
    }


def record_changes(row: models.Model, before: Mapping[str, Any], *, by: Actor, shop: models.Model) -> None:
    """Settings of a shop that differ from ``field_values`` of earlier; nothing when none does."""
    if changes := field_changes(row, before):
        record(AuditAction.SETTINGS_CHANGED, by=by, shop=shop, target=row, changes=changes)


def forget_shop(shop_id: int) -> int:
    """Delete the entries of a shop that is erased. Returns how many. May be repeated."""
    with transaction.atomic():
        allowed = AuditErasure.objects.create(shop_id=shop_id)
        deleted = _delete(AuditEntry.objects.filter(shop=shop_id))
        allowed.delete()
    return deleted


def forget_old_entries(batches: int = 100) -> int:
    """Delete entries older than AUDIT_RETENTION_DAYS, in short transactions. Returns how many. May be repeated."""
    before, deleted = timezone.now() - timedelta(days=settings.AUDIT_RETENTION_DAYS), 0
    for _batch in range(batches):
        with transaction.atomic():
            allowed = AuditErasure.objects.create(before=before)
            oldest = AuditEntry.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)
            found = _delete(AuditEntry.objects.filter(pk__in=list(oldest[:DELETE_BATCH])))
            allowed.delete()
        deleted += found
        if found < DELETE_BATCH:
            break
    return deleted


def _delete(entries: models.QuerySet[AuditEntry]) -> int:
    """One DELETE, past the manager that refuses it."""
    # Django gives None for a query that it knows to be empty.
    return int(entries._raw_delete(entries.db) or 0)


def _shops_of(user: Any) -> list[int]:
    """The shops of which somebody is a member."""
    memberships = getattr(user, "memberships", None)
    return list(memberships.values_list("shop", flat=True)) if memberships is not None else []


def _name_target(target: models.Model | tuple[str, str] | None) -> tuple[str, str]:
    if target is None:
        return "", ""
    if isinstance(target, tuple):
        return target
    return target._meta.label_lower, str(getattr(target, "public_id", None) or target.pk)


def _may_be_quoted(row: models.Model, name: str) -> bool:
    field = row._meta.get_field(name)
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return not is_text or bool(getattr(field, "choices", None))


def _quotable(changes: Changes) -> dict[str, list[Any] | None]:
    return {name: _quoted(name, change) for name, change in changes.items()}


def _quoted(name: str, change: tuple[Any, Any] | None) -> list[Any] | None:
    if change is None or any(word in name.lower() for word in SECRET_WORDS):
        return None
    is_plain = (value is None or isinstance(value, bool | int | float) for value in change)
    return [value if plain else str(value)[:MAX_TEXT] for value, plain in zip(change, is_plain, strict=True)]
