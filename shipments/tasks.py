"""Bells: each looks for due jobs and lets a service do them. Zero, one or five rings give the same end state."""

from celery import shared_task

from lib.work import sweeping
from shipments.services import labelling, running


@shared_task(name="shipments.run_jobs")
def run_jobs() -> None:
    with sweeping():
        running.run_due()


@shared_task(name="shipments.clean_files")
def clean_files() -> None:
    labelling.clean_files()
