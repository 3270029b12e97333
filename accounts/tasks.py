"""Celery tasks of accounts. Each processes all due rows; safe to run any number of times."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from accounts.services import ceilings, outbox, user_sessions
from lib.turns import TURN_SECONDS


@shared_task(name="accounts.send_mails")
def send_mails() -> None:
    outbox.send_due(seconds=TURN_SECONDS)


@shared_task(name="accounts.clean_up")
def clean_up() -> None:
    SessionStore.clear_expired()
    user_sessions.delete_ended()
    outbox.delete_old_mails()
    ceilings.delete_ended_counts()
