"""Reading single orders again, because something depends on them now."""

from collections.abc import Sequence

from integrations.models import Connection, ExternalOrder, UnreadableOrder
from integrations.orders import NO_ID
from integrations.services import mirror
from integrations.services.circuit_breaker import record_success
from integrations.services.sync import request_sync
from integrations.services.tokens import open_session

FETCH_BATCH_SIZE = 100


def retry_unreadable(unreadable: UnreadableOrder) -> bool:
    """Fetch one unreadable order again; False when it no longer exists, and then it is deleted.

    Raises the four errors of lib.http.
    """
    connection = unreadable.connection
    if unreadable.external_id.startswith(NO_ID):
        # It cannot be asked for by itself; the next reading tells of it again, if it is still as it was.
        unreadable.delete()
        request_sync(connection)
        return True
    page = open_session(connection).fetch_orders([unreadable.external_id])
    mirror.store_orders(connection, page.orders, page.rejected)
    is_there = bool(page.orders or page.rejected)
    if not is_there:
        unreadable.delete()
    return is_there


def refresh_orders(connection: Connection, orders: Sequence[ExternalOrder]) -> set[int]:
    """Fetch these orders again; returns the ids of those that no longer exist.

    Raises the four errors of lib.http. The caller reloads ``orders``.
    """
    session, gone = open_session(connection), set()
    for start in range(0, len(orders), FETCH_BATCH_SIZE):
        chunk = orders[start : start + FETCH_BATCH_SIZE]
        page = session.fetch_orders([order.external_id for order in chunk])
        mirror.store_orders(connection, page.orders, page.rejected)
        there = {order.external_id for order in page.orders} | {order.external_id for order in page.rejected}
        gone |= {order.pk for order in chunk if order.external_id not in there}
    record_success(connection)
    return gone
