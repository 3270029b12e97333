"""Telling Wix what left. Wix knows no idempotency key, so we look before we create and after every doubt.

The tracking number is the key: whatever carries ours is ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from integrations.orders import FulfillmentNotice, OrderData, OrderStatus, Outcome, Told
from integrations.providers.wix.client import WixClient, parse
from integrations.providers.wix.mapping import pieces_sent
from integrations.providers.wix.payloads import OrderFulfillments, WixFulfillment
from lib.http import ApiInvalidResponse, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.json_values import as_dict
from lib.text import parse_int

TAKEN, ABORTED = "TRACKING_NUMBER_ALREADY_EXISTS", "ABORTED"
Known = dict[str, OrderFulfillments]


def find(client: WixClient, notices: Sequence[FulfillmentNotice]) -> list[Outcome]:
    """Look only: who has our tracking number is told, and what is nowhere to be found is taken back."""
    known = client.fulfillments([one.order_id for one in notices])
    return [_seen(one, known) or Outcome(one.reference, Told.NOT_SENT) for one in notices]


def _seen(notice: FulfillmentNotice, known: Known) -> Outcome | None:
    if not notice.withdrawn:
        return _found(notice, known)
    return None if _ours(notice, known) else Outcome(notice.reference, Told.DONE)


def push(client: WixClient, notices: Sequence[FulfillmentNotice], orders: dict[str, OrderData]) -> list[Outcome]:
    """Look, then create what is missing; ``orders`` are these orders as they are now."""
    known = client.fulfillments([one.order_id for one in notices])
    outcomes: dict[str, Outcome] = {}
    to_create: list[FulfillmentNotice] = []
    for notice in notices:
        outcome = (
            _seen(notice, known)
            or (_withdraw(client, notice, known) if notice.withdrawn else _rename(client, notice, known))
            or _refused(notice, orders.get(notice.order_id))
        )
        if outcome is not None:
            outcomes[notice.reference] = outcome
            continue
        left = _left(notice, orders[notice.order_id], known)
        if left.lines:
            to_create.append(left)
        else:
            outcomes[notice.reference] = _add_tracking(client, notice, known)
    for outcome in _create(client, to_create):
        outcomes[outcome.reference] = outcome
    return [outcomes[one.reference] for one in notices]


def _found(notice: FulfillmentNotice, known: Known) -> Outcome | None:
    """Told already: under our number, or on the record we made and somebody edited since."""
    for fulfillment in _of(notice, known):
        same_number = fulfillment.tracking_number == notice.tracking_number
        if notice.changed:
            same_link = fulfillment.tracking_link in ("", notice.tracking_url)
            same_number, is_ours = same_number and same_link, False
        else:
            is_ours = bool(notice.known_id) and fulfillment.id == notice.known_id
        if same_number or is_ours:
            return Outcome(notice.reference, Told.DONE, external_id=fulfillment.id)
    return None


def _ours(notice: FulfillmentNotice, known: Known) -> list[WixFulfillment]:
    """The records of this parcel, under whatever number it ever had."""
    mine = [one for one in _of(notice, known) if one.id == notice.known_id or one.tracking_number in notice.numbers]
    return [one for one in mine if one.id]


def _rename(client: WixClient, notice: FulfillmentNotice, known: Known) -> Outcome | None:
    """The parcel has another barcode or link than the shop knows; None when the shop has no record of it."""
    mine = _ours(notice, known) if notice.changed else []
    return _patch(client, notice, mine[0]) if mine else None


def _withdraw(client: WixClient, notice: FulfillmentNotice, known: Known) -> Outcome:
    try:
        for one in _ours(notice, known):
            client.delete_fulfillment(notice.order_id, one.id)
    except ApiRejected as error:
        return Outcome(notice.reference, Told.REFUSED, code="not_taken_back", text=error.message or error.code)
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return Outcome(notice.reference, _doubt(error), text=error.message)
    return Outcome(notice.reference, Told.DONE)


def _of(notice: FulfillmentNotice, known: Known) -> list[WixFulfillment]:
    row = known.get(notice.order_id)
    return row.fulfillments if row else []


def _refused(notice: FulfillmentNotice, order: OrderData | None) -> Outcome | None:
    if order is None:
        return Outcome(notice.reference, Told.REFUSED, code="order_gone")
    if order.status is not OrderStatus.APPROVED:
        return Outcome(notice.reference, Told.REFUSED, code="order_not_open")
    return None


def _left(notice: FulfillmentNotice, order: OrderData, known: Known) -> FulfillmentNotice:
    """The notice with the pieces Wix still expects; never digital lines or those of another fulfiller."""
    sent = pieces_sent(known.get(notice.order_id))
    lines = {line.id: replace(line, fulfilled=sent.get(line.id, 0)).to_ship for line in order.lines}
    left = [(line, min(pieces, lines.get(line, 0))) for line, pieces in notice.lines]
    return replace(notice, lines=tuple((line, pieces) for line, pieces in left if pieces > 0))


def _add_tracking(client: WixClient, notice: FulfillmentNotice, known: Known) -> Outcome:
    """Marked as sent by hand: our tracking goes onto that record, when there is one without."""
    bare = next((one for one in _of(notice, known) if not one.tracking_number and one.id), None)
    if bare is None:
        return Outcome(notice.reference, Told.REFUSED, code="already_fulfilled")
    return _patch(client, notice, bare)


def _patch(client: WixClient, notice: FulfillmentNotice, fulfillment: WixFulfillment) -> Outcome:
    try:
        client.set_tracking(fulfillment, notice)
    except ApiRejected as error:
        return _explain(client, notice, error)
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return Outcome(notice.reference, _doubt(error), text=error.message)
    return Outcome(notice.reference, Told.DONE, external_id=fulfillment.id)


def _doubt(error: ApiUnavailable | ApiInvalidResponse) -> Told:
    return Told.NOT_SENT if isinstance(error, ApiUnavailable) and not error.sent else Told.UNKNOWN


def _create(client: WixClient, notices: list[FulfillmentNotice]) -> list[Outcome]:
    """Create these: one by its own call, more by the bulk call. Consent lost on the way leaves the rest not sent."""
    if not notices:
        return []
    try:
        return [_create_one(client, notices[0])] if len(notices) == 1 else _create_many(client, notices)
    except ApiUnauthorized as error:
        return [Outcome(one.reference, Told.NOT_SENT, text=error.message) for one in notices]


def _create_one(client: WixClient, notice: FulfillmentNotice) -> Outcome:
    try:
        own_id, all_of_it = client.create_fulfillment(notice)
    except ApiRejected as error:
        return _explain(client, notice, error)
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return Outcome(notice.reference, _doubt(error), text=error.message)
    echoed = any(one.tracking_number == notice.tracking_number for one in all_of_it.fulfillments)
    if all_of_it.order_id != notice.order_id or not echoed:
        return Outcome(notice.reference, Told.UNKNOWN, text="the answer was about something else")
    return Outcome(notice.reference, Told.DONE, external_id=own_id)


def _create_many(client: WixClient, notices: list[FulfillmentNotice]) -> list[Outcome]:
    """A call that is refused whole is halved until the bad one stands alone."""
    try:
        results = client.bulk_create(notices)
    except ApiRejected:
        middle = len(notices) // 2
        return _create(client, notices[:middle]) + _create(client, notices[middle:])
    except (ApiUnavailable, ApiInvalidResponse) as error:
        return [Outcome(one.reference, _doubt(error), text=error.message) for one in notices]
    by_index = {_index(row): row for row in results}
    return [_bulk_outcome(client, one, by_index.get(index)) for index, one in enumerate(notices)]


def _index(row: Any) -> int:
    metadata = row.get("itemMetadata")
    index = parse_int(metadata.get("originalIndex", 0)) if isinstance(metadata, dict) else None
    return -1 if index is None else index


def _bulk_outcome(client: WixClient, notice: FulfillmentNotice, row: Any) -> Outcome:
    """One order's result; one that is missing is unknown, never fine."""
    if row is None:
        return Outcome(notice.reference, Told.UNKNOWN, text="no result was given for this order")
    metadata = as_dict(row.get("itemMetadata"))
    if not metadata.get("success"):
        error = as_dict(metadata.get("error"))
        refusal = ApiRejected(str(error.get("description") or ""), code=str(error.get("code") or ""))
        return _explain(client, notice, refusal)
    try:
        all_of_it = parse(OrderFulfillments, row.get("ordersWithFulfillments") or {}, "fulfillment")
    except ApiInvalidResponse as error:
        return Outcome(notice.reference, Told.UNKNOWN, text=error.message)
    return _found(notice, {all_of_it.order_id: all_of_it}) or Outcome(notice.reference, Told.UNKNOWN)


def _explain(client: WixClient, notice: FulfillmentNotice, refusal: ApiRejected) -> Outcome:
    """A refusal is believed only after looking: it may be there already."""
    try:
        known = client.fulfillments([notice.order_id])
    except (ApiUnavailable, ApiInvalidResponse, ApiRejected) as error:
        return Outcome(notice.reference, Told.UNKNOWN, text=error.message)
    found = _found(notice, known)
    if found is not None:
        return found
    if ABORTED in refusal.code:
        return Outcome(notice.reference, Told.UNKNOWN, text=refusal.message or refusal.code)
    return Outcome(
        notice.reference, Told.REFUSED, code=_why(notice, refusal, known), text=refusal.message or refusal.code
    )


def _why(notice: FulfillmentNotice, refusal: ApiRejected, known: Known) -> str:
    """Our code for a refusal. Wix's own codes are mostly undocumented, so what it holds by now counts for more."""
    if TAKEN in refusal.code:
        return "tracking_taken"
    if refusal.status == 404:
        return "order_gone"
    if refusal.status == 428:
        return "app_missing"
    taken = {line.id for one in _of(notice, known) for line in one.line_items}
    return "line_taken" if any(line in taken for line, _pieces in notice.lines) else "refused"
