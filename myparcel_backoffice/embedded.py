"""Without Redis, Celery's worker and beat run as threads of the only web process."""

import logging
from threading import Thread
from typing import Any

from celery.beat import EmbeddedService

from myparcel_backoffice.celery import app
from myparcel_backoffice.lane_pool import lanes_of, pool_of

log = logging.getLogger(__name__)


class EmbeddedWorker:
    """Serves all queues, each with threads of its own, as the worker's processes do."""

    def __init__(self) -> None:
        app.conf.worker_redirect_stdouts = False
        app.conf.worker_hijack_root_logger = False
        self._worker: Any = app.WorkController(
            pool=pool_of(lanes_of(app)),
            concurrency=1,
            without_mingle=True,
            without_gossip=True,
            without_heartbeat=True,
        )
        self._beat: Any = EmbeddedService(app, max_interval=1, thread=True)

    def start(self) -> None:
        Thread(target=self._worker.start, name="celery-worker", daemon=True).start()
        self._beat.start()

    def stop(self) -> None:
        try:
            self._beat.stop()
            self._worker.stop()
        except Exception:  # noqa: BLE001 - the process ends anyway, and unfinished rows stay due
            log.warning("The embedded worker did not stop cleanly.")
