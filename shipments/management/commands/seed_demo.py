"""manage.py seed_demo: an account with a new shop and one in full swing, to look around in."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lib.http import ApiError
from shipments import demo


class Command(BaseCommand):
    help = (
        "Makes the demo account with two shops: a new one that is not connected yet, and one in full swing, filled "
        "through the local stand-in for Wix (which must be running). Does nothing when the account exists. "
        "Writes the e-mail address and the password to demo.json in the data folder. Refuses to run in production."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo data does not belong in production.")
        if options["dry_run"]:
            self.stdout.write("The demo account is there." if demo.exists() else "Would make the demo account.")
            return
        path = settings.DATA_DIR / "demo.json"
        if not demo.exists():
            user, password = demo.make_account()
            path.touch(mode=0o600)
            path.write_text(json.dumps({"email": user.email, "password": password}))
            self.fill()
        self.stdout.write(f"Demo account: see {path}")

    def fill(self) -> None:
        try:
            demo.fill_busy_shop()
        except (ApiError, demo.NoStandIn) as error:
            self.stderr.write(f"The busy demo shop stays empty: {error}")
