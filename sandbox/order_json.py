"""How Wix writes an order down: lines, prices, taxes and places."""

import re
import unicodedata
import uuid
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

STORES_APP = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
WIX_RATES = "c8a08776-c095-4dec-8553-8f9698d86adc"
NAMES = uuid.UUID("5f0c2a54-3d7e-4d43-9f0a-6a2f7f0c9b10")
"""Ids made of a name are the same in every seed."""
SHIPPING = Decimal("4.95")
SIGNS = {"EUR": "€", "USD": "US$", "GBP": "£"}


class Product(NamedTuple):
    """Price as the shop typed it, tax included; weight in kilograms a unit."""

    name: str
    sku: str
    price: str
    weight: float


@lru_cache(maxsize=512)
def stable_id(*names: str) -> str:
    return str(uuid.uuid5(NAMES, "/".join(names)))


def line(index: int, product: Product, quantity: int, **changes: Any) -> dict[str, Any]:
    """An order line without its totals; Wix numbers lines, so their ids repeat across orders."""
    return {
        "id": f"00000000-0000-0000-0000-{index:012d}",
        "productName": {"original": product.name, "translated": product.name},
        "catalogReference": {
            "catalogItemId": stable_id("product", product.sku),
            "appId": STORES_APP,
            "options": {"variantId": "00000000-0000-0000-0000-000000000000"},
        },
        "quantity": quantity,
        "physicalProperties": {"weight": product.weight, "sku": product.sku, "shippable": True},
        "itemType": {"preset": "PHYSICAL"},
        "price": {"amount": product.price},
        "paymentOption": "FULL_PAYMENT_ONLINE",
        **changes,
    }


def digital(index: int, name: str, price: str) -> dict[str, Any]:
    """A download: nothing to put in a parcel."""
    product = Product(name, "", price, 0)
    return line(index, product, 1, itemType={"preset": "DIGITAL"}, physicalProperties={"shippable": False})


def money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": str(amount), "formattedAmount": f"{SIGNS[currency]}{amount:.2f}"}


def order(
    number: str,
    lines: list[dict[str, Any]],
    contact: dict[str, str],
    address: dict[str, Any],
    rate: Decimal,
    currency: str = "EUR",
) -> dict[str, Any]:
    """A paid and approved order that waits to be sent; ``rate`` is the tax in every price, 0.21 for instance."""
    place = {"address": address, "contactDetails": contact}
    for one in lines:
        _price(one, rate, currency)
    return {
        "number": number,
        "status": "APPROVED",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "NOT_FULFILLED",
        "currency": currency,
        "weightUnit": "KG",
        "taxIncludedInPrices": True,
        "buyerLanguage": "nl",
        "siteLanguage": "nl",
        "lineItems": lines,
        "buyerInfo": {
            "visitorId": stable_id("visitor", number),
            "contactId": stable_id("contact", number),
            "email": f"{_mailbox(contact)}.{number}@example.com",
        },
        "shippingInfo": _shipping(place, rate, currency),
        "recipientInfo": place,
        "billingInfo": place,
        **_totals(lines, rate, currency),
        "channelInfo": {"type": "WEB"},
        "createdBy": {"visitorId": stable_id("visitor", number)},
        "checkoutId": stable_id("checkout", number),
        "attributionSource": "UNSPECIFIED",
        "activities": [{"activityType": "ORDER_PLACED"}, {"activityType": "ORDER_PAID"}],
        "aFieldOfNextYear": {"unknown": True},
    }


def _mailbox(contact: dict[str, str]) -> str:
    """The first name in plain letters, as a mailbox would have it."""
    plain = unicodedata.normalize("NFKD", contact.get("firstName", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())[:20] or "buyer"


def _split(gross: Decimal, rate: Decimal) -> tuple[Decimal, Decimal]:
    """What is left without tax, and the tax."""
    net = (gross / (1 + rate)).quantize(Decimal("0.01"))
    return net, gross - net


def _tax(gross: Decimal, rate: Decimal, currency: str) -> dict[str, Any]:
    net, tax = _split(gross, rate)
    return {
        "taxAmount": money(tax, currency),
        "taxableAmount": money(net, currency),
        "taxRate": str(rate),
        "taxIncludedInPrice": True,
    }


def _price(one: dict[str, Any], rate: Decimal, currency: str) -> None:
    """Fill in a line's amounts. The unit price keeps its uneven scale ("34", "79.0"), as Wix's do."""
    unit = Decimal(one["price"]["amount"])
    gross = unit * one["quantity"]
    one["price"] = one["priceBeforeDiscounts"] = money(unit, currency)
    one["lineItemPrice"] = one["totalPriceAfterTax"] = money(gross, currency)
    one["totalPriceBeforeTax"] = money(_split(gross, rate)[0], currency)
    one["taxInfo"] = _tax(gross, rate, currency)


def _shipping(place: dict[str, Any], rate: Decimal, currency: str) -> dict[str, Any]:
    return {
        "title": "Standaard verzending",
        "code": stable_id("shipping", "standard"),
        "carrierId": WIX_RATES,
        "region": {"name": "Nederland" if place["address"].get("country") == "NL" else "Buitenland"},
        "logistics": {"shippingDestination": place, "deliveryTime": "1-2 werkdagen"},
        "cost": {
            "price": money(SHIPPING, currency),
            "totalPriceAfterTax": money(SHIPPING, currency),
            "totalPriceBeforeTax": money(_split(SHIPPING, rate)[0], currency),
            "taxInfo": _tax(SHIPPING, rate, currency),
        },
    }


def _totals(lines: list[dict[str, Any]], rate: Decimal, currency: str) -> dict[str, Any]:
    """Whether ``subtotal`` is net when prices include tax is unconfirmed; ours is."""
    goods = sum((Decimal(one["totalPriceBeforeTax"]["amount"]) for one in lines), Decimal(0))
    gross = sum((Decimal(one["totalPriceAfterTax"]["amount"]) for one in lines), SHIPPING)
    shipping = _split(SHIPPING, rate)[0]
    tax = gross - goods - shipping
    return {
        "priceSummary": {
            "subtotal": money(goods, currency),
            "shipping": money(shipping, currency),
            "tax": money(tax, currency),
            "total": money(gross, currency),
        },
        "balanceSummary": {"balance": money(Decimal("0.00"), currency), "paid": money(gross, currency)},
        "taxInfo": {"totalTax": money(tax, currency)},
    }
