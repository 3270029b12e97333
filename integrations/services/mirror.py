"""Storing a platform's orders in bulk: never older over newer, and a bad order never loses the rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from integrations.models import ORDER_ADAPTER, Connection, ExternalOrder, UnreadableOrder
from integrations.orders import OrderData, RejectedOrder, import_eligibility
from integrations.search_text import order_search_text
from integrations.services.buyer_mails import record_buyer_mails

UPDATED_FIELDS = [
    "number",
    "eligibility",
    "placed_at",
    "paid_at",
    "changed_at",
    "read_at",
    "customer",
    "country",
    "total",
    "currency",
    "search_text",
    "changes_pending",
    "data",
]
# By order id: when it changed at the platform, and whether changes are pending.
Known = dict[str, tuple[datetime, bool]]


def store_orders(
    connection: Connection, orders: Sequence[OrderData], rejected: Iterable[RejectedOrder] = ()
) -> dict[str, int]:
    """Returns how many were created, updated and rejected. May be repeated."""
    failed = list(rejected)
    with transaction.atomic():
        erased = connection.erased_orders.erased_among(order.external_id for order in orders)
        orders = [order for order in orders if order.external_id not in erased]
        asked = [order.external_id for order in orders]
        rows = connection.orders.order_by("pk").select_for_update().filter(external_id__in=asked)
        known: Known = {own_id: (at, open_) for own_id, at, open_ in rows.values_list(*KNOWN_FIELDS)}
        fresh = [order for order in orders if order.external_id not in known or _is_newer(order, known)]
        failed += _write(connection, fresh, known)
        _record_unreadable(connection, fresh, failed)
        record_buyer_mails(connection, fresh)
    failed_ids = {order.external_id for order in failed}
    kept = [order for order in fresh if order.external_id not in failed_ids]
    created = sum(order.external_id not in known for order in kept)
    return {"created": created, "updated": len(kept) - created, "rejected": len(failed)}


KNOWN_FIELDS = ("external_id", "changed_at", "changes_pending")


def _is_newer(order: OrderData, known: Known) -> bool:
    return order.updated_at >= known[order.external_id][0]


def _has_changes(order: OrderData, known: Known) -> bool:
    """Whether the order changes must be applied; storing the same version again does not reset this."""
    if order.external_id not in known:
        return True
    changed_at, changes_pending = known[order.external_id]
    return changes_pending or order.updated_at > changed_at


def _write(connection: Connection, orders: Sequence[OrderData], known: Known) -> list[RejectedOrder]:
    """In bulk; one by one after the database rejects the batch."""
    try:
        with transaction.atomic():
            _upsert([_row(connection, order, known) for order in orders])
    except (DataError, IntegrityError, ValueError):
        return [rejection for order in orders if (rejection := _write_one(connection, order, known))]
    return []


def _write_one(connection: Connection, order: OrderData, known: Known) -> RejectedOrder | None:
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
        update_fields=UPDATED_FIELDS,
    )


def _row(connection: Connection, order: OrderData, known: Known) -> ExternalOrder:
    address = order.address
    customer = address.company or address.name
    data = _as_json(order)
    return ExternalOrder(
        shop_id=connection.shop_id,
        connection=connection,
        external_id=order.external_id,
        number=order.number[:50],
        eligibility=import_eligibility(order).value,
        placed_at=order.created_at,
        paid_at=order.paid_at,
        changed_at=order.updated_at,
        read_at=timezone.now(),
        customer=customer[:200],
        country=address.country[:2],
        total=max(order.total, 0 * order.total),
        currency=order.currency[:3],
        search_text=order_search_text(data),
        changes_pending=_has_changes(order, known),
        data=data,
    )


def _as_json(order: OrderData) -> dict[str, Any]:
    data: dict[str, Any] = ORDER_ADAPTER.dump_python(order, mode="json")
    return data


def _record_unreadable(connection: Connection, stored: Sequence[OrderData], failed: Sequence[RejectedOrder]) -> None:
    """Unreadable orders are shown on the import page; those that were stored no longer count."""
    failed_ids = {order.external_id for order in failed}
    stored_ids = [order.external_id for order in stored if order.external_id not in failed_ids]
    connection.unreadable_orders.filter(external_id__in=stored_ids).delete()
    UnreadableOrder.objects.bulk_create(
        [
            UnreadableOrder(
                shop_id=connection.shop_id,
                connection=connection,
                external_id=order.external_id[:64],
                number=order.number[:50],
                reason=order.reason[:500],
            )
            for order in {order.external_id: order for order in failed}.values()
        ],
        update_conflicts=True,
        unique_fields=["connection", "external_id"],
        update_fields=["number", "reason", "seen_at"],
    )
