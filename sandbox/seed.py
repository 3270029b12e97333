"""The initial data: an invented Wix account with two shops and a blog, and orders for every known case."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from sandbox import call_counter, fulfillments, sample_data, scenarios, switches, webhooks
from sandbox.difficult_scenarios import difficult_scenarios
from sandbox.models import Delivery, Mail, Order, Site, Token
from sandbox.sites import build_row

ACCOUNT = "owner@atelier-voorbeeld.example"
FIRST_SHOP, SECOND_SHOP, BLOG = "Atelier Voorbeeld", "Studio Tweede", "Blog zonder winkel"
FIRST_NUMBER, RANDOM_SEED = 10201, 2026
AGE = timedelta(days=14)
PLAIN_AFTER, SECOND_ORDERS = 6, 21


def create_seed_data() -> None:
    """Create the sites and their orders, unless there are sites."""
    if Site.objects.exists():
        return
    with transaction.atomic():
        Site.objects.create(name=FIRST_SHOP, url="https://www.atelier-voorbeeld.example")
        Site.objects.create(name=SECOND_SHOP, url="https://www.studio-tweede.example")
        Site.objects.create(name=BLOG, url="https://blog.example", has_stores=False)
        _orders()


def reset() -> None:
    """Restore the initial data and switches. The app, its keys and the instance ids of the initial sites stay."""
    call_counter.reset()
    with transaction.atomic():
        for model in (Delivery, Mail, Order, Token):
            model.objects.all().delete()
        Site.objects.exclude(name__in=(FIRST_SHOP, SECOND_SHOP, BLOG)).delete()
        Site.objects.update(next_number=FIRST_NUMBER, installed=False, sends_mail=True)
        switches.reset()
        _orders()


def add_site(name: str, like: str) -> Site:
    """Add a shop with the initial orders of the shop ``like``. Raises ValueError."""
    if like not in (FIRST_SHOP, SECOND_SHOP):
        raise ValueError(f"a site is made like {FIRST_SHOP!r} or {SECOND_SHOP!r}")
    if not name or Site.objects.filter(name=name).exists():
        raise ValueError("a site needs a name that no other site has")
    with transaction.atomic():
        site = Site.objects.create(name=name, url=f"https://www.{slugify(name)}.example")
        first, second = _shops()
        if like == FIRST_SHOP:
            _fill_first(site, first)
        else:
            _fill(site, second)
    return site


def _orders() -> None:
    first, second = _shops()
    _fill_first(Site.objects.get(name=FIRST_SHOP), first)
    _fill(Site.objects.get(name=SECOND_SHOP), second)


def _shops() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rng = random.Random(RANDOM_SEED)  # noqa: S311 - the same shop in every seed
    return list(_first_shop(rng)), list(_second_shop(rng))


def _fill_first(site: Site, orders: list[dict[str, Any]]) -> None:
    _fill(site, orders)
    for number, lines in scenarios.PARTLY_SENT.items():
        order = site.orders.get(number=number)
        fulfillments.create(site, order.order_id, {"lineItems": lines}, webhooks.owner_actor())


def _first_shop(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Plain and foreign orders, the reference orders at their fixed numbers, then difficult ones."""
    abroad = scenarios.foreign_scenarios()
    plain = scenarios.REFERENCE_NUMBER - FIRST_NUMBER - len(abroad)
    yield from _plain(FIRST_NUMBER, plain, rng)
    yield from scenarios.number_scenarios(FIRST_NUMBER + plain, abroad)
    yield from scenarios.number_scenarios(scenarios.REFERENCE_NUMBER, scenarios.reference_scenarios())
    number = scenarios.REFERENCE_NUMBER + len(scenarios.reference_scenarios())
    yield from scenarios.number_scenarios(number, difficult_scenarios())
    yield from _plain(number + len(difficult_scenarios()), PLAIN_AFTER, rng)


def _second_shop(rng: random.Random) -> Iterator[dict[str, Any]]:
    yield from _plain(FIRST_NUMBER, SECOND_ORDERS, rng)
    yield from scenarios.number_scenarios(FIRST_NUMBER + SECOND_ORDERS, scenarios.foreign_scenarios()[:4])


def _plain(first: int, count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(first, first + count):
        yield sample_data.plain_order(str(number), rng)


def _fill(site: Site, orders: list[dict[str, Any]]) -> None:
    """Spread the orders over the last fourteen days, the newest last."""
    now, step = timezone.now(), AGE / (len(orders) + 1)
    rows = [build_row(site, data, now - step * (len(orders) - index)) for index, data in enumerate(orders)]
    Order.objects.bulk_create(rows)
    Site.objects.filter(pk=site.pk).update(next_number=int(orders[-1]["number"]) + 1)
