"""The Celery app. Tasks carry no data: each processes the rows that are due."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.conf import settings
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myparcel_backoffice.settings")
app = Celery("myparcel_backoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

PERIODIC_TASKS = (
    "integrations.sync_due",
    "integrations.push_due",
    "integrations.apply_events",
    "integrations.check_due",
    "shipments.auto_import",
    "jobs.run_due",
    "shipments.erase",
    "privacy.erase",
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
)
DAILY = (
    "integrations.clean_up",
    "privacy.tidy_installation",
    "shipments.compare_counters",
    "shipments.compare_figures",
    "audit.forget_old_entries",
)


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


@task_prerun.connect
def check_connection(**_: Any) -> None:
    """As before a request: close what is too old or broken, and let the first query find out whether it works."""
    close_old_connections()
