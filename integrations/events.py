"""What a shop system tells us by itself: frozen values without Django, and hints only, for the shop knows the truth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    ORDER = "order"
    """Something happened to an order, or to what was sent of it."""
    INSTALLED = "installed"
    REMOVED = "removed"
    OTHER = "other"
    """Known to be none of our business, or not known at all."""


@dataclass(frozen=True, slots=True)
class PlatformEvent:
    """One event of a shop system whose signature was right; nothing personal is in it.

    ``event_id`` is the same for every delivery of the event. ``changed_at`` is the shop's own moment of the change to
    the order, when the event tells it. ``unreadable`` says that the content was signed but not understood.
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
