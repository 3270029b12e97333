"""Moments that everything can be done with: convert to any time zone, store in any database, add to, print."""

from datetime import UTC, datetime

# No parcel is older and none is for later.
MIN_MOMENT, MAX_MOMENT = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def is_moment(value: datetime) -> bool:
    """Whether an aware moment is one. Comparing never overflows; converting can."""
    return MIN_MOMENT <= value < MAX_MOMENT
