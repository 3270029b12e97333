"""Articles of which the webshop gives no weight, with the weight that the shop remembers."""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.models import OFFERED, ExternalOrder
from shipments.models import ProductCustoms
from shops.models import Shop

# The newest orders that are looked through; an article in none of them is listed once its weight is remembered.
LATEST_ORDERS = 300
MAX_ARTICLES = 300


@dataclass(frozen=True, slots=True)
class WeightlessArticle:
    """``grams`` are as remembered, None when nothing is."""

    sku: str
    name: str
    grams: int | None


def find_weightless_articles(shop: Shop) -> list[WeightlessArticle]:
    """Those without a remembered weight first, each by name. Two queries, and one for each site."""
    remembered = dict(
        ProductCustoms.objects.filter(shop=shop, weight__isnull=False).order_by("sku").values_list("sku", "weight")
    )
    named = dict(ProductCustoms.objects.filter(shop=shop, sku__in=remembered).values_list("sku", "description"))
    names = {sku: named.get(sku, "") for sku in remembered}
    for row in _latest_orders(shop):
        for line in row.order.lines:
            if line.shippable and line.sku and not line.third_party_fulfilled and not line.weight:
                names[line.sku] = names.get(line.sku) or line.name
    found = [WeightlessArticle(sku, name, remembered.get(sku)) for sku, name in names.items()]
    return sorted(found, key=lambda article: (article.grams is not None, article.name.casefold(), article.sku))[
        :MAX_ARTICLES
    ]


def _latest_orders(shop: Shop) -> Iterator[ExternalOrder]:
    """Of each site the newest that were imported or can be, from the index that carries its import page."""
    for connection in shop.connections.all():
        newest = connection.orders.filter(OFFERED).order_by("-listed_at", "-pk")[:LATEST_ORDERS]
        yield from (order for order in newest if order.erased_at is None)
