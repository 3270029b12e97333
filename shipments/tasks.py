"""Celery tasks. Each does a turn of the work that is due and rings for the next; safe to run any number of times."""

from celery import shared_task

from lib.turns import TURN_SECONDS
from shipments.services import figures
from shipments.services.counters import comparison, upkeep
from shipments.services.drafts import trash
from shipments.services.erasure import erase_due
from shipments.services.imports import order_changes
from shipments.services.imports.auto_import import start_due
from shipments.services.labels import extra_labels, unanswered
from sweeps.marks import record_sweep


@shared_task(name="shipments.auto_import")
def auto_import() -> None:
    record_sweep()
    start_due()


@shared_task(name="shipments.erase")
def erase() -> None:
    erase_due()


@shared_task(name="shipments.apply_order_changes")
def apply_order_changes() -> None:
    record_sweep()
    order_changes.apply_due()


@shared_task(name="shipments.look_up_unanswered")
def look_up_unanswered() -> None:
    record_sweep()
    unanswered.look_up_due(seconds=TURN_SECONDS)


@shared_task(name="shipments.find_extra_labels")
def find_extra_labels() -> None:
    extra_labels.look_due()


@shared_task(name="shipments.keep_counters")
def keep_counters() -> None:
    record_sweep()
    upkeep.keep_counters()


@shared_task(name="shipments.compare_counters")
def compare_counters() -> None:
    comparison.compare_all()


@shared_task(name="shipments.purge_deleted")
def purge_deleted() -> None:
    trash.purge_deleted()


@shared_task(name="shipments.fold_figures")
def fold_figures() -> None:
    figures.fold_due()


@shared_task(name="shipments.compare_figures")
def compare_figures() -> None:
    figures.compare_figures()
