"""A real worker without beat (nobody rings) and without Redis, and one of whose processes are killed: work goes on."""

import os
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.backing_services import Services
from tests.stack import ROOT, eventually
from tests.template_database import copy_database

pytestmark = pytest.mark.stack
# A job without items ends when somebody finds it.
NEW_JOB = """
import sys
import django
django.setup()
from jobs.models import Job
from shops.models import Shop
shop = Shop.objects.first() or Shop.objects.create(name="Atelier Voorbeeld")
Job.objects.create(shop=shop, kind="edit", idempotency_key=sys.argv[1])
"""
IS_DONE = "SELECT 1 FROM shipments_job WHERE idempotency_key = ? AND state = 'done'"


class Worker:
    def __init__(self, folder: Path, services: Services) -> None:
        self.database = folder / "backoffice.sqlite3"
        own = {"REDIS_URL": services.redis_url, "DATA_DIR": str(folder), "WORK_SWEEP_SECONDS": "0.5"}
        outer = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.env = outer | own | {"DJANGO_SETTINGS_MODULE": "myparcel_backoffice.settings"}
        command = [sys.executable, "-m", "myparcel_backoffice", "worker", "--loglevel=INFO"]
        log = (folder / "worker.log").open("wb")
        self.program = subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)

    def processes(self) -> list[int]:
        found = Path(f"/proc/{self.program.pid}/task/{self.program.pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    def does_a_job(self) -> None:
        """Nobody rings for it."""
        key = uuid.uuid4().hex
        subprocess.run([sys.executable, "-c", NEW_JOB, key], env=self.env, cwd=ROOT, check=True)
        with closing(sqlite3.connect(self.database)) as database:
            eventually(lambda: database.execute(IS_DONE, [key]).fetchone(), 60)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    running = Services()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def worker(services: Services, tmp_path: Path) -> Iterator[Worker]:
    copy_database(tmp_path / "backoffice.sqlite3")
    running = Worker(tmp_path, services)
    eventually(lambda: len(running.processes()) == 2, 60)
    yield running
    if running.program.poll() is None:
        os.killpg(running.program.pid, signal.SIGKILL)
        running.program.wait()


def is_alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_work_goes_on_with_no_beat_no_broker_and_no_process_that_was_killed(worker, services):
    worker.does_a_job()
    valkey = next(one for one in services.programs if "valkey" in str(one.args))
    valkey.kill()
    valkey.wait()
    worker.does_a_job()
    before = set(worker.processes())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(worker.processes()) == 2 and not before & set(worker.processes()), 60)
    worker.does_a_job()
    services._start_valkey()
    worker.program.terminate()
    assert worker.program.wait(30) == 0


def test_processes_whose_parent_was_killed_stop(worker):
    processes = worker.processes()
    worker.program.kill()
    worker.program.wait()
    eventually(lambda: not any(map(is_alive, processes)), 60)
