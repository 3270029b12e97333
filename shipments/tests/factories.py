"""Factories with valid defaults; every field can be overridden."""

import itertools

from shipments.models import Shipment
from shops.models import GatewayAccount, Shop
from shops.tests.factories import give_key

COUNTER = itertools.count(20_001)


def fill_sender(shop: Shop, *, key: bool = True) -> Shop:
    """Everything a label needs; without a key it becomes a test label."""
    if key and not GatewayAccount.objects.filter(shop=shop).exists():
        give_key(shop)
    shop.person, shop.street, shop.number = "Olga Owner", "Noorderkade", "18"
    shop.postal_code, shop.city = "9711 JX", "Groningen"
    shop.is_practicing = not key
    shop.save()
    return shop


def make_shipment(shop: Shop, **fields: object) -> Shipment:
    """A complete draft for a Dutch address, without an order."""
    number = str(next(COUNTER))
    defaults: dict[str, object] = {
        "reference": number,
        "person": "Hanna Vermeulen",
        "street": "Lindelaan",
        "number": "12",
        "postal_code": "3524 KB",
        "city": "Utrecht",
        "country": "NL",
        "carrier": "postnl",
        "package_type": "package",
        "weight": 700,
    }
    shipment = Shipment(shop=shop, **(defaults | fields))
    shipment.search_text = shipment.make_search_text()
    shipment.save()
    return shipment
