"""The outbox of mails: a request stores a row, and a worker hands it to the mail server.

No request waits for a mail server, and a mail server that is down loses no mail. A worker that dies between sending
and recording sends the mail again, under the same Message-ID.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from smtplib import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from accounts.models import OutgoingMail
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.leases import Done, GiveUpReason, HandlerResult, Retry, RetryPolicy, run_due, wake_worker

log = logging.getLogger(__name__)
SEND_TASK = "accounts.send_mails"
# 72 hours of tries, the last ones an hour apart.
POLICY = RetryPolicy(max_attempts=100, max_age=timedelta(days=3), base=30, cap=3600)
# Days for which a row stays after its end. A team page shows the failure of an invitation until then.
SENT_RETENTION, FAILED_RETENTION = timedelta(days=3), timedelta(days=30)
Values = Mapping[str, str | int | float | bool | None]
# Adds what only the worker may find out, such as a link for whoever has this address. None: there is nothing to send.
Prepare = Callable[[OutgoingMail], dict[str, Any] | None]
# Called with a mail that was given up, in the transaction that records it. May be called again.
OnFailure = Callable[[OutgoingMail], None]
# Dotted names by template, so that registering them imports nothing.
_PREPARE: dict[str, str] = {}
_ON_FAILURE: dict[str, str] = {}


def prepare_with(template: str, prepare: str) -> None:
    """The dotted name of a ``Prepare``, which runs in the worker just before a mail of this template is sent."""
    _PREPARE[template] = prepare


def on_failure(template: str, callback: str) -> None:
    """The dotted name of an ``OnFailure``. Register it when the app is ready."""
    _ON_FAILURE[template] = callback


def enqueue_mail(
    to: str,
    language: str,
    template: str,
    context: Values,
    *,
    secrets: Mapping[str, str] | None = None,
    reply_to: str = "",
    send_before: datetime | None = None,
) -> OutgoingMail:
    """Store a mail of ``<template>_subject.txt`` and ``<template>.txt``, and wake the worker after the commit.

    ``context`` are plain values in the reader's language. ``secrets`` are more of them, which are stored encrypted and
    wiped after sending.
    """
    mail = OutgoingMail(to=to, language=language, template=template, context=dict(context), reply_to=reply_to)
    mail.send_before = send_before
    if secrets:
        mail.secrets_encrypted = encrypt(json.dumps(dict(secrets)), _encryption_context(mail))
    mail.save(force_insert=True)
    wake_worker(SEND_TASK)
    return mail


def send_due(*, seconds: float = 30) -> int:
    """Send the mails that are due; returns how many were tried. Safe to run concurrently."""
    turn = _Turn(deadline=time.monotonic() + seconds)
    try:
        return run_due(
            OutgoingMail.objects.all(), turn.send, give_up=_give_up, policy=POLICY, seconds=seconds, wake=SEND_TASK
        )
    finally:
        turn.close()


class _Turn:
    """The mails of one call of ``send_due``: one connection, and after a failure of it nobody else waits for it."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.connection: BaseEmailBackend | None = None
        self.is_away = False

    def send(self, mail: OutgoingMail) -> HandlerResult:
        if mail.send_before and mail.send_before < timezone.now():
            return failed(mail, OutgoingMail.Failure.EXPIRED)
        if self.is_away:
            return _retry(mail, tries=mail.tries)
        try:
            message = build_message(mail)
        except DecryptionError:
            return failed(mail, OutgoingMail.Failure.UNREADABLE)
        if message is None:
            return Done(_wiped(mail, OutgoingMail.State.SENT) | {"to": ""})
        try:
            self._open().send_messages([message])
        except (SMTPException, OSError, ValueError) as error:
            return self._after(error, mail)
        return Done(_wiped(mail, OutgoingMail.State.SENT))

    def _open(self) -> BaseEmailBackend:
        if self.connection is None:
            self.connection = get_connection()
            self.connection.open()
        return self.connection

    def _after(self, error: Exception, mail: OutgoingMail) -> HandlerResult:
        if is_permanent(error):
            log.warning("Mail %s was refused: %s", mail.pk, type(error).__name__)
            return failed(mail, OutgoingMail.Failure.REFUSED)
        log.warning("The mail server did not accept mail %s: %s", mail.pk, type(error).__name__)
        self.is_away = not isinstance(error, SMTPRecipientsRefused)
        return _retry(mail, tries=mail.tries + 1)

    def close(self) -> None:
        if self.connection is not None:
            try:
                self.connection.close()
            except (SMTPException, OSError):
                log.warning("The connection to the mail server did not close cleanly.")


