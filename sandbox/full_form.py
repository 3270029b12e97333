"""The two forms of an order in Wix's responses: full, with every declared list and field, and lean, without the empty.

Source: the types `Order`, `OrderLineItem` and those they name in `@wix/auto_sdk_ecom_orders`, with REST's names. A list
is never null; a text or number that may be null is null when it is empty. An object that an order does not have, such
as `currencyConversionDetails`, is absent in both forms. Orders are stored lean.
"""

from collections.abc import Mapping
from typing import Any

JSON = dict[str, Any]
NO_FIELDS: JSON = {"namespaces": {}}
ADDRESS: JSON = dict.fromkeys(
    (
        "country",
        "subdivision",
        "city",
        "postalCode",
        "addressLine",
        "addressLine2",
        "countryFullname",
        "subdivisionFullname",
    )
)
CONTACT: JSON = dict.fromkeys(("firstName", "lastName", "phone", "company"))
LINE_TAX: JSON = {"taxRate": None, "taxGroupId": None, "taxIncludedInPrice": False, "taxBreakdown": []}
LINE: JSON = {
    "quantity": 0,
    "descriptionLines": [],
    "fulfillerId": None,
    "refundQuantity": None,
    "restockQuantity": None,
    "locations": [],
    "modifierGroups": [],
    "priceUndetermined": False,
    "fixedQuantity": False,
    "extendedFields": NO_FIELDS,
}
ORDER: JSON = {
    "buyerLanguage": None,
    "weightUnit": "UNSPECIFIED_WEIGHT_UNIT",
    "currency": None,
    "taxIncludedInPrices": False,
    "siteLanguage": None,
    "buyerNote": None,
    "archived": False,
    "appliedDiscounts": [],
    "activities": [],
    "attributionSource": "UNSPECIFIED",
    "seenByAHuman": False,
    "checkoutId": None,
    "customFields": [],
    "additionalFees": [],
    "purchaseFlowId": None,
    "extendedFields": NO_FIELDS,
    "tags": {"privateTags": {"tagIds": []}, "tags": {"tagIds": []}},
    "imported": False,
}
PRICES = ("subtotal", "shipping", "tax", "discount", "total", "totalAdditionalFees")
BALANCES = ("balance", "paid", "refunded", "authorized", "pendingRefund", "pending")


def full_form(order: JSON) -> JSON:
    """A copy of a stored order with everything that Wix declares."""
    zero = _zero(order)
    full = ORDER | {"purchasedDate": order.get("createdDate")} | order
    full["lineItems"] = [_line(line, zero) for line in order.get("lineItems", [])]
    full["activities"] = [{"authorEmail": None} | activity for activity in order.get("activities", [])]
    full["customFields"] = [{"translatedTitle": None} | field for field in order.get("customFields", [])]
    full["buyerInfo"] = {"contactId": None, "email": None} | (order.get("buyerInfo") or {})
    full["channelInfo"] = {"externalOrderId": None, "externalOrderUrl": None} | (order.get("channelInfo") or {})
    full["priceSummary"] = dict.fromkeys(PRICES, zero) | (order.get("priceSummary") or {})
    full["balanceSummary"] = dict.fromkeys(BALANCES, zero) | (order.get("balanceSummary") or {})
    full["taxInfo"] = {"totalTax": zero, "taxBreakdown": [], "taxExempt": False} | (order.get("taxInfo") or {})
    for name in ("billingInfo", "recipientInfo"):
        if order.get(name):
            full[name] = _place(order[name])
    if order.get("shippingInfo"):
        full["shippingInfo"] = _shipping(order["shippingInfo"], zero)
    return full


def _zero(order: JSON) -> JSON:
    total = ((order.get("priceSummary") or {}).get("total") or {}).get("formattedAmount", "")
    return {"amount": "0", "formattedAmount": f"{str(total).rstrip('0123456789.,-')}0.00"}


def _line(line: JSON, zero: JSON) -> JSON:
    full = LINE | {"totalDiscount": zero} | line
    full["physicalProperties"] = {"weight": None, "sku": None, "shippable": False} | (
        line.get("physicalProperties") or {}
    )
    full["taxInfo"] = {"taxAmount": zero, "taxableAmount": zero} | LINE_TAX | (line.get("taxInfo") or {})
    return full


def _shipping(shipping: JSON, zero: JSON) -> JSON:
    full = {"carrierId": None, "code": None, "title": ""} | shipping
    logistics = {"deliveryTime": None, "instructions": None, "deliverByDate": None} | (shipping.get("logistics") or {})
    if logistics.get("shippingDestination"):
        logistics["shippingDestination"] = _place(logistics["shippingDestination"])
    if logistics.get("pickupDetails"):
        details = logistics["pickupDetails"]
        logistics["pickupDetails"] = details | {"address": ADDRESS | (details.get("address") or {})}
    cost = shipping.get("cost") or {}
    tax = {"taxAmount": zero, "taxableAmount": zero} | LINE_TAX | (cost.get("taxInfo") or {})
    return full | {"logistics": logistics, "cost": {"discount": zero} | cost | {"taxInfo": tax}}


def _place(place: Mapping[str, Any]) -> JSON:
    return {
        "address": ADDRESS | (place.get("address") or {}),
        "contactDetails": CONTACT | (place.get("contactDetails") or {}),
    }
