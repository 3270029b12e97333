"""One process of the worker: Celery's consumer and the threads that do the work of some queues.

The threads need no bell from outside: what did not begin for a while is rung for here, so that work goes on while the
broker or the scheduler is away.
"""

import logging
import os
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event, Thread

from celery.worker import state
from django.conf import settings

from lib.lanes import Lanes
from lib.queues import TIME_LIMITS
from lib.shared_memory import peak_memory
from myparcel_backoffice.celery import EVERY_MINUTE, PERIODIC_TASKS, app
from myparcel_backoffice.lane_pool import STOP_SECONDS, lanes_of, pool_of

log = logging.getLogger(__name__)
# What a process may take beyond its parent: more than reading orders needs, less than fonts and drawing.
GROWTH_KILOBYTES = 24 * 1024
# Intervals of the scheduler, which rings first unless it is away.
FORGOTTEN_AFTER_INTERVALS = 1.5
LEAVING = b"x"


@dataclass(frozen=True, slots=True)
class Group:
    """The queues that one process serves. ``threads`` of each; None is as many as ``lib.queues`` says."""

    queues: tuple[str, ...]
    threads: int | None = None


def serve(group: Group, parent: socket.socket, loglevel: str) -> int:
    """Until the process is told to stop, or its parent is gone. Returns the exit code."""
    limit = peak_memory() + GROWTH_KILOBYTES
    longest = max(TIME_LIMITS[queue] for queue in group.queues)
    lanes: Lanes = lanes_of(
        app, group.queues, group.threads, after=lambda: _leave_if_large(limit, parent, lanes, longest)
    )
    Thread(target=_follow, args=(parent,), name="parent", daemon=True).start()
    with Clock(lanes):
        worker = app.Worker(
            pool=pool_of(lanes),
            queues=list(group.queues),
            hostname=f"{'-'.join(group.queues)}@{socket.gethostname()}",
            concurrency=1,
            loglevel=loglevel,
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
        )
        worker.start()
    return int(worker.exitcode or 0)


def _leave_if_large(limit: int, parent: socket.socket, lanes: Lanes, longest: float) -> None:
    """The parent puts another in its place, which shares its memory again. What still runs here may end: cut off, it
    would have to wait for the end of its lease.
    """
    if peak_memory() > limit and state.should_stop is None:
        lanes.let_finish(longest)
        state.should_stop = os.EX_OK  # type: ignore[assignment]
        parent.send(LEAVING)


def _follow(parent: socket.socket) -> None:
    """A process whose parent was killed stops too: nobody would start it again."""
    try:
        while parent.recv(1):
            pass
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    Event().wait(2 * STOP_SECONDS)
    os._exit(os.EX_OK)


class Clock:
    """Rings for tasks that nobody rang for, and ends the process when one of them hangs. ``hangs`` is what it does."""

    def __init__(
        self, lanes: Lanes, tasks: Sequence[str] = PERIODIC_TASKS, every_minute: Sequence[str] = EVERY_MINUTE
    ) -> None:
        self._lanes, self._tasks, self._every_minute = lanes, tasks, every_minute
        self._stopped = Event()

    def __enter__(self) -> "Clock":
        Thread(target=self._run, name="clock", daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()

    def look(self) -> None:
        self._lanes.ring_the_forgotten(self._tasks, FORGOTTEN_AFTER_INTERVALS * settings.WORK_SWEEP_SECONDS)
        self._lanes.ring_the_forgotten(self._every_minute, FORGOTTEN_AFTER_INTERVALS * 60)
        if task := self._lanes.too_long(TIME_LIMITS):
            log.critical("The task %s hangs; its process is started again, and its rows when their leases end.", task)
            os._exit(os.EX_SOFTWARE)

    def _run(self) -> None:
        while not self._stopped.wait(settings.WORK_SWEEP_SECONDS / 2):
            self.look()
