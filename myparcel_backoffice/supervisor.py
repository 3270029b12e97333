"""The parent of the worker's processes. It loads everything once and forks, so that they share its memory.

It has no thread and no connection of its own, so it can fork at any time: in the place of a process that died, hung or
became large.
"""

import logging
import os
import random
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from types import FrameType

from celery.signals import import_modules

from lib.shared_memory import freeze_before_fork
from myparcel_backoffice.celery import app
from myparcel_backoffice.worker import LEAVING, Group, serve

log = logging.getLogger(__name__)
STOP_SECONDS = 20.0
# A process that ends sooner than this after its start is started again after a pause.
SHORT_LIFE_SECONDS, PAUSE_SECONDS = 5.0, 1.0
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class _Stop(Exception):
    """Somebody asked the program to stop."""


class _Child:
    def __init__(self, group: Group, pid: int, connection: socket.socket) -> None:
        self.group, self.pid, self.connection, self.started_at = group, pid, connection, time.monotonic()


class Supervisor:
    def __init__(self, groups: Sequence[Group], loglevel: str) -> None:
        self._groups, self._loglevel = groups, loglevel
        self._children: list[_Child] = []

    def run(self) -> int:
        """Until a signal. Returns the exit code."""
        load()
        try:
            for number in SIGNALS:
                signal.signal(number, _stop)
            for group in self._groups:
                self._fork(group)
            while True:
                self._look(None)
        except _Stop:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            self._stop_children()
        return os.EX_OK

    def _fork(self, group: Group) -> None:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            self._be_a_child(group, ours, theirs)
        theirs.close()
        self._children.append(_Child(group, pid, ours))

    def _be_a_child(self, group: Group, ours: socket.socket, theirs: socket.socket) -> None:
        """Never returns. Closes what tells the parent that the others live."""
        code = os.EX_SOFTWARE
        try:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            for connection in (ours, *(child.connection for child in self._children)):
                connection.close()
            random.seed()
            code = serve(group, theirs, self._loglevel)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else code
        except BaseException:
            log.exception("A process of the worker ended in an error.")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _look(self, timeout: float | None) -> None:
        """Wait for what a child says, or for its end."""
        children = {child.connection: child for child in self._children}
        for connection in select.select(list(children), [], [], timeout)[0]:
            child = children[connection]
            said = _receive(connection)
            if said == LEAVING:
                self._fork(child.group)
                child.group = Group(())
            elif not said:
                self._bury(child)

    def _bury(self, child: _Child) -> None:
        self._children.remove(child)
        child.connection.close()
        _pid, status = os.waitpid(child.pid, 0)
        if not child.group.queues:
            return
        log.warning("A process of the worker (%s) ended with %s.", ", ".join(child.group.queues), status)
        if time.monotonic() - child.started_at < SHORT_LIFE_SECONDS:
            time.sleep(PAUSE_SECONDS)
        self._fork(child.group)

    def _stop_children(self) -> None:
        for child in self._children:
            child.group = Group(())
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._children and time.monotonic() < deadline:
            self._look(max(0.0, deadline - time.monotonic()))
        for child in self._children:
            _signal(child, signal.SIGKILL)


def load() -> None:
    from myparcel_backoffice.warm_up import warm_up, warm_up_imports  # noqa: PLC0415 - needs Django to be set up

    app.loader.import_default_modules()
    import_modules.send(sender=app)
    app.finalize()
    warm_up()
    warm_up_imports()
    freeze_before_fork()


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1)
    except OSError:
        return b""


def _signal(child: _Child, number: int) -> None:
    try:
        os.kill(child.pid, number)
    except ProcessLookupError:
        return


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stop
