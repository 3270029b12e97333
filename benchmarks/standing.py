"""Standing still: ten thousand connections without news, of which one in a hundred hangs.

The threads of the ``read`` queue do the work, with the bells of the scheduler; answers are made here, without a
network. What is measured is ours: the scheduling a minute, and how long a connection that is due waits to be read.
"""

import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import quantiles
from threading import Event, local
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.utils import timezone

from benchmarks.context import PLATFORM, Bench
from benchmarks.results import Result
from integrations.models import Connection, SyncRun
from integrations.orders import OrderPage
from integrations.services import sync
from lib import leases
from lib.http import ApiUnavailable
from lib.lanes import Lanes
from lib.queues import QUEUE_OF_TASK, READ, THREADS
from shops.models import Shop

HANGING_EVERY, HANG_SECONDS = 100, 15.0
BELL_SECONDS = 10.0


def standing_workload(bench: Bench) -> Iterator[Result]:
    with bench.database():
        yield _measure(bench)


def _measure(bench: Bench) -> Result:
    number, seconds = bench.sizes.standing_connections, bench.sizes.standing_seconds
    _connect(number)
    scheduling, over = _Spent(), Event()
    waits: list[float] = []
    complete = sync._complete

    def note_and_complete(run: SyncRun) -> None:
        waits.append(_waited(run))
        complete(run)

    def run(task: str) -> None:
        if task == sync.SCHEDULE_TASK:
            with scheduling:
                sync.schedule_syncs()
        else:
            sync.sync_due(seconds=1)

    lanes = Lanes({READ: THREADS[READ]}, QUEUE_OF_TASK, run)
    leases.ring_here(lanes.ring)
    began, used = time.monotonic(), time.process_time()
    faked = patch.multiple(sync, open_session=lambda _connection, **_lane: _Session(over), _complete=note_and_complete)
    faked.start()
    try:
        while (left := began + seconds - time.monotonic()) > 0:
            for task in (sync.SCHEDULE_TASK, sync.SYNC_TASK):
                lanes.ring(task)
            time.sleep(min(left, BELL_SECONDS))
    finally:
        over.set()
        leases.ring_here(None)
        lanes.stop(HANG_SECONDS)
        faked.stop()
    minutes = (time.monotonic() - began) / 60
    hanging = Connection.objects.filter(pk__in=SyncRun.objects.filter(tries__gt=0).values("connection")).count()
    return Result(
        "standing, due to done p95",
        "s",
        quantiles(waits, n=20)[-1],
        own_cpu=time.process_time() - used,
        measures={
            "connections": number,
            "read a minute": len(waits) / minutes,
            "scheduling, CPU seconds a minute": scheduling.cpu / minutes,
            "seen hanging": hanging,
            "runs stored": SyncRun.objects.count(),
        },
    )


def _connect(number: int) -> None:
    """Each becomes due at another moment of the interval, as after a day."""

    now, interval = timezone.now(), settings.SYNC_EVERY_SECONDS
    shop = Shop.objects.create(name="Standing")
    rows = []
    for one in range(number):
        read_at = now - timedelta(seconds=interval * one / number)
        read = {"synced_at": read_at, "synced_through": read_at, "hourly_at": now, "nightly_at": now}
        due = {"sync_at": read_at + timedelta(seconds=interval)}
        rows.append(Connection(shop=shop, platform=PLATFORM, external_id=f"{one}", site_id=f"{one}", **read, **due))
    Connection.objects.bulk_create(rows, batch_size=1000)


def _waited(run: Any) -> float:

    due = run.connection.synced_at + timedelta(seconds=settings.SYNC_EVERY_SECONDS)
    return float((timezone.now() - due).total_seconds())


class _Spent:
    """CPU seconds of the threads that were in the block."""

    def __init__(self) -> None:
        self.cpu, self._began = 0.0, local()

    def __enter__(self) -> None:
        self._began.at = time.thread_time()

    def __exit__(self, *_error: object) -> None:
        self.cpu += time.thread_time() - self._began.at


class _Session:
    """No orders, at once; or no answer."""

    count = 0

    def __init__(self, over: Event) -> None:
        _Session.count += 1
        self._hangs, self._over = _Session.count % HANGING_EVERY == 0, over

    def orders_page(self, **_question: object) -> Any:

        if self._hangs:
            self._over.wait(HANG_SECONDS)
            raise ApiUnavailable("no response")
        return OrderPage(())
