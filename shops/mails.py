"""Mail about a shop's team."""

from django.conf import settings
from django.urls import reverse

from accounts.mails import send_mail_from_templates
from accounts.models import User
from shops.models import Invitation


def send_invitation(invitation: Invitation, token: str) -> bool:
    """False when the mail server did not accept it."""
    recipient = User.objects.filter(email=invitation.email.lower()).first()
    language = (recipient or invitation.invited_by or User()).language
    link = settings.BASE_URL + reverse("shops:accept_invitation", args=[token])
    return send_mail_from_templates(
        invitation.email, language, "shops/mail/invitation", {"invitation": invitation, "link": link}
    )
