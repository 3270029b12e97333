"""Pushing fulfillments to Wix, which has no idempotency key: look up before creating and after lost answers.

A fulfillment with one of our tracking numbers is ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from integrations.orders import FulfillmentUpdate, OrderData, OrderPage, OrderStatus, PushResult, PushStatus
from integrations.providers.wix.client import WixClient, parse
from integrations.providers.wix.mapping import fulfilled_quantities
from integrations.providers.wix.payloads import OrderFulfillments, WixFulfillment
from lib.http import ApiError, ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.json_values import as_dict
from lib.text import parse_int

TRACKING_TAKEN_CODE, ABORTED_CODE = "TRACKING_NUMBER_ALREADY_EXISTS", "ABORTED"
Known = dict[str, OrderFulfillments]


def find(client: WixClient, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
    known, unreadable = client.fulfillments([update.order_id for update in updates])
    return [
        _unreadable_result(update, PushStatus.UNCONFIRMED)
        if update.order_id in unreadable
        else _already_done(update, known) or PushResult(update.reference, PushStatus.NOT_SENT)
        for update in updates
    ]


def _unreadable_result(update: FulfillmentUpdate, status: PushStatus) -> PushResult:
    return PushResult(update.reference, status, text="what Wix has of this order could not be read")


def _already_done(update: FulfillmentUpdate, known: Known) -> PushResult | None:
    if not update.is_deletion:
        return _find_pushed(update, known)
    return None if _our_fulfillments(update, known) else PushResult(update.reference, PushStatus.DONE)


def create_first(client: WixClient, updates: Sequence[FulfillmentUpdate]) -> dict[str, PushResult]:
    """Create what cannot be at Wix yet; returns the results by reference, without those that Wix refused.

    Wix refuses an order that was canceled, and more units than are left, so a look at either would find nothing else.
    Raises only when nothing was created.
    """
    if not updates:
        return {}
    try:
        rows = client.bulk_create(updates)
    except ApiRejected:
        return {}
    except (ApiUnavailable, ApiInvalidResponse) as error:
        if _unconfirmed_status(error) is PushStatus.NOT_SENT:
            raise
        lost = [PushResult(update.reference, PushStatus.UNCONFIRMED, text=error.message) for update in updates]
        return {result.reference: result for result in lost}
    by_index = {_index(row): row for row in rows}
    answered = [(update, by_index.get(index)) for index, update in enumerate(updates)]
    created = [_bulk_result(client, update, row) for update, row in answered if not _is_refused(row)]
    return {result.reference: result for result in created}


def _is_refused(row: Any) -> bool:
    """For certain: one that was aborted may be under way."""
    metadata = as_dict(row.get("itemMetadata")) if row is not None else {"success": True}
    code = str(as_dict(metadata.get("error")).get("code") or "")
    return not metadata.get("success") and ABORTED_CODE not in code


def not_sent(updates: Sequence[FulfillmentUpdate], error: ApiError) -> list[PushResult]:
    return [PushResult(update.reference, PushStatus.NOT_SENT, text=error.message) for update in updates]


def push(client: WixClient, updates: Sequence[FulfillmentUpdate], page: OrderPage) -> list[PushResult]:
    """``page`` has the current orders. Of one that cannot be read nothing is created: it waits."""
    known, unreadable = client.fulfillments([update.order_id for update in updates])
    rejected = {order.external_id for order in page.rejected}
    orders = {order.external_id: order for order in page.orders}
    results_by_reference: dict[str, PushResult] = {}
    to_create: list[FulfillmentUpdate] = []
    for update in updates:
        if update.order_id in unreadable:
            results_by_reference[update.reference] = _unreadable_result(update, PushStatus.NOT_SENT)
            continue
        result = (
            _already_done(update, known)
            or (_delete(client, update, known) if update.is_deletion else _update_tracking(client, update, known))
            or (_unreadable_result(update, PushStatus.NOT_SENT) if update.order_id in rejected else None)
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
    return [results_by_reference[update.reference] for update in updates]


def _find_pushed(update: FulfillmentUpdate, known: Known) -> PushResult | None:
    """The result when the fulfillment is at Wix already, with our tracking number or edited there since. Else None."""
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
    """Under any number the parcel ever had."""
    ours = [
        fulfillment
        for fulfillment in _fulfillments_of(update, known)
        if fulfillment.id == update.remote_id or fulfillment.tracking_number in update.numbers
    ]
    return [fulfillment for fulfillment in ours if fulfillment.id]


def _update_tracking(client: WixClient, update: FulfillmentUpdate, known: Known) -> PushResult | None:
    """None when Wix has no fulfillment of the parcel."""
    ours = _our_fulfillments(update, known) if update.changed else []
    return _set_tracking(client, update, ours[0]) if ours else None


def _delete(client: WixClient, update: FulfillmentUpdate, known: Known) -> PushResult:
    try:
        for fulfillment in _our_fulfillments(update, known):
            client.delete_fulfillment(update.order_id, fulfillment.id)
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
    """The update with the quantities Wix still expects; never digital lines or those of another fulfiller."""
    sent = fulfilled_quantities(known.get(update.order_id))
    lines = {line.id: replace(line, fulfilled=sent.get(line.id, 0)).quantity_to_ship for line in order.lines}
    remaining = [(line, min(quantity, lines.get(line, 0))) for line, quantity in update.lines]
    return replace(update, lines=tuple((line, quantity) for line, quantity in remaining if quantity > 0))


def _add_tracking(client: WixClient, update: FulfillmentUpdate, known: Known) -> PushResult:
    """The order was fulfilled by hand: our tracking goes onto a fulfillment without any."""
    untracked = next(
        (
            fulfillment
            for fulfillment in _fulfillments_of(update, known)
            if not fulfillment.tracking_number and fulfillment.id
        ),
        None,
    )
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
    """One by its own call, more by the bulk call. When consent is lost on the way the rest is not sent."""
    if not updates:
        return []
    try:
        return [_create_one(client, updates[0])] if len(updates) == 1 else _create_many(client, updates)
    except ApiUnauthorized as error:
        return not_sent(updates, error)


def _create_one(client: WixClient, update: FulfillmentUpdate) -> PushResult:
    try:
        fulfillment_id, order_fulfillments = client.create_fulfillment(update)
    except ApiRejected as error:
        return _resolve_rejection(client, update, error)
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return PushResult(update.reference, _unconfirmed_status(error), text=error.message)
    echoed = any(
        fulfillment.tracking_number == update.tracking_number for fulfillment in order_fulfillments.fulfillments
    )
    if order_fulfillments.order_id != update.order_id or not echoed:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text="the answer was about something else")
    return PushResult(update.reference, PushStatus.DONE, external_id=fulfillment_id)


def _create_many(client: WixClient, updates: list[FulfillmentUpdate]) -> list[PushResult]:
    """A rejected call is bisected until the invalid update stands alone."""
    try:
        results = client.bulk_create(updates)
    except ApiRejected:
        middle = len(updates) // 2
        return _create(client, updates[:middle]) + _create(client, updates[middle:])
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return [PushResult(update.reference, _unconfirmed_status(error), text=error.message) for update in updates]
    by_index = {_index(row): row for row in results}
    return [_bulk_result(client, update, by_index.get(index)) for index, update in enumerate(updates)]


def _index(row: Any) -> int:
    metadata = row.get("itemMetadata")
    index = parse_int(metadata.get("originalIndex", 0)) if isinstance(metadata, dict) else None
    return -1 if index is None else index


def _bulk_result(client: WixClient, update: FulfillmentUpdate, row: Any) -> PushResult:
    """A missing result counts as unconfirmed, not as success."""
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
    return _find_pushed(update, {order_fulfillments.order_id: order_fulfillments}) or PushResult(
        update.reference, PushStatus.UNCONFIRMED
    )


def _resolve_rejection(client: WixClient, update: FulfillmentUpdate, rejection: ApiRejected) -> PushResult:
    """Look up first: it may exist already."""
    try:
        known, unreadable = client.fulfillments([update.order_id])
    except (ApiUnavailable, ApiInvalidResponse, ApiRejected) as error:
        return PushResult(update.reference, PushStatus.UNCONFIRMED, text=error.message)
    if unreadable:
        return _unreadable_result(update, PushStatus.UNCONFIRMED)
    found = _find_pushed(update, known)
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
    """Wix's own codes are mostly undocumented, so what it holds by now counts for more."""
    if TRACKING_TAKEN_CODE in rejection.code:
        return "tracking_taken"
    if rejection.status == 404:
        return "order_gone"
    if rejection.status == 428:
        return "app_missing"
    fulfilled_lines = {line.id for fulfillment in _fulfillments_of(update, known) for line in fulfillment.line_items}
    return "line_taken" if any(line in fulfilled_lines for line, _quantity in update.lines) else "refused"
