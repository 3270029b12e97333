"""The second step of signing in: authenticator app, passkeys and recovery codes.

Secrets are encrypted for the account they belong to, so that a row copied to another account is of no use there.
"""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from accounts.models import User
from accounts.services import ceilings
from accounts.services.ceilings import Ceiling, CeilingReached
from lib.crypto import DecryptionError, decrypt

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# A code of the app lets somebody in once; it is right for 90 seconds.
CODE_USED = Ceiling("code used", 1, 120)


def encryption_context(user_pk: int) -> str:
    return f"authenticator:{user_pk}"


def has_second_factor(user: User) -> bool:
    """Recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists())


def find_authenticator(user: User, code: str) -> Authenticator | None:
    """The authenticator app or recovery code that this code is right for, which uses it up; None for a wrong one."""
    for authenticator in Authenticator.objects.filter(user=user.pk).exclude(type=Authenticator.Type.WEBAUTHN):
        authenticator.user = user
        try:
            if _is_right(authenticator, code):
                return authenticator
        except DecryptionError:
            # Its key is gone: of no use any more, as if it were not there.
            continue
    return None


def matching_step(secret: str, code: str) -> int | None:
    """The time step of 30 seconds that has this code, near now."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None


def _is_right(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type != Authenticator.Type.TOTP:
        return bool(authenticator.wrap().validate_code(code))
    secret = decrypt(authenticator.data["secret"], encryption_context(authenticator.user_id))
    step = matching_step(secret, code)
    if step is None:
        return False
    try:
        ceilings.take([CODE_USED.of(authenticator.pk, step)])
    except CeilingReached:
        return False
    return True


def remove_second_factor(user: User) -> int:
    """For somebody who lost phone, passkeys and recovery codes. Returns how many rows went. May be repeated."""
    return int(Authenticator.objects.filter(user=user.pk).delete()[0])
