"""manage.py push_fulfillments: tell the shops what left, now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.models import Fulfillment
from integrations.services import fulfillments
from lib.commands import add_dry_run_argument, add_shop_argument, filter_shops
from shops.models import Shop


class Command(BaseCommand):
    help = (
        "Sends every due tracking number to its shop. --retry-failed first puts failed ones back in the queue. "
        "Safe to repeat and to run beside a worker. Exits non-zero when something needs attention afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_shop_argument(parser)
        add_dry_run_argument(parser)
        parser.add_argument("--retry-failed", action="store_true", help="also try the failed ones again")

    def handle(self, *args: Any, **options: Any) -> None:
        shops = filter_shops(Shop.objects.all(), options["shop"])
        fulfillments_of_shops = Fulfillment.objects.filter(shop__in=shops)
        if options["dry_run"]:
            for row in fulfillments_of_shops.unfinished().select_related("order"):
                self.stdout.write(f"{row.order} {row.tracking_number}: {row.state}")
            return
        if options["retry_failed"]:
            fulfillments.retry_failed(fulfillments_of_shops)
        self.stdout.write(f"{fulfillments.push_due(seconds=600)} handled")
        failed = fulfillments_of_shops.filter(state=Fulfillment.State.NEEDS_ATTENTION).count()
        if failed:
            raise CommandError(f"{failed} fulfillments need attention; see the admin for the reasons.")
