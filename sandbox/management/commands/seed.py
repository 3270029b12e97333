"""python -m sandbox.manage seed: creates the app, the sites and their orders if they are missing."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from sandbox import seed, switches
from sandbox.models import App


class Command(BaseCommand):
    help = "Creates tables, the app (from WIX_APP_ID and WIX_APP_SECRET if set), sites and orders if they are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="restore the initial orders and switches")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if not App.objects.exists():
            switches.create_app(os.environ.get("WIX_APP_ID", ""), os.environ.get("WIX_APP_SECRET", ""))
        seed.create_seed_data()
        if options["reset"]:
            seed.reset()
