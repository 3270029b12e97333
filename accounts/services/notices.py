"""Mail to the owner of an account about what somebody else should not have done."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from accounts.services.outbox import enqueue_mail
from accounts.user_agents import device_name
from ui.templatetags.backoffice import day_month, time_of_day

CHANGED_TEMPLATE, NEW_DEVICE_TEMPLATE = "accounts/mail/account_changed", "accounts/mail/new_device"
# What happened, by the names of allauth's mails and by ours.
HAPPENED: dict[str, Promise] = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_set": _("Your password was changed."),
    "account/email/password_reset": _("A new password was chosen with a link from an email."),
    "mfa/email/totp_activated": _("An authenticator app was added to your account."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed from your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made; the old ones no longer work."),
    "recovery_code_used": _("Somebody signed in with a recovery code."),
    "second_factor_removed": _("The administrator removed the second step from your account."),
    "password_by_admin": _("The administrator changed your password."),
    "email_changed": _("The email address of your account was changed. You sign in with the new one from now on."),
}


def notify_change(user: User, happened: str, address: str = "", user_agent: str = "", *, to: str = "") -> None:
    """``happened`` is a key of HAPPENED. ``to`` is another address than the user's present one."""
    with override(user.language):
        context = _facts(address, user_agent) | {"happened": str(HAPPENED[happened])}
    enqueue_mail(to or user.email, user.language, CHANGED_TEMPLATE, context)


def notify_new_device(user: User, address: str, user_agent: str) -> None:
    with override(user.language):
        context = _facts(address, user_agent)
    enqueue_mail(user.email, user.language, NEW_DEVICE_TEMPLATE, context)


def _facts(address: str, user_agent: str) -> dict[str, str | int | float | bool | None]:
    now = timezone.localtime()
    return {
        "day": day_month(now.date()),
        "time": time_of_day(now),
        "device": device_name(user_agent) if address else "",
        "address": address,
        "link": settings.BASE_URL + reverse("mfa_index"),
    }
