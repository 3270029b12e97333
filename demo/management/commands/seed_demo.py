"""manage.py seed_demo: create an account with a new shop and a busy shop."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import fill
from lib.http import ApiError


class Command(BaseCommand):
    help = (
        "Creates the demo account with two shops: a new one without a connection, and a busy one that is filled "
        "through the local sandbox for Wix (which must be running). Does nothing when the account exists. "
        "Writes the e-mail address and the password to demo.json in the data folder. Does not run in production."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show what would be created, and create nothing")
        parser.add_argument(
            "--accounts",
            type=int,
            default=1,
            help="number of accounts, for programs that need separate data: the second one is demo-2, "
            "with its own sites in the sandbox, and is written to demo-2.json (default: %(default)s)",
        )
        parser.add_argument(
            "--history", action="store_true", help="also create 600 shipments of the last 60 days in each busy shop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo data does not belong in production.")
        for number in range(1, options["accounts"] + 1):
            self.seed(fill.Account(number), dry_run=options["dry_run"], with_history=options["history"])

    def seed(self, account: fill.Account, *, dry_run: bool, with_history: bool) -> None:
        if dry_run:
            self.stdout.write(
                f"The {account.name} account is there."
                if account.exists()
                else f"Would make the {account.name} account."
            )
            return
        path = settings.DATA_DIR / f"{account.name}.json"
        if not account.exists():
            facts = {"email": account.email, "password": fill.make_account(account)}
            path.touch(mode=0o600)
            path.write_text(json.dumps(facts | {"site": account.new_site, "busy_site": account.busy_site}))
            self.fill(account, with_history=with_history)
        self.stdout.write(f"Demo account: see {path}")

    def fill(self, account: fill.Account, *, with_history: bool) -> None:
        try:
            fill.fill_busy_shop(account, with_history=with_history)
        except (ApiError, fill.SandboxUnavailable) as error:
            self.stderr.write(f"The busy demo shop stays empty: {error}")
