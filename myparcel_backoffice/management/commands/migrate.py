"""Django's ``migrate``, which creates the tables of an empty database at once."""

from typing import Any

from django.core.checks import Tags
from django.core.management.commands import migrate

from myparcel_backoffice.empty_database import create_tables, is_empty

# With one of these somebody wants something else than the newest tables.
OTHER_WISHES = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    # The other checks load every page, which no table needs; the web process makes them.
    requires_system_checks = [Tags.models, Tags.database]

    def handle(self, *args: Any, **options: Any) -> None:
        if any(options[wish] for wish in OTHER_WISHES) or not is_empty(options["database"]):
            super().handle(*args, **options)
            return
        create_tables(options["database"], verbosity=options["verbosity"])
        if options["verbosity"]:
            self.stdout.write(self.style.SUCCESS("Created all tables of the empty database."))
