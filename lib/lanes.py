"""Threads that run tasks, some for each queue, so that the work of one queue never waits for that of another.

A task is known by its name only, and may be rung for any number of times: while it waits for a thread, another bell
adds nothing. Running the same task in several threads is fine, because rows have leases.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from threading import Condition, Thread, current_thread

from django.db import close_old_connections, connections

log = logging.getLogger(__name__)
# A thread without work ends after this, and closes its connection to the database.
IDLE_SECONDS = 60.0
Run = Callable[[str], None]


class Lanes:
    """``queue_of`` has the queue of each task; others are not served. ``after`` follows each run."""

    def __init__(
        self, threads: Mapping[str, int], queue_of: Mapping[str, str], run: Run, after: Callable[[], None] | None = None
    ) -> None:
        self._queue_of, self._run, self._after = queue_of, run, after
        self._lanes = {queue: _Lane(queue, number, self._run_safely) for queue, number in threads.items()}
        self._begun: dict[str, float] = {}
        self._grace = 0.0

    def serves(self, task: str) -> bool:
        return self._queue_of.get(task) in self._lanes

    def ring(self, task: str) -> bool:
        """Run the task as soon as a thread of its queue is free. False when its queue is not served here."""
        if not self.serves(task):
            return False
        self._lanes[self._queue_of[task]].ring(task)
        return True

    def ring_the_forgotten(self, tasks: Iterable[str], seconds: float) -> None:
        """Ring for those of the tasks that are served here and did not begin for so many seconds."""
        moment = time.monotonic() - seconds
        for task in tasks:
            if self._begun.get(task, moment) <= moment:
                self.ring(task)

    def too_long(self, limits: Mapping[str, float]) -> str:
        """The name of a task that runs for longer than its queue allows; empty when there is none."""
        return next(filter(None, (lane.older_than(limits[queue]) for queue, lane in self._lanes.items())), "")

    def let_finish(self, seconds: float) -> None:
        """Nobody is in a hurry when these stop: what runs then may take at least so long."""
        self._grace = seconds

    def stop(self, seconds: float) -> None:
        """Begin nothing any more, and wait so long for what runs."""
        for lane in self._lanes.values():
            lane.stop()
        deadline = time.monotonic() + max(seconds, self._grace)
        for lane in self._lanes.values():
            lane.join(deadline)

    def _run_safely(self, task: str) -> None:
        self._begun[task] = time.monotonic()
        close_old_connections()
        try:
            self._run(task)
        except Exception:
            log.exception("The task %s ended in an error; what it left is found by the next one.", task)
        if self._after is not None:
            self._after()


class _Lane:
    def __init__(self, name: str, limit: int, run: Run) -> None:
        self._name, self._limit, self._run = name, limit, run
        # One task never has all threads, so that the others of the queue get theirs.
        self._limit_of_one = max(1, limit * 3 // 4)
        self._changed = Condition()
        self._waiting: dict[str, None] = {}
        self._running: Counter[str] = Counter()
        self._threads: dict[Thread, tuple[str, float] | None] = {}
        self._is_stopped = False

    def ring(self, task: str) -> None:
        with self._changed:
            if self._is_stopped or task in self._waiting:
                return
            self._waiting[task] = None
            is_anybody_free = any(doing is None for doing in self._threads.values())
            if not is_anybody_free and len(self._threads) < self._limit:
                thread = Thread(target=self._work, name=f"lane-{self._name}", daemon=True)
                self._threads[thread] = None
                thread.start()
            self._changed.notify()

    def older_than(self, seconds: float) -> str:
        moment = time.monotonic() - seconds
        with self._changed:
            return next((doing[0] for doing in self._threads.values() if doing and doing[1] < moment), "")

    def stop(self) -> None:
        with self._changed:
            self._is_stopped = True
            self._waiting.clear()
            self._changed.notify_all()

    def join(self, deadline: float) -> None:
        for thread in list(self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        me = current_thread()
        while task := self._take(me):
            try:
                self._run(task)
            finally:
                with self._changed:
                    self._running[task] -= 1
                    self._threads[me] = None
        connections.close_all()

    def _take(self, me: Thread) -> str:
        """The next task for this thread; empty when it ends."""
        with self._changed:
            while not (task := self._next()):
                if self._is_stopped or not self._changed.wait(IDLE_SECONDS):
                    del self._threads[me]
                    return ""
            del self._waiting[task]
            self._running[task] += 1
            self._threads[me] = (task, time.monotonic())
            return task

    def _next(self) -> str:
        return next((task for task in self._waiting if self._running[task] < self._limit_of_one), "")
