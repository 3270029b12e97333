"""Celery tasks. Each processes what is due; safe to run any number of times."""

from celery import shared_task

from lib.leases import record_sweep
from privacy.services import erase_person, tidy, tidy_installation


@shared_task(name="privacy.erase")
def erase_persons() -> None:
    record_sweep()
    erase_person.erase_due()


@shared_task(name="privacy.tidy")
def tidy_shops() -> None:
    record_sweep()
    tidy.tidy_due()


@shared_task(name="privacy.tidy_installation")
def tidy_the_installation() -> None:
    tidy.add_missing_rows()
    tidy_installation.tidy_installation()
