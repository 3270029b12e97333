"""Bells: each looks for due rows and lets a service do them. Zero, one or five rings give the same end state."""

from celery import shared_task

from integrations.services import auditing, checking, erasing, inbox, syncing, telling
from lib.work import sweeping


@shared_task(name="integrations.sync_due")
def sync_due() -> None:
    with sweeping():
        syncing.schedule()
        while syncing.sync_due():
            pass


@shared_task(name="integrations.push_due")
def push_due() -> None:
    with sweeping():
        telling.push_due()


@shared_task(name="integrations.apply_events")
def apply_events() -> None:
    with sweeping():
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
    with sweeping():
        auditing.audit_due()
