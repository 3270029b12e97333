"""Connected sites, consent requests and sync runs."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.providers import platform_name
from lib.leases import LeasedQuerySet, LeasedRow
from lib.links import web_link
from lib.reference_codes import reference_code
from lib.stored_messages import localized
from shops.tenancy import ShopOwned


class ConsentRequest(ShopOwned):
    """A merchant at a platform's consent page. Its callback works once."""

    platform = models.CharField(max_length=20)
    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.shop} → {self.platform}"


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def active(self) -> Self:
        return self.filter(state=Connection.State.ACTIVE)

    def refused(self) -> Self:
        """The rows for which ``Connection.next_attempt`` is a time."""
        still_tried = timezone.now() - REFUSAL_RETRY_PERIOD
        return self.filter(state=Connection.State.RECONNECT, state_since__gt=still_tried)

    def in_outage(self) -> Self:
        """The rows for which ``Connection.has_outage`` is true."""
        return self.active().filter(consecutive_failures__gt=0)

    def connected(self) -> Self:
        """All that were not revoked, working or not."""
        return self.exclude(state=Connection.State.DISCONNECTED)

    def holding_site(self) -> Self:
        """Connections that keep their site from other shops."""
        return self.exclude(state__in=INACTIVE_STATES)


# How long a connection whose token is refused is asked again without a person.
REFUSAL_RETRY_PERIOD = timedelta(days=14)
# How often one is asked whether a permission that was missing is there now.
PERMISSION_CHECK_INTERVAL = timedelta(minutes=15)
# Any shop may connect a site whose connection is in one of these.
INACTIVE_STATES = ("disconnected", "removed")


