"""The cache of production: Redis, of which nothing depends on an answer.

A server that refuses, is silent or is starting up "has no answer": reads find nothing, writes are dropped, and a lock
is free. Nobody waits longer than ``NO_ANSWER_SECONDS`` for that, and after one failure nobody asks for
``PAUSE_SECONDS``. Nothing that must not be forgotten is kept here: wrong passwords are counted in rows
(``accounts.services.ceilings``), so a Redis that is away or lost its memory neither opens nor closes the door.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
NO_ANSWER_SECONDS = 0.05
PAUSE_SECONDS = 2.0
T = TypeVar("T")


class SoftRedisCache(RedisCache):
    """Raises nothing that comes from the server or the way to it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        patience = {"socket_timeout": NO_ANSWER_SECONDS, "socket_connect_timeout": NO_ANSWER_SECONDS}
        # redis-py would try three times more, with pauses of seconds.
        options = patience | {"retry": Retry(NoBackoff(), 0)} | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._away_until = 0.0

    def _ask(self, call: Callable[[], T], no_answer: T) -> T:
        if time.monotonic() < self._away_until:
            return no_answer
        try:
            return call()
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + PAUSE_SECONDS
            log.warning("Redis does not answer: %s", type(error).__name__)
            return no_answer

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda: super(SoftRedisCache, self).add(key, value, timeout, version), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda: super(SoftRedisCache, self).get(key, default, version), default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(lambda: super(SoftRedisCache, self).set(key, value, timeout, version), None)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._ask(lambda: super(SoftRedisCache, self).touch(key, timeout, version), False)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._ask(lambda: super(SoftRedisCache, self).delete(key, version), False)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._ask(lambda: super(SoftRedisCache, self).has_key(key, version), False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that does not exist, and without an answer."""
        count = self._ask(lambda: super(SoftRedisCache, self).incr(key, delta, version), None)
        if count is None:
            raise ValueError("Redis does not answer")
        return count

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return self._ask(lambda: super(SoftRedisCache, self).get_many(keys, version), {})

    def set_many(self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> list[Any]:
        return self._ask(lambda: super(SoftRedisCache, self).set_many(data, timeout, version), list(data))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._ask(lambda: super(SoftRedisCache, self).delete_many(keys, version), None)

    def clear(self) -> None:
        self._ask(lambda: super(SoftRedisCache, self).clear(), None)
