"""manage.py import_orders: import open orders now."""

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs import runner
from jobs.models import Job
from lib.commands import add_dry_run_argument, add_shop_argument, filter_shops
from shipments.queries.filters import waiting_orders
from shipments.services.imports.order_import import import_now
from shops.models import Shop


class Command(BaseCommand):
    help = (
        "Imports the stored open orders as drafts with the shop's package preferences, on behalf of its owner. "
        "Run sync_orders first for the newest orders. Safe to repeat: each order becomes one draft. "
        "Exits non-zero when an order cannot be imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_shop_argument(parser)
        add_dry_run_argument(parser)
        parser.add_argument("--order", action="append", metavar="NUMBER", help="only this order number; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        refused = 0
        for shop in filter_shops(Shop.objects.all(), options["shop"]):
            orders = waiting_orders().filter(shop=shop)
            if options["order"]:
                orders = orders.filter(number__in=options["order"])
            if options["dry_run"]:
                self.stdout.write(f"{shop}: would import {', '.join(str(order) for order in orders) or 'nothing'}")
            elif orders.exists():
                refused += self.import_for(shop, orders)
        if refused:
            raise CommandError(f"{refused} orders were refused.")

    def import_for(self, shop: Shop, orders: Any) -> int:
        owner = shop.memberships.filter(role="owner").select_related("user").first()
        if owner is None:
            raise CommandError(f"{shop} has no owner to import for.")
        job = import_now(shop, owner.user, orders=orders, key=uuid.uuid4().hex)
        return self.report(shop, job)

    def report(self, shop: Shop, job: Job) -> int:
        progress = runner.progress(job)
        self.stdout.write(
            f"{shop}: {progress.ok} imported, {progress.unchanged} already there, {progress.failed} refused"
        )
        for item in job.items.filter(state="refused").select_related("order"):
            self.stdout.write(f"  {item.order}: {item.message}")
        return progress.failed
