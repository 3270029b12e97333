"""manage.py check_connections: ask every connected site who it is."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.models import Connection
from integrations.services import connections
from integrations.services.circuit_breaker import record_failure, record_success
from integrations.services.tokens import open_session
from lib.commands import add_dry_run_argument, add_shop_argument, filter_shops
from lib.http import ApiError
from shops.models import Shop


class Command(BaseCommand):
    help = (
        "Asks every connected site who it is and updates the state of the connection. "
        "With --dry-run only prints what we know. Exits non-zero when a connection does not work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_shop_argument(parser)
        add_dry_run_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        shops = filter_shops(Shop.objects.all(), options["shop"])
        rows = Connection.objects.connected().filter(shop__in=shops).select_related("shop")
        failed = sum(not self.check_connection(connection, dry_run=options["dry_run"]) for connection in rows)
        if failed:
            raise CommandError(f"{failed} of {len(rows)} connections do not work.")

    def check_connection(self, connection: Connection, *, dry_run: bool) -> bool:
        result = connection.get_state_display()
        if not dry_run:
            try:
                site = open_session(connection).describe()
                record_success(connection)
                connections.reactivate(connection, states=["reconnect"])
                result = f"{site.name}, app version {site.app_version or 'unknown'}"
            except ApiError as error:
                record_failure(connection, error)
                result = f"{type(error).__name__}: {error.message or 'no explanation given'}"
        self.stdout.write(f"{connection.shop} · {connection}: {result}")
        return connection.is_active