class Connection(ShopOwned):
    class State(models.TextChoices):
        ACTIVE = "active", _("Connected")
        # The platform refuses our token. It is asked again by itself for ``REFUSAL_RETRY_PERIOD``.
        RECONNECT = "reconnect", _("To be reconnected")
        PERMISSION = "permission", _("Permission missing")
        COPY = "copy", _("Waiting for your answer")
        REMOVED = "removed", _("App removed")
        DISCONNECTED = "disconnected", _("Not connected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    platform = models.CharField(_("platform"), max_length=20)
    external_id = models.CharField(_("installation"), max_length=64, db_index=True)
    site_id = models.CharField(_("site"), max_length=64, blank=True)
    site_name = models.CharField(_("site name"), max_length=200, blank=True, db_index=True)
    site_url = models.CharField(_("address"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.ACTIVE)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    connected_at = models.DateTimeField(_("connected since"), default=timezone.now)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    disconnected_at = models.DateTimeField(_("disconnected at"), null=True, blank=True)

    token_encrypted = models.TextField(blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    token_lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    synced_at = models.DateTimeField(_("last sync"), null=True, blank=True)
    # When the schedule looks at the connection again.
    sync_at = models.DateTimeField(default=timezone.now, editable=False)
    synced_through = models.DateTimeField(_("synced up to"), null=True, blank=True)
    last_error = models.JSONField(_("last error"), default=dict, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    # No call before this time: the platform rate-limits us or does not answer.
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    # When a connection whose token is refused is asked again; None is now.
    retry_at = models.DateTimeField(_("asked again at"), null=True, blank=True)
    consecutive_failures = models.PositiveIntegerField(_("consecutive failures"), default=0)
    # Newest last: a dot for a successful call, an x for a failed one.
    recent_calls = models.CharField(max_length=20, blank=True, editable=False)
    # Pauses since the last success; each is twice as long as the one before.
    times_opened = models.PositiveSmallIntegerField(_("consecutive pauses"), default=0)
    probe_lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    # Import paid orders automatically.
    auto_import = models.BooleanField(_("import automatically"), default=False)
    # The installation this site is a copy of. Its orders are imported only after confirmation.
    origin_installation = models.CharField(_("copied from"), max_length=64, blank=True)
    copy_confirmed_at = models.DateTimeField(_("copy confirmed"), null=True, blank=True)
    app_version = models.CharField(_("app version"), max_length=40, blank=True)
    permissions = models.JSONField(_("permissions"), default=list, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    # [{"code", "ok", "text": {language: message}}]
    checks = models.JSONField(_("checks"), default=list, blank=True)
    webhook_at = models.DateTimeField(_("last webhook"), null=True, blank=True)
    clock_offset = models.IntegerField(_("clock difference"), null=True, blank=True, help_text=_("Seconds."))
    hourly_at = models.DateTimeField(_("last hourly reconciliation"), null=True, blank=True)
    nightly_at = models.DateTimeField(_("last nightly reconciliation"), null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("connection"), _("connections")
        ordering = ["connected_at", "pk"]
        indexes = [models.Index(fields=["sync_at"], condition=models.Q(state="active"), name="connection_to_sync")]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "external_id"],
                condition=~models.Q(state__in=INACTIVE_STATES),
                name="connection_serves_one_shop",
            ),
            models.UniqueConstraint(
                fields=["platform", "site_id"],
                condition=~models.Q(state__in=INACTIVE_STATES) & ~models.Q(site_id=""),
                name="site_serves_one_shop",
            ),
        ]

    def __str__(self) -> str:
        return self.site_name or self.external_id

    @property
    def site_link(self) -> str:
        """Empty unless a browser can open it."""
        return web_link(self.site_url)

    @property
    def platform_name(self) -> str:
        return platform_name(self.platform)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def has_outage(self) -> bool:
        return self.is_active and self.consecutive_failures > 0

    @property
    def is_inactive(self) -> bool:
        return self.state in INACTIVE_STATES

    @property
    def next_attempt(self) -> datetime | None:
        """When a refused token is asked for again without a person; None when that is not, or no longer, done."""
        if self.state != self.State.RECONNECT or self.state_since <= timezone.now() - REFUSAL_RETRY_PERIOD:
            return None
        return max(self.retry_at or timezone.now(), timezone.now())

    @property
    def next_try(self) -> datetime | None:
        """When a connection in trouble is asked again by itself; None when that is not planned, or any moment now."""
        if self.is_active:
            return self.paused_until if self.paused_until and self.paused_until > timezone.now() else None
        if self.state == self.State.PERMISSION and self.checked_at:
            return max(self.checked_at + PERMISSION_CHECK_INTERVAL, timezone.now())
        return self.next_attempt

    @property
    def reference_code(self) -> str:
        """By which support finds the connection."""
        return reference_code(self.platform, self.public_id)

    @property
    def last_error_message(self) -> str:
        return localized(self.last_error)


class PlatformOutage(models.Model):
    """The circuit breaker of a platform's host, for all connections; see ``services.circuit_breaker``."""

    platform = models.CharField(_("platform"), max_length=20, unique=True)
    # Keys of the connections whose calls failed since the last one that succeeded.
    failing = models.JSONField(default=list, editable=False)
    times_opened = models.PositiveSmallIntegerField(_("consecutive pauses"), default=0)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    probe_lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return platform_name(self.platform)


class SyncRun(LeasedRow, ShopOwned):
    """At most one active run a connection, resumable page by page."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    class Kind(models.TextChoices):
        CHANGES = "changes", _("Changes")
        HOURLY = "hourly", _("Hourly reconciliation")
        NIGHTLY = "nightly", _("Nightly reconciliation")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="syncs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.CHANGES)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    since = models.DateTimeField(null=True, blank=True)
    cursor = models.TextField(blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    seen = models.PositiveIntegerField(_("seen"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    tries = models.PositiveIntegerField(default=0)
    reason = models.JSONField(_("reason"), default=dict, blank=True)
    # When a person asked for it; what a person waits for goes before the schedule, for one turn.
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Somebody asked for a sync while this one was reading: one more follows.
    is_wanted_again = models.BooleanField(_("another follows"), default=False)

    objects = LeasedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("sync run"), _("sync runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(state__in=["queued", "running"]),
                name="sync_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.connection} {self.started_at:%Y-%m-%d %H:%M}"
