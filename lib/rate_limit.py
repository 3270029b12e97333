"""How often somebody may be called: one window for all processes, in Redis where there is one, else in memory."""

import logging
import time
from functools import cache

from django.conf import settings
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from lib.http import ApiUnavailable

log = logging.getLogger(__name__)
# For Redis: without it a silent server would hold every call.
REDIS_TIMEOUT_SECONDS = 0.05


class LimitReached(ApiUnavailable):
    """Our own limit, with the seconds to wait: nobody was called, so it says nothing about whom we call."""

    def __init__(self, wait: float) -> None:
        super().__init__("our own limit", sent=False, retry_after=max(1.0, wait), status=429)


def acquire(limit: int, seconds: int, *key: str, keep: int = 0) -> None:
    """Count one call of this key; at most ``limit`` are made in any so many seconds. ``keep`` are left to others.

    Raises LimitReached. While Redis does not answer the call
    is let through: whoever is called has a limit of its own.
    """
    item, limiter = RateLimitItemPerSecond(limit, seconds), _limiter(settings.RATE_LIMIT_URL)
    try:
        if (not keep or limiter.test(item, *key, cost=keep + 1)) and limiter.hit(item, *key):
            return
        wait = limiter.get_window_stats(item, *key).reset_time - time.time()
    except StorageError as error:
        log.warning("Redis does not answer, so calls are not counted: %s", type(error.storage_error).__name__)
        return
    raise LimitReached(wait)


def remaining(limit: int, seconds: int, *key: str) -> int:
    """How many calls of this key may be made now; all of them while Redis does not answer."""
    try:
        stats = _limiter(settings.RATE_LIMIT_URL).get_window_stats(RateLimitItemPerSecond(limit, seconds), *key)
    except StorageError as error:
        name = type(error.storage_error).__name__
        log.warning("Redis does not answer, so nobody knows how many calls are left: %s", name)
        return limit
    return max(0, stats.remaining)


@cache
def _limiter(url: str) -> MovingWindowRateLimiter:
    # With errors of the library's own, a program without Redis need not import its client.
    patience = {"socket_timeout": REDIS_TIMEOUT_SECONDS, "socket_connect_timeout": REDIS_TIMEOUT_SECONDS}
    options = {} if url == "memory://" else patience
    return MovingWindowRateLimiter(storage_from_string(url, wrap_exceptions=True, **options))
