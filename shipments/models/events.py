"""Events of a shipment."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carriers.gateways import gateway_display_name
from carriers.tracking_status import TrackingStatus
from lib.stored_messages import localized
from shipments.models.shipments import Shipment


class ShipmentEvent(models.Model):
    """An event of our own or of the carrier. Rows are only added, never changed."""

    class Kind(models.TextChoices):
        IMPORTED = "imported", _("Imported from the webshop")
        CREATED = "created", _("Draft created")
        EDITED = "edited", _("Draft edited")
        LABEL = "label", _("Label created")
        TEST_LABEL = "test_label", _("Test label created, passed on to nobody")
        TEST_DISCARDED = "test_discarded", _("Test label thrown away")
        NO_ANSWER = "no_answer", _("Unknown whether a label was created")
        NO_LABEL = "no_label", _("No label was created")
        EXTRA_LABEL = "extra_label", _("Unexpected label found")
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
        OWN_MAIL = "own_mail", _("Buyer emailed from here")
        OWN_MAIL_FAILED = "own_mail_failed", _("Buyer not emailed from here")
        ORDER_ALERT = "order_alert", _("Order needs attention")

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.JSONField(default=dict, blank=True)
    # The carrier's code of this event; empty for our own events.
    code = models.CharField(max_length=20, blank=True)
    # A ``TrackingStatus``; empty for our own events, and when only ``text`` describes the event.
    tracking_status = models.CharField(max_length=24, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"

    @property
    def message(self) -> str:
        """In the reader's language. ``text`` holds our own events and carrier texts without a tracking status."""
        message = TrackingStatus(self.tracking_status).message
        if message is None:
            return localized(self.text)
        # Only a message with the gateway's name reads ``shipment``.
        text = str(message)
        return text.format(gateway=gateway_display_name(self.shipment.gateway)) if "{gateway}" in text else text
