"""On which days a carrier delivers at an address, and at which times of the day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from carriers.delivery_days import HOME, is_delivery_day

# Delivery types that exist for certain addresses and days only.
DATED = frozenset({"morning", "evening"})
STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class DeliveryMoment:
    """``delivery_type`` is named as in the capability data."""

    delivery_type: str
    day: date


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """Everything that was offered, in the order of the days. Nothing at all is an answer too."""

    moments: tuple[DeliveryMoment, ...] = ()

    def first_day(self, delivery_type: str, *, since: date, country: str = HOME) -> date | None:
        """The first day offered from ``since`` on; None when the delivery type is not offered.

        A day on which nobody delivers in ``country`` is not believed, also when it was offered.
        """
        days = (one.day for one in self.moments if one.delivery_type == delivery_type and one.day >= since)
        return next((day for day in sorted(days) if is_delivery_day(day, country)), None)


class Offer(StrEnum):
    OFFERED = "offered"
    NOT_OFFERED = "not_offered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """``day`` is the first one offered. ``wait`` is in seconds: a limit of calls kept us from asking until then."""

    offer: Offer
    day: date | None = None
    wait: float = 0.0
