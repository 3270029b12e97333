"""Mail about a shop's team."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from accounts.models import OutgoingMail, User
from accounts.services.outbox import enqueue_mail
from shops.models import Invitation
from ui.templatetags.backoffice import day_month

INVITATION_TEMPLATE = "shops/mail/invitation"


def queue_invitation(invitation: Invitation, token: str) -> OutgoingMail:
    """In the language of whoever receives it, else in that of the inviter."""
    recipient = User.objects.filter(email=invitation.email.lower()).first()
    language = (recipient or invitation.invited_by or User()).language
    with override(language):
        context = {
            "inviter": str(invitation.invited_by or ""),
            "shop": invitation.shop.name,
            "role": str(invitation.get_role_display()),
            "until": day_month(invitation.expires_at),
        }
    return enqueue_mail(
        invitation.email,
        language,
        INVITATION_TEMPLATE,
        context,
        secrets={"link": settings.BASE_URL + reverse("shops:accept_invitation", args=[token])},
        send_before=invitation.expires_at,
    )
