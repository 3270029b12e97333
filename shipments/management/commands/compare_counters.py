"""manage.py compare_counters: what the nightly comparison does, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shipments.services.counters.comparison import compare_all


class Command(BaseCommand):
    help = (
        "Compares every counter with the shipments and orders themselves, puts right what differs and says what it "
        "was. Safe to repeat, and while everything runs. Exits non-zero when a counter was wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = compare_all()
        for difference in found:
            self.stdout.write(difference.message)
        if len(found) == 1:
            raise CommandError("1 counter was wrong and is right now.")
        if found:
            raise CommandError(f"{len(found)} counters were wrong and are right now.")
        self.stdout.write("Every counter is right.")
