"""Writing a shop's orders into our mirror: in bulk, never older over newer, one bad order never loses the rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from integrations.models import ORDER, Connection, ExternalOrder, UnreadableOrder
from integrations.orders import OrderData, RejectedOrder, judge
from integrations.services.mails import note_mails

COLUMNS = [
    "number",
    "verdict",
    "placed_at",
    "paid_at",
    "changed_at",
    "read_at",
    "customer",
    "country",
    "total",
    "currency",
    "search_text",
    "unfollowed",
    "data",
]
Known = dict[str, tuple[datetime, bool]]
"""When each order we have was changed at the shop, and whether that change still waits to be followed."""


def store(
    connection: Connection, orders: Sequence[OrderData], rejected: Iterable[RejectedOrder] = ()
) -> dict[str, int]:
    """Mirror these orders; answers how many were created, updated and rejected. May be repeated."""
    refused = list(rejected)
    with transaction.atomic():
        erased = connection.erased_orders.among(order.external_id for order in orders)
        orders = [order for order in orders if order.external_id not in erased]
        asked = [order.external_id for order in orders]
        rows = connection.orders.order_by("pk").select_for_update().filter(external_id__in=asked)
        known: Known = {own_id: (at, open_) for own_id, at, open_ in rows.values_list(*FOLLOWED)}
        fresh = [order for order in orders if order.external_id not in known or _is_newer(order, known)]
        refused += _write(connection, fresh, known)
        _note_unreadable(connection, fresh, refused)
        note_mails(connection, fresh)
    bad = {order.external_id for order in refused}
    kept = [order for order in fresh if order.external_id not in bad]
    created = sum(order.external_id not in known for order in kept)
    return {"created": created, "updated": len(kept) - created, "rejected": len(refused)}


FOLLOWED = ("external_id", "changed_at", "unfollowed")


def _is_newer(order: OrderData, known: Known) -> bool:
    return order.updated_at >= known[order.external_id][0]


def _is_news(order: OrderData, known: Known) -> bool:
    """Whether somebody must look what this version means; reading the same one again changes nothing about that."""
    if order.external_id not in known:
        return True
    changed_at, unfollowed = known[order.external_id]
    return unfollowed or order.updated_at > changed_at


def _write(connection: Connection, orders: Sequence[OrderData], known: Known) -> list[RejectedOrder]:
    """All at once; when the database refuses the lot, one by one, so that the bad one stands alone."""
    try:
        with transaction.atomic():
            _upsert([_row(connection, order, known) for order in orders])
    except (DataError, IntegrityError, ValueError):
        return [refusal for order in orders if (refusal := _write_alone(connection, order, known))]
    return []


def _write_alone(connection: Connection, order: OrderData, known: Known) -> RejectedOrder | None:
    try:
        with transaction.atomic():
            _upsert([_row(connection, order, known)])
    except (DataError, IntegrityError, ValueError) as error:
        return RejectedOrder(order.external_id, order.number[:50], f"the database refused it ({type(error).__name__})")
    return None


def _upsert(rows: list[ExternalOrder]) -> None:
    ExternalOrder.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=["connection", "external_id"],
        update_fields=COLUMNS,
    )


def _row(connection: Connection, order: OrderData, known: Known) -> ExternalOrder:
    address = order.address
    customer = address.company or address.name
    searched = (order.number, address.name, address.company, order.email, address.city, address.postal_code)
    return ExternalOrder(
        shop_id=connection.shop_id,
        connection=connection,
        external_id=order.external_id,
        number=order.number[:50],
        verdict=judge(order).value,
        placed_at=order.created_at,
        paid_at=order.paid_at,
        changed_at=order.updated_at,
        read_at=timezone.now(),
        customer=customer[:200],
        country=address.country[:2],
        total=max(order.total, 0 * order.total),
        currency=order.currency[:3],
        search_text=" ".join(part for part in searched if part).casefold(),
        unfollowed=_is_news(order, known),
        data=_as_json(order),
    )


def _as_json(order: OrderData) -> dict[str, Any]:
    data: dict[str, Any] = ORDER.dump_python(order, mode="json")
    return data


def _note_unreadable(connection: Connection, stored: Sequence[OrderData], refused: Sequence[RejectedOrder]) -> None:
    """What could be read is no longer unreadable; what could not is shown on the import page."""
    bad = {order.external_id for order in refused}
    good = [order.external_id for order in stored if order.external_id not in bad]
    connection.unreadable_orders.filter(external_id__in=good).delete()
    UnreadableOrder.objects.bulk_create(
        [
            UnreadableOrder(
                shop_id=connection.shop_id,
                connection=connection,
                external_id=order.external_id[:64],
                number=order.number[:50],
                reason=order.reason[:500],
            )
            for order in {order.external_id: order for order in refused}.values()
        ],
        update_conflicts=True,
        unique_fields=["connection", "external_id"],
        update_fields=["number", "reason", "seen_at"],
    )
