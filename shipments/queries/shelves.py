"""The articles of a shop with their shelves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from shipments.content import ShipmentLine
from shipments.models import ShelfText
from shops.models import Shop

# The newest shipments of which the articles are listed, and the most that a page shows.
LATEST_SHIPMENTS = 300
MAX_ARTICLES = 300


@dataclass(frozen=True, slots=True)
class ShelvedArticle:
    """``name`` is empty for an article that is in none of the newest shipments."""

    sku: str
    name: str
    shelf: str


def find_shelves(shop: Shop, skus: Iterable[str]) -> dict[str, str]:
    """By SKU, in one query."""
    wanted = {sku for sku in skus if sku}
    return dict(ShelfText.objects.filter(shop=shop, sku__in=wanted).values_list("sku", "shelf")) if wanted else {}


def find_articles(shop: Shop, typed: str) -> list[ShelvedArticle]:
    """Those in the newest shipments and those with a shelf that have these words; without a shelf first."""
    names = _names_of_latest(shop)
    words = typed.casefold().split()
    remembered = ShelfText.objects.filter(shop=shop)
    for word in words:
        named = [sku for sku, name in names.items() if word in name.casefold()]
        remembered = remembered.filter(Q(sku__icontains=word) | Q(shelf__icontains=word) | Q(sku__in=named))
    shelves = dict(remembered.order_by("sku").values_list("sku", "shelf")[:MAX_ARTICLES])
    of_names = find_shelves(shop, names)
    found = [ShelvedArticle(sku, names.get(sku, ""), shelf) for sku, shelf in shelves.items()]
    for sku, name in names.items():
        text = f"{sku} {name} {of_names.get(sku, '')}".casefold()
        if sku not in shelves and all(word in text for word in words):
            found.append(ShelvedArticle(sku, name, of_names.get(sku, "")))
    found.sort(key=lambda article: (bool(article.shelf), (article.name or article.sku).casefold(), article.sku))
    return found[:MAX_ARTICLES]


def _names_of_latest(shop: Shop) -> dict[str, str]:
    """By SKU; of the newest shipments, from the index that carries their list."""
    names: dict[str, str] = {}
    newest = shop.shipments.order_by("-listed_at", "-pk").values_list("order_lines", flat=True)[:LATEST_SHIPMENTS]
    for rows in newest:
        for line in map(ShipmentLine.from_json, rows):
            if line.sku:
                names.setdefault(line.sku, line.name)
    return names
