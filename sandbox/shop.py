"""What the owner of a site does in Wix: take orders, mark them paid, change, cancel, archive and send them."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from sandbox import fulfilling, people
from sandbox.api import cancel, merge
from sandbox.fulfilling import note, stamp, touch
from sandbox.models import Order, Site, Token, new_id

BATCH = 1000


def sparse(value: Any) -> Any:
    """Wix leaves out empty texts, false, zero, nulls and empty lists."""
    if isinstance(value, dict):
        kept = {name: sparse(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, "", False, 0, [], {})}
    return [sparse(one) for one in value] if isinstance(value, list) else value


def row_of(site: Site, data: dict[str, Any], created: datetime) -> Order:
    """An order's row, not saved yet."""
    data = sparse({"id": new_id(), **data})
    data |= {"createdDate": stamp(created), "updatedDate": stamp(created)}
    row = Order(site=site, order_id=data["id"], number=data["number"], created=created, updated=created, data=data)
    row.visible_at = min(created, timezone.now())
    row.take_columns()
    return row


def take_numbers(site: Site, count: int) -> range:
    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(next_number=F("next_number") + count)
        site.refresh_from_db(fields=["next_number"])
    return range(site.next_number - count, site.next_number)


def add_orders(site: Site, count: int, overrides: dict[str, Any] | None = None, seed: int | None = None) -> list[str]:
    """Paid, open orders of invented people; answers their numbers. Quick: thousands a second."""
    chance = random.Random(seed)  # noqa: S311 - people are invented, nothing here is secret
    now, made = timezone.now(), []
    numbers = take_numbers(site, count)
    for start in range(0, count, BATCH):
        rows = []
        for number in numbers[start : start + BATCH]:
            data = people.plain_order(str(number), chance)
            merge(data, overrides or {})
            created = now - timedelta(seconds=max(0, numbers[-1] - number)) if count > 1 else now
            rows.append(row_of(site, data, created))
        Order.objects.bulk_create(rows, batch_size=200)
        made += [row.number for row in rows]
    return made


def change(order: Order, action: str, details: dict[str, Any]) -> None:
    """Do one of pay, cancel, edit, archive, fulfill; ValueError names what can be done."""
    actions = {"pay": _pay, "cancel": _cancel, "edit": _edit, "archive": _archive, "fulfill": _fulfill}
    if action not in actions:
        raise ValueError(f"an order can be changed by {', '.join(actions)}")
    with transaction.atomic():
        actions[action](order, details)


def _pay(order: Order, _details: dict[str, Any]) -> None:
    order.data |= {"status": "APPROVED", "paymentStatus": "PAID"}
    note(order, "ORDER_PAID")
    touch(order)


def _cancel(order: Order, _details: dict[str, Any]) -> None:
    cancel(order)


def _archive(order: Order, _details: dict[str, Any]) -> None:
    order.data["archived"] = not order.data.get("archived", False)
    touch(order)


def _edit(order: Order, details: dict[str, Any]) -> None:
    """A PATCH body under ``order``, or the plain fields of the page's form."""
    if isinstance(details.get("order"), dict):
        merge(order.data, details["order"])
    else:
        address = _destination(order).setdefault("address", {})
        for name in ("addressLine", "addressLine2", "postalCode", "city", "country"):
            if name in details:
                address[name] = details[name]
        if address.get("addressLine"):
            address.pop("streetAddress", None)
        if "buyerNote" in details:
            order.data["buyerNote"] = details["buyerNote"]
        quantity = str(details.get("quantity", ""))
        if quantity.isdigit() and int(quantity) > 0 and order.data.get("lineItems"):
            order.data["lineItems"][0]["quantity"] = int(quantity)
    order.data = sparse(order.data)
    note(order, "DRAFT_ORDER_CHANGES_APPLIED")
    touch(order)


def _fulfill(order: Order, _details: dict[str, Any]) -> None:
    """Mark as fulfilled by hand: a record of all that is left, without tracking."""
    sent = fulfilling.pieces_sent(order)
    left = [
        {"id": line["id"], "quantity": line.get("quantity", 1) - sent.get(line["id"], 0)}
        for line in order.data.get("lineItems", [])
    ]
    lines = [line for line in left if line["quantity"] > 0]
    if lines:
        fulfilling.create(order.site, order.order_id, {"lineItems": lines})
    order.refresh_from_db()


def _destination(order: Order) -> dict[str, Any]:
    logistics = order.data.setdefault("shippingInfo", {}).setdefault("logistics", {})
    destination: dict[str, Any] = logistics.setdefault("shippingDestination", {})
    return destination


def address_of(order: Order) -> dict[str, Any]:
    """The destination's address and contact, flat, for a page."""
    shipping = (order.data.get("shippingInfo") or {}).get("logistics") or {}
    place = shipping.get("shippingDestination") or order.data.get("recipientInfo") or {}
    return {**(place.get("contactDetails") or {}), **(place.get("address") or {})}


def remove_app(site: Site) -> None:
    """The merchant deletes the app in Wix."""
    Site.objects.filter(pk=site.pk).update(installed=False)
    Token.objects.filter(site=site).delete()
