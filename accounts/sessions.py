"""Session limits: a maximum idle time and a maximum age. "Stay logged in" makes both 30 days."""

import time

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.requests import client_address
from accounts.services import user_sessions

STARTED_AT_KEY, LAST_SEEN_AT_KEY = "since", "seen"
# How often the time of the last request is written to the session.
LAST_SEEN_WRITE_SECONDS = 300


def start(request: HttpRequest, user: User) -> None:
    """Call after each login."""
    request.session[STARTED_AT_KEY] = request.session[LAST_SEEN_AT_KEY] = time.time()
    _record(request, user)


def start_with_password(request: HttpRequest, user: User) -> None:
    """The login of somebody who just chose a password."""
    record_authentication(request, user, method="password")
    start(request, user)


def is_expired(request: HttpRequest) -> bool:
    """Also records the time of this request when the session is not expired."""
    now, last_seen_at = time.time(), request.session.get(LAST_SEEN_AT_KEY)
    if last_seen_at is None:
        return False
    is_short = request.session.get_expire_at_browser_close()
    max_idle = settings.SESSION_IDLE_SECONDS if is_short else settings.SESSION_COOKIE_AGE
    max_age = settings.SESSION_LONGEST_SECONDS if is_short else settings.SESSION_COOKIE_AGE
    if now - last_seen_at > max_idle or now - request.session[STARTED_AT_KEY] > max_age:
        return True
    if now - last_seen_at > LAST_SEEN_WRITE_SECONDS:
        request.session[LAST_SEEN_AT_KEY] = now
        _record(request, request.user)  # type: ignore[arg-type]
    return False


def keep_after_password_change(request: HttpRequest, user: User, former_key: str) -> None:
    """This session goes on under its new key, and all other sessions of the user end."""
    user_sessions.forget(former_key)
    _record(request, user)
    user_sessions.end_others(user, request.session.session_key)


def _record(request: HttpRequest, user: User) -> None:
    if not request.session.session_key:
        request.session.save()
    key = request.session.session_key or ""
    user_sessions.record(user, key, client_address(request), request.headers.get("User-Agent", ""))
