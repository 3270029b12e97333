"""Where and when a shipment is delivered besides its address: the pick-up point and the day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from carriers.parcels import PickupPoint
from shipments.content import POINT_COLUMNS


class DeliveryColumns(models.Model):
    # The pick-up point to which the parcel goes; all empty for a delivery to the door.
    pickup_carrier = models.CharField(_("carrier of the pick-up point"), max_length=20, blank=True, default="")
    pickup_code = models.CharField(_("code of the pick-up point"), max_length=40, blank=True, default="")
    pickup_name = models.CharField(_("pick-up point"), max_length=100, blank=True, default="")
    pickup_network = models.CharField(_("network of the pick-up point"), max_length=40, blank=True, default="")
    pickup_street = models.CharField(_("street of the pick-up point"), max_length=100, blank=True, default="")
    pickup_number = models.CharField(_("house number of the pick-up point"), max_length=10, blank=True, default="")
    pickup_suffix = models.CharField(_("suffix of the pick-up point"), max_length=10, blank=True, default="")
    pickup_postal_code = models.CharField(_("postcode of the pick-up point"), max_length=12, blank=True, default="")
    pickup_city = models.CharField(_("town of the pick-up point"), max_length=60, blank=True, default="")
    pickup_country = models.CharField(_("country of the pick-up point"), max_length=2, blank=True, default="")
    # The day for which the carrier offered the delivery type; None until it did.
    delivery_day = models.DateField(_("delivery day"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def pickup(self) -> PickupPoint | None:
        """The chosen pick-up point; None for a delivery to the door, and before one is chosen."""
        if not self.pickup_code:
            return None
        return PickupPoint(**{name: getattr(self, column) for name, column in POINT_COLUMNS.items()})
