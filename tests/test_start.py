"""What the programs load when they start, and what they share afterwards."""

import gc
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from kombu import Connection

from carriers.reachable_places import _patterns
from lib.shared_memory import freeze_before_fork
from myparcel_backoffice.celery import DAILY, EVERY_MINUTE, PERIODIC_TASKS, app
from myparcel_backoffice.supervisor import load
from myparcel_backoffice.warm_up import warm_up, warm_up_pages
from myparcel_backoffice.wsgi import application
from tests.stack import ROOT

SCHEDULER = """
import sys
from myparcel_backoffice.celery import app
beat = app.Beat(loglevel="ERROR")
beat.init_loader()
schedule = beat.Service(app=app, schedule_filename=sys.argv[1]).get_scheduler().schedule
print(*sorted(schedule))
ours = ("accounts", "carriers", "integrations", "jobs", "shipments", "shops", "tracking", "ui")
print(*sorted(name for name in sys.modules if name.startswith((*ours, "django.db.models", "click_repl"))))
"""


def test_the_scheduler_sends_every_task_and_loads_none(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCHEDULER, str(tmp_path / "schedule")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    scheduled, loaded = done.stdout.splitlines()
    assert set(scheduled.split()) - {"celery.backend_cleanup"} == {*PERIODIC_TASKS, *EVERY_MINUTE, *DAILY}
    assert loaded == ""


# What a program has loaded before it forks. Nothing is connected to.
WORKER = """
import sys
import django
django.setup()
from myparcel_backoffice.supervisor import load
load()
print(*sys.modules)
"""
WEB = """
import sys
import gunicorn.app.wsgiapp
from django.urls import get_resolver
from myparcel_backoffice.wsgi import application
from myparcel_backoffice.warm_up import warm_up
warm_up()
get_resolver()._populate()
print(*sys.modules)
"""
# Loaded once and shared, because every process needs it for its first row or page.
SHARED = {
    "redis.client",
    "kombu.transport.redis",
    "integrations.providers.wix.provider",
    "carriers.gateways.myparcel.gateway",
}
# Needed by some pages and files only.
DRAWING = {"reportlab", "PIL", "pypdfium2", "openpyxl", "zxingcpp", "qrcode", "holidays"}


@pytest.mark.parametrize(
    ("program", "left_out"),
    [
        (
            WORKER,
            DRAWING | {"myparcel_backoffice.urls", "shipments.views", "allauth.account.views", "fido2", "gunicorn"},
        ),
        (WEB, DRAWING | {"celery.apps.worker", "celery.worker.consumer"}),
    ],
    ids=["worker", "web"],
)
def test_a_program_loads_what_its_processes_share_and_nothing_else(program, left_out):
    production = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=production, capture_output=True, text=True, check=True
    )
    loaded = {*done.stdout.split()}
    assert loaded >= SHARED
    assert loaded & left_out == set()


def test_every_scheduled_task_exists_in_the_worker():
    app.loader.import_default_modules()
    assert set(app.tasks) >= {*PERIODIC_TASKS, *EVERY_MINUTE, *DAILY}


def test_before_the_fork_a_page_is_answered_without_a_connection_that_would_be_shared():
    """In a thread, which has no connections yet. Without the mark for the database a page that used it would fail."""

    def answer() -> tuple[str, list[Any]]:
        headers = warm_up_pages(application)
        return headers["status"], [one.connection for one in connections.all(initialized_only=True)]

    with ThreadPoolExecutor() as pool:
        status, opened = pool.submit(answer).result()
    assert status.startswith("200")
    assert not any(opened)


def test_the_worker_has_made_a_draft_before_it_forks():
    """So that no press waits until the tables are read. Without the mark for the database a draft could not use it."""
    _patterns.cache_clear()
    try:
        load()
    finally:
        gc.unfreeze()
    assert _patterns.cache_info().currsize == 1


def test_the_way_to_the_broker_is_loaded_before_the_fork_and_not_taken(monkeypatch):
    """So that the first press in a process does not wait for it."""
    taken = []
    monkeypatch.setattr(Connection, "get_transport_cls", lambda _own: taken.append("loaded"))
    monkeypatch.setattr(Connection, "connect", lambda _own: taken.append("connected"))
    warm_up()
    assert taken == ["loaded"]


def test_what_is_loaded_before_the_fork_is_left_alone_by_the_garbage_collector():
    try:
        freeze_before_fork()
        assert gc.get_freeze_count() > 100_000
    finally:
        gc.unfreeze()
