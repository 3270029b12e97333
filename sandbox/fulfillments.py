"""Fulfillments: counted per unit; changes update the order's status and mail the buyer."""

from typing import Any

from django.db import transaction

from sandbox import switches, webhooks
from sandbox.errors import WixError, application_error, as_dict, as_list, rejection, validation_error, without_details
from sandbox.history import format_time, record_activity, save_order
from sandbox.models import Fulfillment, Order, Site, new_id
from sandbox.tracking import KNOWN_LINKS, check_unique, fulfilled_event, mail_buyer, parse_tracking

STATUSES = ("Pending", "Accepted", "Ready", "In_Delivery", "Fulfilled")
MAX_LINES, MAX_ORDERS, MAX_UNITS = 300, 100, 100_000


def find_order(site: Site, order_id: str) -> Order:
    """Raises WixError 404."""
    return _find_order(site, order_id, "404")


def _find_order(site: Site, order_id: str, how: str) -> Order:
    order = site.orders.select_related("site").filter(order_id=order_id).first()
    if order is None:
        description = f"Order {order_id} was not found"
        raise rejection(how, "ORDER_NOT_FOUND", "Order not found", description, {"orderId": order_id})
    return order


def find_order_to_fulfill(site: Site, order_id: str) -> Order:
    """Like ``find_order``; a switch decides how fulfillment calls reject an unknown order, which is unconfirmed."""
    return _find_order(site, order_id, switches.read()["refused_order"])


def listing(order: Order) -> dict[str, Any]:
    rows = order.fulfillments.order_by("pk")
    return {"orderId": order.order_id, "fulfillments": [row.data for row in rows]}


def listings(site: Site, order_ids: list[Any]) -> list[dict[str, Any]]:
    """The fulfillments of many orders, in the order requested; unknown orders are omitted."""
    wanted = [str(order_id) for order_id in as_list(order_ids, "orderIds", MAX_ORDERS)]
    rows = {row.order_id: row for row in site.orders.filter(order_id__in=wanted).prefetch_related("fulfillments")}
    found = [rows[order_id] for order_id in dict.fromkeys(wanted) if order_id in rows]
    return [
        {"orderId": row.order_id, "fulfillments": [fulfillment.data for fulfillment in _by_age(row.fulfillments.all())]}
        for row in found
    ]


def _by_age(rows: Any) -> list[Fulfillment]:
    return sorted(rows, key=lambda row: int(row.pk))


def create(site: Site, order_id: str, wanted: dict[str, Any], actor: webhooks.Actor) -> tuple[dict[str, Any], str]:
    """Create a fulfillment; returns the order's fulfillments and the new id. Payment is not checked."""
    with transaction.atomic():
        order = find_order_to_fulfill(site, order_id)
        if order.data.get("status") != "APPROVED":
            description, facts = "only approved orders can be fulfilled", {"status": order.data.get("status")}
            raise rejection(switches.read()["refused_status"], "ORDER_NOT_APPROVED", description, data=facts)
        data = _content(order, wanted)
        tracking = data.get("trackingInfo", {})
        check_unique(site, order, tracking.get("trackingNumber", ""))
        Fulfillment.objects.create(
            order=order,
            fulfillment_id=data["id"],
            tracking_number=tracking.get("trackingNumber", ""),
            data=data,
        )
        mail_buyer(order, tracking)
        _save_changes(order, actor)
        return listing(order), data["id"]


def _content(order: Order, wanted: dict[str, Any]) -> dict[str, Any]:
    """The JSON of a new fulfillment."""
    data: dict[str, Any] = {"id": new_id(), "createdDate": format_time(), "lineItems": _lines(order, wanted)}
    tracking, custom = parse_tracking(wanted.get("trackingInfo")), as_dict(wanted.get("customInfo"), "customInfo")
    if tracking and custom:
        raise validation_error("fulfillment.customInfo", "cannot be given together with trackingInfo", "ONE_OF")
    status = _status(wanted.get("status"))
    more = {"trackingInfo": tracking, "customInfo": custom, "status": status, "completed": wanted.get("completed")}
    return data | {name: value for name, value in more.items() if value}


