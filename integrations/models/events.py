"""Webhook events, installations and erased orders."""

import hashlib
from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.events import EventKind
from integrations.models.connections import Connection
from lib import tombstones
from lib.leases import LeasedQuerySet, LeasedRow


class WebhookEvent(LeasedRow):
    """One event, stored once however often it was delivered, without personal data. Kept for thirty days.

    Belongs to no shop: the connection is looked up when it is applied.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        APPLIED = "applied", _("Processed")
        IGNORED = "ignored", _("Ignored")
        NEEDS_ATTENTION = "needs_attention", _("Needs attention")

    platform = models.CharField(_("platform"), max_length=20)
    event_id = models.CharField(_("event"), max_length=64)
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, kind.value) for kind in EventKind])
    type = models.CharField(_("type"), max_length=100, blank=True)
    installation = models.CharField(_("installation"), max_length=64, blank=True)
    order_id = models.CharField(_("order ID"), max_length=64, blank=True)
    changed_at = models.DateTimeField(_("changed in the webshop"), null=True, blank=True)
    happened_at = models.DateTimeField(_("occurred"))
    received_at = models.DateTimeField(_("received"), default=timezone.now, db_index=True)
    erases = models.BooleanField(_("erases data"), default=False)
    by_us = models.BooleanField(_("caused by us"), default=False)
    origin_installation = models.CharField(_("copied from"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.RECEIVED)
    # A code of ``services.webhook_inbox``.
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    tries = models.PositiveIntegerField(_("attempts"), default=0)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("webhook"), _("webhooks")
        ordering = ["-pk"]
        # The id first: the admin searches it without knowing the platform.
        constraints = [models.UniqueConstraint(fields=["event_id", "platform"], name="webhook_once")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="webhook_due"),
            # The claims, oldest first; nearly all rows are applied.
            models.Index(fields=["id"], condition=models.Q(state="received"), name="webhook_received"),
            # The search of the admin.
            models.Index(fields=["order_id"], name="webhook_order"),
        ]

    def __str__(self) -> str:
        return f"{self.type or '?'} {self.event_id}"


class Installation(models.Model):
    """The app on a site, claimed by a shop or not. Belongs to no shop."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not claimed")
        CLAIMED = "claimed", _("Claimed")
        REMOVED = "removed", _("Removed")

    platform = models.CharField(_("platform"), max_length=20)
    external_id = models.CharField(_("installation"), max_length=64)
    origin_installation = models.CharField(_("copied from"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now)
    # Older events that arrive later are ignored.
    last_event_at = models.DateTimeField(_("latest event"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("installation"), _("installations")
        ordering = ["-first_seen_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["external_id", "platform"], name="installation_once")]

    def __str__(self) -> str:
        return f"{self.platform} {self.external_id}"


class ErasedOrderQuerySet(models.QuerySet["ErasedOrder"]):
    def erased_among(self, order_ids: Iterable[str]) -> set[str]:
        """The ids of the orders that were erased, in one query."""
        by_fingerprint = {
            fingerprint: order_id
            for order_id in order_ids
            for fingerprint in ErasedOrder.possible_fingerprints(order_id)
        }
        found = self.filter(fingerprint__in=by_fingerprint).values_list("fingerprint", flat=True)
        return {by_fingerprint[fingerprint] for fingerprint in found}


class ErasedOrder(models.Model):
    """Keeps later syncs from storing the order again."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="erased_orders")
    # A keyed hash of the order's id at the platform, see ``lib.tombstones``.
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    erased_at = models.DateTimeField(_("erased"), default=timezone.now)
    # The buyer's name, email and phone, encrypted, until free texts and files were searched for them.
    words_encrypted = models.TextField(blank=True, default="", editable=False)

    objects = ErasedOrderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("erased order"), _("erased orders")
        constraints = [models.UniqueConstraint(fields=["connection", "fingerprint"], name="erased_order_once")]
        indexes = [
            models.Index(fields=["id"], condition=~models.Q(words_encrypted=""), name="erased_order_searching"),
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.erased_at:%Y-%m-%d}"

    @staticmethod
    def make_fingerprint(order_id: str) -> str:
        return tombstones.make_hash(order_id)

    @staticmethod
    def possible_fingerprints(order_id: str) -> tuple[str, ...]:
        """Also the one without a key that rows of 0.2 and earlier have."""
        return *tombstones.possible_hashes(order_id), hashlib.sha256(order_id.encode()).hexdigest()
