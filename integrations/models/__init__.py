"""Connections, mirrored orders and fulfillments."""

from integrations.models.connections import Connection, ConsentRequest, PlatformOutage, SyncRun
from integrations.models.events import ErasedOrder, Installation, WebhookEvent
from integrations.models.fulfillments import Fulfillment
from integrations.models.orders import (
    OFFERED,
    OPEN_ORDERS,
    ORDER_ADAPTER,
    WAITING,
    ExternalOrder,
    OpenOrderCount,
    UnreadableOrder,
)

__all__ = [
    "OFFERED",
    "ORDER_ADAPTER",
    "WAITING",
    "OPEN_ORDERS",
    "Connection",
    "ConsentRequest",
    "ErasedOrder",
    "ExternalOrder",
    "Fulfillment",
    "Installation",
    "PlatformOutage",
    "SyncRun",
    "UnreadableOrder",
    "OpenOrderCount",
    "WebhookEvent",
]
