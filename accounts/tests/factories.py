"""Rows with valid defaults; every field can be overridden."""

import itertools
import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User
from accounts.services.second_factor import encryption_context
from lib.crypto import encrypt

COUNTER = itertools.count(1)


def make_user(**fields: object) -> User:
    email = str(fields.pop("email", f"user{next(COUNTER)}@example.com"))
    return User.objects.create_user(email, "a long password", **fields)


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user: User) -> Authenticator:
    """An authenticator app with SECRET."""
    data = {"secret": encrypt(SECRET, encryption_context(user.pk))}
    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)


def code_now(steps: int = 0, secret: str = SECRET) -> str:
    """The code of an app, or the one of so many steps of 30 seconds later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def prove_identity(client: Client, user: User, method: str = "password", ago: float = 0) -> None:
    """As if the password ("password") or the second step ("mfa") was given in this session so many seconds ago."""
    if method == "mfa" and not Authenticator.objects.filter(user=user).exists():
        give_app(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": method, "at": time.time() - ago}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
