"""The trail: who did what that matters for the safety of a shop. Rows are added, and never changed."""

from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(TypeError):
    """Something tried to change or delete entries of the trail."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Adds and reads. ``audit.append_only`` holds the same below the ORM."""

    def update(self, **_fields: Any) -> NoReturn:
        raise AppendOnlyError("entries of the trail are not changed")

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnlyError("entries of the trail are not changed")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("entries of the trail end by audit.trail.forget_shop and forget_old_entries only")

    def before(self, pk: int | None) -> Self:
        """The entries older than this one, newest first; all without one."""
        return (self.filter(pk__lt=pk) if pk else self).order_by("-pk")


class AuditEntry(models.Model):
    """One act. Names nobody: people are references, which say nothing any more once the account is gone.

    Shop and actor are no constraints of the database: the end of an account or a shop must not change an entry.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    # None while the account belongs to no shop.
    shop = models.ForeignKey(
        "shops.Shop",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="audit_entries",
    )
    # None when the program acted by itself, or a platform asked it to.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    # An AuditKind and an AuditAction; no choices, so that a new one needs no migration.
    kind = models.CharField(_("subject"), max_length=12)
    action = models.CharField(_("act"), max_length=40)
    # The label of a model and the public id (else the key) of its row: "shops.membership". Empty: the shop itself.
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    # {field: [before, after]}, or {field: null} for texts and secrets, which are named and not quoted.
    changes = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("entry of the log"), _("log")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["shop", "id"], name="audit_by_shop"),
            models.Index(fields=["shop", "kind", "id"], name="audit_by_kind"),
            models.Index(fields=["shop", "actor", "id"], name="audit_by_actor"),
            models.Index(fields=["shop", "actor", "kind", "id"], name="audit_by_actor_and_kind"),
            models.Index(fields=["at"], name="audit_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None and not self._state.adding:
            raise AppendOnlyError("entries of the trail are not changed")
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnlyError("entries of the trail end by audit.trail.forget_shop and forget_old_entries only")


class AuditErasure(models.Model):
    """Which entries may be deleted by the transaction that holds this row; it is gone before the transaction ends."""

    shop_id = models.BigIntegerField(null=True)
    before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"shop {self.shop_id}, before {self.before}"
