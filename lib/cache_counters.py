"""Counting and holding for a while, in the cache: a courtesy. While the cache does not answer nobody is stopped."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache

log = logging.getLogger(__name__)


def increment(key: str, seconds: int) -> int:
    """One more under this key: how many now, since the first one at most ``seconds`` ago; 0 when nobody can tell."""
    try:
        cache.add(key, 0, seconds)
        return int(cache.incr(key))
    except Exception as error:  # noqa: BLE001 - whatever a cache can raise, what is counted goes on
        log.warning("The cache does not answer, so nothing is counted: %s", type(error).__name__)
        return 0


def current_count(key: str) -> int:
    """How many so far."""
    try:
        return int(cache.get(key, 0))
    except Exception as error:  # noqa: BLE001
        log.warning("The cache does not answer, so nothing was counted: %s", type(error).__name__)
        return 0


@contextmanager
def cache_lock(key: str, seconds: int) -> Iterator[bool]:
    """Whether nobody else holds this key; it is held until the end of the block, and no longer than ``seconds``."""
    try:
        mine = cache.add(key, 1, seconds)
    except Exception as error:  # noqa: BLE001
        log.warning("The cache does not answer, so nothing is held: %s", type(error).__name__)
        yield True
        return
    try:
        yield mine
    finally:
        if mine:
            _let_go(key)


def _let_go(key: str) -> None:
    try:
        cache.delete(key)
    except Exception as error:  # noqa: BLE001
        log.warning("The cache does not answer, so what was held ends by itself: %s", type(error).__name__)
