"""The life of a shipment: its states, and which move is legal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShipmentStatus(models.TextChoices):
    CONCEPT = "concept", _("Draft")
    REGISTERING = "registering", _("Creating label")
    REGISTERED = "registered", _("To print")
    PRINTED = "printed", _("Sent")
    IN_TRANSIT = "in_transit", _("In transit")
    AT_CUSTOMS = "at_customs", _("At customs")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    AT_PICKUP_POINT = "at_pickup_point", _("At pick-up point")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


class Blocker(models.TextChoices):
    """What a concept still misses before a label can be made."""

    NONE = "", _("Nothing")
    ADDRESS = "address", _("Address incomplete")
    CUSTOMS = "customs", _("Customs needed")
    PARCEL = "parcel", _("Parcel not possible")
    ORDER = "order", _("Order changed")


class OrderAlert(models.TextChoices):
    """What happened to an order after its import that a person must look at."""

    NONE = "", _("Nothing")
    CANCELED = "canceled", _("Cancelled in the shop")
    EDITED = "edited", _("Changed in the shop")
    REFUNDED = "refunded", _("Refunded in the shop")
    FULFILLED = "fulfilled", _("Marked as sent in the shop")


S = ShipmentStatus
TRANSITIONS: dict[ShipmentStatus, frozenset[ShipmentStatus]] = {
    S.CONCEPT: frozenset({S.REGISTERING, S.CANCELLED}),
    S.REGISTERING: frozenset({S.REGISTERED, S.CONCEPT}),
    S.REGISTERED: frozenset({S.PRINTED, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED, S.CANCELLED}),
    S.PRINTED: frozenset(
        {
            S.IN_TRANSIT,
            S.AT_CUSTOMS,
            S.OUT_FOR_DELIVERY,
            S.AT_PICKUP_POINT,
            S.DELIVERED,
            S.RETURNED,
            S.CANCELLED,
        }
    ),
    S.IN_TRANSIT: frozenset({S.AT_CUSTOMS, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT, S.DELIVERED, S.RETURNED}),
    S.AT_CUSTOMS: frozenset({S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT, S.DELIVERED, S.RETURNED}),
    S.OUT_FOR_DELIVERY: frozenset({S.IN_TRANSIT, S.AT_PICKUP_POINT, S.DELIVERED, S.RETURNED}),
    S.AT_PICKUP_POINT: frozenset({S.DELIVERED, S.RETURNED}),
    S.DELIVERED: frozenset(),
    S.RETURNED: frozenset(),
    S.CANCELLED: frozenset(),
}

WITH_LABEL = (S.REGISTERED, S.PRINTED)
UNDERWAY = (S.PRINTED, S.IN_TRANSIT, S.AT_CUSTOMS, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT)


def sources_of(target: ShipmentStatus) -> list[ShipmentStatus]:
    """The states from which ``target`` may be reached: the WHERE of a compare-and-swap."""
    return [state for state, targets in TRANSITIONS.items() if target in targets]
