"""Celery tasks. Each processes due rows and is safe to run any number of times."""

from celery import shared_task

from integrations.services import connection_check, erasure, fulfillment_audit, fulfillments, sync, webhook_inbox
from lib.turns import TURN_SECONDS
from sweeps.marks import record_sweep


@shared_task(name="integrations.sync_due")
def sync_due() -> None:
    record_sweep()
    sync.sync_due(seconds=TURN_SECONDS)


@shared_task(name="integrations.sync_asked")
def sync_asked() -> None:
    record_sweep()
    sync.sync_due(seconds=TURN_SECONDS, only_asked=True)


@shared_task(name="integrations.schedule_syncs")
def schedule_syncs() -> None:
    record_sweep()
    sync.schedule_syncs()


@shared_task(name="integrations.push_due")
def push_due() -> None:
    record_sweep()
    fulfillments.push_due(seconds=TURN_SECONDS)


@shared_task(name="integrations.apply_events")
def apply_events() -> None:
    record_sweep()
    webhook_inbox.apply_due(seconds=TURN_SECONDS)


@shared_task(name="integrations.check_due")
def check_due() -> None:
    connection_check.check_due(seconds=TURN_SECONDS)


@shared_task(name="integrations.clean_up")
def clean_up() -> None:
    webhook_inbox.delete_old_events()
    erasure.delete_tracking_links()


@shared_task(name="integrations.audit_due")
def audit_due() -> None:
    record_sweep()
    fulfillment_audit.audit_due(seconds=TURN_SECONDS)
