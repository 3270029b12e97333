"""The log of a shipment."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.gateways import gateway_display_name
from carriers.tracking_status import TrackingStatus
from lib.stored_messages import localized
from shipments.models.shipments import Shipment


class ShipmentEvent(models.Model):
    """What happened to a shipment, here or at the carrier; rows are added, never changed."""

    class Kind(models.TextChoices):
        IMPORTED = "imported", _("Imported from the webshop")
        CREATED = "created", _("Draft created")
        EDITED = "edited", _("Draft edited")
        LABEL = "label", _("Label created")
        PRINTED = "printed", _("Label downloaded")
        PUSHED = "told", _("Shop updated")
        PUSH_FAILED = "tell_failed", _("Shop not updated")
        ORDER_CHANGED = "order_changed", _("Order changed in the webshop")
        CARRIER = "carrier", _("At the carrier")
        CANCELED = "cancelled", _("Label cancelled")
        DELETED = "deleted", _("Draft deleted")
        RESTORED = "restored", _("Draft restored")
        RETURN = "return", _("Return label created")
        MAILED = "mailed", _("Buyer emailed by the webshop")
        ORDER_ALERT = "order_alert", _("Order needs attention")

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.JSONField(default=dict, blank=True)
    code = models.CharField(max_length=20, blank=True)
    """The carrier's own code of this step; empty for what happened here."""
    tracking_status = models.CharField(max_length=24, blank=True)
    """What a scan means, a ``TrackingStatus``; empty for what happened here and where only the carrier's words say."""

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"

    @property
    def message(self) -> str:
        """In the reader's language; ``text`` holds what no status says: what was done here, and carriers' own words."""
        message = TrackingStatus(self.tracking_status).message
        if message is None:
            return localized(self.text)
        # Only a message that names the gateway reads the shipment.
        text = str(message)
        return text.format(gateway=gateway_display_name(self.shipment.gateway)) if "{gateway}" in text else text
