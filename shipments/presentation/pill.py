"""The colored status mark of a shipment in lists and on its page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shipments.models import Shipment
from shipments.states import Blocker, ShipmentStatus

UNANSWERED = _("Label unknown")
# The CSS class behind ``pill--`` and the icon. Statuses that are missing here are on their way.
LOOKS = {
    ShipmentStatus.DRAFT: ("concept", "concept"),
    ShipmentStatus.REGISTERING: ("concept", "concept"),
    ShipmentStatus.TEST: ("test", "alert"),
    ShipmentStatus.REGISTERED: ("print", "printer"),
    ShipmentStatus.PRINTED: ("print", "check"),
    ShipmentStatus.AT_PICKUP_POINT: ("pickup", "store"),
    ShipmentStatus.DELIVERED: ("done", "check"),
    ShipmentStatus.RETURNED: ("bad", "return"),
    ShipmentStatus.CANCELED: ("plain", "x"),
}
ON_ITS_WAY = ("transit", "truck")


@dataclass(frozen=True, slots=True)
class Pill:
    """``look`` is the CSS class behind ``pill--``."""

    look: str
    icon: str
    text: Promise | str


def pill_for(shipment: Shipment) -> Pill:
    """For a blocked draft what blocks it, else the status."""
    if shipment.is_draft and shipment.blocked_by:
        icon = "customs" if shipment.blocked_by == Blocker.CUSTOMS else "alert"
        return Pill("warn", icon, Blocker(shipment.blocked_by).label)
    if shipment.may_have_label:
        return Pill("warn", "clock", UNANSWERED)
    status = ShipmentStatus(shipment.status)
    look, icon = LOOKS.get(status, ON_ITS_WAY)
    return Pill(look, icon, status.label)
