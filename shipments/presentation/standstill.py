"""What a merchant reads while nobody works on a queue: what waits, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.queues import FOLLOW, NOW, READ, TELL

# By queue; of tidying up nobody notices anything.
WAITING = {
    NOW: _("labels, imports and files"),
    TELL: _("updates to your webshop and emails"),
    READ: _("new orders"),
    FOLLOW: _("the tracking of parcels"),
}


@dataclass(frozen=True, slots=True)
class Standstill:
    """``since`` is the last sign of life, None when there never was one."""

    queues: tuple[str, ...]
    since: datetime | None

    @property
    def is_total(self) -> bool:
        return len(self.queues) == len(WAITING)

    @property
    def waiting(self) -> list[Promise]:
        return [words for queue, words in WAITING.items() if queue in self.queues]

    @property
    def code(self) -> str:
        """What to tell an administrator."""
        return "-".join(["work", *self.queues])


def standstill(silent: Mapping[str, datetime | None]) -> Standstill | None:
    """``silent`` are queues of WAITING by their last sign of life; None without any."""
    if not silent:
        return None
    return Standstill(tuple(silent), max((moment for moment in silent.values() if moment), default=None))
