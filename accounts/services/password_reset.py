"""A new password by mail. Nothing here tells whether an address has an account."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.services.outbox import enqueue_mail

RESET_TEMPLATE = "accounts/mail/password_reset"


def request_password_reset(email: str, language: str) -> None:
    """Store one row, whoever has this address. The worker sends a link when that is an active account."""
    send_before = timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    enqueue_mail(email, language, RESET_TEMPLATE, {}, send_before=send_before)


def prepare_reset(mail: OutgoingMail) -> dict[str, Any] | None:
    """The link, which works for PASSWORD_RESET_TIMEOUT from now on and once; None without an active account."""
    user = User.objects.filter(email=mail.to.lower(), is_active=True).first()
    if user is None:
        return None
    mail.language = user.language
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return {"link": settings.BASE_URL + path.replace("UID-KEY", quote(f"{user_pk_to_url_str(user)}-{key}"))}
