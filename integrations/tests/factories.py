"""Rows with valid defaults; every field can be overridden."""

import itertools

from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import OrderData
from integrations.services import mirror
from integrations.tests.fake_platform import make_order
from shops.models import Shop
from shops.tests.factories import make_shop

COUNTER = itertools.count(1)


def make_connection(shop: Shop | None = None, **fields: object) -> Connection:
    number = next(COUNTER)
    defaults: dict[str, object] = {
        "platform": "acme",
        "external_id": f"instance-{number}",
        "site_id": f"site-{number}",
        "site_name": f"Atelier {number}",
    }
    return Connection.objects.create(shop=shop or make_shop(), **(defaults | fields))


def mirror_order(connection: Connection, order: OrderData | None = None) -> ExternalOrder:
    """Store an order as a synchronisation would."""
    order = order or make_order()
    mirror.store_orders(connection, [order])
    return connection.orders.select_related("connection").get(external_id=order.external_id)


def make_fulfillment(connection: Connection, number: int = 10231, **fields: object) -> Fulfillment:
    """A promise for an order that the mirror has."""
    order = mirror_order(connection, make_order(number))
    defaults: dict[str, object] = {
        "shop": connection.shop,
        "connection": connection,
        "order": order,
        "source_id": order.public_id,
        "tracking_number": f"3SSTUB{number:09d}",
        "carrier": "PostNL",
        "tracking_url": f"https://tracking.example/{number}",
        "lines": [["line-1", 2]],
    }
    return Fulfillment.objects.create(**(defaults | fields))
