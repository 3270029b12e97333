"""Session limits: a maximum idle time and a maximum age. "Stay logged in" makes both 30 days."""

import time

from django.conf import settings
from django.http import HttpRequest

STARTED_AT_KEY, LAST_SEEN_AT_KEY = "since", "seen"
# How often the time of the last request is written to the session.
LAST_SEEN_WRITE_SECONDS = 300


def start(request: HttpRequest) -> None:
    """Call after each login."""
    request.session[STARTED_AT_KEY] = request.session[LAST_SEEN_AT_KEY] = time.time()


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
    return False
