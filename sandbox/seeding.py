"""The seed: an invented Wix account with two shops and a blog, and an order for every situation a shop meets."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sandbox import fulfilling, people, special
from sandbox.models import Mail, Order, Site, Token
from sandbox.shop import row_of

FIRST_SHOP, SECOND_SHOP, BLOG = "Atelier Voorbeeld", "Studio Tweede", "Blog zonder winkel"
FIRST_NUMBER = 10201
PLAIN_BEFORE, PLAIN_AFTER, SECOND_ORDERS = 22, 8, 30


def seed() -> None:
    """Fill an empty stand-in; does nothing when there are sites."""
    if Site.objects.exists():
        return
    with transaction.atomic():
        Site.objects.create(name=FIRST_SHOP, url="https://atelier-voorbeeld.example")
        Site.objects.create(name=SECOND_SHOP, url="https://studio-tweede.example")
        Site.objects.create(name=BLOG, url="https://blog.example", has_stores=False)
        _orders()


def reset() -> None:
    """Back to the seed; app, sites and instance ids stay what they were."""
    with transaction.atomic():
        for model in (Mail, Order, Token):
            model.objects.all().delete()
        Site.objects.update(next_number=FIRST_NUMBER, installed=False)
        _orders()


def _orders() -> None:
    first, second = Site.objects.get(name=FIRST_SHOP), Site.objects.get(name=SECOND_SHOP)
    chance = random.Random(2026)  # noqa: S311 - the same shop in every seed
    _fill(first, list(_first_shop(chance)))
    _fill(second, list(_second_shop(chance)))
    for number, lines in special.PARTLY_SENT.items():
        order = first.orders.get(number=number)
        fulfilling.create(first, order.order_id, {"lineItems": lines})


def _first_shop(chance: random.Random) -> Iterator[dict[str, Any]]:
    number = FIRST_NUMBER
    for _plain in range(PLAIN_BEFORE):
        yield people.plain_order(str(number), chance)
        number += 1
    while number < special.FIRST_NUMBER:
        yield people.plain_order(str(number), chance)
        number += 1
    yield from special.orders()
    number = special.FIRST_NUMBER + len(list(special.orders()))
    for _plain in range(PLAIN_AFTER):
        yield people.plain_order(str(number), chance)
        number += 1


def _second_shop(chance: random.Random) -> Iterator[dict[str, Any]]:
    number = FIRST_NUMBER
    for _plain in range(SECOND_ORDERS):
        yield people.plain_order(str(number), chance)
        number += 1
    for contact, address in special.ABROAD[:4]:
        yield people.order(str(number), [people.line(1, people.PRODUCTS[0], 2)], contact, address)
        number += 1


def _fill(site: Site, orders: list[dict[str, Any]]) -> None:
    """Spread over the last fourteen days, the newest last."""
    now, step = timezone.now(), timedelta(days=14) / (len(orders) + 1)
    rows = [row_of(site, data, now - step * (len(orders) - index)) for index, data in enumerate(orders)]
    Order.objects.bulk_create(rows)
    Site.objects.filter(pk=site.pk).update(next_number=int(orders[-1]["number"]) + 1)
