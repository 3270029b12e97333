"""manage.py rotate_keys: seal everything again with the newest of FIELD_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.services import keys
from lib.commands import add_dry_run_argument


class Command(BaseCommand):
    help = (
        "Seals every token and API key with the newest of FIELD_KEYS. May be stopped, repeated and run while the "
        "backoffice works. Exits non-zero when something was sealed with a key that FIELD_KEYS no longer holds; "
        "whoever it belongs to connects again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_dry_run_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        rotations = keys.rotate(dry_run=options["dry_run"])
        did = "would be sealed again" if options["dry_run"] else "sealed again"
        for one in rotations:
            self.stdout.write(f"{one.column}: {one.reencrypted} {did}, {one.unreadable} unreadable")
        unreadable = sum(one.unreadable for one in rotations)
        if unreadable:
            raise CommandError(f"{unreadable} cannot be read with any of FIELD_KEYS.")
