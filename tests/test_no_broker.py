"""A real worker whose Redis is killed: its sweep looks for work until Redis is back."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backing_services import Services
from tests.stack import ROOT, eventually
from tests.template_database import copy_database

pytestmark = pytest.mark.stack


def sweeps_of(folder: Path) -> list[int]:
    """The processes of the sweep with this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_sweep = b"myparcel_backoffice.sweeper" in (process / "cmdline").read_bytes()
            if is_sweep and f"DATA_DIR={folder}".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def test_work_goes_on_while_redis_is_away_and_one_sweep_does_it(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    copy_database(tmp_path / "backoffice.sqlite3")
    services = Services()
    services.start()
    own = {"REDIS_URL": services.redis_url, "DATA_DIR": str(tmp_path), "WORK_SWEEP_SECONDS": "1"}
    command = [sys.executable, "-m", "myparcel_backoffice", "worker", "--loglevel=INFO"]
    log = (tmp_path / "worker.log").open("wb")
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | own
    worker = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    try:
        # Its processes are started last.
        eventually(lambda: Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split(), 60)
        assert sweeps_of(tmp_path) == []
        valkey = next(one for one in services.programs if "valkey" in str(one.args))
        valkey.kill()
        valkey.wait()
        eventually(lambda: len(sweeps_of(tmp_path)) == 1, 60)
        services._start_valkey()
        eventually(lambda: sweeps_of(tmp_path) == [], 60)
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        services.stop()
