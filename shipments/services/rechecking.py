"""A last look before a label is made: the orders are read again from their shops, and may say no."""

from collections.abc import Sequence
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from integrations.models import Connection, ExternalOrder
from integrations.services.health import kind_of, note_failure
from integrations.services.syncing import refresh_orders
from integrations.wording import trouble_sentence, verdict_sentence
from lib.http import ApiError
from shipments.concepts import draft
from shipments.models import CustomsItem, Shipment, ShipmentEvent
from shipments.services.importing import apply, customs_items

Refusal = tuple[str, object, bool]
"""Code, sentence, and whether trying again can help."""
SENT_NOWHERE = frozenset({"canceled", "not_approved", "not_paid"})
"""Verdicts with which no parcel leaves, whatever was imported earlier."""
ORDER_GONE = _("This order no longer exists in the shop.")
NOTHING_LEFT = _("All items in this parcel were refunded or sent in the meantime, so there is nothing to ship.")
NO_SENDER = _("Your sender address is not complete. Fill it in under Shop settings, then try again.")


def check_orders(shipments: Sequence[Shipment]) -> dict[int, Refusal]:
    """Read the orders again, a call for each hundred; answers a refusal by shipment id.

    An order that cannot be read now gets no label now. Concepts nobody edited follow what changed in the shop.
    """
    connected = [s for s in shipments if s.order and s.order.connection.state != Connection.State.DISCONNECTED]
    refused: dict[int, Refusal] = {}
    for _connection, group in groupby(sorted(connected, key=_connection_of), key=_connection_of):
        refused |= _check_connection(list(group))
    return refused


def _connection_of(shipment: Shipment) -> int:
    return shipment.order.connection_id if shipment.order else 0


def _check_connection(shipments: list[Shipment]) -> dict[int, Refusal]:
    orders = [shipment.order for shipment in shipments if shipment.order]
    connection = orders[0].connection
    try:
        gone = refresh_orders(connection, orders)
    except ApiError as error:
        note_failure(connection, error)
        kind = kind_of(error)
        return {shipment.pk: ("shop_" + kind, trouble_sentence(kind), True) for shipment in shipments}
    fresh = ExternalOrder.objects.select_related("connection").in_bulk([order.pk for order in orders])
    for shipment in shipments:
        _follow(shipment, fresh.get(shipment.order_id or 0))
    return {s.pk: ("order_gone", ORDER_GONE, False) for s in shipments if s.order_id in gone}


def _follow(shipment: Shipment, order: ExternalOrder | None) -> None:
    """A concept nobody edited becomes what the order is now."""
    if order is None or shipment.order is None:
        return
    before, shipment.order = shipment.order.changed_at, order
    if order.changed_at == before or shipment.version > 1 or order.verdict != "open" or not shipment.is_concept:
        return
    plan = draft(order.order, shipment.shop.preferences)
    apply(shipment, plan)
    with transaction.atomic():
        shipment.save()
        shipment.customs_items.all().delete()
        CustomsItem.objects.bulk_create(customs_items(shipment, plan.customs))
        ShipmentEvent.objects.create(shipment=shipment, kind=ShipmentEvent.Kind.ORDER_CHANGED)


def refusal_of(shipment: Shipment) -> Refusal | None:
    """Why no label can be made now, as far as we know without asking the carrier."""
    order = shipment.order
    if order and order.verdict in SENT_NOWHERE:
        return order.verdict, verdict_sentence(order.verdict), False
    if order and order.verdict == "partially_refunded" and not pieces_to_tell(shipment):
        return "nothing_left", NOTHING_LEFT, False
    if not shipment.shop.has_sender:
        return "sender", NO_SENDER, True
    for problem in shipment.problems:
        return problem["code"], problem["text"], True
    return None


def pieces_to_tell(shipment: Shipment) -> tuple[tuple[str, int], ...]:
    """The pieces in this parcel that the shop still expects: (line id, number)."""
    if shipment.order is None:
        return ()
    open_pieces = {line.id: line.to_ship for line in shipment.order.order.lines}
    packed = [(line["id"], int(line["pieces"])) for line in shipment.order_lines]
    if not any(open_pieces.get(line, 0) for line, _pieces in packed):
        # Marked as sent by hand: the shop keeps the record, we add our tracking to it.
        return tuple(packed) if shipment.order.verdict != "partially_refunded" else ()
    left = [(line, min(pieces, open_pieces.get(line, 0))) for line, pieces in packed]
    return tuple((line, pieces) for line, pieces in left if pieces)
