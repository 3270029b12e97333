"""Servers and programs in the shape of production, and what can be done to them without a warning."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.context import ROOT
from benchmarks.measuring import tree, tree_cpu
from benchmarks.programs import COMMANDS, responds, stop, wait_for
from tests.backing_services import Services

# Nothing has to survive a power cut here; what was committed has to survive the death of PostgreSQL.
DURABLE = ("fsync=off", "full_page_writes=off")
POSTGRES, VALKEY = 0, 1


class StormServices(Services):
    """PostgreSQL and Valkey that can be killed and come back, the first with its data, the second without."""

    def __init__(self) -> None:
        super().__init__(options=DURABLE, migrated=True)
        self.cpu_of_the_dead = 0.0

    def restart_postgres_at_once(self) -> None:
        """As ``pg_ctl restart -m immediate``: every connection breaks, and the log is replayed."""
        self._end(POSTGRES, signal.SIGQUIT)
        self._start_postgres()
        self.programs[POSTGRES] = self.programs.pop()

    def kill_valkey(self, pause: float) -> None:
        """With its memory; nobody listens for ``pause`` seconds."""
        self._end(VALKEY, signal.SIGKILL)
        time.sleep(pause)
        self._start_valkey()
        self.programs[VALKEY] = self.programs.pop()

    def flush_valkey(self) -> None:
        import redis  # noqa: PLC0415 - a package of the product

        redis.Redis(unix_socket_path=self.redis_url.removeprefix("unix://")).flushall()

    def _end(self, which: int, number: signal.Signals) -> None:
        program = self.programs[which]
        self.cpu_of_the_dead += tree_cpu([program.pid])
        program.send_signal(number)
        program.wait()

    def cpu(self) -> float:
        return self.cpu_of_the_dead + tree_cpu(program.pid for program in self.programs)


class Machines:
    """The product's programs. Each can be killed as a whole, or one of its processes."""

    def __init__(self, env: dict[str, str], folder: Path, port: int) -> None:
        self.env, self.folder, self.port = env, folder, port
        self.cpu_of_the_dead = 0.0
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(collect, cwd=ROOT, env=self.env, check=True)
        for name in COMMANDS:
            self._start(name)
        wait_for(lambda: responds(f"http://127.0.0.1:{self.port}/healthz"), "the web process does not answer")

    def _start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                COMMANDS[name], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """SIGKILL to every process of the program, as a power cut would; then it is started again."""
        program = self.running[name]
        self.cpu_of_the_dead += tree_cpu([program.pid])
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        if name == "web":
            self._await_port()
        self._start(name)

    def kill_one_process(self, name: str, rng: random.Random) -> None:
        """SIGKILL to one of the program's children; its parent is the one to notice."""
        children = tree([self.running[name].pid])[1:]
        if children:
            os.kill(rng.choice(children), signal.SIGKILL)

    def _await_port(self) -> None:
        """A killed program is gone a moment before its socket is."""
        wait_for(lambda: not responds(f"http://127.0.0.1:{self.port}/healthz"), "the dead web process answers")

    def stop(self) -> None:
        for program in self.running.values():
            program.terminate()
        for program in self.running.values():
            stop(program)

    def cpu(self) -> float:
        return self.cpu_of_the_dead + tree_cpu(program.pid for program in self.running.values())


def environment(services: Services, folder: Path, port: int, more: dict[str, Any]) -> dict[str, str]:
    """What a program in production is given, on one machine and without a certificate."""
    from tests.production import documented_settings  # noqa: PLC0415 - makes a key, which takes a moment

    own = {
        "DATABASE_URL": services.database_url,
        "REDIS_URL": services.redis_url,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "BASE_URL": f"https://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",
        "TRUSTED_PROXY_COUNT": "0",
        "BUFFERING_PROXY": "0",
        "ADMIN_PATH": "",
        "EMAIL_URL": "dummymail://",
        "MALLOC_ARENA_MAX": "2",
        "DJANGO_SETTINGS_MODULE": "myparcel_backoffice.settings",
    }
    return documented_settings() | own | {name: str(value) for name, value in more.items()}
