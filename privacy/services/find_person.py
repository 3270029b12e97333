"""Finding one person among the orders and shipments of a shop: by e-mail address, name or order number."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from integrations.models import ExternalOrder
from integrations.services.erasure import order_words
from lib.person_words import person_words
from privacy.services.person_rows import (
    KINDS,
    ORDERS,
    SHIPMENTS,
    PersonQuery,
    RowKind,
    can_look_up,
    looked_up,
    matching,
    read_step,
)
from shipments.models import Shipment
from shipments.services.erasure import shipment_words
from shops.models import Shop

# Of each kind; an erasure goes on until nothing is found any more.
MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Not erased yet: orders with their connections, shipments with their orders. ``is_partial``: there may be more.

    ``looked_through`` says how many rows were read when the time for reading them ran out; empty otherwise.
    """

    orders: tuple[ExternalOrder, ...]
    shipments: tuple[Shipment, ...]
    is_partial: bool
    looked_through: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.shipments)

    @property
    def words(self) -> frozenset[str]:
        found = [order_words(row.order) for row in self.orders]
        return frozenset().union(*found, *(shipment_words(shipment) for shipment in self.shipments))


def query_words(query: PersonQuery) -> frozenset[str]:
    return person_words(names=[query.name], emails=[query.email])


def find_person(shop: Shop, query: PersonQuery, *, limit: int = MAX_ROWS, seconds: float | None = None) -> FoundPerson:
    """Orders bring their shipments and returns along, and shipments their order. At most ``limit`` of both.

    Where no index knows what is looked for, or too many others are like it, all rows are read, each kind for so many
    ``seconds``.
    """
    looked = {kind: _look(kind, shop, query, limit, seconds) for kind in KINDS}
    own = related(shop, {kind: one.keys for kind, one in looked.items()})
    too_slow = any(one.ran_out for one in looked.values())
    return FoundPerson(
        tuple(ORDERS.load(shop, own[ORDERS])[:limit]),
        tuple(SHIPMENTS.load(shop, own[SHIPMENTS])[:limit]),
        is_partial=any(one.is_partial for one in looked.values()) or max(map(len, own.values())) >= limit,
        looked_through={kind.name: one.rows for kind, one in looked.items() if too_slow},
    )


def related(shop: Shop, own: Mapping[RowKind, set[int]]) -> dict[RowKind, set[int]]:
    """These rows, with the orders of the shipments, and the shipments and returns of the orders and shipments."""
    orders, shipments = set(own[ORDERS]), set(own[SHIPMENTS])
    of_shipments = Shipment.including_deleted.filter(pk__in=shipments, order__isnull=False)
    orders |= set(of_shipments.values_list("order", flat=True))
    rows = SHIPMENTS.rows(shop)
    # One question each: no index serves an OR over two tables.
    for which in (Q(order__in=orders), Q(parent__in=shipments), Q(parent__order__in=orders)):
        shipments |= set(rows.filter(which).values_list("pk", flat=True))
    return {ORDERS: orders, SHIPMENTS: shipments}


@dataclass(slots=True)
class _Looked:
    """Keys of rows of the person, after reading so many ``rows``. ``ran_out``: the time did, before the rows."""

    keys: set[int] = field(default_factory=set)
    is_partial: bool = False
    rows: int = 0
    ran_out: bool = False


def _look(kind: RowKind, shop: Shop, query: PersonQuery, limit: int, seconds: float | None) -> _Looked:
    looked = _Looked()
    if query.plain_number:
        looked.keys |= set(kind.by_number(shop, query).order_by("pk").values_list("pk", flat=True)[:limit])
    if query.texts and not _look_up(looked, kind, shop, query, limit):
        _walk(looked, kind, shop, query, limit, seconds)
    return looked


def _look_up(looked: _Looked, kind: RowKind, shop: Shop, query: PersonQuery, limit: int) -> bool:
    """Whether the index knows the words, and so few rows with them that all were looked at."""
    if not can_look_up(query):
        return False
    found = list(looked_up(kind, shop, query, limit))
    for keys in found:
        looked.keys |= matching(kind, shop, query, keys)
    return all(len(keys) < limit for keys in found)


def _walk(looked: _Looked, kind: RowKind, shop: Shop, query: PersonQuery, limit: int, seconds: float | None) -> None:
    deadline, after = None if seconds is None else time.monotonic() + seconds, None
    while len(looked.keys) < limit:
        step = read_step(kind, shop, query, after)
        looked.keys |= matching(kind, shop, query, step.keys)
        looked.rows += step.number
        after = step.end
        if after is None:
            return
        if deadline is not None and time.monotonic() >= deadline:
            looked.ran_out = True
            break
    looked.is_partial = True
