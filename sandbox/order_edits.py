"""Editing an order as Wix does: a draft order is changed and committed, and the event lists the differences."""

import copy
from typing import Any

from sandbox import webhooks
from sandbox.history import format_time, merge, record_activity, save_order
from sandbox.models import Order, new_id

ADDRESS = ("addressLine", "addressLine2", "postalCode", "city", "country")
MAX_UNITS = 100_000


def commit(order: Order, details: dict[str, Any]) -> None:
    """Merge ``order``, a part of the order's JSON, or the plain fields of the page's form. Raises ValueError."""
    before = copy.deepcopy(order.data)
    if isinstance(details.get("order"), dict):
        merge(order.data, details["order"])
    else:
        _edit_address(order, details)
        _edit_lines(order, details)
        if "buyerNote" in details:
            order.data["buyerNote"] = details["buyerNote"]
    record_activity(order, "DRAFT_ORDER_CHANGES_APPLIED")
    facts = {
        "draftOrderId": new_id(),
        "changes": _changes(before, order.data),
        "commitSettings": {"sendNotificationsToBuyer": False, "addActivitiesToOrder": True},
        "commitDate": format_time(),
    }
    save_order(order, webhooks.owner_actor(), webhooks.action("committed", **facts))


def change_address(order: Order, details: dict[str, Any]) -> None:
    """Change the delivery address without a draft order: an ordinary update."""
    _edit_address(order, details)
    record_activity(order, "SHIPPING_ADDRESS_EDITED")
    save_order(order, webhooks.owner_actor())


def _changes(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The ``changes`` of the event: added, removed and changed lines, and the shipping."""
    old = {line["id"]: line for line in before.get("lineItems") or []}
    new = {line["id"]: line for line in now.get("lineItems") or []}
    deltas: list[dict[str, Any]] = [
        {"lineItemId": own_id, "lineItemAdded": True} for own_id in new if own_id not in old
    ]
    deltas += [
        {"lineItemId": own_id, "changedDetails": {"order": _previous_line(old[own_id])}}
        for own_id, line in new.items()
        if own_id in old and line != old[own_id]
    ]
    deltas += [
        {"lineItemId": own_id, "lineItemRemoved": _previous_line(line)}
        for own_id, line in old.items()
        if own_id not in new
    ]
    changes: dict[str, Any] = {"lineItems": deltas} if deltas else {}
    if before.get("shippingInfo") != now.get("shippingInfo"):
        shipping = now.get("shippingInfo")
        changes |= {"changedShippingInfo": copy.deepcopy(shipping)} if shipping else {"shippingInfoRemoved": True}
    return changes


def _previous_line(line: dict[str, Any]) -> dict[str, Any]:
    names = ("productName", "catalogReference", "quantity", "totalDiscount", "descriptionLines")
    return {name: copy.deepcopy(line[name]) for name in names if name in line}


def _edit_address(order: Order, details: dict[str, Any]) -> None:
    given = {name: details[name] for name in ADDRESS if name in details}
    before = {name: order.place.get(name, "") for name in given}
    if given == before:
        return
    logistics = order.data.setdefault("shippingInfo", {}).setdefault("logistics", {})
    address = logistics.setdefault("shippingDestination", {}).setdefault("address", {})
    address.update(given)
    if given.get("addressLine"):
        address.pop("streetAddress", None)


def _edit_lines(order: Order, details: dict[str, Any]) -> None:
    wanted = str(details.get("quantity", ""))
    if not wanted:
        return
    if not wanted.isdigit() or not 1 <= int(wanted) <= MAX_UNITS:
        raise ValueError("a quantity is a whole number from 1 to 100000")
    if order.data.get("lineItems"):
        order.data["lineItems"][0]["quantity"] = int(wanted)
