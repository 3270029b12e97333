"""Plain text mail."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

log = logging.getLogger(__name__)


def send_mail_from_templates(to: str, language: str, template: str, context: dict[str, object]) -> bool:
    """Send ``<template>_subject.txt`` and ``<template>.txt``. False when the mail server did not accept it."""
    with translation.override(language):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        body = render_to_string(f"{template}.txt", context)
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [to])
    except (SMTPException, OSError):
        log.warning("The mail server did not accept a mail.", exc_info=True)
        return False
    return True
