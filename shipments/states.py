"""Shipment statuses, the moves between them, and the polling intervals."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from carriers.tracking_status import TrackingStatus as T


class ShipmentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REGISTERING = "registering", _("Creating label")
    # A label of the gateway for test labels: no carrier knows it, so nobody is told of it.
    TEST = "test", _("Test, not passed on")
    REGISTERED = "registered", _("To print")
    PRINTED = "printed", _("Printed")
    IN_TRANSIT = "in_transit", _("In transit")
    AT_CUSTOMS = "at_customs", _("At customs")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    AT_PICKUP_POINT = "at_pickup_point", _("At pick-up point")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned")
    CANCELED = "cancelled", _("Cancelled")


class Blocker(models.TextChoices):
    """What a draft needs before a label can be created."""

    NONE = "", _("Nothing")
    ADDRESS = "address", _("Address incomplete")
    CUSTOMS = "customs", _("Customs needed")
    PARCEL = "parcel", _("Parcel not possible")
    ORDER = "order", _("Order changed")


class OrderAlert(models.TextChoices):
    """A change of an order after its import that needs attention."""

    NONE = "", _("Nothing")
    CANCELED = "canceled", _("Cancelled in the webshop")
    EDITED = "edited", _("Changed in the webshop")
    REFUNDED = "refunded", _("Refunded in the webshop")
    FULFILLED = "fulfilled", _("Marked as sent in the webshop")


S = ShipmentStatus
TRANSITIONS: dict[ShipmentStatus, frozenset[ShipmentStatus]] = {
    S.DRAFT: frozenset({S.REGISTERING}),
    S.REGISTERING: frozenset({S.REGISTERED, S.TEST, S.DRAFT}),
    # A test label is thrown away: the draft is back, and may get a real label.
    S.TEST: frozenset({S.DRAFT}),
    S.REGISTERED: frozenset(
        {
            S.PRINTED,
            S.IN_TRANSIT,
            S.AT_CUSTOMS,
            S.OUT_FOR_DELIVERY,
            S.AT_PICKUP_POINT,
            S.DELIVERED,
            S.RETURNED,
            S.CANCELED,
        }
    ),
    S.PRINTED: frozenset(
        {
            S.IN_TRANSIT,
            S.AT_CUSTOMS,
            S.OUT_FOR_DELIVERY,
            S.AT_PICKUP_POINT,
            S.DELIVERED,
            S.RETURNED,
            S.CANCELED,
        }
    ),
    S.IN_TRANSIT: frozenset({S.AT_CUSTOMS, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT, S.DELIVERED, S.RETURNED}),
    S.AT_CUSTOMS: frozenset({S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT, S.DELIVERED, S.RETURNED}),
    S.OUT_FOR_DELIVERY: frozenset({S.IN_TRANSIT, S.AT_PICKUP_POINT, S.DELIVERED, S.RETURNED}),
    S.AT_PICKUP_POINT: frozenset({S.DELIVERED, S.RETURNED}),
    S.DELIVERED: frozenset(),
    S.RETURNED: frozenset(),
    # A canceled return that is requested again: the carrier keeps one label per parcel.
    S.CANCELED: frozenset({S.REGISTERED}),
}

UNLABELED = (S.DRAFT, S.REGISTERING)
WITH_LABEL = (S.REGISTERED, S.PRINTED)
# Scanned by the carrier at least once; a printed label is not.
UNDERWAY = (S.IN_TRANSIT, S.AT_CUSTOMS, S.OUT_FOR_DELIVERY, S.AT_PICKUP_POINT)

# Nothing leaves these, whatever a carrier sends afterwards.
TERMINAL = frozenset(state for state, targets in TRANSITIONS.items() if not targets)


class IllegalMove(Exception):
    """The state table does not contain this move."""


def sources_of(target: ShipmentStatus) -> list[ShipmentStatus]:
    """The statuses from which ``target`` can be reached, for the WHERE clause of a compare-and-swap."""
    return [state for state, targets in TRANSITIONS.items() if target in targets]


def check_move(source: str, target: str) -> None:
    """For rows written in bulk under a lock. Raises IllegalMove."""
    if target not in TRANSITIONS[ShipmentStatus(source)]:
        raise IllegalMove(f"{source} to {target}")


# The status of a shipment by tracking status; other tracking statuses do not change it.
STATUS_OF_TRACKING: dict[T, ShipmentStatus] = {
    T.HANDED_OVER: S.IN_TRANSIT,
    T.SORTED: S.IN_TRANSIT,
    T.OUT_FOR_DELIVERY: S.OUT_FOR_DELIVERY,
    T.AT_CUSTOMS: S.AT_CUSTOMS,
    T.DELIVERED: S.DELIVERED,
    T.READY_FOR_PICKUP: S.AT_PICKUP_POINT,
    T.PICKED_UP: S.DELIVERED,
    T.RETURNED: S.RETURNED,
    T.RETURN_READY_FOR_PICKUP: S.RETURNED,
    T.LABEL_EXPIRED: S.CANCELED,
    T.LABEL_CANCELED: S.CANCELED,
    T.DELIVERED_AS_AGREED: S.DELIVERED,
}

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Polling intervals by the time in the current status; no polling after the last one. A shipment that is REGISTERING
# and polled is one whose label may exist: the gateway is asked until it answers.
POLL_INTERVALS: dict[ShipmentStatus, tuple[tuple[timedelta, timedelta], ...]] = {
    S.REGISTERING: ((_HOUR, _MINUTE), (_DAY, 15 * _MINUTE), (60 * _DAY, 4 * _HOUR)),
    S.REGISTERED: ((_DAY, _HOUR), (14 * _DAY, 4 * _HOUR), (45 * _DAY, _DAY)),
    S.PRINTED: ((_DAY, _HOUR), (14 * _DAY, 4 * _HOUR), (45 * _DAY, _DAY)),
    S.IN_TRANSIT: ((2 * _DAY, _HOUR), (14 * _DAY, 4 * _HOUR), (60 * _DAY, _DAY)),
    S.AT_CUSTOMS: ((14 * _DAY, 4 * _HOUR), (60 * _DAY, _DAY)),
    S.OUT_FOR_DELIVERY: ((_HOUR * 12, _HOUR / 3), (14 * _DAY, 4 * _HOUR), (60 * _DAY, _DAY)),
    S.AT_PICKUP_POINT: ((14 * _DAY, 6 * _HOUR), (45 * _DAY, _DAY)),
}


def next_poll_time(status: str, since: datetime, now: datetime) -> datetime | None:
    """None when the shipment is no longer polled."""
    for age, pace in POLL_INTERVALS.get(ShipmentStatus(status), ()):
        if now - since < age:
            return now + pace
    return None
