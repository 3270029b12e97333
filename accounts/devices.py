"""Known devices: a signed cookie that a browser gets when an account signs in there.

It lets nobody in. The owner of an account is counted apart from those who guess its password elsewhere, and is mailed
when the account signs in on a device that is new.
"""

import secrets
import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

SALT = "accounts.devices"
COOKIE_SECONDS = 365 * 24 * 3600
# Accounts that one browser remembers.
MAX_ACCOUNTS = 5
# Of one account: its primary key, the name of the device, and when the cookie was given.
Entry = tuple[int, str, float]


def known_device(request: HttpRequest, user: User | None) -> str:
    """The name of this device when the account signed in here before, else an empty string."""
    if user is None:
        return ""
    since = user.devices_since.timestamp() if user.devices_since else 0.0
    entries = (entry for entry in _read(request) if entry[0] == user.pk and entry[2] > since)
    return next((name for _pk, name, _at in entries), "")


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Make this device a known one of the account. Call it after each sign-in."""
    name = known_device(request, user) or secrets.token_urlsafe(12)
    others = [entry for entry in _read(request) if entry[0] != user.pk]
    entries = [(user.pk, name, time.time()), *others[: MAX_ACCOUNTS - 1]]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(entries, salt=SALT),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> list[Entry]:
    try:
        entries = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return []
    return [(int(pk), str(name), float(at)) for pk, name, at in entries]
