"""From Wix's answers to our orders, one by one: an order that cannot be read costs no other."""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from integrations.order_ranges import is_id
from integrations.orders import NO_ID, OrderData, RejectedOrder, UnreadableReason
from integrations.providers.wix.mapping import order_data
from integrations.providers.wix.payloads import OrderFulfillments, WixOrder
from lib.text import clean_text

log = logging.getLogger(__name__)
MAX_NUMBER_LENGTH = 50
# By the field of the order or line that could not be read.
REASONS = {
    ("id",): UnreadableReason.ID,
    ("lineItems",): UnreadableReason.LINES,
    ("lineItems", "id"): UnreadableReason.LINE_ID,
    ("lineItems", "quantity"): UnreadableReason.PIECES,
}


def read_orders(rows: Iterable[Any]) -> tuple[list[WixOrder], list[RejectedOrder]]:
    """Each order once, by its last row; and those that cannot be read."""
    orders: dict[str, WixOrder] = {}
    rejected = []
    for row in rows:
        try:
            order = WixOrder.read(row)
            orders[order.id] = order
        except ValidationError as error:
            rejected.append(_rejected(row, _reason(error)))
        except Exception:
            log.exception("An order could not be read.")
            rejected.append(_rejected(row, UnreadableReason.UNEXPECTED))
    return list(orders.values()), rejected


def map_orders(
    orders: Iterable[WixOrder], sent: Mapping[str, OrderFulfillments], unread_sent: Iterable[str] = ()
) -> tuple[list[OrderData], list[RejectedOrder]]:
    """``sent`` are the fulfillments by order id; of the orders in ``unread_sent`` they could not be read."""
    found, rejected = [], []
    for order in orders:
        try:
            if order.id in unread_sent:
                rejected.append(RejectedOrder(order.id, _number(order.number), UnreadableReason.SENT_PIECES))
            else:
                found.append(order_data(order, sent.get(order.id)))
        except Exception:
            log.exception("An order could not be taken over.")
            rejected.append(RejectedOrder(order.id, _number(order.number), UnreadableReason.UNEXPECTED))
    return found, rejected


def _reason(error: ValidationError) -> UnreadableReason:
    place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
    return REASONS.get(tuple(part for part in place if isinstance(part, str)), UnreadableReason.SHAPE)


def _rejected(row: Any, reason: UnreadableReason) -> RejectedOrder:
    known = row if isinstance(row, Mapping) else {}
    own_id, number = known.get("id"), known.get("number")
    if isinstance(own_id, int) and not isinstance(own_id, bool):
        own_id = str(own_id)
    if not isinstance(own_id, str) or not is_id(own_id):
        own_id = _made_up_id(row)
    return RejectedOrder(own_id, _number(number) if isinstance(number, str | int) else "", reason)


def _number(value: object) -> str:
    return clean_text(value, MAX_NUMBER_LENGTH)[0]


def _made_up_id(row: Any) -> str:
    """The same for the same content, so that it is told once however often it is read."""
    content = json.dumps(row, sort_keys=True, default=str).encode()
    return NO_ID + hashlib.sha256(content).hexdigest()[:32]
