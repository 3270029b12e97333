"""What people asked to erase, and the receipts that stay of it."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lib.leases import LeasedQuerySet, LeasedRow
from shops.tenancy import ShopOwned


class PersonErasure(LeasedRow, ShopOwned):
    """One request to erase a person. When it is done it names nobody and is the receipt."""

    class Source(models.TextChoices):
        OWNER = "owner", _("Here")
        PLATFORM = "platform", _("By the webshop")
        OPERATIONS = "operations", _("By the administrator")
        REPLAY = "replay", _("After a restore")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(_("asked"), max_length=10, choices=Source.choices, default=Source.OWNER)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked at"), default=timezone.now)
    finished_at = models.DateTimeField(_("erased"), null=True, blank=True)
    # Whom to find, and the words to look for in free texts, until it is done.
    query_encrypted = models.TextField(blank=True, editable=False)
    words_encrypted = models.TextField(blank=True, editable=False)
    tries = models.PositiveIntegerField(_("attempts"), default=0)
    # By what it is, such as a model: how many rows or files.
    counts = models.JSONField(_("erased"), default=dict, blank=True)
    # How many rows or files of each kind were looked through for it, and what was not.
    looked_through = models.JSONField(_("looked through"), default=dict, blank=True)
    # Where the worker is; see ``privacy.services.erasure_run``.
    progress = models.JSONField(default=dict, blank=True, editable=False)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("erasure of a person"), _("erasures of persons")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(finished_at=None), name="person_erasure_open"),
            models.Index(fields=["shop", "-id"], name="person_erasure_shop"),
        ]

    def __str__(self) -> str:
        return f"{self.shop} {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class ShopExport(LeasedRow, ShopOwned):
    """Everything of a shop as a ZIP file, which a worker writes."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked at"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    has_failed = models.BooleanField(_("failed"), default=False)
    tries = models.PositiveIntegerField(_("attempts"), default=0)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("export of a shop"), _("exports of shops")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shop"], condition=models.Q(finished_at=None), name="shop_export_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shop} {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def path(self) -> Path:
        folder: Path = settings.FILES_DIR
        return folder / f"shop-{self.public_id}.zip"

    @property
    def is_ready(self) -> bool:
        return self.finished_at is not None and not self.has_failed and self.path.exists()
