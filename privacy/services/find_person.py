"""Finding one person among the orders and shipments of a shop: by e-mail address, name or order number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from integrations.models import ExternalOrder
from integrations.services.erasure import order_words
from lib.person_words import person_words
from lib.search_text import normal_form, parse_words
from shipments.models import Shipment
from shipments.queries.first_found import Found, first_found
from shipments.services.erasure import shipment_words
from shops.models import Shop

# At once; an erasure goes on until nothing is found any more.
MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """Each part that is given finds by itself. Names and addresses must be the same but for case, marks and blanks."""

    email: str = ""
    name: str = ""
    number: str = ""

    @property
    def is_empty(self) -> bool:
        return not (normal_form(self.email) or normal_form(self.name) or self.plain_number)

    @property
    def plain_number(self) -> str:
        return self.number.strip().lstrip("#").strip()

    @property
    def words(self) -> frozenset[str]:
        return person_words(names=[self.name], emails=[self.email])


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Not erased yet: orders with their connections, shipments with their orders. ``is_partial``: there are more."""

    orders: tuple[ExternalOrder, ...]
    shipments: tuple[Shipment, ...]
    is_partial: bool

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.shipments)

    @property
    def words(self) -> frozenset[str]:
        found = [order_words(row.order) for row in self.orders]
        return frozenset().union(*found, *(shipment_words(shipment) for shipment in self.shipments))


def find_person(shop: Shop, query: PersonQuery, *, limit: int = MAX_ROWS) -> FoundPerson:
    """Orders bring their shipments and returns along, and shipments their order. At most ``limit`` of both."""
    orders = ExternalOrder.objects.filter(shop=shop, erased_at=None)
    shipments = Shipment.including_deleted.filter(shop=shop, recipient_erased_at=None)
    looked_through = [_matching(orders, query, limit, _ORDERS)]
    own_orders = {row.pk for row in looked_through[0].rows}
    # The search walks the list of shipments, whose index has neither deleted drafts nor who was erased.
    kept, deleted = Shipment.objects.filter(shop=shop), shipments.filter(deleted_at__isnull=False)
    looked_through += [_matching(rows, query, limit, _SHIPMENTS) for rows in (kept, deleted)]
    own_shipments = {row.pk for found in looked_through[1:] for row in found.rows}
    of_shipments = Shipment.including_deleted.filter(pk__in=own_shipments, order__isnull=False)
    own_orders |= set(of_shipments.values_list("order", flat=True))
    related = (
        Q(pk__in=own_shipments),
        Q(order__in=own_orders),
        Q(parent__in=own_shipments),
        Q(parent__order__in=own_orders),
    )
    for which in related:
        own_shipments |= set(shipments.filter(which).values_list("pk", flat=True)[:limit])
    found_orders = orders.filter(pk__in=own_orders).select_related("connection").order_by("-pk")
    found_shipments = shipments.filter(pk__in=own_shipments).order_by("-pk")
    found_shipments = found_shipments.select_related("order__connection", "parent__order__connection", "shop")
    return FoundPerson(
        tuple(found_orders[:limit]),
        tuple(found_shipments[:limit]),
        is_partial=any(found.is_partial for found in looked_through)
        or max(len(own_orders), len(own_shipments)) >= limit,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The column of the number, and whether a row is of the person."""

    number: str
    is_match: Callable[[Any, PersonQuery], bool]


def _matching(rows: "QuerySet[Any]", query: PersonQuery, limit: int, kind: _Rows) -> Found[Any]:
    """By the search for words, which only narrows, and by number; each row is looked at then.

    Partial when the search was: what it left out may be of the person.
    """
    matches, is_partial = [], False
    for typed in (query.email, query.name):
        words = parse_words(typed)
        if words:
            found = first_found(rows.order_by("-listed_at", "-pk"), words, limit)
            matches += [row for row in found.rows if kind.is_match(row, query)]
            is_partial |= found.is_partial or len(found.rows) >= limit
    if query.plain_number:
        wanted = (query.plain_number, f"#{query.plain_number}")
        matches += rows.filter(**{f"{kind.number}__in": wanted}).order_by("pk")[:limit]
    return Found(matches, is_partial)


def _is_same(typed: str, *stored: str) -> bool:
    wanted = normal_form(typed)
    return bool(wanted) and wanted in {normal_form(one) for one in stored}


def _is_order_of(row: ExternalOrder, query: PersonQuery) -> bool:
    order = row.order
    names = (order.address.name, order.address.company, row.customer)
    return _is_same(query.email, order.email) or _is_same(query.name, *names)


def _is_shipment_of(row: Shipment, query: PersonQuery) -> bool:
    return _is_same(query.email, row.email) or _is_same(query.name, row.person, row.company)


_ORDERS, _SHIPMENTS = _Rows("number", _is_order_of), _Rows("reference", _is_shipment_of)
