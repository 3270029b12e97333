"""python -m sandbox.manage serve: creates and fills the database, then serves on 127.0.0.1."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

MAX_PORT = 65_535
KEEP_ALIVE_SECONDS = 75


class Command(BaseCommand):
    help = "Runs the local sandbox on 127.0.0.1. Data is kept in DATA_DIR/sandbox.sqlite3."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=os.environ.get("SANDBOX_PORT", "8001"))
        parser.add_argument("--data", help="the folder of the database, instead of DATA_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["port"] <= MAX_PORT:
            raise CommandError(f"A port is a number from 1 to {MAX_PORT}.")
        if options["data"] and os.environ.get("DATA_DIR") != options["data"]:
            self._restart_with_data(options["port"], options["data"])
        call_command("seed")
        bind = ["--bind", f"127.0.0.1:{options['port']}", "--timeout", "120", "--log-level", "warning"]
        # Wix's servers keep an idle connection open for a minute and more.
        keep_alive = ["--keep-alive", str(KEEP_ALIVE_SECONDS)]
        # Started when they are needed: many calls may wait at once, as the switch slow_ms has them do.
        threads = ["--worker-class", "gthread", "--workers", "1", "--threads", "64", "--no-control-socket"]
        self._exec([sys.executable, "-m", "gunicorn", "sandbox.wsgi:application", *bind, *keep_alive, *threads])

    def _restart_with_data(self, port: int, folder: str) -> None:
        """Settings read DATA_DIR once, so another folder needs a new process."""
        os.environ["DATA_DIR"] = folder
        self._exec([sys.executable, "-m", "sandbox.manage", "serve", "--port", str(port)])

    def _exec(self, command: list[str]) -> None:
        os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell
