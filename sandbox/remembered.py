"""Reads switches once a request: a call that makes a hundred fulfillments asks for them hundreds of times."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Values = dict[str, Any]
# As often as a call that waits looks whether a switch was turned back; see ``sandbox.waiting``.
SECONDS = 0.05
_known: ContextVar[dict[str, tuple[float, Values]] | None] = ContextVar("known", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """What is read is remembered meanwhile, by this thread only."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def remembered(read: Callable[[], Values]) -> Callable[[], Values]:
    """Wrap a function that reads all switches. Outside a request each call reads them."""
    name = read.__module__

    def call() -> Values:
        known = _known.get()
        if known is None:
            return read()
        read_at, values = known.get(name, (0.0, {}))
        if time.monotonic() > read_at + SECONDS:
            values = read()
            known[name] = time.monotonic(), values
        return dict(values)

    return call


def forget() -> None:
    """After a switch was set, and before one is counted down."""
    if (known := _known.get()) is not None:
        known.clear()
