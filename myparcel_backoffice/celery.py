"""The Celery app. Tasks carry no data: each processes the rows that are due."""

import os
from functools import cached_property
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from kombu import Exchange, Queue

from lib.queues import QUEUE_OF_TASK, QUEUES, TIDY

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")


class Backoffice(Celery):
    @cached_property
    def Beat(self) -> Any:  # noqa: N802 - Celery's name
        """What ``celery beat`` runs."""
        own: Any = "myparcel_backoffice.beat:Beat"
        return self.subclass_with_self(own)


app = Backoffice("myparcel_backoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.task_queues = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
app.conf.task_default_queue = TIDY
app.conf.task_routes = {task: {"queue": queue} for task, queue in QUEUE_OF_TASK.items()}

PERIODIC_TASKS = (
    "integrations.schedule_syncs",
    "integrations.sync_due",
    "integrations.sync_asked",
    "integrations.push_due",
    "integrations.apply_events",
    "integrations.check_due",
    "shipments.auto_import",
    "jobs.run_due",
    "accounts.send_mails",
    "shipments.erase",
    "privacy.erase",
    "privacy.export_shops",
    "tracking.poll_due",
    "shipments.look_up_unanswered",
    "shipments.apply_order_changes",
    "shipments.keep_counters",
    "integrations.audit_due",
)
EVERY_MINUTE = (
    "shipments.purge_deleted",
    "shipments.fold_figures",
    "shops.read_contracts",
    "shipments.find_extra_labels",
    "shops.check_gateway_accounts",
    "privacy.tidy",
    "privacy.erase_shops",
    "durable_cache.forget_expired",
)
DAILY = (
    "accounts.clean_up",
    "integrations.clean_up",
    "privacy.tidy_installation",
    "shipments.compare_counters",
    "shipments.compare_figures",
    "audit.forget_old_entries",
)


def messages_waiting() -> dict[str, int] | None:
    """By queue, the messages that no worker took yet; None when the broker does not answer within a second.

    Only with Redis, which keeps a queue as a list of that name.
    """
    try:
        with app.connection_for_write() as connection:
            client = connection.default_channel.client  # type: ignore[attr-defined]
            return {queue: client.llen(queue) for queue in QUEUES}
    except Exception:  # noqa: BLE001 - each broker raises errors of its own
        return None


@setup_logging.connect(weak=False)
def keep_logging(**_: Any) -> None:
    """Celery would replace the handlers of the settings, and with them the redaction."""


@app.on_after_finalize.connect
def schedule_periodic_tasks(sender: Celery, **_: Any) -> None:
    """Each task finds work whose wake-up was lost. Tasks expire, so that they do not pile up without a worker."""
    every = settings.WORK_SWEEP_SECONDS
    for name in PERIODIC_TASKS:
        sender.add_periodic_task(every, sender.signature(name), name=name, expires=every)
    for name in EVERY_MINUTE:
        sender.add_periodic_task(60, sender.signature(name), name=name, expires=60)
    for name in DAILY:
        sender.add_periodic_task(24 * 3600, sender.signature(name), name=name, expires=3600)
