"""Mail to the owner of an account about what somebody else should not have done."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import User
from accounts.services.outbox import enqueue_mail
from accounts.user_agents import device_name
from audit import trail
from audit.actions import AuditAction
from ui.templatetags.backoffice import day_month, time_of_day

CHANGED_TEMPLATE, NEW_DEVICE_TEMPLATE = "accounts/mail/account_changed", "accounts/mail/new_device"
DELETED_TEMPLATE = "accounts/mail/account_deleted"
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
# What the trail calls it; a recovery code that was used is a new device, or told by the session.
ACTIONS: dict[str, AuditAction] = {
    "account/email/password_changed": AuditAction.PASSWORD_CHANGED,
    "account/email/password_set": AuditAction.PASSWORD_CHANGED,
    "account/email/password_reset": AuditAction.PASSWORD_CHANGED,
    "mfa/email/totp_activated": AuditAction.FACTOR_ADDED,
    "mfa/email/totp_deactivated": AuditAction.FACTOR_REMOVED,
    "mfa/email/webauthn_added": AuditAction.FACTOR_ADDED,
    "mfa/email/webauthn_removed": AuditAction.FACTOR_REMOVED,
    "mfa/email/recovery_codes_generated": AuditAction.RECOVERY_CODES_MADE,
    "second_factor_removed": AuditAction.FACTOR_REMOVED,
    "password_by_admin": AuditAction.PASSWORD_CHANGED,
    "email_changed": AuditAction.EMAIL_CHANGED,
}
# What the owner of an account does not do.
BY_OTHERS = frozenset({"second_factor_removed", "password_by_admin", "email_changed"})


@transaction.atomic
def notify_change(
    user: User, happened: str, address: str = "", user_agent: str = "", *, to: str = "", by: User | None = None
) -> None:
    """Tell the owner by mail, and the trail of every shop of the account.

    ``happened`` is a key of HAPPENED. ``to`` is another address than the user's present one. ``by`` is who did it when
    that was not the user.
    """
    with override(user.language):
        context = _facts(address, user_agent) | {"happened": str(HAPPENED[happened])}
    enqueue_mail(to or user.email, user.language, CHANGED_TEMPLATE, context)
    if happened in ACTIONS:
        trail.record(ACTIONS[happened], by=by if happened in BY_OTHERS else user, target=user)


@transaction.atomic
def notify_new_device(user: User, address: str, user_agent: str) -> None:
    with override(user.language):
        context = _facts(address, user_agent)
    enqueue_mail(user.email, user.language, NEW_DEVICE_TEMPLATE, context)
    trail.record(AuditAction.SIGNED_IN, by=user, target=user)


def notify_deleted(user: User) -> None:
    """The last mail to an account: somebody else may have sat at its screen."""
    now = timezone.localtime()
    with override(user.language):
        context = {"day": day_month(now.date()), "time": time_of_day(now)}
    enqueue_mail(user.email, user.language, DELETED_TEMPLATE, context)


def _facts(address: str, user_agent: str) -> dict[str, str | int | float | bool | None]:
    now = timezone.localtime()
    return {
        "day": day_month(now.date()),
        "time": time_of_day(now),
        "device": device_name(user_agent) if address else "",
        "address": address,
        "link": settings.BASE_URL + reverse("mfa_index"),
    }
