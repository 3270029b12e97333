"""Counters and short locks in the cache. Without a working cache nothing is counted and every lock is free."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.cache import cache

log = logging.getLogger(__name__)
T = TypeVar("T")


def cache_or_default(call: Callable[[], T], default: T) -> T:
    """The result of a call to the cache, or the default when it raises: no caller depends on the cache."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - each cache backend raises errors of its own
        log.warning("The cache does not answer: %s", type(error).__name__)
        return default


def increment(key: str, seconds: int) -> int:
    """The new count under this key, which starts again ``seconds`` after its first increment; 0 without a cache."""

    def add_one() -> int:
        cache.add(key, 0, seconds)
        return int(cache.incr(key))

    return cache_or_default(add_one, 0)


def current_count(key: str) -> int:
    return cache_or_default(lambda: int(cache.get(key, 0)), 0)


@contextmanager
def cache_lock(key: str, seconds: int) -> Iterator[bool]:
    """Yields whether the lock was free. It ends with the block, and after ``seconds`` at the latest.

    Without a cache every lock is free.
    """
    is_ours = cache_or_default(lambda: bool(cache.add(key, 1, seconds)), None)
    try:
        yield is_ours is not False
    finally:
        if is_ours:
            cache_or_default(lambda: cache.delete(key), False)