def build_message(mail: OutgoingMail) -> EmailMessage | None:
    """None when there is nothing to send after all. Raises DecryptionError."""
    context: dict[str, Any] = dict(mail.context)
    if mail.secrets_encrypted:
        context |= json.loads(decrypt(mail.secrets_encrypted, _encryption_context(mail)))
    if name := _PREPARE.get(mail.template):
        prepare: Prepare = import_string(name)
        more = prepare(mail)
        if more is None:
            return None
        context |= more
    with translation.override(mail.language):
        subject = " ".join(render_to_string(f"{mail.template}_subject.txt").split())
        body = render_to_string(f"{mail.template}.txt", context).strip() + "\n"
    headers = {"Message-ID": f"<{mail.key}@{urlsplit(settings.BASE_URL).hostname}>"}
    reply_to = [mail.reply_to] if mail.reply_to else None
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=headers, reply_to=reply_to)


def is_permanent(error: Exception) -> bool:
    """Whether no later try can succeed without a person: the address or what the mail says is refused.

    By RFC 5321, section 4.2.1, codes from 500 are permanent. Those about our own account or sender are not about the
    mail: they end when the configuration is repaired.
    """
    match error:
        case SMTPRecipientsRefused(recipients=recipients):
            return all(code >= 500 for code, _text in recipients.values())
        case SMTPSenderRefused() | SMTPAuthenticationError():
            return False
        case SMTPResponseException(smtp_code=code):
            return int(code) >= 500
        # ValueError: the address has a character that no header may have.
        case SMTPNotSupportedError() | ValueError():
            return True
    return False


def failed(mail: OutgoingMail, failure: OutgoingMail.Failure) -> Done:
    name, then = _ON_FAILURE.get(mail.template), None
    if name:
        callback: OnFailure = import_string(name)
        then = partial(callback, mail)
    return Done(_wiped(mail, OutgoingMail.State.FAILED) | {"failure": failure}, then)


def delete_old_mails() -> int:
    """Delete the rows whose time has passed. Returns how many. May be repeated."""
    now, deleted = timezone.now(), 0
    for state, kept in ((OutgoingMail.State.SENT, SENT_RETENTION), (OutgoingMail.State.FAILED, FAILED_RETENTION)):
        deleted += OutgoingMail.objects.filter(state=state, finished_at__lt=now - kept).delete()[0]
    return deleted


def _retry(mail: OutgoingMail, *, tries: int) -> Retry:
    return Retry(tries, since=mail.queued_at, changes={"tries": tries})


def _give_up(mail: OutgoingMail, reason: GiveUpReason) -> HandlerResult:
    log.error("Mail %s is given up: %s", mail.pk, reason)
    is_crash = reason == "crashed"
    return failed(mail, OutgoingMail.Failure.CRASHED if is_crash else OutgoingMail.Failure.UNDELIVERABLE)


def _wiped(mail: OutgoingMail, state: OutgoingMail.State) -> dict[str, Any]:
    return {"state": state, "finished_at": timezone.now(), "context": {}, "secrets_encrypted": "", "reply_to": ""}


def _encryption_context(mail: OutgoingMail) -> str:
    return f"mail:{mail.key}"
