"""Builds the JSON of an order: lines, prices, taxes and addresses."""

import re
import unicodedata
import uuid
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

STORES_APP = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
WIX_RATES = "c8a08776-c095-4dec-8553-8f9698d86adc"
# The namespace of ids that are the same in every seed.
NAMES = uuid.UUID("5f0c2a54-3d7e-4d43-9f0a-6a2f7f0c9b10")
SHIPPING = Decimal("4.95")
SIGNS = {"EUR": "€", "USD": "US$", "GBP": "£"}


class Product(NamedTuple):
    """``price`` includes tax; ``weight`` is in kilograms per unit; ``choices`` are the arguments of ``chosen``."""

    name: str
    sku: str
    price: str
    weight: float
    choices: tuple[tuple[str, ...], ...] = ()


@lru_cache(maxsize=512)
def stable_id(*names: str) -> str:
    return str(uuid.uuid5(NAMES, "/".join(names)))


def line(index: int, product: Product, quantity: int, **changes: Any) -> dict[str, Any]:
    """An order line without totals. Wix numbers lines, so their ids repeat across orders."""
    described = {"descriptionLines": [chosen(*choice) for choice in product.choices]} if product.choices else {}
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
        "image": _image(product),
        "price": {"amount": product.price},
        "paymentOption": "FULL_PAYMENT_ONLINE",
        **described,
        **changes,
    }


def chosen(name: str, value: str, code: str = "") -> dict[str, Any]:
    """A description line: what the buyer chose or typed. With ``code`` it is a color."""
    what = {"original": value, "translated": value}
    kind = {"colorInfo": what | {"code": code}} if code else {"plainText": what}
    return {"name": {"original": name, "translated": name}} | kind


def extra(name: str, label: str, price: str, quantity: int = 1) -> dict[str, Any]:
    """A group with one modifier: something that the buyer added to an article."""
    modifier = {
        "id": stable_id("modifier", name, label),
        "quantity": quantity,
        "label": {"original": label, "translated": label},
        "price": {"amount": price, "formattedAmount": f"€{price}"},
    }
    return {
        "id": stable_id("modifiers", name),
        "name": {"original": name, "translated": name},
        "modifiers": [modifier],
    }


def measured(value: str, unit: str, words: str) -> dict[str, Any]:
    """What Wix adds to a line that is sold by measure; its quantity is then 1 and fixed."""
    amount = {"value": value, "measurementUnit": unit, "description": {"original": words, "translated": words}}
    return {"decimalQuantity": amount, "fixedQuantity": True}


def _image(product: Product) -> dict[str, Any]:
    own_id = f"{stable_id('image', product.name).replace('-', '')[:20]}~mv2.jpg"
    size = {"height": 1200, "width": 1200}
    return {"id": own_id, "url": f"https://media.example/{own_id}", "altText": product.name, "filename": own_id} | size


def digital(index: int, name: str, price: str) -> dict[str, Any]:
    """A downloadable product, which is not shipped."""
    product = Product(name, "", price, 0)
    own_id = stable_id("file", name)
    file = {"fileId": own_id, "link": f"https://files.example/{own_id}", "expirationDate": "2030-01-01T00:00:00.000Z"}
    return line(
        index, product, 1, itemType={"preset": "DIGITAL"}, physicalProperties={"shippable": False}, digitalFile=file
    )


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
    """A paid, approved and unfulfilled order; ``rate`` is the tax rate included in every price, such as 0.21."""
    place = {"address": address, "contactDetails": contact}
    for item in lines:
        _price(item, rate, currency)
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
    }


def _mailbox(contact: dict[str, str]) -> str:
    """The first name in ASCII letters, as the local part of an e-mail address."""
    plain = unicodedata.normalize("NFKD", contact.get("firstName", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower())[:20] or "buyer"


def _split(gross: Decimal, rate: Decimal) -> tuple[Decimal, Decimal]:
    """Net amount and tax of a gross amount."""
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


def _price(item: dict[str, Any], rate: Decimal, currency: str) -> None:
    """Set a line's amounts. The unit price keeps its varying scale ("34", "79.0"), as in Wix's responses."""
    unit = Decimal(item["price"]["amount"])
    gross = unit * item["quantity"]
    item["price"] = item["priceBeforeDiscounts"] = money(unit, currency)
    item["lineItemPrice"] = item["totalPriceAfterTax"] = money(gross, currency)
    item["totalPriceBeforeTax"] = money(_split(gross, rate)[0], currency)
    item["taxInfo"] = _tax(gross, rate, currency)


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
    """``subtotal`` is net; whether Wix's is when prices include tax is unconfirmed."""
    goods = sum((Decimal(item["totalPriceBeforeTax"]["amount"]) for item in lines), Decimal(0))
    gross = sum((Decimal(item["totalPriceAfterTax"]["amount"]) for item in lines), SHIPPING)
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
