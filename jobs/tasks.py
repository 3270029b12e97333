"""Celery tasks. Each does a turn of the work that is due and rings for the next; safe to run any number of times."""

from celery import shared_task

from jobs import runner
from lib.turns import TURN_SECONDS
from sweeps.marks import record_sweep


@shared_task(name="jobs.run_due")
def run_due() -> None:
    record_sweep()
    runner.run_due(seconds=TURN_SECONDS)
