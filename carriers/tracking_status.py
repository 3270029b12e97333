"""Tracking statuses, into which each label gateway translates its own."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TrackingStatus(StrEnum):
    """The values are stored, so they must not change; the messages may."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    HANDED_OVER = "handed_over"
    SORTED = "sorted"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_CUSTOMS = "at_customs"
    DELIVERED = "delivered"
    READY_FOR_PICKUP = "ready_for_pickup"
    PICKED_UP = "picked_up"
    RETURNED = "returned"
    RETURN_READY_FOR_PICKUP = "return_ready_for_pickup"
    UNFRANKED_LABEL_PRINTED = "unfranked_label_printed"
    CREDITED = "credited"
    STAMP_PRINTED = "stamp_printed"
    EXTERNAL_LABEL_PRINTED = "external_label_printed"
    LABEL_EXPIRED = "label_expired"
    LABEL_CANCELED = "label_canceled"
    UNTRACKED_LABEL_PRINTED = "untracked_label_printed"
    DELIVERED_AS_AGREED = "delivered_as_agreed"
    CREDIT_REJECTED = "credit_rejected"
    CREDIT_APPROVED = "credit_approved"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "TrackingStatus":
        """For empty columns and values that a later version wrote."""
        return cls.UNKNOWN

    @property
    def message(self) -> Promise | None:
        """None when only the carrier's own description exists. The caller fills in ``{gateway}``."""
        return MESSAGES.get(self)

    @property
    def is_final(self) -> bool:
        return self in FINAL

    @property
    def was_scanned(self) -> bool:
        return self in SCANNED


T = TrackingStatus
MESSAGES: dict[TrackingStatus, Promise] = {
    T.DRAFT: _("Draft"),
    T.ANNOUNCED: _("Registered with the carrier"),
    T.HANDED_OVER: _("Handed over to the carrier"),
    T.SORTED: _("Sorted"),
    T.OUT_FOR_DELIVERY: _("With the courier"),
    T.AT_CUSTOMS: _("At customs"),
    T.DELIVERED: _("Delivered"),
    T.READY_FOR_PICKUP: _("Ready at the pick-up point"),
    T.PICKED_UP: _("Picked up by the recipient"),
    T.RETURNED: _("Returned to you"),
    T.RETURN_READY_FOR_PICKUP: _("Return waiting at a pick-up point"),
    T.UNFRANKED_LABEL_PRINTED: _("Unfranked label printed"),
    T.CREDITED: _("Credited"),
    T.STAMP_PRINTED: _("Digital stamp printed"),
    T.EXTERNAL_LABEL_PRINTED: _("Label printed for a shipment created elsewhere"),
    T.LABEL_EXPIRED: _("Label expired"),
    T.LABEL_CANCELED: _("Label cancelled at {gateway}"),
    T.UNTRACKED_LABEL_PRINTED: _("Label without Track & Trace printed"),
    T.DELIVERED_AS_AGREED: _("Delivered at the agreed place"),
    T.CREDIT_REJECTED: _("Request for a credit rejected"),
    T.CREDIT_APPROVED: _("Request for a credit approved"),
    T.INACTIVE: _("No longer active at {gateway}"),
}
SCANNED = frozenset(
    {
        T.HANDED_OVER,
        T.SORTED,
        T.OUT_FOR_DELIVERY,
        T.AT_CUSTOMS,
        T.DELIVERED,
        T.READY_FOR_PICKUP,
        T.PICKED_UP,
        T.RETURNED,
        T.RETURN_READY_FOR_PICKUP,
        T.DELIVERED_AS_AGREED,
    }
)
FINAL = frozenset(
    {
        T.DELIVERED,
        T.PICKED_UP,
        T.UNFRANKED_LABEL_PRINTED,
        T.CREDITED,
        T.STAMP_PRINTED,
        T.EXTERNAL_LABEL_PRINTED,
        T.LABEL_EXPIRED,
        T.LABEL_CANCELED,
        T.UNTRACKED_LABEL_PRINTED,
        T.DELIVERED_AS_AGREED,
        T.INACTIVE,
    }
)
