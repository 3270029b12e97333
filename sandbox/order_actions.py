"""Actions on an order, as its buyer or the shop's owner performs them: pay, cancel, edit, refund, fulfill and so on."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from sandbox import fulfillments, order_edits, webhooks
from sandbox.errors import WixError, application_error, validation_error
from sandbox.history import merge, record_activity, save_order
from sandbox.models import Order
from sandbox.tracking import fulfilled_event

# The fields that PATCH can change, with everything below them.
CHANGEABLE = (
    "buyerInfo.email",
    "buyerLanguage",
    "weightUnit",
    "billingInfo",
    "recipientInfo",
    "shippingInfo.logistics.shippingDestination",
    "archived",
    "attributionSource",
    "seenByAHuman",
)
LOCKED_STATUSES = {"PENDING": "ORDER_IS_PENDING", "REJECTED": "ORDER_IS_REJECTED"}
ANONYMOUS = {"firstName": "Anonymous", "lastName": "Buyer"}


def patch(order: Order, changes: dict[str, Any], actor: webhooks.Actor) -> None:
    """The API's update call. Raises WixError 400 for read-only fields and locked orders."""
    code = LOCKED_STATUSES.get(order.data.get("status", ""))
    if code:
        raise application_error(400, code, f"The order is {order.data['status'].lower()}")
    changes = {name: value for name, value in changes.items() if name != "id"}
    for path in _leaf_paths(changes):
        if not any(path == field or path.startswith(f"{field}.") for field in CHANGEABLE):
            raise validation_error(f"order.{path}", "cannot be changed", "READ_ONLY")
    merge(order.data, changes)
    save_order(order, actor)


def _leaf_paths(changes: dict[str, Any], path: str = "") -> list[str]:
    found = []
    for name, value in changes.items():
        own = f"{path}.{name}" if path else name
        found += _leaf_paths(value, own) if isinstance(value, dict) and value else [own]
    return found


def change(order: Order, action: str, details: dict[str, Any]) -> None:
    """Perform one of ACTIONS as the shop's owner. Raises ValueError."""
    if action not in ACTIONS:
        raise ValueError(f"an order can be changed by {', '.join(ACTIONS)}")
    try:
        with transaction.atomic():
            ACTIONS[action](order, details)
    except WixError as error:
        raise ValueError(str(error)) from error


def cancel(order: Order, details: dict[str, Any], actor: webhooks.Actor) -> None:
    if order.data.get("status") == "CANCELED":
        raise application_error(400, "ORDER_ALREADY_CANCELED", "The order is already canceled")
    order.data["status"] = "CANCELED"
    record_activity(order, "ORDER_CANCELED")
    names = ("restockAllItems", "sendOrderCanceledEmail")
    facts: dict[str, Any] = {name: bool(details.get(name)) for name in names}
    save_order(order, actor, webhooks.action("canceled", **facts, customMessage=str(details.get("customMessage", ""))))


def _cancel(order: Order, details: dict[str, Any]) -> None:
    cancel(order, details, webhooks.owner_actor())


def _pay(order: Order, _details: dict[str, Any]) -> None:
    """An order without shipping becomes fulfilled when it is paid."""
    before, was_approved = order.data.get("paymentStatus"), order.data.get("status") == "APPROVED"
    order.data |= {"status": "APPROVED", "paymentStatus": "PAID"}
    if not order.data.get("shippingInfo"):
        order.data["fulfillmentStatus"] = "FULFILLED"
    record_activity(order, "ORDER_PAID")
    events = [webhooks.action("payment_status_updated", previousPaymentStatus=before)]
    save_order(order, webhooks.owner_actor(), *([] if was_approved else [webhooks.action("approved")]), *events)


def _archive(order: Order, _details: dict[str, Any]) -> None:
    order.data["archived"] = not order.data.get("archived", False)
    save_order(order, webhooks.owner_actor())


