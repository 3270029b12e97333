"""Background work while the broker does not answer: ``python -m myparcel_backoffice.sweeper``.

Rows are the work list, so nobody needs the broker to find them. A worker watches it and starts this program when it is
away; the program looks for work as the scheduler would, and ends when the broker answers again. Two at once, or one
beside a worker, do no harm: each row has a lease.
"""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections

log = logging.getLogger(__name__)
# A broker that restarts is no outage.
UNANSWERED_BEFORE_SWEEPING = 2


def broker_answers() -> bool:
    """Asks once, for at most the seconds of CELERY_BROKER_TRANSPORT_OPTIONS."""
    from myparcel_backoffice.celery import app  # noqa: PLC0415 - celery.py imports this module

    try:
        with app.connection_for_write() as connection:
            connection.default_channel.client.ping()  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - each broker raises errors of its own
        return False
    return True


def sweep(tasks: Sequence[str]) -> None:
    """Run each of these tasks here, one after another. What one of them raises does not stop the others."""
    from myparcel_backoffice.celery import app  # noqa: PLC0415 - celery.py imports this module

    for name in tasks:
        close_old_connections()
        try:
            app.tasks[name]()
        except Exception:
            log.exception("The sweep could not finish %s.", name)


def run(tasks: Sequence[str], every_minute: Sequence[str], is_over: Callable[[], bool]) -> None:
    """Until ``is_over``. Raises nothing."""
    minute_at = 0.0
    while not is_over():
        sweep(tasks)
        if time.monotonic() >= minute_at:
            minute_at = time.monotonic() + 60
            sweep(every_minute)
        time.sleep(settings.WORK_SWEEP_SECONDS)


class BrokerWatch:
    """A thread of the worker that starts the program above while the broker does not answer."""

    def __init__(self, seconds: float, answers: Callable[[], bool] = broker_answers) -> None:
        self._seconds, self._answers, self._stopped = seconds, answers, Event()
        self._program: subprocess.Popen[bytes] | None = None
        self._unanswered = 0

    def start(self) -> None:
        Thread(target=self._watch, name="broker-watch", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        if self.is_sweeping and self._program is not None:
            self._program.send_signal(signal.SIGTERM)

    @property
    def is_sweeping(self) -> bool:
        return self._program is not None and self._program.poll() is None

    def look(self) -> None:
        """Ask the broker, and start the program after the second time without an answer."""
        self._unanswered = 0 if self._answers() else self._unanswered + 1
        if self._unanswered >= UNANSWERED_BEFORE_SWEEPING and not self.is_sweeping:
            log.warning("The broker does not answer; a sweep does the work until it does.")
            self._program = subprocess.Popen([sys.executable, "-m", "myparcel_backoffice.sweeper"])  # noqa: S603

    def _watch(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self.look()
            except OSError:
                log.exception("The sweep could not be started.")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")
    import django  # noqa: PLC0415 - needs the name of the settings

    django.setup()
    from myparcel_backoffice.celery import EVERY_MINUTE, PERIODIC_TASKS, app  # noqa: PLC0415 - needs django.setup

    app.loader.import_default_modules()
    run(PERIODIC_TASKS, EVERY_MINUTE, broker_answers)


if __name__ == "__main__":
    main()
