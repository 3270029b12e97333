"""Celery tasks. Each processes all due rows; safe to run any number of times."""

from celery import shared_task

from jobs import runner
from sweeps.marks import record_sweep


@shared_task(name="jobs.run_due")
def run_due() -> None:
    record_sweep()
    runner.run_due()
