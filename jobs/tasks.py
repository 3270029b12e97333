"""Celery tasks. Each does a turn of the work that is due and rings for the next; safe to run any number of times."""

from celery import shared_task

from jobs import runner
from lib.leases import record_sweep
from lib.turns import TURN_SECONDS


@shared_task(name="jobs.run_due")
def run_due() -> None:
    record_sweep()
    runner.run_due(seconds=TURN_SECONDS)
