import uuid
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.models.connections import Connection
from integrations.models.orders import ExternalOrder
from integrations.orders import FulfillmentUpdate
from lib.leases import LeasedQuerySet, LeasedRow
from lib.links import web_link
from lib.stored_messages import localized
from shops.tenancy import ShopOwned


class FulfillmentQuerySet(LeasedQuerySet["Fulfillment"]):
    def unfinished(self) -> Self:
        return self.exclude(state__in=[Fulfillment.State.DONE, Fulfillment.State.CANCELED])

    def being_withdrawn(self) -> Self:
        """Of canceled labels that the platform may still count as sent."""
        return self.unfinished().filter(action=Fulfillment.Action.DELETE)


class Fulfillment(LeasedRow, ShopOwned):
    """What a platform should know of a parcel: the units of an order under a tracking number, or a deletion.

    Written in the transaction that registers the label. A change or a canceled label raises ``revision``; a result of
    an older revision never completes the row.
    """

    class Action(models.TextChoices):
        UPSERT = "tell", _("Send update")
        DELETE = "withdraw", _("Delete update")

    class State(models.TextChoices):
        DUE = "due", _("Queued")
        SENDING = "sending", _("Sending")
        UNCONFIRMED = "unknown", _("Checking")
        DONE = "done", _("Updated")
        NEEDS_ATTENTION = "needs_attention", _("Failed")
        CANCELED = "cancelled", _("Not applicable")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(ExternalOrder, on_delete=models.CASCADE, related_name="fulfillments")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="fulfillments")
    # The id of the caller's parcel; this app does not know what it is.
    source_id = models.UUIDField(_("shipment"))
    tracking_number = models.CharField(_("tracking number"), max_length=100)
    carrier = models.CharField(_("carrier"), max_length=100)
    tracking_url = models.CharField(_("tracking link"), max_length=2048)
    action = models.CharField(_("action"), max_length=10, choices=Action.choices, default=Action.UPSERT)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    previous_numbers = models.JSONField(_("previous tracking numbers"), default=list, blank=True)
    lines = models.JSONField(_("units"), help_text=_("Pairs of line ID and quantity."))
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DUE)
    tries = models.PositiveIntegerField(_("attempts"), default=0)
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    buyer_mailed_at = models.DateTimeField(_("buyer emailed by the webshop"), null=True, blank=True)
    unconfirmed = models.BooleanField(_("unconfirmed"), default=False)
    # When to compare the platform's fulfillments with ours; None when there is no reason to.
    audit_at = models.DateTimeField(_("check with the webshop"), null=True, blank=True, db_index=True)
    external_id = models.CharField(_("fulfillment ID"), max_length=64, blank=True)
    last_error = models.JSONField(_("last error"), default=dict, blank=True)
    details = models.TextField(_("response from the webshop"), blank=True)

    objects = FulfillmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("fulfillment"), _("fulfillments")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["source_id"], name="fulfillment_once_per_label")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="fulfillment_due"),
            # The nightly comparison of one day's figures.
            models.Index(fields=["shop", "queued_at"], name="fulfillment_queued"),
            # The claims of a connection; nearly all rows are done.
            models.Index(
                fields=["connection", "next_at", "id"],
                condition=models.Q(state__in=["due", "unknown"]),
                name="fulfillment_to_push",
            ),
            models.Index(
                fields=["connection", "audit_at", "id"],
                condition=~models.Q(audit_at=None),
                name="fulfillment_to_audit",
            ),
            # What the nightly audit looks at: the last thirty days.
            models.Index(
                fields=["connection", "sent_at"],
                condition=models.Q(state__in=["done", "cancelled"]),
                name="fulfillment_completed",
            ),
            # The webshop's words that the nightly tidying empties.
            models.Index(fields=["shop", "queued_at"], condition=~models.Q(details=""), name="fulfillment_with_answer"),
            # The numbers of updates that wait or failed, and the last one that arrived.
            models.Index(
                fields=["connection", "state"],
                condition=~models.Q(state__in=["done", "cancelled"]),
                name="fulfillment_unfinished",
            ),
            models.Index(
                fields=["connection", "-confirmed_at"],
                condition=~models.Q(confirmed_at=None),
                name="fulfillment_confirmed",
            ),
            # The search of the admin.
            models.Index(fields=["tracking_number"], name="fulfillment_number"),
        ]

    def __str__(self) -> str:
        return f"{self.tracking_number} ({self.state})"

    @property
    def update(self) -> FulfillmentUpdate:
        return FulfillmentUpdate(
            reference=str(self.public_id),
            order_id=self.order.external_id,
            tracking_number=self.tracking_number,
            carrier=self.carrier,
            tracking_url=web_link(self.tracking_url),
            lines=tuple((line, quantity) for line, quantity in self.lines),
            previous_numbers=tuple(self.previous_numbers),
            remote_id=self.external_id,
            changed=self.revision > 1,
            is_deletion=self.action == self.Action.DELETE,
        )

    @property
    def last_error_message(self) -> str:
        return localized(self.last_error)

    @property
    def is_waiting(self) -> bool:
        return self.state in {self.State.DUE, self.State.SENDING, self.State.UNCONFIRMED}

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.NEEDS_ATTENTION
