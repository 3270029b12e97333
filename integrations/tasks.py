"""Bells: each looks for due rows and lets a service do them. Zero, one or five rings give the same end state."""

from celery import shared_task

from integrations.services import syncing, telling
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
