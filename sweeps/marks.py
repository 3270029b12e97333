"""The mark that background work leaves in the database, for each queue, and when a queue counts as silent.

The database is asked because it is the only thing without which nothing works anyway: a cache that was emptied, or that
does not answer, neither hides that a queue stands still nor says so of one that runs.
"""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from celery import current_task
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lib.queues import QUEUE_OF_TASK, QUEUES
from sweeps.models import QueueSweep

# A mark is written this often at most: a queue is looked through every few seconds, by several processes.
WRITE_EVERY_SECONDS = 5.0
_written: dict[str, float] = {}
_queue: ContextVar[str] = ContextVar("queue", default="")


def record_sweep(queue: str = "") -> None:
    """Mark that this queue is being looked through: that of the task that runs here, unless it is named."""
    queue = queue or QUEUE_OF_TASK.get(getattr(current_task, "name", ""), "")
    _queue.set(queue)
    if queue and time.monotonic() - _written.get(queue, -WRITE_EVERY_SECONDS) >= WRITE_EVERY_SECONDS:
        _written[queue] = time.monotonic()
        _write(queue)


def record_progress(**_: Any) -> None:
    """A long task that gets on with its rows is a sign of life of its queue, once its rows are committed."""
    if _queue.get():
        transaction.on_commit(lambda: record_sweep(_queue.get()), robust=True)


def last_sweeps() -> dict[str, datetime]:
    """By queue, without those that were never looked through."""
    return dict(QueueSweep.objects.filter(queue__in=QUEUES).values_list("queue", "swept_at"))


def silent_queues(marks: Mapping[str, datetime | None]) -> dict[str, datetime | None]:
    """The queues nobody looks through, and since when. ``marks`` names the queues; None says that nobody ever did."""
    return {queue: swept_at for queue, swept_at in marks.items() if is_silent(swept_at)}


def is_silent(swept_at: datetime | None) -> bool:
    """No mark is no sign of life, and neither is one of the future: then a clock was put back."""
    return swept_at is None or abs(timezone.now() - swept_at) > timedelta(seconds=settings.QUEUE_SILENT_SECONDS)


def _write(queue: str) -> None:
    """Changes nothing while the mark of another process is fresh."""
    now = timezone.now()
    is_old = Q(swept_at__lte=now - timedelta(seconds=WRITE_EVERY_SECONDS)) | Q(swept_at__gt=now)
    if not QueueSweep.objects.filter(is_old, queue=queue).update(swept_at=now):
        QueueSweep.objects.get_or_create(queue=queue, defaults={"swept_at": now})
