"""Which service does which kind of job."""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Shop, User
from integrations.models import ExternalOrder
from jobs import runner
from lib import leases
from lib.leases import GiveUpReason, Outcome, RetryPolicy, claim
from shipments.models import Job
from shipments.services.csv_files.file_export import finish_export, write_batch
from shipments.services.csv_files.file_import import create_batch
from shipments.services.drafts.bulk_edit import edit_batch
from shipments.services.imports.order_import import import_batch, start_import
from shipments.services.labels.register import finish_labels, make_labels

RETRIES = RetryPolicy()
"""A job that waits goes on waiting: its own kind decides when its items are refused instead."""


def run_due(*, seconds: float = 60) -> int:
    """Do the jobs that are due, one after another; returns how many. Safe to run concurrently."""
    return leases.run_due(
        Job.objects.unfinished().order_by("pk"),
        _run,
        give_up=_give_up,
        policy=RETRIES,
        seconds=seconds,
        wake=runner.TASK,
    )


def run(job: Job) -> None:
    """Do one claimed job."""
    leases.run_claimed(job, _run, give_up=_give_up, policy=RETRIES)


def _run(job: Job) -> Outcome:
    step, finish = _how(job.kind)
    return runner.run(job, step, finish)


def _give_up(job: Job, _reason: GiveUpReason) -> Outcome:
    _step, finish = _how(job.kind)
    return runner.give_up(job, finish)


def _how(kind: str) -> tuple[runner.Step, runner.Finish]:
    match kind:
        case Job.Kind.IMPORT:
            return import_batch, _nothing
        case Job.Kind.LABELS:
            return make_labels, finish_labels
        case Job.Kind.EDIT:
            return edit_batch, _nothing
        case Job.Kind.EXPORT:
            return write_batch, finish_export
        case _:
            return create_batch, _nothing


def _nothing(_job: Job) -> dict[str, object]:
    return {}


def import_now(shop: Shop, user: User, *, orders: QuerySet[ExternalOrder], key: str) -> Job:
    """Import orders while the caller waits: no network is needed. The same key gives the same job, which may then still
    be running."""
    with transaction.atomic():
        job = start_import(shop, user, orders=orders, key=key)
        mine = claim(Job.objects.due().filter(pk=job.pk, state=Job.State.QUEUED), limit=1)
    for claimed in mine:
        run(claimed)
    job.refresh_from_db()
    return job
