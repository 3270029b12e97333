"""Orders of invented buyers, as a platform would give them. Pure functions."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from demo.history.words import (
    ARTICLES,
    COMPANIES,
    FIRST_NAMES,
    FLAT,
    LAST_NAMES,
    NUMBER_FIRST,
    PHONES,
    PLACES,
    REGIONS,
    STREETS,
    Article,
)
from integrations.orders import (
    FulfillmentStatus,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderStatus,
    PaymentStatus,
)

# Of a hundred parcels.
COUNTRIES = {"NL": 74, "BE": 11, "DE": 7, "FR": 2, "ES": 1, "CH": 1, "GB": 2, "US": 2}
LETTERS = "ABCDEGHJKLMNPRTVWXZ"
FLAT_SHARE = 0.16


def choose_country(rng: random.Random) -> str:
    return rng.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]


def choose_articles(rng: random.Random) -> tuple[tuple[Article, int], ...]:
    """One to three articles with their quantities; now and then something that fits through a letterbox."""
    if rng.random() < FLAT_SHARE:
        return ((rng.choice(FLAT), rng.randint(1, 3)),)
    chosen = rng.sample(ARTICLES, rng.choices((1, 2, 3), (50, 35, 15))[0])
    return tuple((article, rng.choices((1, 2, 4), (65, 25, 10))[0]) for article in chosen)


def make_address(rng: random.Random, country: str) -> OrderAddress:
    postal_code, city = rng.choice(PLACES[country])
    if country == "NL":
        postal_code = f"{postal_code} {rng.choice(LETTERS)}{rng.choice(LETTERS)}"
    street, number = rng.choice(STREETS), rng.randint(201, 399)
    return OrderAddress(
        first_name=rng.choice(FIRST_NAMES),
        last_name=rng.choice(LAST_NAMES),
        company=rng.choice(COMPANIES) if rng.random() < 0.06 else "",
        line1=f"{number} {street}" if country in NUMBER_FIRST else f"{street} {number}",
        postal_code=postal_code,
        city=city,
        region=REGIONS.get(city, ""),
        country=country,
        phone=PHONES[country].format(rng.randint(10, 99)),
    )


def make_order(
    rng: random.Random, number: str, own_id: uuid.UUID, country: str, placed_at: datetime,
    articles: Sequence[tuple[Article, int]],
) -> OrderData:  # fmt: skip
    """Approved, paid and not fulfilled."""
    address = make_address(rng, country)
    return OrderData(
        external_id=str(own_id),
        number=number,
        created_at=placed_at,
        updated_at=placed_at,
        paid_at=placed_at,
        status=OrderStatus.APPROVED,
        payment=PaymentStatus.PAID,
        fulfillment=FulfillmentStatus.NOT_FULFILLED,
        lines=tuple(make_lines(own_id, articles)),
        address=address,
        email=f"koper.{number}@example.com",
        total=Decimal(sum(article.cents * pieces for article, pieces in articles) + 495) / 100,
        shipping_method="Standaard verzending",
        buyer_language="nl" if country in {"NL", "BE"} else "en",
    )


def make_lines(own_id: uuid.UUID, articles: Sequence[tuple[Article, int]]) -> list[OrderLine]:
    return [
        OrderLine(
            id=str(uuid.uuid5(own_id, article.sku)),
            name=article.name,
            quantity=pieces,
            sku=article.sku,
            weight=article.weight,
            unit_value=Decimal(article.cents) / 100,
            choices=article.choices,
        )
        for article, pieces in articles
    ]


def as_sent(order: OrderData, at: datetime) -> OrderData:
    """The same order after everything in it was sent."""
    lines = tuple(replace(line, fulfilled=line.quantity) for line in order.lines)
    return replace(order, lines=lines, fulfillment=FulfillmentStatus.FULFILLED, updated_at=at)
