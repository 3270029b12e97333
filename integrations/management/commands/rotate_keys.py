"""manage.py rotate_keys: encrypt every token and API key with the newest of FIELD_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.services import key_rotation
from lib.commands import add_dry_run_argument


class Command(BaseCommand):
    help = (
        "Encrypts every token and API key with the newest of FIELD_KEYS. May be stopped, repeated and run while the "
        "backoffice runs. Exits non-zero when a key is missing from FIELD_KEYS; the owners of what it encrypted must "
        "connect again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_dry_run_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        rotations = key_rotation.rotate(dry_run=options["dry_run"])
        result = "would be encrypted again" if options["dry_run"] else "encrypted again"
        for rotation in rotations:
            self.stdout.write(f"{rotation.column}: {rotation.reencrypted} {result}, {rotation.unreadable} unreadable")
        unreadable = sum(rotation.unreadable for rotation in rotations)
        if unreadable:
            raise CommandError(f"{unreadable} cannot be read with any of FIELD_KEYS.")
