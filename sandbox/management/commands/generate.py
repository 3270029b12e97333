"""python -m sandbox.manage generate: adds many orders to a site."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sandbox import seed, sites
from sandbox.models import Site


class Command(BaseCommand):
    help = "Adds paid, open orders of invented people to a site, thousands per second."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--site", default=seed.FIRST_SHOP, help="the site's name (default: %(default)s)")
        parser.add_argument("--orders", "--count", dest="count", type=int, required=True, help="how many orders")
        parser.add_argument("--seed", type=int, help="the same seed makes the same people")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.filter(name=options["site"]).first()
        if site is None:
            names = ", ".join(Site.objects.values_list("name", flat=True))
            raise CommandError(f"There is no site {options['site']!r}; there are {names}.")
        if options["count"] < 1:
            raise CommandError("Say how many orders: a number from 1.")
        made = sites.add_orders(site, options["count"], seed=options["seed"])
        self.stdout.write(f"{len(made)} orders, {made[0].number} to {made[-1].number}")
