"""Where orders come from and what is told back: connections, the mirrored orders, and our promises to a shop."""

import uuid
from functools import cached_property
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from accounts.tenancy import ShopOwned
from integrations.orders import FulfillmentNotice, OrderData, Verdict
from lib.languages import in_my_language
from lib.work import Work, WorkQuerySet

ORDER = TypeAdapter(OrderData)


class ConsentRequest(ShopOwned):
    """A merchant who went to a shop system to grant consent and should come back within minutes, once."""

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
        """Connections that orders are pulled from and tracking is pushed to."""
        return self.filter(state=Connection.State.ACTIVE)

    def connected(self) -> Self:
        """Connections the merchant granted and did not revoke, working or not."""
        return self.exclude(state=Connection.State.DISCONNECTED)


class Connection(ShopOwned):
    """One connected site of one shop."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Connected")
        RECONNECT = "reconnect", _("Consent expired")
        PERMISSION = "permission", _("Permission missing")
        DISCONNECTED = "disconnected", _("Not connected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    platform = models.CharField(_("platform"), max_length=20)
    external_id = models.CharField(_("installation"), max_length=64)
    site_id = models.CharField(_("site"), max_length=64, blank=True)
    site_name = models.CharField(_("site name"), max_length=200, blank=True)
    site_url = models.CharField(_("address"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=State.choices, default=State.ACTIVE)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    connected_at = models.DateTimeField(_("connected since"), default=timezone.now)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    disconnected_at = models.DateTimeField(_("disconnected at"), null=True, blank=True)

    token_sealed = models.TextField(blank=True, editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    minting_until = models.DateTimeField(null=True, blank=True, editable=False)

    synced_at = models.DateTimeField(_("last synchronisation"), null=True, blank=True)
    synced_through = models.DateTimeField(_("changes read up to"), null=True, blank=True)
    trouble = models.JSONField(_("trouble"), default=dict, blank=True)
    trouble_since = models.DateTimeField(_("trouble since"), null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    """The shop asked us to slow down, or does not answer: no call before this moment."""
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("connection"), _("connections")
        ordering = ["connected_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "external_id"],
                condition=~models.Q(state="disconnected"),
                name="connection_serves_one_shop",
            )
        ]

    def __str__(self) -> str:
        return self.site_name or self.external_id

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def trouble_text(self) -> str:
        return in_my_language(self.trouble)


class SyncRun(Work, ShopOwned):
    """One reading of a connection's orders; at most one at a time, resumable page by page."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="syncs")
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

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("synchronisation"), _("synchronisations")
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


class ExternalOrderQuerySet(models.QuerySet["ExternalOrder"]):
    def open(self) -> Self:
        """Paid orders of working connections that still have something to ship."""
        return self.filter(verdict=Verdict.OPEN, connection__state=Connection.State.ACTIVE)


class ExternalOrder(ShopOwned):
    """Our mirror of a shop's order; the columns are what lists filter and sort on, ``data`` is the order."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="orders")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    external_id = models.CharField(_("order id"), max_length=64)
    number = models.CharField(_("order number"), max_length=50)
    verdict = models.CharField(
        _("import decision"), max_length=20, choices=[(verdict.value, verdict.value) for verdict in Verdict]
    )
    placed_at = models.DateTimeField(_("placed"))
    changed_at = models.DateTimeField(_("changed at the shop"))
    read_at = models.DateTimeField(_("read"), default=timezone.now)
    customer = models.CharField(_("customer"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    search_text = models.TextField(blank=True, editable=False)
    data = models.JSONField(encoder=DjangoJSONEncoder)

    objects = ExternalOrderQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("external order"), _("external orders")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="external_order_once"),
            models.CheckConstraint(condition=models.Q(total__gte=0), name="external_order_total"),
        ]
        indexes = [
            models.Index(fields=["connection", "verdict", "-placed_at"], name="external_order_open"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @cached_property
    def order(self) -> OrderData:
        """The order as the shop gave it, as values."""
        return ORDER.validate_python(self.data)


class UnreadableOrder(ShopOwned):
    """An order that could not be stored: its number and why, nothing personal; gone as soon as it can be read."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="unreadable_orders")
    external_id = models.CharField(_("order id"), max_length=64)
    number = models.CharField(_("order number"), max_length=50, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("unreadable order"), _("unreadable orders")
        constraints = [models.UniqueConstraint(fields=["connection", "external_id"], name="unreadable_order_once")]

    def __str__(self) -> str:
        return f"#{self.number or self.external_id}"


class FulfillmentQuerySet(WorkQuerySet["Fulfillment"]):
    def unfinished(self) -> Self:
        return self.exclude(state__in=[Fulfillment.State.DONE, Fulfillment.State.CANCELLED])


class Fulfillment(Work, ShopOwned):
    """A promise to tell a shop that pieces of an order left under a tracking number.

    Written in the transaction that registers the label, so no label is ever forgotten.
    """

    class State(models.TextChoices):
        DUE = "due", _("Queued")
        SENDING = "sending", _("Sending")
        UNKNOWN = "unknown", _("Checking")
        DONE = "done", _("Updated")
        NEEDS_ATTENTION = "needs_attention", _("Failed")
        CANCELLED = "cancelled", _("Not applicable")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(ExternalOrder, on_delete=models.CASCADE, related_name="fulfillments")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="fulfillments")
    source = models.UUIDField(_("shipment"))
    """Whose promise this is; this app never hears what that is."""
    tracking_number = models.CharField(_("tracking number"), max_length=100)
    carrier = models.CharField(_("carrier"), max_length=100)
    tracking_url = models.CharField(_("tracking link"), max_length=2048)
    lines = models.JSONField(_("pieces"), help_text=_("Pairs of line id and number of pieces."))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DUE)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    promised_at = models.DateTimeField(_("promised"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    external_id = models.CharField(_("fulfillment id"), max_length=64, blank=True)
    trouble = models.JSONField(_("trouble"), default=dict, blank=True)
    details = models.TextField(_("the shop's own words"), blank=True)

    objects = FulfillmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("fulfillment"), _("fulfillments")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["source"], name="fulfillment_once_per_label")]
        indexes = [models.Index(fields=["state", "next_at"], name="fulfillment_due")]

    def __str__(self) -> str:
        return f"{self.tracking_number} ({self.state})"

    @property
    def notice(self) -> FulfillmentNotice:
        return FulfillmentNotice(
            reference=str(self.public_id),
            order_id=self.order.external_id,
            tracking_number=self.tracking_number,
            carrier=self.carrier,
            tracking_url=self.tracking_url,
            lines=tuple((line, pieces) for line, pieces in self.lines),
        )

    @property
    def trouble_text(self) -> str:
        return in_my_language(self.trouble)

    @property
    def is_waiting(self) -> bool:
        return self.state in {self.State.DUE, self.State.SENDING, self.State.UNKNOWN}

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.NEEDS_ATTENTION
