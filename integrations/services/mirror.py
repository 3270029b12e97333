"""Storing a platform's orders in bulk: never older over newer, and a bad order never loses the rest."""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from integrations.models import ORDER_ADAPTER, Connection, ExternalOrder, UnreadableOrder
from integrations.order_ranges import fault_of, is_id
from integrations.orders import (
    NO_ID,
    ImportEligibility,
    OrderData,
    RejectedOrder,
    Unread,
    UnreadableReason,
    import_eligibility,
)
from integrations.search_text import search_text_of
from integrations.services.buyer_mails import record_buyer_mails
from lib.bulk_insert import JsonText, insert_rows
from lib.leases import DATABASE_IS_AWAY
from lib.text import clean_text

log = logging.getLogger(__name__)
MAX_NUMBER_LENGTH = 50

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
    # Empty again: one that was emptied when its time was over is there again. A buyer's own erasure never comes here.
    "erased_at",
    "data",
]
# By order id: when it changed at the platform, and whether changes are pending.
Known = dict[str, tuple[datetime, bool]]


def store_orders(
    connection: Connection, orders: Sequence[OrderData], rejected: Iterable[RejectedOrder] = ()
) -> dict[str, int]:
    """Returns how many were created, updated and rejected. May be repeated.

    An order that cannot be stored is set aside, whatever is wrong with it, and costs no other. Raises only what says
    nothing about an order: the database is not there.
    """
    with transaction.atomic():
        erased = connection.erased_orders.erased_among(
            own_id
            for own_id in (*(order.external_id for order in orders), *(order.external_id for order in rejected))
            if is_id(own_id)
        )
        failed = [order for order in rejected if order.external_id not in erased]
        orders, unfit = _fitting([order for order in orders if order.external_id not in erased])
        failed += unfit
        asked = [order.external_id for order in orders]
        rows = connection.orders.order_by("pk").select_for_update().filter(external_id__in=asked)
        known: Known = {own_id: (at, open_) for own_id, at, open_ in rows.values_list(*KNOWN_FIELDS)}
        fresh = [order for order in orders if order.external_id not in known or _is_newer(order, known)]
        failed += _write(connection, fresh, known)
        failed_ids = {order.external_id for order in failed}
        kept = [order for order in fresh if order.external_id not in failed_ids]
        _record_unreadable(connection, kept, failed)
        record_buyer_mails(connection, kept)
    created = sum(order.external_id not in known for order in kept)
    return {"created": created, "updated": len(kept) - created, "rejected": len(failed)}


def _fitting(orders: Iterable[OrderData]) -> tuple[list[OrderData], list[RejectedOrder]]:
    """Those that fit both databases and all that is done with them, and the others."""
    fitting, unfit = [], []
    for order in orders:
        try:
            reason = fault_of(order)
        except Exception:
            log.exception("Order %s could not be checked.", order.external_id)
            reason = UnreadableReason.UNEXPECTED
        if reason is None:
            fitting.append(order)
        else:
            unfit.append(_reject(order, reason))
    return fitting, unfit


def _reject(order: OrderData, reason: UnreadableReason) -> RejectedOrder:
    own_id = order.external_id
    if not is_id(own_id):
        own_id = NO_ID + hashlib.sha256(own_id.encode(errors="replace")).hexdigest()[:32]
    return RejectedOrder(own_id, clean_text(order.number, MAX_NUMBER_LENGTH)[0], reason)


KNOWN_FIELDS = ("external_id", "changed_at", "changes_pending")


def _is_newer(order: OrderData, known: Known) -> bool:
    return Unread.CHANGED_AT in order.unread or order.updated_at >= known[order.external_id][0]


def _has_changes(order: OrderData, known: Known) -> bool:
    """Whether the order changes must be applied; storing the same version again does not reset this."""
    if order.external_id not in known:
        return True
    changed_at, changes_pending = known[order.external_id]
    return changes_pending or Unread.CHANGED_AT in order.unread or order.updated_at > changed_at


def _write(connection: Connection, orders: Sequence[OrderData], known: Known) -> list[RejectedOrder]:
    """In bulk; one by one after anything was wrong with the batch, such as an order that is there meanwhile."""
    try:
        with transaction.atomic():
            insert_rows(ExternalOrder, [_row(connection, o, known) for o in orders if o.external_id not in known])
            _upsert([_row(connection, order, known) for order in orders if order.external_id in known])
    except DATABASE_IS_AWAY:
        raise
    except Exception:  # noqa: BLE001 - which order it was is found out one by one
        return [rejection for order in orders if (rejection := _write_one(connection, order))]
    return []


def _write_one(connection: Connection, order: OrderData) -> RejectedOrder | None:
    try:
        with transaction.atomic():
            # It may have been stored meanwhile, in a newer version than this one.
            rows = connection.orders.select_for_update().filter(external_id=order.external_id)
            known = {own_id: (at, open_) for own_id, at, open_ in rows.values_list(*KNOWN_FIELDS)}
            if order.external_id in known and not _is_newer(order, known):
                return None
            _upsert([_row(connection, order, known)])
    except DATABASE_IS_AWAY:
        raise
    except Exception as error:
        log.exception("Order %s could not be stored.", order.external_id)
        is_refused = isinstance(error, DatabaseError | ValueError)
        return _reject(order, UnreadableReason.NOT_STORED if is_refused else UnreadableReason.UNEXPECTED)
    return None


def _upsert(rows: list[dict[str, Any]]) -> None:
    ExternalOrder.objects.bulk_create(
        [ExternalOrder(**row | {"data": json.loads(row["data"])}) for row in rows],
        batch_size=200,
        update_conflicts=True,
        unique_fields=["connection", "external_id"],
        update_fields=UPDATED_FIELDS,
    )


def _row(connection: Connection, order: OrderData, known: Known) -> dict[str, Any]:
    """The values of its columns."""
    address = order.address
    customer = address.company or address.name
    return {
        "shop_id": connection.shop_id,
        "connection_id": connection.pk,
        "external_id": order.external_id,
        "number": order.number[:50],
        "eligibility": import_eligibility(order).value,
        "placed_at": order.created_at,
        "paid_at": order.paid_at,
        "changed_at": _changed_at(order, known),
        "read_at": timezone.now(),
        "customer": customer[:200],
        "country": order.destination.country[:2],
        "total": max(order.total, 0 * order.total),
        "currency": order.currency[:3],
        "search_text": search_text_of(order),
        "changes_pending": _has_changes(order, known),
        "data": JsonText(ORDER_ADAPTER.dump_json(order).decode()),
    }


def _changed_at(order: OrderData, known: Known) -> datetime:
    """Never earlier than what is known: an order that does not say when it changed is taken to be the latest."""
    before = known.get(order.external_id)
    return max(order.updated_at, before[0]) if before else order.updated_at


def _record_unreadable(connection: Connection, stored: Sequence[OrderData], failed: Sequence[RejectedOrder]) -> None:
    """Unreadable orders are shown on the import page; those that were stored no longer count.

    One that was stored without a readable status is shown too: nobody would look for it otherwise.
    """
    connection.unreadable_orders.filter(external_id__in=[order.external_id for order in stored]).delete()
    doubtful = [order for order in stored if import_eligibility(order) is ImportEligibility.UNKNOWN]
    failed = [*failed, *(_reject(order, UnreadableReason.STATUS) for order in doubtful)]
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
