"""python -m sandbox.manage serve: make the database, fill it when empty, and answer on 127.0.0.1."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from sandbox import knobs, seeding
from sandbox.models import App


class Command(BaseCommand):
    help = "Runs the local stand-in for Wix on 127.0.0.1. Data is kept in DATA_DIR/sandbox.sqlite3."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("SANDBOX_PORT", "8001")))

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if not App.objects.exists():
            knobs.make_app(os.environ.get("WIX_APP_ID", ""), os.environ.get("WIX_APP_SECRET", ""))
        seeding.seed()
        server = [sys.executable, "-m", "gunicorn", "sandbox.wsgi:application"]
        server += ["--bind", f"127.0.0.1:{options['port']}", "--worker-class", "gthread", "--threads", "8"]
        server += ["--workers", "1", "--no-control-socket", "--log-level", "warning", "--timeout", "120"]
        os.execv(sys.executable, server)  # noqa: S606 - our own interpreter, no shell
