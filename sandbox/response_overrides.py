"""Changes that switches make to every order in a response."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.errors import UNKNOWN_VALUE
from sandbox.full_form import full_form

SLOT = "deliveryTimeSlot"
Change = Callable[[dict[str, Any], dict[str, Any]], None]


def with_overrides(order: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The order in the form and with the changes that the switches ask for; the order given is not changed."""
    changes = [change for change, wanted in OVERRIDES.values() if wanted(values)]
    if changes:
        order = copy.deepcopy(order)
    for change in changes:
        change(order, values)
    return order if values["order_form"] == "lean" else full_form(order)


def _unknown_value(order: dict[str, Any], values: dict[str, Any]) -> None:
    if values["unknown_value"] == "itemType.preset":
        for line in order.get("lineItems", []):
            line["itemType"] = {"preset": UNKNOWN_VALUE}
        return
    *parents, name = values["unknown_value"].split(".")
    target = order
    for parent in parents:
        target = target.setdefault(parent, {})
    target[name] = UNKNOWN_VALUE


def _unknown_field(order: dict[str, Any], _turned: dict[str, Any]) -> None:
    order["aFieldOfNextYear"] = {"unknown": True}


def _logistics(order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (order.get("shippingInfo") or {}).get("logistics") or {}
    return found


def _pickup_as_destination(order: dict[str, Any], _turned: dict[str, Any]) -> None:
    """Wix's type reference says that the destination of a pickup order is the pickup location."""
    logistics = _logistics(order)
    if "pickupDetails" in logistics:
        contact = (order.get("recipientInfo") or {}).get("contactDetails") or {}
        place = {"address": logistics["pickupDetails"].get("address") or {}, "contactDetails": contact}
        logistics.setdefault("shippingDestination", place)


def _without_slot(order: dict[str, Any], _turned: dict[str, Any]) -> None:
    _logistics(order).pop(SLOT, None)


def _gross_subtotal(order: dict[str, Any], _turned: dict[str, Any]) -> None:
    """The total of the lines including tax, if the shop's prices include it."""
    subtotal = (order.get("priceSummary") or {}).get("subtotal")
    if not subtotal or not order.get("taxIncludedInPrices"):
        return
    amounts = [Decimal(line["totalPriceAfterTax"]["amount"]) for line in order.get("lineItems", [])]
    total = sum(amounts, Decimal(0))
    sign = subtotal["formattedAmount"].rstrip("0123456789.,-")
    subtotal |= {"amount": str(total), "formattedAmount": f"{sign}{total:.2f}"}


# By switch: the change, and the condition on the switch values.
OVERRIDES: dict[str, tuple[Change, Callable[[dict[str, Any]], bool]]] = {
    "unknown_value": (_unknown_value, lambda values: bool(values["unknown_value"])),
    "unknown_field": (_unknown_field, lambda values: bool(values["unknown_field"])),
    "pickup_destination": (_pickup_as_destination, lambda values: values["pickup_destination"] == "both"),
    "delivery_slot": (_without_slot, lambda values: values["delivery_slot"] == "absent"),
    "subtotal": (_gross_subtotal, lambda values: values["subtotal"] == "gross"),
}
