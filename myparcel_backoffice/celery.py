"""The Celery app. Tasks carry no data: each processes the rows that are due."""

import os
from functools import cached_property
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_before_create_process, worker_init, worker_shutdown
from django.conf import settings
from django.db import close_old_connections
from kombu import Queue

from lib.queues import QUEUE_OF_TASK, QUEUES, TIDY
from lib.shared_memory import freeze_before_fork, peak_memory
from myparcel_backoffice.sweeper import BrokerWatch

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
# A worker without ``-Q`` serves all queues.
app.conf.task_queues = [Queue(name) for name in QUEUES]
app.conf.task_default_queue = TIDY
app.conf.task_routes = {task: {"queue": queue} for task, queue in QUEUE_OF_TASK.items()}

PERIODIC_TASKS = (
    "integrations.sync_due",
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
# What a process of the worker may take beyond its parent: more than reading orders needs, less than fonts and drawing.
CHILD_GROWTH_KILOBYTES = 8 * 1024


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


@worker_init.connect
def watch_broker(**_: Any) -> None:
    """Work goes on while the broker does not answer."""
    if not settings.EMBEDDED:
        watch = BrokerWatch(settings.WORK_SWEEP_SECONDS)
        watch.start()
        worker_shutdown.connect(lambda **_: watch.stop(), weak=False)


@task_prerun.connect
def check_connection(**_: Any) -> None:
    """As before a request: close what is too old or broken, and let the first query find out whether it works."""
    close_old_connections()


@worker_init.connect
def prepare_worker(sender: Any, **_: Any) -> None:
    """Sent when the tasks are imported. A process that became much larger is replaced after its task."""
    from myparcel_backoffice.warm_up import warm_up, warm_up_imports  # noqa: PLC0415 - needs Django to be set up

    warm_up()
    warm_up_imports()
    sender.max_memory_per_child = sender.max_memory_per_child or peak_memory() + CHILD_GROWTH_KILOBYTES


@worker_before_create_process.connect
def share_memory(**_: Any) -> None:
    freeze_before_fork()
