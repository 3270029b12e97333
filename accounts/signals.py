"""What follows when somebody signs out, or changes the password or the second step."""

from typing import Any

from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.account.signals import password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_used
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import address_block, client_address
from accounts.services import ceilings, user_sessions
from accounts.services.notices import notify_change
from accounts.services.profile import forget_devices
from accounts.services.second_factor import has_second_factor


@receiver(user_logged_out)
def forget_session(request: HttpRequest, **_: Any) -> None:
    if request.session.session_key:
        user_sessions.forget(request.session.session_key)


@receiver(password_reset)
def end_everything_after_reset(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever had the old password has nothing any more, and the owner's own wrong guesses are forgotten."""
    if request.user == user:
        logout(request)
    user_sessions.end_others(user, None)
    forget_devices(user)
    ceilings.clear(ceilings.at_sign_in(user.email, address_block(request), "")[1:])


@receiver(authenticator_added)
def count_as_second_step(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting one up proves that one has it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


@receiver(authenticator_removed)
def forget_second_step(request: HttpRequest, user: User, **_: Any) -> None:
    """Without a second step this session has proven none."""
    if not has_second_factor(user):
        clear_authentication_records(request)
        record_authentication(request, user, "password", reauthenticated=True)


@receiver(authenticator_used)
def tell_of_recovery_code(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        notify_change(user, "recovery_code_used", client_address(request), request.headers.get("User-Agent", ""))
