"""manage.py sync_orders: read the orders of connected shops now."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.models import Connection, SyncRun
from integrations.services import sync
from lib.commands import add_dry_run_argument, add_shop_argument, filter_shops
from shops.models import Shop

SYNC_TIMEOUT_SECONDS = 120.0


class Command(BaseCommand):
    help = (
        "Reads changed orders of every active connection into the mirror, and waits until it is done. "
        "Safe to repeat and to run beside a worker. Exits non-zero when a shop could not be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_shop_argument(parser)
        add_dry_run_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        shops = filter_shops(Shop.objects.all(), options["shop"])
        connections = Connection.objects.active().filter(shop__in=shops).select_related("shop")
        failed = sum(not self.sync_connection(connection, dry_run=options["dry_run"]) for connection in connections)
        if failed:
            raise CommandError(f"{failed} of {len(connections)} connections could not be read.")

    def sync_connection(self, connection: Connection, *, dry_run: bool) -> bool:
        if dry_run:
            self.stdout.write(f"{connection.shop} · {connection}: would read changes since {connection.synced_through}")
            return True
        run = sync.request_sync(connection)
        deadline = time.monotonic() + SYNC_TIMEOUT_SECONDS
        while run.state in sync.ACTIVE_STATES and time.monotonic() < deadline:
            # A worker beside us may have taken it up: then there is nothing to do but wait.
            if not sync.sync_due():
                time.sleep(0.2)
            run.refresh_from_db()
        self.stdout.write(
            f"{connection.shop} · {connection}: {run.state}, {run.seen} seen, {run.created} new, "
            f"{run.updated} updated, {run.rejected} rejected"
        )
        return run.state == SyncRun.State.DONE
