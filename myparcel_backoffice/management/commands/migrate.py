"""Django's ``migrate``; quick with a database that is empty, and with one where nothing is left to do."""

from typing import Any

from django.core.checks import Tags
from django.core.management.commands import migrate

from myparcel_backoffice.empty_database import create_tables, is_empty, is_up_to_date, tell_apps

# With one of these somebody wants something else than the newest tables.
OTHER_WISHES = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    # The other checks load every page, which no table needs; the web process makes them.
    requires_system_checks = [Tags.models, Tags.database]

    def handle(self, *args: Any, **options: Any) -> None:
        database, verbosity = options["database"], options["verbosity"]
        if any(options[wish] for wish in OTHER_WISHES):
            super().handle(*args, **options)
        elif is_empty(database):
            create_tables(database, verbosity=verbosity)
            if verbosity:
                self.stdout.write(self.style.SUCCESS("Created all tables of the empty database."))
        elif verbosity or not is_up_to_date(database):
            super().handle(*args, **options)
        else:
            tell_apps(database)
