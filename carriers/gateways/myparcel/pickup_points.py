"""GET /pickup_locations, and the pick-up point in the body of a shipment."""

from typing import Any

from pydantic import Field

from carriers.gateways.myparcel.address_calls import DateReply, Reply, ask, read_rows
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.parcels import Address, PickupPoint
from carriers.pickup_points import WEEKDAYS, OfferedPoint, OpeningHours
from lib.text import parse_int

PATH = "/pickup_locations"
PICKUP_TYPE = 4


class PlaceReply(Reply):
    cc: str
    postal_code: str = ""
    city: str = ""
    street: str = ""
    number: str = ""
    number_suffix: str | None = ""


class PeriodReply(Reply):
    start: DateReply
    end: DateReply


class LocationReply(Reply):
    location_name: str
    location_code: str
    retail_network_id: str | None = ""
    distance: str | int | None = None
    type: str | None = ""
    opening_hours: dict[str, list[PeriodReply]] = Field(default_factory=dict)


class PointReply(Reply):
    address: PlaceReply
    location: LocationReply


def fetch(client: MyParcelClient, carrier: str, near: Address) -> tuple[OfferedPoint, ...]:
    """The nearest first. Raises the four errors of ``lib.http``; may be repeated."""
    rows = read_rows(ask(client, PATH, carrier, near), "pickup_locations", PointReply)
    found = [_offered(carrier, row) for row in rows if row.location.location_code]
    return tuple(sorted(found, key=lambda one: one.distance if one.distance is not None else 10**9))


def _offered(carrier: str, row: PointReply) -> OfferedPoint:
    place, location = row.address, row.location
    point = PickupPoint(
        carrier=carrier,
        code=location.location_code[:40],
        name=location.location_name[:100],
        network=(location.retail_network_id or "")[:40],
        street=place.street[:100],
        number=place.number[:10],
        suffix=(place.number_suffix or "")[:10],
        postal_code=place.postal_code[:12],
        city=place.city[:60],
        country=place.cc[:2],
    )
    return OfferedPoint(point, parse_int(location.distance), _hours(location), location.type == "locker")


def _hours(location: LocationReply) -> tuple[OpeningHours, ...]:
    known = location.opening_hours
    return tuple(
        OpeningHours(day, tuple(f"{one.start.date[11:16]}–{one.end.date[11:16]}" for one in known.get(day, [])))
        for day in (WEEKDAYS if known else ())
    )


def pickup_body(point: PickupPoint) -> dict[str, str]:
    """The ``pickup`` of a shipment, without empty fields, as MyParcel's own PDK sends it."""
    body = {
        "location_code": point.code,
        "location_name": point.name,
        "retail_network_id": point.network,
        "cc": point.country,
        "street": point.street,
        "number": point.number,
        "number_suffix": point.suffix,
        "postal_code": point.postal_code,
        "city": point.city,
    }
    return {name: value for name, value in body.items() if value}


def is_same_point(stored: dict[str, Any] | None, wanted: dict[str, Any] | None) -> bool:
    """Whether a registered shipment goes to the point that is wanted now, or both go to the door."""
    codes = [str((one or {}).get("location_code") or "") for one in (stored, wanted)]
    return codes[0] == codes[1]
