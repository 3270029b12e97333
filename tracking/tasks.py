"""Celery tasks. Each processes all due rows; safe to run any number of times."""

from celery import shared_task

from sweeps.marks import record_sweep
from tracking import poll


@shared_task(name="tracking.poll_due")
def poll_due() -> None:
    record_sweep()
    poll.poll_due()
