"""Shipments of several parcels: a main shipment with secondary ones.

Source: MyParcel's developer portal, "Multi-collo". The codes are MyParcel's, their words are ours.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from sandbox.myparcel.errors import FieldError, unprocessable
from sandbox.myparcel.models import Parcel

# A secondary shipment inherits everything else from the main one.
FIELDS = frozenset({"reference_identifier"})


def check_version(request: HttpRequest, rows: list[dict[str, Any]]) -> None:
    """Secondary shipments exist in version 1.1 of the shipment schema only. Raises MyParcelError 422."""
    parts = request.headers.get("Content-Type", "").replace(" ", "").lower().split(";")
    for index, row in enumerate(rows):
        if row.get("secondary_shipments") and "version=1.1" not in parts:
            raise unprocessable([FieldError(3736, f"data.shipments[{index}].secondary_shipments", "needs version 1.1")])


def field_errors(shipment: dict[str, Any], at: str, *, possible: bool) -> Iterator[FieldError]:
    """Only the list itself; ``rules`` knows where it is possible and how many there may be."""
    pieces, at = shipment.get("secondary_shipments") or [], f"{at}.secondary_shipments"
    if pieces and not possible:
        yield FieldError(3735, at, "multi-collo is not supported")
    for index, piece in enumerate(pieces):
        if not isinstance(piece, dict) or set(piece) - FIELDS:
            yield FieldError(3736, f"{at}[{index}]", "options are only allowed on the main shipment")


def main_number(parcel: Parcel) -> int | None:
    """The main shipment's own id for itself, as MyParcel answers."""
    if parcel.main:
        return parcel.main.number
    return parcel.number if parcel.kind == Parcel.Kind.MULTI_COLLO else None
