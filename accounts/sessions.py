"""How long somebody stays logged in: idle no longer than half a day, and never for ever."""

import time

from django.conf import settings
from django.http import HttpRequest

STARTED_AT_KEY, LAST_SEEN_AT_KEY = "since", "seen"
LAST_SEEN_WRITE_SECONDS = 300
"""A session is written at most this often to remember that somebody is still there."""


def start(request: HttpRequest) -> None:
    """Somebody has just logged in; the clocks begin."""
    request.session[STARTED_AT_KEY] = request.session[LAST_SEEN_AT_KEY] = time.time()


def is_expired(request: HttpRequest) -> bool:
    """Whether this session was idle or lasted too long; "stay logged in" stretches both. Keeps the moment when not."""
    now, seen = time.time(), request.session.get(LAST_SEEN_AT_KEY)
    if seen is None:
        return False
    short = request.session.get_expire_at_browser_close()
    idle = settings.SESSION_IDLE_SECONDS if short else settings.SESSION_COOKIE_AGE
    longest = settings.SESSION_LONGEST_SECONDS if short else settings.SESSION_COOKIE_AGE
    if now - seen > idle or now - request.session[STARTED_AT_KEY] > longest:
        return True
    if now - seen > LAST_SEEN_WRITE_SECONDS:
        request.session[LAST_SEEN_AT_KEY] = now
    return False
