"""Celery tasks. Each processes what is due; safe to run any number of times."""

from celery import shared_task

from lib.turns import TURN_SECONDS
from privacy.services import close_shop, erase_person, export_shop, tidy, tidy_installation
from sweeps.marks import record_sweep


@shared_task(name="privacy.erase")
def erase_persons() -> None:
    record_sweep()
    erase_person.erase_due(seconds=TURN_SECONDS)


@shared_task(name="privacy.tidy")
def tidy_shops() -> None:
    record_sweep()
    tidy.tidy_due()


@shared_task(name="privacy.tidy_installation")
def tidy_the_installation() -> None:
    tidy.add_missing_rows()
    tidy_installation.tidy_installation()


@shared_task(name="privacy.export_shops")
def export_shops() -> None:
    record_sweep()
    export_shop.export_due(seconds=TURN_SECONDS)


@shared_task(name="privacy.erase_shops")
def erase_shops() -> None:
    close_shop.erase_due()