def update(site: Site, order_id: str, own_id: str, wanted: dict[str, Any], actor: webhooks.Actor) -> dict[str, Any]:
    """Change tracking or status; null removes a value. Lines cannot be changed."""
    with transaction.atomic():
        order, row = _find(site, order_id, own_id)
        before = row.tracking_number
        _change_status(row, wanted)
        changes = as_dict(wanted.get("trackingInfo"), "fulfillment.trackingInfo")
        merged = (row.data.get("trackingInfo") or {}) | changes
        if "trackingNumber" in changes and merged.get("shippingProvider") in KNOWN_LINKS:
            merged["trackingLink"] = changes.get("trackingLink")
        tracking = parse_tracking({name: value for name, value in merged.items() if value is not None})
        row.tracking_number = tracking.get("trackingNumber", "")
        if row.tracking_number != before:
            check_unique(site, order, row.tracking_number)
        row.data["trackingInfo"] = tracking
        row.save()
        mail_buyer(order, tracking, before)
        _save_changes(order, actor)
        return listing(order)


def _change_status(row: Fulfillment, wanted: dict[str, Any]) -> None:
    if "status" in wanted:
        row.data["status"] = _status(wanted["status"])
    for name in ("completed", "customInfo"):
        if name in wanted:
            row.data[name] = wanted[name]
    row.data = {name: value for name, value in row.data.items() if value is not None}


def _status(wanted: Any) -> Any:
    """Case-sensitive, and informational only. Raises WixError 400."""
    if wanted is not None and wanted not in STATUSES:
        raise validation_error("fulfillment.status", f"is one of {', '.join(STATUSES)}", "ENUM")
    return wanted


def delete(site: Site, order_id: str, own_id: str, actor: webhooks.Actor) -> dict[str, Any]:
    """Delete a fulfillment; its units can be fulfilled again."""
    with transaction.atomic():
        order, row = _find(site, order_id, own_id)
        row.delete()
        _save_changes(order, actor)
        return listing(order)


def _find(site: Site, order_id: str, own_id: str) -> tuple[Order, Fulfillment]:
    order = find_order_to_fulfill(site, order_id)
    row = order.fulfillments.filter(fulfillment_id=own_id).first()
    if row is None:
        raise application_error(404, "FULFILLMENT_NOT_FOUND", "Fulfillment not found", data={"id": own_id})
    return order, row


def units_fulfilled(order: Order) -> dict[str, int]:
    """Fulfilled units by line id."""
    sent: dict[str, int] = {}
    for row in order.fulfillments.all():
        for line in row.data["lineItems"]:
            sent[line["id"]] = sent.get(line["id"], 0) + line["quantity"]
    return sent


def units_remaining(order: Order) -> dict[str, int]:
    """Units by line id that a new fulfillment can contain.

    A line can be split over fulfillments. A switch decides whether refunded units count (unconfirmed).
    """
    sent, values, left = units_fulfilled(order), switches.read(), {}
    for line in order.data.get("lineItems", []):
        ordered = line.get("quantity", 1)
        if values["refunded_units"] == "gone":
            ordered -= line.get("refundQuantity", 0)
        left[line["id"]] = max(0, ordered - sent.get(line["id"], 0))
    return left


