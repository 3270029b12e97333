"""The pool of Celery's worker: a message is only a bell for the task of its name, and is done with when it rang."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from celery import Celery
from celery.concurrency.base import BasePool, apply_target

from lib import leases
from lib.lanes import Lanes
from lib.queues import QUEUE_OF_TASK, QUEUES, THREADS

# What Celery notes of a message: not failed, no result, no time.
RANG = (0, None, 0.0)
STOP_SECONDS = 8.0


def lanes_of(app: Celery, queues: Iterable[str] = QUEUES, threads: int | None = None, **options: Any) -> Lanes:
    """Lanes for these queues that run the tasks of the app; ``threads`` of each, or as many as ``lib.queues`` says."""
    numbers: Mapping[str, int] = {queue: threads or THREADS[queue] for queue in queues}
    return Lanes(numbers, QUEUE_OF_TASK, lambda task: app.tasks[task](), **options)


def pool_of(lanes: Lanes) -> type["LanePool"]:
    return type("Pool", (LanePool,), {"lanes": lanes})


class LanePool(BasePool):
    lanes: ClassVar[Lanes]
    body_can_be_buffer = True
    signal_safe = False

    def on_start(self) -> None:
        # Work that goes on in the same process needs no broker.
        leases.ring_here(self.lanes.ring)

    def on_stop(self) -> None:
        leases.ring_here(None)
        self.lanes.stop(STOP_SECONDS)

    on_terminate = on_stop

    def on_apply(
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
        callback: Callable[..., Any] | None = None,
        accept_callback: Callable[..., Any] | None = None,
        **_options: Any,
    ) -> None:
        """Acknowledged at once: what a killed process leaves is in the database."""
        self.lanes.ring(args[0])
        apply_target(lambda: RANG, (), {}, callback, accept_callback)
