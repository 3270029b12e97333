"""A gunicorn worker that slow and silent clients cannot hold, and whose own responses have our headers.

Production has a proxy in front that reads a request before it passes it on; a newcomer has none. gunicorn's threads
wait five seconds for the first byte of a connection and without an end for the rest. Here a connection waits in the
poller, which costs no thread, until its first byte, and then the whole request has ``REQUEST_SECONDS``.
"""

import errno
import html
import socket
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers.gthread import TConn, ThreadWorker

# Until the first byte of a connection; for a whole request; until the client takes the next part of the response.
FIRST_BYTE_SECONDS, REQUEST_SECONDS, SEND_SECONDS = 15.0, 60.0, 30.0
# Of responses that no application sees: a request that is not HTTP, or has a header that is too long.
HEADERS = (
    "Connection: close\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cache-Control: no-store\r\n"
)
PASSING = (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK)


class PatientSocket(socket.socket):
    """A connection of which each request must arrive in time; one that does not looks as if the client had left."""

    _read_until = 0.0

    def setblocking(self, flag: bool) -> None:
        """gunicorn calls this before it reads a request."""
        self._read_until = time.monotonic() + REQUEST_SECONDS
        self.settimeout(SEND_SECONDS if flag else 0.0)

    def recv(self, size: int, flags: int = 0) -> bytes:
        if self.gettimeout() == 0.0:
            return super().recv(size, flags)
        left = self._read_until - time.monotonic()
        if left <= 0:
            return b""
        self.settimeout(left)
        try:
            return super().recv(size, flags)
        except TimeoutError:
            return b""
        finally:
            self.settimeout(SEND_SECONDS)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    def init_process(self) -> None:
        util.write_error = write_error
        wsgi.Response = UnnamedResponse
        super().init_process()

    def accept(self, listener: Any) -> None:
        """The connection waits for its first byte beside the others, not in a thread."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in PASSING:
                return
            raise
        self.nr_conns += 1
        sock = PatientSocket(fileno=accepted.detach())
        conn = TConn(self.cfg, sock, address, listener.getsockname())
        conn.timeout = time.monotonic() + FIRST_BYTE_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))


class UnnamedResponse(wsgi.Response):  # type: ignore[misc]
    """Does not say which server of which version this is."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


def write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """In place of gunicorn's page, which repeats what was sent."""
    body = f"{status} {html.escape(reason)}\n"
    head = f"HTTP/1.1 {status} {reason}\r\n{HEADERS}Content-Length: {len(body)}\r\n\r\n"
    util.write_nonblock(sock, (head + body).encode("latin1"))
