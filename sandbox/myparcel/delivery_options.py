"""GET /delivery_options: on which days a carrier delivers at an address, and at which times of the day.

Our conventions, where MyParcel's real coverage is not public: evenings from Tuesday to Friday, mornings from Tuesday to
Saturday, and neither in postal codes that begin with ``UNCOVERED``. Nothing is delivered on public holidays of the
Netherlands and of the destination.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sandbox.myparcel import rules, switches
from sandbox.myparcel.address_query import VERSION_2, AddressQuery, date_json, parse_query
from sandbox.myparcel.errors import FieldError, plain

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
UNCOVERED = "8"
MONDAY, SATURDAY, SUNDAY = 0, 5, 6
# Weekdays on which the special times of the day exist, Monday 0.
WEEKDAYS = {"morning": range(1, 6), "evening": range(1, 5)}
FRAMES = {
    "morning": ("08:00:00", "12:00:00"),
    "standard": ("15:30:00", "18:00:00"),
    "evening": ("18:00:00", "22:00:00"),
}
OPTION_NAMES = ("signature", "only_recipient", "return", "age_check", "large_format")
# Carriers of which an account always has a contract of its own.
OWN_CONTRACT = frozenset({"gls", "trunkrs"})
COUNTRIES = frozenset(holidays.list_supported_countries())
# Parcels can be announced this many days ahead.
MAX_DAYS_AHEAD = 14


def view(request: HttpRequest) -> HttpResponse:
    query = parse_query(request.GET.dict())
    found = [] if switches.read()["delivery_moments"] == "nothing" else list(_days(query))
    if not found and switches.read()["uncovered_answer"] == "4001":
        raise plain(404, 4001, "No timeframe found")
    if VERSION_2 not in request.headers.get("Accept", ""):
        return JsonResponse({"data": {"delivery": [_older(day) for day in found], "pickup": []}})
    return JsonResponse({"data": {"deliveries": [_delivery(day, query) for day in found]}})


def is_offered(carrier: str, country: str, postal_code: str, kind: str, day: date) -> bool:
    """Whether a carrier delivers at this time of that day; ``kind`` is morning or evening."""
    row = rules.row_of(carrier, "package", rules.group_of(country))
    if row is None or kind not in row["delivery_types"] or switches.read()["delivery_moments"] != "by_postcode":
        return False
    if is_holiday(day, country):
        return False
    return day.weekday() in WEEKDAYS[kind] and not postal_code.startswith(UNCOVERED)


def is_holiday(day: date, country: str) -> bool:
    """Good Friday is a public holiday in the Netherlands, but carriers work then."""
    home = holidays.country_holidays("NL", years=day.year, language="en_US")
    if day in home and "Good Friday" not in home[day]:
        return True
    return country != "NL" and country in COUNTRIES and day in holidays.country_holidays(country, years=day.year)


def field_errors(shipment: dict[str, Any], at: str) -> Iterator[FieldError]:
    """Errors of a shipment with a morning or evening delivery, on a day on which it is not offered."""
    options, place = shipment["options"], shipment["recipient"]
    kind = rules.name_of("delivery_types", options.get("delivery_type", rules.STANDARD))
    if kind not in WEEKDAYS or not options.get("delivery_date"):
        return
    try:
        day = datetime.strptime(str(options["delivery_date"]), "%Y-%m-%d %H:%M:%S").replace(tzinfo=AMSTERDAM).date()
    except ValueError:
        yield FieldError(5000, f"{at}.options.delivery_date", "is not a valid date")
        return
    today = today_in_amsterdam()
    carrier, code = rules.name_of("carriers", shipment["carrier"]), str(place.get("postal_code") or "")
    ahead = today < day <= today + timedelta(days=MAX_DAYS_AHEAD)
    if not ahead or not is_offered(carrier, place["cc"], code, kind, day) or switches.read()["refuse_moments"]:
        yield FieldError(3721, f"{at}.options.delivery_type", "delivery type is not available on this day")


def is_public(request: HttpRequest) -> bool:
    """With MyParcel's own platform no key is needed, but for carriers that every account contracts itself."""
    carrier = request.GET.get("carrier", "").lower()
    return request.GET.get("platform") == "myparcel" and carrier not in OWN_CONTRACT


def today_in_amsterdam() -> date:
    return timezone.now().astimezone(AMSTERDAM).date()


def _days(query: AddressQuery) -> Iterator[date]:
    """The days on which a parcel that is handed over from now on arrives."""
    row = rules.row_of(query.carrier, "package", rules.group_of(query.cc))
    if row is None or "standard" not in row["delivery_types"]:
        return
    now = timezone.now().astimezone(AMSTERDAM)
    handed_over = now.date() + timedelta(days=int(f"{now:%H:%M}" >= query.cutoff))
    left, last = query.window, now.date() + timedelta(days=MAX_DAYS_AHEAD)
    wait = query.delay
    while left and handed_over <= last:
        if (handed_over.weekday() + 1) % 7 in query.dropoff_days:
            if wait:
                wait -= 1
            else:
                day = handed_over + timedelta(days=1)
                if day.weekday() == SUNDAY and query.monday:
                    day += timedelta(days=1)
                if day.weekday() != SUNDAY and not is_holiday(day, query.cc):
                    yield day
                    left -= 1
        handed_over += timedelta(days=1)


def _delivery(day: date, query: AddressQuery) -> dict[str, Any]:
    kinds = [
        kind
        for kind in FRAMES
        if kind == "standard" or is_offered(query.carrier, query.cc, query.postal_code, kind, day)
    ]
    return {"date": date_json(f"{day} 00:00:00"), "possibilities": [_possibility(day, kind) for kind in kinds]}


def _possibility(day: date, kind: str) -> dict[str, Any]:
    frames = [
        {"type": end, "date_time": date_json(f"{day} {time}")}
        for end, time in zip(("start", "end"), FRAMES[kind], strict=True)
    ]
    forced = {} if kind == "standard" else {"only_recipient": [True], "signature": [True]}
    options = [
        {"name": name, "schema": {"type": "boolean", "enum": forced.get(name, [True, False])}} for name in OPTION_NAMES
    ]
    return {"type": kind, "package_type": "package", "delivery_time_frames": frames, "shipment_options": options}


def _older(day: date) -> dict[str, Any]:
    """The form of before version 2.0."""
    start, end = FRAMES["standard"]
    price = {"amount": 0, "currency": "EUR"}
    time = {"start": start, "end": end, "price": price, "price_comment": "standard", "comment": "", "name": 2}
    return {"date": str(day), "time": [time]}
