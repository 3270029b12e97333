"""Migrated databases for tests to copy, because the migrations take seconds and many tests need a database."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What the tables depend on.
SOURCES = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "audit/append_only.py",
    "lib/*.py",
    "myparcel_backoffice/empty_database.py",
    "shipments/services/counters/*.py",
    "requirements.lock",
)


def copy_database(target: Path) -> None:
    """Replace ``target`` with a database that is migrated and nothing else. May be repeated."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f"{target.name}*"):
        leftover.unlink()
    shutil.copyfile(template_database(), target)


@cache
def template_database() -> Path:
    """The first process that asks makes it, and the others wait. A changed migration gives another file."""
    folder = Path(os.environ.get("TEMPLATE_DIR") or tempfile.gettempdir())
    template = folder / f"template-{os.getuid()}-{_fingerprint()}.sqlite3"
    with template.with_suffix(".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            _migrate_into(template)
    return template


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate_into(template: Path) -> None:
    with tempfile.TemporaryDirectory(dir=template.parent) as data:
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        env |= {"DATA_DIR": data, "DJANGO_SETTINGS_MODULE": "myparcel_backoffice.settings"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)
        Path(data, "backoffice.sqlite3").rename(template)


def copy_cluster(target: Path) -> None:
    """Copy the data folder of a PostgreSQL whose database ``backoffice`` is migrated and nothing else."""
    subprocess.run(["cp", "-a", template_cluster(), target], check=True)


@cache
def template_cluster() -> Path:
    """Like ``template_database``. The owner of the files is who runs PostgreSQL."""
    folder = Path(os.environ.get("TEMPLATE_DIR") or tempfile.gettempdir())
    template = folder / f"template-{os.getuid()}-{_fingerprint()}.postgres"
    with template.with_suffix(".postgres.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            _migrate_cluster(template)
    return template


def _migrate_cluster(template: Path) -> None:
    from tests.backing_services import Services  # noqa: PLC0415 - a plugin of pytest, which few of our users need

    services = Services()
    try:
        services.start()
        with tempfile.TemporaryDirectory() as data:
            own = {"DATA_DIR": data, "DATABASE_URL": services.database_url, "REDIS_URL": services.redis_url}
            env = os.environ | own | {"DJANGO_SETTINGS_MODULE": "myparcel_backoffice.settings"}
            command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
            subprocess.run(command, cwd=ROOT, env=env, check=True)
        services.end_programs()
        subprocess.run(["mv", services.folder / "data", template], check=True)
    finally:
        services.stop()
