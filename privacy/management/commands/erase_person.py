from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lib.commands import add_dry_run_argument, add_shop_argument, filter_shops
from privacy.management.commands._person import add_person_arguments, describe, person_query
from privacy.models import PersonErasure
from privacy.services import erase_person
from privacy.services.preview import preview_person
from shops.models import Shop


class Command(BaseCommand):
    help = "Erases a person in one shop, or in all that have something of them, and prints the receipts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_person_arguments(parser)
        add_shop_argument(parser)
        add_dry_run_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        query = person_query(options)
        requests = []
        for shop in filter_shops(Shop.objects.order_by("pk"), options["shop"]):
            preview = preview_person(shop, query)
            if not preview.lines and not preview.is_partial:
                continue
            self.stdout.write(f"{shop.name}: {describe(preview)}")
            if not options["dry_run"]:
                source = PersonErasure.Source.OPERATIONS
                requests.append(erase_person.request_erasure(shop, query, by=None, source=source).pk)
        if not requests:
            self.stdout.write("Nothing was erased.")
            return
        # A turn is over after some seconds, and the next one goes on.
        while erase_person.erase_due(seconds=3600):
            pass
        left = PersonErasure.objects.filter(pk__in=requests, finished_at=None).count()
        if left:
            raise CommandError(
                f"{left} erasures wait for a label or an export that is being made; a worker finishes them."
            )
        self.stdout.write("Erased.")
