"""The rows in which a buyer stands by name: orders and shipments that are not erased yet, and two ways through them.

The trigram index of PostgreSQL gives the few rows that hold a text at once. The walk reads all rows of a shop in steps,
for texts too short for that index and for whoever must have seen everything; it goes on where it stopped. Each step is
one range of the index of the rows to erase, so neither way reads what was erased, or another shop. Both only narrow:
``RowKind.is_match`` looks at each row then.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Length
from django.db.models.lookups import Contains, GreaterThanOrEqual

from integrations.models import Connection, ExternalOrder
from integrations.orders import Unread
from lib.search_text import MAX_TEXT_LENGTH, normal_form
from shipments.models import Shipment
from shipments.queries.filters import rows_behind
from shipments.queries.first_found import MIN_INDEXED, is_indexed, look_up
from shops.models import Shop

# Rows that one statement of the walk reads, and rows that are loaded whole at a time.
STEP, LOADED = 2_000, 200
# What is shorter stands within the words of too many rows: the index would give them all, and walking costs less.
MIN_LOOKED_UP = 6


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """Each part that is given finds by itself. Names and addresses must be the same but for case, marks and blanks."""

    email: str = ""
    name: str = ""
    number: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.texts or self.plain_number)

    @property
    def texts(self) -> list[str]:
        """The normal forms of what is looked for in the texts of rows."""
        return [text for text in (normal_form(self.email), normal_form(self.name)) if text]

    @property
    def plain_number(self) -> str:
        return self.number.strip().lstrip("#").strip()


@dataclass(frozen=True, slots=True)
class RowKind:
    """``moment`` is the column behind the shop in the index of the rows that are not erased; it only ever grows."""

    name: str
    model: type[ExternalOrder] | type[Shipment]
    moment: str
    erased: str
    number: str
    related: tuple[str, ...]
    is_match: Callable[[Any, PersonQuery], bool]

    def rows(self, shop: Shop) -> "QuerySet[Any]":
        """Also deleted drafts."""
        return self.model._base_manager.filter(**{"shop": shop, self.erased: None})

    def by_number(self, shop: Shop, query: PersonQuery) -> "QuerySet[Any]":
        number = query.plain_number
        return self.rows(shop).filter(**{f"{self.number}__in": (number, f"#{number}") if number else ()})

    def load(self, shop: Shop, keys: "set[int] | list[int]") -> "QuerySet[Any]":
        """With what erasing them reads, the newest first; those that were erased meanwhile are left out."""
        return self.rows(shop).filter(pk__in=keys).select_related(*self.related).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Step:
    """The keys of the rows that may be of the person, among ``number`` rows read. ``end`` is None behind the last."""

    keys: list[int]
    number: int
    end: list[Any] | None


def read_step(kind: RowKind, shop: Shop, query: PersonQuery, after: list[Any] | None) -> Step:
    """The next rows behind ``after``, the ``end`` of the step before; from the oldest on without one."""
    start = after and SimpleNamespace(**{kind.moment: datetime.fromisoformat(after[0]), "pk": after[1]})
    behind = rows_behind(kind.rows(shop), kind.moment, start, descending=False)
    behind = behind.annotate(may_be=Case(When(_holds(query), then=True), default=False))
    read = list(behind.values_list("pk", kind.moment, "may_be")[:STEP])
    end = [read[-1][1].isoformat(), read[-1][0]] if len(read) == STEP else None
    return Step([pk for pk, _moment, may_be in read if may_be], len(read), end)


def _holds(query: PersonQuery) -> Q:
    """What is short must be a whole word. Of a text that was cut off nobody knows what it held."""
    condition = Q(GreaterThanOrEqual(Length("search_text"), MAX_TEXT_LENGTH))
    for text in query.texts:
        if len(text) < MIN_INDEXED:
            words = Concat(Value(" "), "search_text", Value(" "), output_field=TextField())
            condition |= Q(Contains(words, f" {text} "))
        else:
            condition |= Q(search_text__contains=text)
    return condition


def matching(kind: RowKind, shop: Shop, query: PersonQuery, keys: list[int]) -> set[int]:
    """Those of the rows that are of the person."""
    found = set()
    for start in range(0, len(keys), LOADED):
        rows = kind.rows(shop).filter(pk__in=keys[start : start + LOADED])
        found |= {row.pk for row in rows if kind.is_match(row, query)}
    return found


def can_look_up(query: PersonQuery) -> bool:
    return is_indexed([(text,) for text in query.texts]) and min(map(len, query.texts)) >= MIN_LOOKED_UP


def looked_up(kind: RowKind, shop: Shop, query: PersonQuery, number: int) -> Iterator[list[int]]:
    """For each text the keys of at most ``number`` rows that hold it, the newest. Only where ``can_look_up``."""
    rows = kind.rows(shop).order_by("-listed_at", "-pk")
    if kind.model is ExternalOrder:
        # The index of orders begins with the connection.
        rows = rows.filter(connection__in=list(Connection.objects.filter(shop=shop).values_list("pk", flat=True)))
    for text in query.texts:
        yield look_up(rows, [(text,)], number)


def _is_same(typed: str, *stored: str) -> bool:
    wanted = normal_form(typed)
    return bool(wanted) and wanted in {normal_form(one) for one in stored}


def _is_order_of(row: ExternalOrder, query: PersonQuery) -> bool:
    order, address, email = row.order, row.order.address, row.order.email
    names = [address.name, address.company, row.customer]
    if Unread.EVERYTHING in order.unread:
        data = row.data if isinstance(row.data, dict) else {}
        address_data = data.get("address")
        raw = address_data if isinstance(address_data, dict) else {}
        email = str(data.get("email") or "")
        first, last, company = (str(raw.get(name) or "") for name in ("first_name", "last_name", "company"))
        names += [f"{first} {last}", company]
    return _is_same(query.email, email) or _is_same(query.name, *names)


def _is_shipment_of(row: Shipment, query: PersonQuery) -> bool:
    return _is_same(query.email, row.email) or _is_same(query.name, row.person, row.company)


ORDERS = RowKind("orders", ExternalOrder, "changed_at", "erased_at", "number", ("connection",), _is_order_of)
SHIPMENTS = RowKind(
    "shipments",
    Shipment,
    "status_at",
    "recipient_erased_at",
    "reference",
    ("order__connection", "parent__order__connection", "shop"),
    _is_shipment_of,
)
KINDS = (ORDERS, SHIPMENTS)
