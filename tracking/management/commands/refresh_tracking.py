"""manage.py refresh_tracking: poll the carriers now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lib.commands import add_dry_run_argument, add_shop_argument, filter_shops
from shipments.models import Shipment
from shops.models import Shop
from tracking import poll


class Command(BaseCommand):
    help = (
        "Polls every shipment that is still tracked now, whatever its next poll time. "
        "Safe to run beside a worker and to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_shop_argument(parser)
        add_dry_run_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        shops = filter_shops(Shop.objects.all(), options["shop"])
        ids = list(shops.values_list("pk", flat=True))
        if options["dry_run"]:
            waiting = Shipment.objects.filter(shop__in=ids).exclude(next_poll_at=None).count()
            self.stdout.write(f"would ask about {waiting} parcels")
            return
        poll.poll_now(ids)
        self.stdout.write(f"asked about {poll.poll_due(seconds=600)} parcels")
