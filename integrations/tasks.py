"""Celery tasks. Each processes due rows and is safe to run any number of times."""

from celery import shared_task

from integrations.services import auditing, checking, erasing, inbox, syncing, telling
from lib.leases import record_sweep


@shared_task(name="integrations.sync_due")
def sync_due() -> None:
    record_sweep()
    syncing.schedule()
    syncing.sync_due()


@shared_task(name="integrations.push_due")
def push_due() -> None:
    record_sweep()
    telling.push_due()


@shared_task(name="integrations.apply_events")
def apply_events() -> None:
    record_sweep()
    inbox.apply_due()


@shared_task(name="integrations.check_due")
def check_due() -> None:
    checking.check_due()


@shared_task(name="integrations.clean_up")
def clean_up() -> None:
    inbox.forget_old()
    erasing.forget_links()


@shared_task(name="integrations.audit_due")
def audit_due() -> None:
    record_sweep()
    auditing.audit_due()
