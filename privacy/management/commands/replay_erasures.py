from typing import Any

from django.core.management.base import BaseCommand

from lib.tombstones import journal_path
from privacy.services.replay import replay_journal


class Command(BaseCommand):
    help = (
        "Erases again what was erased since the restored dump was made, by the journal of erasures. "
        "Run it after a restore, before web, worker and scheduler start. May be repeated."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not journal_path().exists():
            self.stdout.write(f"There is no journal at {journal_path()}: restore it first if there was one.")
            return
        counts = replay_journal()
        for name, number in sorted(counts.items()):
            self.stdout.write(f"{name}: {number}")
        self.stdout.write("Erased again." if counts else "Nothing of what was erased is in this database.")
