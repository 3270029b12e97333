"""A shipment of several parcels at MyParcel: a main shipment with secondary ones.

Source: MyParcel's developer portal, "Multi-collo", and its OpenAPI description, POST /shipments, version 1.1. The reply
to a creation holds the main id only; a label of the main shipment is of all its parcels.
"""

from collections.abc import Sequence
from typing import Any

from carriers.gateways.myparcel.payloads import ShipmentReply
from carriers.gateways.myparcel.statuses import tracking_status
from carriers.parcels import Consignment, RegisteredParcel
from carriers.tracking_status import TrackingStatus


def secondary_bodies(one: Consignment) -> dict[str, Any]:
    """The part of the body for the further parcels; empty for a single parcel.

    Each has a reference of its own: one that is left out may be inherited, and then a look-up would find it.
    """
    if one.parcel_count == 1:
        return {}
    numbers = range(2, one.parcel_count + 1)
    return {"secondary_shipments": [{"reference_identifier": f"{one.reference}-{number}"} for number in numbers]}


def further_parcels(reply: ShipmentReply) -> tuple[RegisteredParcel, ...]:
    """In MyParcel's order; only those with a barcode."""
    return tuple(RegisteredParcel(row.barcode, str(row.id)) for row in reply.secondary_shipments if row.barcode)


def parcels_of(reply: ShipmentReply) -> list[ShipmentReply]:
    """The main shipment, then the secondary ones."""
    return [reply, *reply.secondary_shipments]


def further_statuses(reply: ShipmentReply) -> dict[str, TrackingStatus]:
    return {str(row.id): tracking_status(row.status) for row in reply.secondary_shipments}


def joint_status(main: TrackingStatus, reply: ShipmentReply) -> TrackingStatus:
    """The main shipment's, but underway from the first scan of any parcel and finished only with the last one."""
    others: Sequence[TrackingStatus] = list(further_statuses(reply).values())
    if main.is_final and main.was_scanned:
        underway = [status for status in others if not status.is_final]
        return max(underway, key=lambda status: status.was_scanned, default=main)
    if not main.was_scanned:
        return next((status for status in others if status.was_scanned and not status.is_final), main)
    return main
