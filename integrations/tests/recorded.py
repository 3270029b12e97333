"""The orders of one invented shop, as a provider hands them on; its own tests prove that it reads them so."""

import json
from dataclasses import replace
from pathlib import Path

from integrations.models.orders import ORDER_ADAPTER
from integrations.orders import OrderData

RECORDED = Path(__file__).with_name("recorded_orders.json")


def recorded_orders() -> dict[str, OrderData]:
    """By number."""
    orders = [ORDER_ADAPTER.validate_python(row) for row in json.loads(RECORDED.read_text())]
    return {order.number: order for order in orders}


def recorded_order(number: str, **changes: object) -> OrderData:
    return replace(recorded_orders()[number], **changes)  # type: ignore[arg-type]
