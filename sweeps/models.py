"""When each queue of background work was looked through last: one row a queue."""

from django.db import models


class QueueSweep(models.Model):
    """``queue`` is one of ``lib.queues.QUEUES``. A queue without a row was never looked through."""

    queue = models.CharField(max_length=10, primary_key=True)
    swept_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} {self.swept_at:%Y-%m-%d %H:%M:%S}"
