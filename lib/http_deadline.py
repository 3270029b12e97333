"""A time by which a whole call must be over, and whether it was sent, below ``requests``.

Its own time-outs are per read: a server that sends a byte now and then holds a caller for ever, in the headers as in
the body. Here a timer ends the connection at the deadline, whatever it is waiting for.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Timer
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Deadline:
    """Of one call. ``expired`` says whether it was ended; ``sent`` whether a byte of the request may have left."""

    def __init__(self) -> None:
        self.expired = self.sent = False
        self._socket: socket.socket | None = None

    def watch(self, sock: socket.socket | None) -> None:
        """Called when the request is about to be written."""
        self.sent, self._socket = True, sock
        if self.expired:
            self.end()

    def end(self) -> None:
        """End the connection, which wakes whoever reads from it."""
        self.expired = True
        if self._socket is not None:
            with suppress(OSError):
                # The plain socket's own: that of TLS would take its state away from the thread that is reading.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """Calls made in this block by a session with ``DeadlineAdapter`` end after so many seconds in all."""
    call = Deadline()
    timer = Timer(seconds, call.end)
    timer.daemon = True
    token = _current.set(call)
    timer.start()
    try:
        yield call
    finally:
        timer.cancel()
        _current.reset(token)


class _Watched(HTTPConnection):
    """Tells the deadline of the running call which socket it is about."""

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        call = _current.get()
        if call is not None:
            call.watch(self.sock)
        super().send(data)


class _WatchedHTTPS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


class DeadlineAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _HTTPSPool}
