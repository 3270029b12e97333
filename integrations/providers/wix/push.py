"""Telling Wix what left. Wix knows no idempotency key, so we look before we create and after every doubt.

The tracking number is the key: whatever carries ours is ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from integrations.orders import FulfillmentUpdate, OrderData, OrderStatus, PushResult, PushStatus
from integrations.providers.wix.client import WixClient, parse
from integrations.providers.wix.mapping import fulfilled_quantities
from integrations.providers.wix.payloads import OrderFulfillments, WixFulfillment
from lib.http import ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.json_values import as_dict
from lib.text import parse_int

TRACKING_TAKEN_CODE, ABORTED_CODE = "TRACKING_NUMBER_ALREADY_EXISTS", "ABORTED"
Known = dict[str, OrderFulfillments]


def find(client: WixClient, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
    """Look only: who has our tracking number is told, and what is nowhere to be found is taken back."""
    known = client.fulfillments([one.order_id for one in updates])
    return [_already_done(one, known) or PushResult(one.reference, PushStatus.NOT_SENT) for one in updates]


def _already_done(update: FulfillmentUpdate, known: Known) -> PushResult | None:
    if not update.is_deletion:
        return _found(update, known)
    return None if _our_fulfillments(update, known) else PushResult(update.reference, PushStatus.DONE)


def push(client: WixClient, updates: Sequence[FulfillmentUpdate], orders: dict[str, OrderData]) -> list[PushResult]:
    """Look, then create what is missing; ``orders`` are these orders as they are now."""
    known = client.fulfillments([one.order_id for one in updates])
    results_by_reference: dict[str, PushResult] = {}
    to_create: list[FulfillmentUpdate] = []
    for update in updates:
        result = (
            _already_done(update, known)
            or (_delete(client, update, known) if update.is_deletion else _update_tracking(client, update, known))
            or _rejection_before_create(update, orders.get(update.order_id))
        )
        if result is not None:
            results_by_reference[update.reference] = result
            continue
        remaining = _remaining(update, orders[update.order_id], known)
        if remaining.lines:
            to_create.append(remaining)
        else:
            results_by_reference[update.reference] = _add_tracking(client, update, known)
    for result in _create(client, to_create):
        results_by_reference[result.reference] = result
    return [results_by_reference[one.reference] for one in updates]


def _found(update: FulfillmentUpdate, known: Known) -> PushResult | None:
    """Told already: under our number, or on the record we made and somebody edited since."""
    for fulfillment in _fulfillments_of(update, known):
        same_number = fulfillment.tracking_number == update.tracking_number
        if update.changed:
            same_link = fulfillment.tracking_link in ("", update.tracking_url)
            same_number, is_ours = same_number and same_link, False
        else:
            is_ours = bool(update.remote_id) and fulfillment.id == update.remote_id
        if same_number or is_ours:
            return PushResult(update.reference, PushStatus.DONE, external_id=fulfillment.id)
    return None


def _our_fulfillments(update: FulfillmentUpdate, known: Known) -> list[WixFulfillment]:
    """The records of this parcel, under whatever number it ever had."""
    ours = [
        one
        for one in _fulfillments_of(update, known)
        if one.id == update.remote_id or one.tracking_number in update.numbers
    ]
    return [one for one in ours if one.id]


def _update_tracking(client: WixClient, update: FulfillmentUpdate, known: Known) -> PushResult | None:
    """The parcel has another barcode or link than the shop knows; None when the shop has no record of it."""
    ours = _our_fulfillments(update, known) if update.changed else []
    return _set_tracking(client, update, ours[0]) if ours else None


def _delete(client: WixClient, update: FulfillmentUpdate, known: Known) -> PushResult:
    try:
        for one in _our_fulfillments(update, known):
            client.delete_fulfillment(update.order_id, one.id)
    except ApiRejected as error:
        return PushResult(
            update.reference, PushStatus.REJECTED, code="not_taken_back", text=error.message or error.code
        )
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return PushResult(update.reference, _unconfirmed_status(error), text=error.message)
    return PushResult(update.reference, PushStatus.DONE)


def _fulfillments_of(update: FulfillmentUpdate, known: Known) -> list[WixFulfillment]:
    row = known.get(update.order_id)
    return row.fulfillments if row else []


def _rejection_before_create(update: FulfillmentUpdate, order: OrderData | None) -> PushResult | None:
    if order is None:
        return PushResult(update.reference, PushStatus.REJECTED, code="order_gone")
    if order.status is not OrderStatus.APPROVED:
        return PushResult(update.reference, PushStatus.REJECTED, code="order_not_open")
    return None


def _remaining(update: FulfillmentUpdate, order: OrderData, known: Known) -> FulfillmentUpdate:
    """The notice with the pieces Wix still expects; never digital lines or those of another fulfiller."""
    sent = fulfilled_quantities(known.get(update.order_id))
    lines = {line.id: replace(line, fulfilled=sent.get(line.id, 0)).quantity_to_ship for line in order.lines}
    remaining = [(line, min(quantity, lines.get(line, 0))) for line, quantity in update.lines]
    return replace(update, lines=tuple((line, quantity) for line, quantity in remaining if quantity > 0))


def _add_tracking(client: WixClient, update: FulfillmentUpdate, known: Known) -> PushResult:
    """Marked as sent by hand: our tracking goes onto that record, when there is one without."""
    untracked = next((one for one in _fulfillments_of(update, known) if not one.tracking_number and one.id), None)
    if untracked is None:
        return PushResult(update.reference, PushStatus.REJECTED, code="already_fulfilled")
    return _set_tracking(client, update, untracked)


def _set_tracking(client: WixClient, update: FulfillmentUpdate, fulfillment: WixFulfillment) -> PushResult:
    try:
        client.set_tracking(fulfillment, update)
    except ApiRejected as error:
        return _resolve_rejection(client, update, error)
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return PushResult(update.reference, _unconfirmed_status(error), text=error.message)
    return PushResult(update.reference, PushStatus.DONE, external_id=fulfillment.id)


def _unconfirmed_status(error: ApiUnavailable | ApiInvalidResponse) -> PushStatus:
    return PushStatus.NOT_SENT if isinstance(error, ApiUnavailable) and not error.sent else PushStatus.UNCONFIRMED


def _create(client: WixClient, updates: list[FulfillmentUpdate]) -> list[PushResult]:
    """Create these: one by its own call, more by the bulk call. Consent lost on the way leaves the rest not sent."""
    if not updates:
        return []
    try:
        return [_create_one(client, updates[0])] if len(updates) == 1 else _create_many(client, updates)
    except ApiUnauthorized as error:
        return [PushResult(one.reference, PushStatus.NOT_SENT, text=error.message) for one in updates]


def _create_one(client: WixClient, update: FulfillmentUpdate) -> PushResult:
    try:
        fulfillment_id, order_fulfillments = client.create_fulfillment(update)
    except ApiRejected as error:
        return _resolve_rejection(client, update, error)
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return PushResult(update.reference, _unconfirmed_status(error), text=error.message)
    echoed = any(one.tracking_number == update.tracking_number for one in order_fulfillments.fulfillments)
    if order_fulfillments.order_id != update.order_id or not echoed:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text="the answer was about something else")
    return PushResult(update.reference, PushStatus.DONE, external_id=fulfillment_id)


def _create_many(client: WixClient, updates: list[FulfillmentUpdate]) -> list[PushResult]:
    """A call that is refused whole is halved until the bad one stands alone."""
    try:
        results = client.bulk_create(updates)
    except ApiRejected:
        middle = len(updates) // 2
        return _create(client, updates[:middle]) + _create(client, updates[middle:])
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return [PushResult(one.reference, _unconfirmed_status(error), text=error.message) for one in updates]
    by_index = {_index(row): row for row in results}
    return [_bulk_result(client, one, by_index.get(index)) for index, one in enumerate(updates)]


def _index(row: Any) -> int:
    metadata = row.get("itemMetadata")
    index = parse_int(metadata.get("originalIndex", 0)) if isinstance(metadata, dict) else None
    return -1 if index is None else index


def _bulk_result(client: WixClient, update: FulfillmentUpdate, row: Any) -> PushResult:
    """One order's result; one that is missing is unknown, never fine."""
    if row is None:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text="no result was given for this order")
    metadata = as_dict(row.get("itemMetadata"))
    if not metadata.get("success"):
        error = as_dict(metadata.get("error"))
        rejection = ApiRejected(str(error.get("description") or ""), code=str(error.get("code") or ""))
        return _resolve_rejection(client, update, rejection)
    try:
        order_fulfillments = parse(OrderFulfillments, row.get("ordersWithFulfillments") or {}, "fulfillment")
    except ApiInvalidResponse as error:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text=error.message)
    return _found(update, {order_fulfillments.order_id: order_fulfillments}) or PushResult(
        update.reference, PushStatus.UNCONFIRMED
    )


def _resolve_rejection(client: WixClient, update: FulfillmentUpdate, rejection: ApiRejected) -> PushResult:
    """A refusal is believed only after looking: it may be there already."""
    try:
        known = client.fulfillments([update.order_id])
    except (ApiUnavailable, ApiInvalidResponse, ApiRejected) as error:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text=error.message)
    found = _found(update, known)
    if found is not None:
        return found
    if ABORTED_CODE in rejection.code:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text=rejection.message or rejection.code)
    return PushResult(
        update.reference,
        PushStatus.REJECTED,
        code=_reject_code(update, rejection, known),
        text=rejection.message or rejection.code,
    )


def _reject_code(update: FulfillmentUpdate, rejection: ApiRejected, known: Known) -> str:
    """Our code for a refusal. Wix's own codes are mostly undocumented, so what it holds by now counts for more."""
    if TRACKING_TAKEN_CODE in rejection.code:
        return "tracking_taken"
    if rejection.status == 404:
        return "order_gone"
    if rejection.status == 428:
        return "app_missing"
    fulfilled_lines = {line.id for one in _fulfillments_of(update, known) for line in one.line_items}
    return "line_taken" if any(line in fulfilled_lines for line, _quantity in update.lines) else "refused"
