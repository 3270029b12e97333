"""The further parcels of a shipment; the first parcel has the barcode of the shipment itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from carriers.gateways import gateway_display_name
from carriers.tracking_status import TrackingStatus
from shipments.models.shipments import Shipment


class FurtherParcel(models.Model):
    """Written when the shipment is registered; ``number`` starts at 2."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="further_parcels")
    number = models.PositiveSmallIntegerField(_("parcel"))
    barcode = models.CharField(_("barcode"), max_length=40, unique=True)
    external_id = models.CharField(_("ID at the gateway"), max_length=64, blank=True, db_index=True)
    # A ``TrackingStatus``; empty before the first poll.
    tracking_status = models.CharField(_("status at the carrier"), max_length=24, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("further parcel"), _("further parcels")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["shipment", "number"], name="further_parcel_once")]

    def __str__(self) -> str:
        return self.barcode

    @property
    def status_message(self) -> str:
        """Empty before the first poll and for a status that only the carrier can word. Reads ``shipment``."""
        message = TrackingStatus(self.tracking_status).message if self.tracking_status else None
        return "" if message is None else str(message).format(gateway=gateway_display_name(self.shipment.gateway))
