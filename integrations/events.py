"""Webhook events as frozen values without Django."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from integrations.orders import OrderData


class EventKind(StrEnum):
    # An order or its fulfillments changed.
    ORDER = "order"
    INSTALLED = "installed"
    REMOVED = "removed"
    # Irrelevant or unknown.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PlatformEvent:
    """One signed event, without personal data but for ``order``.

    ``event_id`` is the same for every delivery. ``changed_at`` is the platform's own time of the change, if given.
    ``unreadable``: signed, but not understood. ``order`` is the order that the event carries, when it was signed just
    now and the order is as whole as one that was asked for; it is stored as an order or not at all.
    """

    event_id: str
    kind: EventKind
    type: str
    installation: str
    happened_at: datetime
    order_id: str = ""
    changed_at: datetime | None = None
    erases: bool = False
    by_us: bool = False
    origin_installation: str = ""
    unreadable: bool = False
    order: OrderData | None = field(default=None, repr=False)
