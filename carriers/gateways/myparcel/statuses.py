"""MyParcel's status codes as tracking statuses. Source: developer.myparcel.nl, "Shipment statuses"."""

from collections.abc import Iterable

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
    # Older codes whose meaning MyParcel does not give, then "inactive" and "deleted".
    41: T.INACTIVE,
    42: T.INACTIVE,
    98: T.INACTIVE,
    99: T.INACTIVE,
    100: T.CREDIT_REJECTED,
    101: T.CREDIT_APPROVED,
}
# The same statuses of a shipment that MyParcel no longer keeps active: 30 is 1 and so on, up to 40.
INACTIVE_OFFSET = 29
ACTIVE_OF_INACTIVE = {code + INACTIVE_OFFSET: code for code in range(1, 12)}
# The codes with a documented meaning of their own, which MyParcel's flag "final" may end.
ACTIVE = frozenset(range(1, 20))
# What fits the column that keeps the code for support.
MAX_CODE = 32767


def tracking_status(code: int | None) -> T:
    """An inactive code means what its active one does. UNKNOWN for an undocumented code; raises nothing."""
    return STATUS_OF_CODE.get(ACTIVE_OF_INACTIVE.get(code or 0, code or 0), T.UNKNOWN)


def reached_status(current: int | None, history: Iterable[int]) -> T:
    """The status of a parcel with these codes in its history, the oldest first.

    The first final scan counts, whatever was sent after it: carriers send scans late and twice.
    """
    scans = (tracking_status(code) for code in history)
    return next((scan for scan in scans if scan.is_final and scan.was_scanned), tracking_status(current))


def is_ended(current: int | None) -> bool:
    """Whether "nothing more is expected" may be believed with this code.

    Not with an inactive code, which others may follow, and not with one we do not know.
    """
    return current in ACTIVE


def kept_code(code: int) -> int | None:
    """The code to keep for support; None for a number that cannot be one."""
    return code if 0 <= code <= MAX_CODE else None