def _fulfill(order: Order, details: dict[str, Any]) -> None:
    """Fulfill ``lines`` (default: everything unfulfilled) manually, with ``trackingInfo`` if given.

    Creates no record if ``records`` is false or nothing is left to fulfill.
    """
    left = [{"id": own_id, "quantity": units} for own_id, units in fulfillments.units_remaining(order).items() if units]
    lines = details.get("lines") or left
    if not lines or not details.get("records", True):
        _mark(order, details)
        return
    tracking = {"trackingInfo": details["trackingInfo"]} if details.get("trackingInfo") else {}
    fulfillments.create(order.site, order.order_id, {"lineItems": lines, **tracking}, webhooks.owner_actor())
    order.refresh_from_db()


def _mark(order: Order, _details: dict[str, Any]) -> None:
    """Set the status to fulfilled without a fulfillment record."""
    before, order.data["fulfillmentStatus"] = order.data.get("fulfillmentStatus", ""), "FULFILLED"
    record_activity(order, "ORDER_FULFILLED")
    save_order(order, webhooks.owner_actor(), *fulfilled_event(before, "FULFILLED"))


def _unfulfill(order: Order, _details: dict[str, Any]) -> None:
    """Delete all fulfillment records; the units can be fulfilled again."""
    order.fulfillments.all().delete()
    order.data["fulfillmentStatus"] = "NOT_FULFILLED"
    record_activity(order, "ORDER_NOT_FULFILLED")
    save_order(order, webhooks.owner_actor(), webhooks.fulfillments_updated(fulfillments.listing(order)))


def _refund(order: Order, details: dict[str, Any]) -> None:
    """Refund ``quantity`` units (default: all) of the line ``line`` (default: the first) of an order that was paid."""
    if order.data.get("paymentStatus") not in {"PAID", "PARTIALLY_REFUNDED"}:
        raise ValueError("only what was paid can be refunded")
    lines = order.data.get("lineItems") or []
    line = next((line for line in lines if line["id"] == details.get("line", line["id"])), None)
    if line is None:
        raise ValueError("this order has no such line")
    already = line.get("refundQuantity", 0)
    units = details.get("quantity", line.get("quantity", 1) - already)
    if not isinstance(units, int) or not 1 <= units <= line.get("quantity", 1) - already:
        raise ValueError("only units that were not refunded yet can be refunded")
    line["refundQuantity"] = already + units
    kept = any(other.get("quantity", 1) > other.get("refundQuantity", 0) for other in lines)
    before, now = order.data.get("paymentStatus"), "PARTIALLY_REFUNDED" if kept else "FULLY_REFUNDED"
    order.data["paymentStatus"] = now
    record_activity(order, "ORDER_REFUNDED")
    save_order(order, webhooks.owner_actor(), webhooks.action("payment_status_updated", previousPaymentStatus=before))


def _anonymize(order: Order, _details: dict[str, Any]) -> None:
    """A privacy request: remove the buyer's data."""
    order.data["buyerInfo"] = {}
    order.data.pop("buyerNote", None)
    logistics = (order.data.get("shippingInfo") or {}).get("logistics") or {}
    places = (order.data.get("billingInfo"), order.data.get("recipientInfo"), logistics.get("shippingDestination"))
    for place in places:
        if place:
            country = (place.get("address") or {}).get("country")
            place.clear()
            place.update({"address": {"country": country}, "contactDetails": dict(ANONYMOUS)})
    save_order(order, webhooks.owner_actor(), webhooks.updated(anonymizes=True))


ACTIONS: dict[str, Callable[[Order, dict[str, Any]], None]] = {
    "pay": _pay,
    "cancel": _cancel,
    "edit": order_edits.commit,
    "readdress": order_edits.change_address,
    "archive": _archive,
    "fulfill": _fulfill,
    "mark": _mark,
    "unfulfill": _unfulfill,
    "refund": _refund,
    "anonymize": _anonymize,
}
