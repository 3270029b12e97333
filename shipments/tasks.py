"""Celery tasks. Each processes due rows and is safe to run any number of times."""

from celery import shared_task

from lib.leases import record_sweep
from shipments.services import (
    autoimport,
    deleting,
    erasing,
    exporting,
    following,
    following_orders,
    printing,
    running,
)


@shared_task(name="shipments.run_jobs")
def run_jobs() -> None:
    record_sweep()
    running.run_due()


@shared_task(name="shipments.auto_import")
def auto_import() -> None:
    record_sweep()
    autoimport.start_due()


@shared_task(name="shipments.erase")
def erase() -> None:
    while erasing.erase_due():
        pass


@shared_task(name="shipments.follow_due")
def follow_due() -> None:
    record_sweep()
    following.follow_due()


@shared_task(name="shipments.follow_orders")
def follow_orders() -> None:
    record_sweep()
    following_orders.follow_due()


@shared_task(name="shipments.clean_files")
def clean_files() -> None:
    printing.clean_files()
    exporting.clean_files()


@shared_task(name="shipments.purge_deleted")
def purge_deleted() -> None:
    deleting.purge_deleted()
