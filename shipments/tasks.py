"""Celery tasks. Each processes due rows and is safe to run any number of times."""

from celery import shared_task

from lib.leases import record_sweep
from shipments.services import erasure, job_handlers
from shipments.services.csv_files import file_export
from shipments.services.drafts import trash
from shipments.services.imports import auto_import, order_changes
from shipments.services.labels import files
from tracking import poll


@shared_task(name="shipments.run_jobs")
def run_jobs() -> None:
    record_sweep()
    job_handlers.run_due()


@shared_task(name="shipments.auto_import")
def auto_import() -> None:
    record_sweep()
    auto_import.start_due()


@shared_task(name="shipments.erase")
def erase() -> None:
    while erasure.erase_due():
        pass


@shared_task(name="shipments.follow_due")
def follow_due() -> None:
    record_sweep()
    poll.follow_due()


@shared_task(name="shipments.follow_orders")
def follow_orders() -> None:
    record_sweep()
    order_changes.follow_due()


@shared_task(name="shipments.clean_files")
def clean_files() -> None:
    files.clean_files()
    file_export.clean_files()


@shared_task(name="shipments.purge_deleted")
def purge_deleted() -> None:
    trash.purge_deleted()
