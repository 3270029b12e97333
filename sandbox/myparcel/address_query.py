"""The query that GET /delivery_options and GET /pickup_locations share, checked as MyParcel describes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.myparcel import rules
from sandbox.myparcel.errors import plain

VERSION_2 = "version=2.0"
PARAMETERS = frozenset(
    {
        "cc",
        "postal_code",
        "number",
        "number_suffix",
        "city",
        "street",
        "platform",
        "shop_id",
        "carrier",
        "cutoff_time",
        "dropoff_days",
        "dropoff_delay",
        "deliverydays_window",
        "monday_delivery",
        "delivery_date",
        "delivery_time",
        "exclude_delivery_type",
        "exclude_parcel_lockers",
        "package_type",
        "latitude",
        "longitude",
    }
)
DEFAULT_CUTOFF, DEFAULT_DAYS, DEFAULT_WINDOW = "15:30", "1;2;3;4;5", 7


@dataclass(frozen=True)
class AddressQuery:
    """``carrier`` is a name of the capability data; ``dropoff_days`` counts from Sunday 0."""

    cc: str
    postal_code: str
    number: str
    city: str
    carrier: str
    cutoff: str
    dropoff_days: frozenset[int]
    delay: int
    window: int
    monday: bool


def parse_query(params: Mapping[str, str]) -> AddressQuery:
    """Raises MyParcelError for a parameter that is unknown, missing or not valid."""
    if unknown := set(params) - PARAMETERS:
        raise plain(422, 3204, f"{min(unknown)} is not a parameter of this call")
    if params.get("platform", "myparcel") != "myparcel":
        raise plain(422, 3220, "platform is not valid")
    if "platform" not in params and "shop_id" not in params:
        raise plain(422, 3212, "platform or shop_id is required")
    if ("latitude" in params) != ("longitude" in params):
        raise plain(422, 3218, "latitude and longitude go together")
    country, code = params.get("cc", ""), params.get("postal_code", "").replace(" ", "")
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise plain(422, 3506, "cc is not valid")
    pattern = rules.data()["address_rules"]["postal_code_patterns"].get(rules.group_of(country))
    if not code or (pattern and not re.fullmatch(pattern, code)):
        raise plain(422, 3505, "postal_code is not valid")
    if country == "NL" and not params.get("number", "").isdigit():
        raise plain(422, 3503, "number is not valid")
    return AddressQuery(
        country, code.upper(), params.get("number", ""), params.get("city", ""), _carrier(params), **_habits(params)
    )


def _carrier(params: Mapping[str, str]) -> str:
    given = params.get("carrier", "")
    carrier = rules.name_of("carriers", int(given)) if given.isdigit() else given
    if carrier not in {row["name"] for row in rules.data()["carriers"]}:
        raise plain(422, 3222, "carrier is not valid")
    return carrier


def _habits(params: Mapping[str, str]) -> dict[str, Any]:
    """When the merchant hands parcels over."""
    cutoff, days = params.get("cutoff_time", DEFAULT_CUTOFF), params.get("dropoff_days", DEFAULT_DAYS)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", cutoff):
        raise plain(422, 3214, "cutoff_time is not valid")
    if not re.fullmatch(r"[0-6](;[0-6])*", days):
        raise plain(422, 3212, "dropoff_days is not valid")
    delay = _whole(params, "dropoff_delay", 0, 0, 3213)
    window = _whole(params, "deliverydays_window", DEFAULT_WINDOW, 1, 3212)
    monday = params.get("monday_delivery", "0")
    if monday not in {"0", "1"}:
        raise plain(422, 3212, "monday_delivery is not valid")
    dropoff_days = frozenset(int(day) for day in days.split(";"))
    return {
        "cutoff": cutoff[:5],
        "dropoff_days": dropoff_days,
        "delay": delay,
        "window": window,
        "monday": monday == "1" and 6 in dropoff_days,
    }


def _whole(params: Mapping[str, str], name: str, default: int, least: int, code: int) -> int:
    value = params.get(name, str(default))
    if not value.isdigit() or not least <= int(value) <= 14:
        raise plain(422, code, f"{name} is not valid")
    return int(value)


def date_json(moment: str) -> dict[str, Any]:
    """A PHP date object; ``moment`` is ``YYYY-MM-DD hh:mm:ss``."""
    return {"date": f"{moment}.000000", "timezone_type": 3, "timezone": "Europe/Amsterdam"}
