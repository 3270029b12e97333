"""Articles of which the webshop gives no weight, with the weight that the shop remembers."""

from dataclasses import dataclass

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
    """Those without a remembered weight first, each by name. Two queries."""
    remembered = dict(
        ProductCustoms.objects.filter(shop=shop, weight__isnull=False).order_by("sku").values_list("sku", "weight")
    )
    named = dict(ProductCustoms.objects.filter(shop=shop, sku__in=remembered).values_list("sku", "description"))
    names = {sku: named.get(sku, "") for sku in remembered}
    for row in shop.externalorders.filter(erased_at=None).order_by("-placed_at", "-pk")[:LATEST_ORDERS]:
        for line in row.order.lines:
            if line.shippable and line.sku and not line.third_party_fulfilled and not line.weight:
                names[line.sku] = names.get(line.sku) or line.name
    found = [WeightlessArticle(sku, name, remembered.get(sku)) for sku, name in names.items()]
    return sorted(found, key=lambda article: (article.grams is not None, article.name.casefold(), article.sku))[
        :MAX_ARTICLES
    ]
