"""MyParcel's status codes as tracking statuses. Source: developer.myparcel.nl, "Shipment statuses"."""

from carriers.tracking_status import TrackingStatus as T

STATUS_OF_CODE = {
    1: T.DRAFT,
    2: T.ANNOUNCED,
    3: T.HANDED_OVER,
    4: T.SORTED,
    5: T.OUT_FOR_DELIVERY,
    6: T.AT_CUSTOMS,
    7: T.DELIVERED,
    8: T.READY_FOR_PICKUP,
    9: T.PICKED_UP,
    10: T.RETURNED,
    11: T.RETURN_READY_FOR_PICKUP,
    12: T.UNFRANKED_LABEL_PRINTED,
    13: T.CREDITED,
    14: T.STAMP_PRINTED,
    15: T.EXTERNAL_LABEL_PRINTED,
    16: T.LABEL_EXPIRED,
    17: T.LABEL_CANCELED,
    18: T.UNTRACKED_LABEL_PRINTED,
    19: T.DELIVERED_AS_AGREED,
}
FIRST_INACTIVE = 30


def tracking_status(code: int | None) -> T:
    """UNKNOWN for an undocumented code; raises nothing."""
    if code is not None and code >= FIRST_INACTIVE:
        return T.INACTIVE
    return STATUS_OF_CODE.get(code or 0, T.UNKNOWN)
