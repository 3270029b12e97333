"""What to take from the shelves for a selection of parcels: by article, and by order."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from shipments.content import ShipmentLine
from shipments.models import Shipment
from shipments.models.querysets import ShipmentQuerySet
from shipments.queries.shelves import find_shelves
from shipments.states import UNLABELED, ShipmentStatus
from shops.models import Shop

MAX_PARCELS = 1000


@dataclass(frozen=True, slots=True)
class PickLine:
    line: ShipmentLine
    shelf: str


@dataclass(frozen=True, slots=True)
class PickParcel:
    """Without lines nothing is known of what is in it, or nothing of it is to be sent any more."""

    shipment: Shipment
    lines: Sequence[PickLine]


@dataclass(slots=True)
class PickArticle:
    """``line`` has all pieces; ``parcels`` are the order numbers with the pieces for each."""

    line: ShipmentLine
    shelf: str
    parcels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PickList:
    """``is_cut``: the selection has more than MAX_PARCELS parcels; the list has the first of them."""

    parcels: Sequence[PickParcel]
    articles: Sequence[PickArticle]
    is_cut: bool

    @property
    def empty(self) -> list[PickParcel]:
        return [parcel for parcel in self.parcels if not parcel.lines]

    @property
    def pieces(self) -> int:
        return sum(article.line.quantity for article in self.articles)


def make_pick_list(shop: Shop, selected: ShipmentQuerySet) -> PickList:
    """Three queries. Returns and canceled shipments are left out: nothing is taken from a shelf for them."""
    rows = selected.filter(parent=None).exclude(status=ShipmentStatus.CANCELED).select_related("order")
    shipments = list(rows[: MAX_PARCELS + 1])
    is_cut = len(shipments) > MAX_PARCELS
    shipments = sorted(shipments[:MAX_PARCELS], key=lambda one: (natural_key(one.reference), one.parcel_number, one.pk))
    lines = _lines_to_pick(shipments)
    shelves = find_shelves(shop, {line.sku for of_parcel in lines.values() for line in of_parcel})
    parcels = [
        PickParcel(one, sorted((PickLine(line, shelves.get(line.sku, "")) for line in lines[one.pk]), key=_walk))
        for one in shipments
    ]
    return PickList(parcels, sorted(_by_article(parcels), key=_walk), is_cut)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts "A2" before "A10"."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def _walk(one: PickLine | PickArticle) -> tuple[object, ...]:
    """Along the shelves; what has none comes last, by name."""
    return (not one.shelf, natural_key(one.shelf), one.line.name.casefold(), one.line.sku, one.line.chosen)


def _lines_to_pick(shipments: Iterable[Shipment]) -> dict[int, list[ShipmentLine]]:
    """By shipment. What was refunded since the import is taken off, from the last parcels of an order first."""
    of_orders: dict[int, Counter[str]] = {}
    found = {}
    for one in shipments:
        lines = one.lines
        if one.order is not None and one.order.order.lines:
            left = of_orders.setdefault(one.order.pk, _units_to_send(one))
            lines = tuple(replace(line, quantity=_take(left, line)) for line in lines)
        found[one.pk] = [line for line in lines if line.quantity]
    return found


def _units_to_send(shipment: Shipment) -> Counter[str]:
    """By line of the order. What has a label counts as sent in the webshop, and still lies on its shelf."""
    assert shipment.order is not None
    units: Counter[str] = Counter()
    for line in shipment.order.order.lines:
        of_line = line if shipment.status in UNLABELED else replace(line, fulfilled=0)
        units[line.id] = of_line.quantity_to_ship
    return units


def _take(left: Counter[str], line: ShipmentLine) -> int:
    taken = min(line.quantity, left[line.id])
    left[line.id] -= taken
    return taken


def _by_article(parcels: Iterable[PickParcel]) -> list[PickArticle]:
    """One for each SKU, or name without one, and what the buyer chose."""
    articles: dict[tuple[object, ...], PickArticle] = {}
    for parcel in parcels:
        for picked in parcel.lines:
            line, reference = picked.line, parcel.shipment.reference
            key = (line.sku or ("", line.name), line.choices, line.amount)
            article = articles.setdefault(key, PickArticle(replace(line, quantity=0), picked.shelf))
            article.line = replace(article.line, quantity=article.line.quantity + line.quantity)
            article.parcels[reference] = article.parcels.get(reference, 0) + line.quantity
    return list(articles.values())
