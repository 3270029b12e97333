"""What the outbox sends, for tests."""

from django.core import mail
from django.core.mail import EmailMessage

from accounts.services import outbox


def sent_mails() -> list[EmailMessage]:
    """Run the worker, and return every mail that was sent in this test."""
    outbox.send_due()
    return mail.outbox