def _lines(order: Order, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    available = units_remaining(order)
    lines: dict[str, int] = {}
    for line in as_list(wanted.get("lineItems"), "fulfillment.lineItems", MAX_LINES):
        own_id = str(as_dict(line, "fulfillment.lineItems").get("id"))
        if own_id not in available:
            raise validation_error("fulfillment.lineItems.id", f"{own_id} is not a line of this order", "UNKNOWN")
        left = available[own_id] - lines.get(own_id, 0)
        lines[own_id] = lines.get(own_id, 0) + _quantity(own_id, line.get("quantity", max(left, 1)), left)
    return [{"id": own_id, "quantity": quantity} for own_id, quantity in lines.items()]


def _quantity(line_id: str, wanted: Any, left: int) -> int:
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not 1 <= wanted <= MAX_UNITS:
        raise validation_error("fulfillment.lineItems.quantity", "must be between 1 and 100000", "RANGE")
    if wanted > left:
        raise rejection(
            switches.read()["refused_units"],
            "ILLUSTRATIVE_QUANTITY_NOT_AVAILABLE",
            "Requested quantity is not available for fulfillment",
            f"Line item {line_id} has {left} unit(s) left to fulfill",
            {"lineItemId": line_id, "requested": wanted, "available": left},
        )
    return wanted


def _save_changes(order: Order, actor: webhooks.Actor) -> None:
    """Update the order's status and history and enqueue the events."""
    before = order.data.get("fulfillmentStatus", "NOT_FULFILLED")
    now = derived_status(order)
    order.data["fulfillmentStatus"] = now
    if now != before and now != "PARTIALLY_FULFILLED":
        record_activity(order, "ORDER_FULFILLED" if now == "FULFILLED" else "ORDER_NOT_FULFILLED")
    event_switch = switches.read()["fulfillment_events"]
    events = [webhooks.fulfillments_updated(listing(order))]
    events += fulfilled_event(before, now) if event_switch != "fulfillments_only" else ()
    save_order(order, actor, *events, as_updated=event_switch == "all")


def derived_status(order: Order) -> str:
    """The order's status from the units fulfilled. Switches decide whether digital and refunded units count."""
    sent, values = units_fulfilled(order), switches.read()
    if not sent:
        return "NOT_FULFILLED"
    everything = values["mixed_order"] == "stays_open"
    lines = [line for line in order.data.get("lineItems", []) if everything or _is_physical(line)]
    open_lines = [line for line in lines if _units_open(line, sent, values)]
    return "PARTIALLY_FULFILLED" if open_lines else "FULFILLED"


def _is_physical(line: dict[str, Any]) -> bool:
    return bool((line.get("physicalProperties") or {}).get("shippable"))


def _units_open(line: dict[str, Any], sent: dict[str, int], values: dict[str, Any]) -> bool:
    refunded = 0 if values["refunded_units"] == "needed" else line.get("refundQuantity", 0)
    return bool(line.get("quantity", 1) - refunded - sent.get(line["id"], 0) > 0)


def bulk(site: Site, wanted: Any, actor: webhooks.Actor, *, fail_every_second: bool) -> dict[str, Any]:
    """Never fails as a whole; each result carries the index of its request."""
    rows = as_list(wanted, "ordersWithFulfillments", MAX_ORDERS)
    results = [
        _bulk_one(site, index, as_dict(row, "ordersWithFulfillments"), actor, fail_every_second and index % 2 == 1)
        for index, row in enumerate(rows)
    ]
    good = sum(row["itemMetadata"]["success"] for row in results)
    totals = {"totalSuccesses": good, "totalFailures": len(results) - good, "undetailedFailures": 0}
    values = switches.read()
    if values["bulk_failures"] == "undetailed":
        results = [row for row in results if row["itemMetadata"]["success"]]
        totals["undetailedFailures"] = totals["totalFailures"]
    for row in results if values["bulk_failures"] == "bare" else []:
        row["itemMetadata"].pop("error", None)
    return {
        "results": results[::-1] if values["bulk_order"] == "reversed" else results,
        "bulkActionMetadata": totals,
    }


def _bulk_one(site: Site, index: int, row: dict[str, Any], actor: webhooks.Actor, fail: bool) -> dict[str, Any]:
    order_id = str(row.get("orderId"))
    metadata: dict[str, Any] = {"id": order_id, "originalIndex": index, "success": True}
    try:
        if fail:
            raise without_details(500)
        with transaction.atomic():
            for wanted in as_list(row.get("fulfillments"), "fulfillments", MAX_LINES):
                create(site, order_id, as_dict(wanted, "fulfillment"), actor)
            return {"itemMetadata": metadata, "ordersWithFulfillments": listing(find_order(site, order_id))}
    except WixError as error:
        return {"itemMetadata": metadata | {"success": False, "error": _bulk_error(error)}}


def _bulk_error(error: WixError) -> dict[str, Any]:
    body = error.body or {}
    known = (body.get("details") or {}).get("applicationError")
    return known or {
        "code": "INVALID_ARGUMENT" if error.status == 400 else "INTERNAL",
        "description": body.get("message", ""),
        "data": {},
    }
