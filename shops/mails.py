"""Mails about a shop's team."""

from django.conf import settings
from django.urls import reverse

from accounts.mails import send_mail_from_templates
from accounts.models import User
from shops.models import Invitation


def send_invitation(invitation: Invitation, token: str) -> bool:
    """The link to join a shop. False when the mail server did not take it; may be repeated with a new token."""
    known = User.objects.filter(email=invitation.email.lower()).first()
    language = (known or invitation.invited_by or User()).language
    link = settings.BASE_URL + reverse("shops:accept_invitation", args=[token])
    return send_mail_from_templates(
        invitation.email, language, "shops/mail/invitation", {"invitation": invitation, "link": link}
    )
