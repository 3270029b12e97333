"""Fulfillments as Wix counts them: per piece, with the order's status derived and the buyer mailed."""

import copy
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from sandbox import knobs
from sandbox.errors import WixError, application_error, validation_error
from sandbox.models import Fulfillment, Mail, Order, Site, new_id

KNOWN_LINKS = {
    "fedex": "https://www.fedex.com/apps/fedextrack/?action=track&trackingnumber={}",
    "ups": "https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction.action?tLabels={}",
    "dhl": "https://www.logistics.dhl/global-en/home/tracking.html?tracking-id={}",
    "canadaPost": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
}
STATUSES = ("Pending", "Accepted", "Ready", "In_Delivery", "Fulfilled")


def stamp(moment: datetime | None = None) -> str:
    """A time as Wix writes it."""
    return (moment or timezone.now()).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def find_order(site: Site, order_id: str) -> Order:
    order = site.orders.filter(order_id=order_id).first()
    if order is None:
        raise application_error(404, "ORDER_NOT_FOUND", f"order {order_id} was not found", {"id": order_id})
    return order


def listing(order: Order) -> dict[str, Any]:
    rows = order.fulfillments.order_by("pk")
    return {"orderId": order.order_id, "fulfillments": [row.data for row in rows]}


def create(site: Site, order_id: str, wanted: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """A new fulfillment: the order's fulfillments and the new id. Everything or nothing."""
    with transaction.atomic():
        order = find_order(site, order_id)
        if order.status != "APPROVED":
            raise application_error(400, "ORDER_NOT_APPROVED", "Validation failed: the order is not approved")
        lines = _lines(order, wanted.get("lineItems") or [])
        tracking = _tracking(wanted.get("trackingInfo") or {})
        _check_status(wanted.get("status"))
        _check_unique(site, order, tracking.get("trackingNumber", ""))
        own_id = new_id()
        data: dict[str, Any] = {"id": own_id, "createdDate": stamp(), "lineItems": lines}
        data |= {"trackingInfo": tracking} if tracking else {}
        data |= {name: wanted[name] for name in ("status", "completed", "customInfo") if name in wanted}
        number = tracking.get("trackingNumber", "")
        Fulfillment.objects.create(order=order, fulfillment_id=own_id, tracking_number=number, data=data)
        derive_status(order)
        _tell_buyer(order, tracking)
        touch(order)
    return listing(order), own_id


def update(site: Site, order_id: str, own_id: str, wanted: dict[str, Any]) -> dict[str, Any]:
    with transaction.atomic():
        row = _find(site, order_id, own_id)
        tracking = dict(row.data.get("trackingInfo") or {})
        for name, value in (wanted.get("trackingInfo") or {}).items():
            if value is None:
                tracking.pop(name, None)
            else:
                tracking[name] = value
        tracking = _tracking(tracking)
        number = tracking.get("trackingNumber", "")
        if number != row.tracking_number:
            _check_unique(site, row.order, number)
        row.data["trackingInfo"], row.tracking_number = tracking, number
        row.save()
        _tell_buyer(row.order, tracking)
        touch(row.order)
    return listing(row.order)


def delete(site: Site, order_id: str, own_id: str) -> dict[str, Any]:
    with transaction.atomic():
        row = _find(site, order_id, own_id)
        order = row.order
        row.delete()
        derive_status(order)
        touch(order)
    return listing(order)


def _find(site: Site, order_id: str, own_id: str) -> Fulfillment:
    order = find_order(site, order_id)
    row = order.fulfillments.select_related("order").filter(fulfillment_id=own_id).first()
    if row is None:
        raise application_error(404, "FULFILLMENT_NOT_FOUND", f"fulfillment {own_id} was not found")
    return row


def pieces_sent(order: Order) -> dict[str, int]:
    sent: dict[str, int] = {}
    for row in order.fulfillments.all():
        for line in row.data["lineItems"]:
            sent[line["id"]] = sent.get(line["id"], 0) + line["quantity"]
    return sent


def _lines(order: Order, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not wanted:
        raise validation_error("fulfillment.lineItems", "must not be empty", "MIN_ITEMS")
    sent = pieces_sent(order)
    ordered = {line["id"]: line.get("quantity", 1) for line in order.data.get("lineItems", [])}
    lines = []
    for line in wanted:
        own_id = str(line.get("id"))
        if own_id not in ordered:
            raise validation_error("fulfillment.lineItems.id", f"{own_id} is not a line of this order")
        left = ordered[own_id] - sent.get(own_id, 0)
        quantity = line.get("quantity", left)
        if not isinstance(quantity, int) or quantity < 1 or quantity > left:
            raise application_error(400, "INVALID_QUANTITY", f"Validation failed: {left} left of line {own_id}")
        lines.append({"id": own_id, "quantity": quantity})
    return lines


def _tracking(wanted: dict[str, Any]) -> dict[str, str]:
    tracking = {k: v for k, v in wanted.items() if k in {"trackingNumber", "shippingProvider", "trackingLink"}}
    for name, value in tracking.items():
        longest = 2048 if name == "trackingLink" else 100
        if not isinstance(value, str) or not 1 <= len(value) <= longest:
            raise validation_error(f"fulfillment.trackingInfo.{name}", f"must have 1 to {longest} characters")
    if "trackingLink" in tracking and not urlsplit(tracking["trackingLink"]).scheme:
        raise validation_error("fulfillment.trackingInfo.trackingLink", "must be a URL")
    provider = tracking.get("shippingProvider", "")
    if provider in KNOWN_LINKS and tracking.get("trackingNumber"):
        tracking["trackingLink"] = KNOWN_LINKS[provider].format(tracking["trackingNumber"])
    return tracking


def _check_status(status: Any) -> None:
    if status is not None and status not in STATUSES:
        raise validation_error("fulfillment.status", f"is one of {', '.join(STATUSES)}")


def _check_unique(site: Site, order: Order, number: str) -> None:
    rows = Fulfillment.objects.filter(order__site=site, tracking_number=number)
    if knobs.read()["tracking_scope"] == "order":
        rows = rows.filter(order=order)
    if number and rows.exists():
        raise application_error(
            409,
            "TRACKING_NUMBER_ALREADY_EXISTS",
            "Tracking number already exists",
            {"trackingNumber": number},
        )


def derive_status(order: Order) -> None:
    """Fulfilled when every piece of every line is in a fulfillment (digital lines count as sent)."""
    sent = pieces_sent(order)
    left = sum(
        max(0, line.get("quantity", 1) - line.get("refundQuantity", 0) - sent.get(line["id"], 0))
        for line in order.data.get("lineItems", [])
        if (line.get("physicalProperties") or {}).get("shippable")
    )
    before = order.data.get("fulfillmentStatus")
    now = "NOT_FULFILLED" if not sent else "PARTIALLY_FULFILLED" if left else "FULFILLED"
    order.data["fulfillmentStatus"] = now
    if now != before:
        note(order, "ORDER_FULFILLED" if now == "FULFILLED" else "ORDER_NOT_FULFILLED" if not sent else "")


def note(order: Order, kind: str) -> None:
    """Add to the order's history."""
    if kind:
        activity = {"id": new_id(), "createdDate": stamp(), "type": kind, "activityType": kind}
        order.data.setdefault("activities", []).append(activity)


def touch(order: Order) -> None:
    """Save a changed order; searches see it after the delay that a knob asks for."""
    now = timezone.now()
    order.data["updatedDate"], order.updated = stamp(now), now
    order.visible_at = now + timedelta(milliseconds=knobs.read()["visible_after_ms"])
    order.take_columns()
    order.save()


def _tell_buyer(order: Order, tracking: dict[str, str]) -> None:
    number = tracking.get("trackingNumber", "")
    if not number:
        return
    note(order, "TRACKING_NUMBER_ADDED")
    email = (order.data.get("buyerInfo") or {}).get("email", "")
    if not order.site.sends_mail or not re.match(r".+@.+", email):
        return
    Mail.objects.create(
        order=order,
        to=email,
        subject=f"Shipping confirmation for order #{order.number}",
        tracking_number=number,
        tracking_link=tracking.get("trackingLink", ""),
        provider=tracking.get("shippingProvider", ""),
    )
    note(order, "SHIPPING_CONFIRMATION_EMAIL_SENT")


def bulk(site: Site, wanted: list[dict[str, Any]], *, fail_every_second: bool) -> dict[str, Any]:
    """HTTP 200 whatever happens; each result carries the index of its question."""
    if not 1 <= len(wanted) <= 100:
        raise validation_error("ordersWithFulfillments", "must have 1 to 100 items", "MAX_ITEMS")
    results = [_bulk_one(site, index, row, fail_every_second and index % 2 == 1) for index, row in enumerate(wanted)]
    good = sum(row["itemMetadata"].get("success", False) for row in results)
    metadata = {"totalSuccesses": good, "totalFailures": len(results) - good, "undetailedFailures": 0}
    return {"results": results, "bulkActionMetadata": metadata}


def _bulk_one(site: Site, index: int, row: dict[str, Any], fail: bool) -> dict[str, Any]:
    order_id = row.get("orderId", "")
    metadata: dict[str, Any] = {"id": order_id, "originalIndex": index, "success": True}
    try:
        if fail:
            raise application_error(500, "INTERNAL", "asked for by a knob")
        with transaction.atomic():
            for wanted in row.get("fulfillments") or []:
                create(site, order_id, wanted)
        return {
            "itemMetadata": metadata,
            "ordersWithFulfillments": copy.deepcopy(listing(find_order(site, order_id))),
        }
    except WixError as error:
        details = ((error.body or {}).get("details") or {}).get("applicationError")
        metadata |= {
            "success": False,
            "error": details or {"code": "INVALID_ARGUMENT", "description": "invalid", "data": {}},
        }
        return {"itemMetadata": metadata}
