from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from audit import trail
from audit.actions import AuditAction
from lib.commands import add_shop_argument, filter_shops
from privacy.management.commands._person import add_person_arguments, describe, person_query
from privacy.services.preview import preview_person
from shops.models import Shop


class Command(BaseCommand):
    help = "Counts what there is of a person, shop by shop. Changes nothing; the shop's log says that it was asked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person_arguments(parser)
        add_shop_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        query = person_query(options)
        for shop in filter_shops(Shop.objects.order_by("pk"), options["shop"]):
            preview = preview_person(shop, query)
            trail.record(AuditAction.PERSON_FOUND, by=None, shop=shop)
            self.stdout.write(f"{shop.name}: {describe(preview)}")
