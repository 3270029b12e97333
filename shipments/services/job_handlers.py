"""Registers the handlers of this app's jobs."""

from jobs.models import Job
from jobs.registry import JobHandler, register
from shipments.job_kinds import JobKind
from shipments.models import JobItem
from shipments.services.csv_files.file_export import finish_export, write_batch
from shipments.services.csv_files.file_import import create_batch
from shipments.services.drafts.bulk_edit import edit_batch
from shipments.services.import_offers import ask_for_orders
from shipments.services.imports.order_import import import_batch
from shipments.services.labels.register import finish_labels, make_labels


def _import_asking(job: Job, items: list[JobItem]) -> None:
    import_batch(job, items, ask=ask_for_orders)


def register_handlers() -> None:
    register(JobKind.IMPORT, JobHandler(JobKind.IMPORT.label, _import_asking, counts_missing=True))
    register(JobKind.LABELS, JobHandler(JobKind.LABELS.label, make_labels, finish_labels))
    register(JobKind.EDIT, JobHandler(JobKind.EDIT.label, edit_batch))
    register(JobKind.EXPORT, JobHandler(JobKind.EXPORT.label, write_batch, finish_export))
    register(JobKind.UPLOAD, JobHandler(JobKind.UPLOAD.label, create_batch, counts_missing=True))
