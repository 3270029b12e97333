"""Celery tasks. Each does a turn of the work that is due and rings for the next; safe to run any number of times."""

from celery import shared_task

from lib.turns import TURN_SECONDS
from sweeps.marks import record_sweep
from tracking import poll


@shared_task(name="tracking.poll_due")
def poll_due() -> None:
    record_sweep()
    poll.poll_due(seconds=TURN_SECONDS)
