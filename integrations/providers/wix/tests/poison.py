"""Orders with one thing wrong each, by hand: what is legal when it is read and not in what is done with it next.

A family is a list of values, each named, put into every field that could hold one. ``json_of`` writes an order the way
no JSON library would, because some of the values are none for Python: figures of ten thousand digits, lists nested a
thousand deep, halves of characters, keys twice.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.providers.wix.tests.poison_values import FAMILIES, MISSING, Field, Raw


@dataclass(frozen=True)
class Poison:
    family: str
    name: str
    order: Any

    @property
    def label(self) -> str:
        return f"{self.family}: {self.name}"


def healthy(number: int) -> dict[str, Any]:
    """An ordinary order with every field that we read."""
    address = {
        "country": "NL",
        "subdivision": "NL-UT",
        "city": "Utrecht",
        "postalCode": "3524 KB",
        "addressLine": "Lindelaan 12",
        "addressLine2": "achterom",
    }
    person = {"firstName": "Robin", "lastName": "Voorbeeld", "phone": "0655550100", "company": "Atelier Voorbeeld"}
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "number": str(number),
        "createdDate": "2026-11-27T09:00:00.000Z",
        "updatedDate": "2026-11-27T09:00:05.000Z",
        "status": "APPROVED",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "NOT_FULFILLED",
        "currency": "EUR",
        "weightUnit": "KG",
        "buyerLanguage": "nl",
        "buyerInfo": {"email": "robin@example.com"},
        "lineItems": [_line(1, "Mok"), _line(2, "Kaars")],
        "shippingInfo": {
            "title": "Standaard",
            "logistics": {
                "shippingDestination": {"address": dict(address), "contactDetails": dict(person)},
                "deliveryTime": "1-2 dagen",
                "instructions": "Bel aan",
            },
        },
        "recipientInfo": {"address": dict(address), "contactDetails": dict(person)},
        "billingInfo": {"address": dict(address), "contactDetails": dict(person)},
        "buyerNote": "Graag inpakken",
        "priceSummary": {"total": {"amount": "20.00"}},
        "archived": False,
        "imported": False,
        "customFields": [{"title": "Referentie", "value": "A-1"}],
        "channelInfo": {"type": "WEB"},
        "activities": [{"activityType": "ORDER_PAID", "createdDate": "2026-11-27T09:00:05.000Z"}],
    }


def _line(number: int, name: str) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "productName": {"original": name, "translated": name},
        "quantity": 1,
        "refundQuantity": 0,
        "physicalProperties": {"sku": f"SKU-{number}", "shippable": True, "weight": 0.3},
        "itemType": {"preset": "PHYSICAL"},
        "price": {"amount": "10.00"},
        "totalPriceBeforeTax": {"amount": "10.00"},
    }


def _deep(name: str, depth: int) -> str:
    return f'{{"{name}":' * depth + "1" + "}" * depth


WHOLE_ORDERS: dict[str, object] = {
    "null": None,
    "a word": "an order",
    "a figure": 7,
    "endless digits": Raw("9" * 5000),
    "a list": [],
    "an empty thing": {},
    "nested too deep": Raw("[" * 20_000 + "]" * 20_000),
    "things nested too deep": Raw(_deep("lineItems", 5000)),
}


def _structures() -> dict[str, dict[str, Any]]:
    """Changes of the whole order."""
    one, two = _line(1, "Mok"), _line(2, "Kaars")
    return {
        "no articles": {"lineItems": []},
        "an article twice": {"lineItems": [one, one]},
        "two articles with one id": {"lineItems": [one, two | {"id": one["id"]}]},
        "three hundred articles": {"lineItems": [_line(number, "Mok") for number in range(300)]},
        "a thousand articles": {"lineItems": [_line(number, "Mok") for number in range(1000)]},
        "one article too many": {"lineItems": [_line(number, "Mok") for number in range(1001)]},
        "five thousand articles": {"lineItems": [_line(number, "Mok") for number in range(5000)]},
        "the most of the dearest": {"lineItems": [_most(number) for number in range(300)]},
        "the most of the dearest, abroad": {"lineItems": [_most(number) for number in range(100)]} | _to("US"),
        "the cheapest, abroad": {"lineItems": [one | {"totalPriceBeforeTax": {"amount": "-5.00"}}]} | _to("US"),
        "an odd total of many pieces, abroad": {
            "lineItems": [one | {"quantity": 3, "totalPriceBeforeTax": {"amount": "10.00"}}]
        }
        | _to("CH"),
        "a currency without cents, abroad": {"currency": "JPY"} | _to("JP"),
        "a currency with mills": {"currency": "KWD"},
        "more refunded than ordered": {"lineItems": [one | {"refundQuantity": 5}]},
        "nothing ordered": {"lineItems": [one | {"quantity": 0}]},
        "none to ship": {"lineItems": [one | {"physicalProperties": {"shippable": False}}]},
        "a thousand answers": {"customFields": [{"title": "x" * 200, "value": "y" * 500}] * 1000},
        "an answer nested deep": {"customFields": [{"title": "x", "value": Raw(_deep("a", 900))}]},
        "an answer nested too deep": {"customFields": [{"title": "x", "value": Raw(_deep("a", 9000))}]},
        "ten thousand events": {"activities": [{"activityType": "ORDER_PAID"}] * 10_000},
        "nulls among the articles": {"lineItems": [one, None]},
        "everything empty": {"buyerInfo": {}, "shippingInfo": {}, "recipientInfo": {}, "billingInfo": {}},
        "no address anywhere": {"shippingInfo": None, "recipientInfo": None, "billingInfo": None},
        "both halves of a street": {"recipientInfo": {"address": {"streetAddress": {"name": "\0", "number": "\0"}}}},
        "keys of every kind": {"": 1, "\0": 2, "\ud800": 3, "__class__": 4, "constructor": {}, "x" * 100_000: 5},
        "collected in the shop": {"shippingInfo": {"logistics": {"pickupDetails": {"pickupMethod": "STORE_PICKUP"}}}},
        "a point without a place": {"shippingInfo": {"logistics": {"pickupDetails": {"pickupMethod": "PICKUP_POINT"}}}},
        "a point nowhere": {
            "shippingInfo": {
                "logistics": {"pickupDetails": {"pickupMethod": "PICKUP_POINT", "address": {"city": "\0"}}}
            }
        },
    }


def _most(number: int) -> dict[str, Any]:
    return _line(number, "Mok") | {
        "quantity": 100_000,
        "price": {"amount": "1000000000"},
        "totalPriceBeforeTax": {"amount": "1000000000"},
        "physicalProperties": {"weight": "1000000", "shippable": True},
    }


def _to(country: str) -> dict[str, Any]:
    address = {"country": country, "city": "Sampleton", "postalCode": "10001", "addressLine": "12 Sample Street"}
    return {"shippingInfo": {"logistics": {"shippingDestination": {"address": address}}}}


def all_poison(start: int = 1) -> Iterator[Poison]:
    """Every order, numbered from ``start``."""
    number = start
    for family, (fields, values) in FAMILIES.items():
        for field in fields:
            for name, value in values.items():
                order = put(healthy(number), field, value)
                yield Poison(family, f"{'.'.join(map(str, field))} is {name}", order)
                number += 1
    for name, change in _structures().items():
        yield Poison("structures", name, healthy(number) | change)
        number += 1
    for name, order in WHOLE_ORDERS.items():
        yield Poison("whole orders", name, order)
    yield Poison("whole orders", "keys twice", Raw(_keys_twice(number)))


def _keys_twice(number: int) -> str:
    text = json.dumps(healthy(number))
    return text[:-1] + ', "status": "CANCELED", "status": null, "lineItems": 1, "lineItems": []}'


def put(order: dict[str, Any], field: Field, value: object) -> dict[str, Any]:
    """The order with this value in this field; containers on the way are made."""
    changed = copy.deepcopy(order)
    inside: Any = changed
    for part in field[:-1]:
        inside = inside[part] if isinstance(inside, list) else inside.setdefault(part, {})
    if value is not MISSING:
        inside[field[-1]] = value
    elif isinstance(inside, Mapping):
        inside.pop(field[-1], None)
    else:
        del inside[field[-1]]
    return changed


def json_of(value: Any) -> str:
    """JSON with every ``Raw`` as it stands."""
    raws: list[str] = []

    def mark(raw: Raw) -> str:
        raws.append(raw.text)
        return f"@raw{len(raws) - 1}@"

    text = json.dumps(value, default=mark)
    return re.sub(r'"@raw(\d+)@"', lambda found: raws[int(found[1])], text)
