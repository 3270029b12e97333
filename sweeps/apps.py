from typing import Any

from celery.signals import worker_ready
from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SweepsConfig(AppConfig):
    name = "sweeps"

    def ready(self) -> None:
        from lib.leases import progressed  # noqa: PLC0415 - needs the settings
        from sweeps.marks import record_progress  # noqa: PLC0415 - needs the models

        autodiscover_modules("due_rows")
        progressed.connect(record_progress)
        worker_ready.connect(record_start)


def record_start(sender: Any, **_: Any) -> None:
    """A worker takes messages from these queues from now on; the scheduler has not sent the first one yet."""
    from sweeps.marks import record_sweep  # noqa: PLC0415 - needs the models

    for queue in sender.app.amqp.queues.consume_from:
        record_sweep(queue)
