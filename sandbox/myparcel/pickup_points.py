"""GET /pickup_locations, and the points a shipment may be sent to.

The points are our invention: some near every postal code, with a code that names the postal code, the carrier and a
number, so that the same address always has the same points.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.myparcel import rules, switches
from sandbox.myparcel.address_query import AddressQuery, date_json, parse_query
from sandbox.myparcel.delivery_options import today_in_amsterdam
from sandbox.myparcel.errors import FieldError, plain

PICKUP = 4
# Name, street, number, type and metres from the postal code's middle.
POINTS = (
    ("Boekhandel De Vuurtoren", "Brugstraat", "12", "retail", 310),
    ("Primera Voorbeeld", "Marktzijde", "4", "retail", 540),
    ("Pakketautomaat Station", "Stationsplein", "1", "locker", 870),
    ("Drogisterij Zeegroen", "Dorpsstraat", "88", "retail", 1260),
    ("Postkantoor Haven", "Havenkade", "3", "post_office", 2140),
)
# Postal codes that begin with this have no point nearby (code 4000).
NO_POINTS = "0001"
CITIES = {"10": "Amsterdam", "25": "Den Haag", "30": "Rotterdam", "35": "Utrecht", "37": "Zeist", "97": "Groningen"}
LETTERS = "ABCDE"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = ("09:00:00", "18:00:00")
LIMITS = {
    "location_name": 255,
    "location_code": 30,
    "retail_network_id": 30,
    "street": 40,
    "number": 8,
    "number_suffix": 6,
    "box_number": 8,
    "postal_code": 10,
    "city": 35,
    "region": 35,
    "state": 2,
}


def view(request: HttpRequest) -> HttpResponse:
    query = parse_query(request.GET.dict())
    found = list(_near(query))
    if not found:
        raise plain(404, 4000, "No locations found")
    return JsonResponse({"data": {"pickup_locations": found}})


def _near(query: AddressQuery) -> Iterator[dict[str, Any]]:
    if not _serves(query.carrier, query.cc) or query.postal_code.startswith(NO_POINTS):
        return
    digits = "".join(re.findall(r"\d", query.postal_code))
    closed = switches.read()["closed_point"]
    for index, point in enumerate(POINTS, 1):
        code = f"{digits}{rules.id_of('carriers', query.carrier):02d}{index}"
        if code != closed:
            yield _location(query, code, index, point)


def _location(query: AddressQuery, code: str, index: int, point: tuple[str, str, str, str, int]) -> dict[str, Any]:
    name, street, number, kind, metres = point
    tomorrow = today_in_amsterdam() + timedelta(days=1)
    return {
        "address": {
            "cc": query.cc,
            "city": query.city or CITIES.get(query.postal_code[:2], "Voorbeeldstad"),
            "street": street,
            "postal_code": _postal_code(query.cc, query.postal_code, index),
            "number": number,
            "number_suffix": "",
        },
        "possibilities": [
            {
                "delivery_type_id": PICKUP,
                "delivery_type_name": "pickup",
                "price": 0,
                "moment": {"start": date_json(f"{tomorrow} 15:00:00")},
            }
        ],
        "location": {
            "location_name": name,
            "retail_network_id": _network(query.carrier, query.cc),
            "distance": str(metres),
            "latitude": "52.0907",
            "longitude": "5.1214",
            "location_code": code,
            "phone_number": None,
            "type": kind,
            "opening_hours": {day: _hours(index_of_day, kind) for index_of_day, day in enumerate(DAYS)},
        },
    }


def _postal_code(country: str, near: str, index: int) -> str:
    return f"{near[:4]}K{LETTERS[index - 1]}" if country == "NL" else near


def _network(carrier: str, country: str) -> str:
    """PostNL's network has this name at MyParcel; those of other carriers are invented."""
    return f"{'PNP' if carrier == 'postnl' else carrier[:3].upper()}{country}-01"


def _hours(day: int, kind: str) -> list[dict[str, Any]]:
    """Lockers are always open, shops closed on Sunday."""
    if day == 6 and kind != "locker":
        return []
    monday = today_in_amsterdam() - timedelta(days=today_in_amsterdam().weekday())
    on: date = monday + timedelta(days=day)
    start, end = ("00:00:00", "23:59:00") if kind == "locker" else HOURS
    return [{"start": date_json(f"{on} {start}"), "end": date_json(f"{on} {end}")}]


def _serves(carrier: str, country: str) -> bool:
    """Whether a carrier has pick-up points in a country."""
    row = rules.row_of(carrier, "package", rules.group_of(country))
    if row is None or "pickup" not in row["delivery_types"]:
        return False
    countries = row["pickup_countries"] or row["countries"]
    return countries is None or country in countries


def without_point(shipment: dict[str, Any]) -> dict[str, Any]:
    """The shipment as MyParcel keeps it; with the switch, half a pick-up became a delivery to the door."""
    options = shipment["options"]
    if (options.get("delivery_type") == PICKUP) == bool(shipment.get("pickup")):
        return shipment
    return {**shipment, "pickup": None, "options": options | {"delivery_type": rules.STANDARD}}


def field_errors(shipment: dict[str, Any], at: str) -> Iterator[FieldError]:
    """Errors of the pick-up point of a shipment; nothing for a delivery to the door."""
    is_pickup, point = shipment["options"].get("delivery_type") == PICKUP, shipment.get("pickup")
    if not is_pickup and not point:
        return
    if not is_pickup or not point:
        if switches.read()["half_pickup"] == "refused":
            field = "pickup" if is_pickup else "options.delivery_type"
            yield FieldError(3722 if is_pickup else 3760, f"{at}.{field}", "pickup location and delivery type differ")
        return
    if not isinstance(point, dict) or not re.fullmatch(r"[A-Z]{2}", str(point.get("cc"))):
        yield FieldError(0, f"{at}.pickup.cc", "Does not match the regex pattern [A-Z]{2}")
        return
    for name, limit in LIMITS.items():
        if len(str(point.get(name) or "")) > limit:
            yield FieldError(0, f"{at}.pickup.{name}", f"Must be at most {limit} characters long")
    if not shipment["recipient"].get("email") and not shipment["recipient"].get("phone"):
        yield FieldError(3751, f"{at}.recipient.email", "email or phone is required")
    yield from _place_errors(shipment, point, at)


def _place_errors(shipment: dict[str, Any], point: dict[str, Any], at: str) -> Iterator[FieldError]:
    carrier, code = rules.name_of("carriers", shipment["carrier"]), str(point.get("location_code") or "")
    if not _serves(carrier, point["cc"]):
        yield FieldError(3722, f"{at}.pickup", "carrier has no pickup locations in this country")
    elif point["cc"] != shipment["recipient"]["cc"]:
        yield FieldError(3722, f"{at}.pickup.cc", "is not the recipient's country")
    elif not code:
        if point["cc"] != "NL" or not point.get("location_name") or not point.get("postal_code"):
            yield FieldError(3722, f"{at}.pickup.location_code", "is required")
    elif not _exists(carrier, code, point):
        yield FieldError(3760, f"{at}.pickup", "pickup location is not available")


def _exists(carrier: str, code: str, point: dict[str, Any]) -> bool:
    found = re.fullmatch(r"(\d{4,})(\d\d)([1-5])", code)
    if found is None or code == switches.read()["closed_point"]:
        return False
    digits = "".join(re.findall(r"\d", str(point.get("postal_code") or "")))
    return found[1] == digits and int(found[2]) == rules.id_of("carriers", carrier)
