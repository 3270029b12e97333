"""A new email address: it counts once the link that is mailed to it was opened, and the former one is told."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.services import ceilings
from accounts.services.notices import notify_change
from accounts.services.outbox import enqueue_mail

CONFIRM_TEMPLATE = "accounts/mail/confirm_email"
SALT = "accounts.email_change"
LINK_WORKS_FOR = timedelta(days=1)


def request_email_change(user: User, email: str) -> None:
    """Mail a link to the new address. Does the same when it belongs to another account, which gets no mail.

    Raises CeilingReached after too many requests.
    """
    ceilings.take(ceilings.for_email_change(user.pk, email))
    token = signing.dumps([user.pk, user.email, email], salt=SALT)
    link = settings.BASE_URL + reverse("accounts:confirm_email", args=[token])
    send_before = timezone.now() + LINK_WORKS_FOR
    enqueue_mail(email, user.language, CONFIRM_TEMPLATE, {}, secrets={"link": link}, send_before=send_before)


def prepare_confirmation(mail: OutgoingMail) -> dict[str, Any] | None:
    """None when the address belongs to an account: nobody is told, and whoever has it is left alone."""
    return None if User.objects.filter(email=mail.to).exists() else {}


def find_change(token: str) -> tuple[User, str] | None:
    """The account and its new address; None for a link that is wrong, too old, used, or of a disabled account."""
    try:
        pk, former, email = signing.loads(token, salt=SALT, max_age=LINK_WORKS_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, email=former, is_active=True).first()
    return None if user is None or User.objects.filter(email=email).exists() else (user, email)


@transaction.atomic
def confirm_email_change(token: str) -> bool:
    """False when the link no longer works. From then on the former address lets nobody in."""
    change = find_change(token)
    if change is None:
        return False
    user, email = change
    former = user.email
    if User.objects.filter(pk=user.pk, email=former).update(email=email) != 1:
        return False
    user.email = email
    EmailAddress.objects.filter(user=user.pk).delete()
    notify_change(user, "email_changed", to=former, by=user)
    return True
