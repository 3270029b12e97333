"""The two calls about an address, GET /delivery_options and GET /pickup_locations: their query, limit and cache.

Both are asked with the version 2.0 form (developer.myparcel.nl, delivery options), of 60 calls a minute together.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from django.core.cache import cache
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, ValidationError

from carriers.gateways.myparcel.client import MyParcelClient
from carriers.parcels import Address
from lib.cache_counters import cache_or_default
from lib.http import ApiInvalidResponse, ApiRejected

VERSION_2 = "application/json;charset=utf-8;version=2.0"
# No locations found, no time frame found: an answer, not a fault.
NOTHING_FOUND = frozenset({"4000", "4001"})
CACHE_SECONDS = 600
# An address is asked about while somebody waits.
TIMEOUT = (3, 8)


class Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")


class DateReply(Reply):
    """A PHP date object in Dutch time."""

    date: str


def ask(
    client: MyParcelClient, path: str, carrier: str, address: Address, more: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """The ``data`` of the answer, empty when MyParcel knows nothing for this address.

    Cached for ten minutes by carrier, country, postcode, number, ``more`` and day, for every shop: MyParcel's answer
    depends on nothing else. Raises the four errors of ``lib.http``; may be repeated.
    """
    query, day = _query(carrier, address) | dict(more), f"{timezone.now():%Y-%m-%d}"
    key = "address:" + hashlib.sha256(f"{path}?{urlencode(query)}#{day}".encode()).hexdigest()
    known = cache_or_default(lambda: cache.get(key), None)
    if isinstance(known, dict):
        return known
    try:
        answer = client.get(
            f"{path}?{urlencode(query, quote_via=quote)}", family=path, accept=VERSION_2, timeout=TIMEOUT
        )
    except ApiRejected as error:
        if not NOTHING_FOUND & _codes(error):
            raise
        answer = {"data": {}}
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        raise ApiInvalidResponse(f"{path}: no data")
    cache_or_default(lambda: cache.set(key, data, CACHE_SECONDS), None)
    return data


def _query(carrier: str, address: Address) -> dict[str, str]:
    query = {
        "platform": "myparcel",
        "carrier": carrier,
        "cc": address.country,
        "postal_code": "".join(address.postal_code.split()),
        "number": address.number,
        "city": address.city if address.country != "NL" else "",
    }
    return {name: value for name, value in query.items() if value}


def _codes(error: ApiRejected) -> set[str]:
    errors = error.body.get("errors") if isinstance(error.body, dict) else None
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    return {str(row["code"]) for row in rows if "code" in row} | {str(key) for row in rows for key in row}


def read_rows(data: dict[str, Any], name: str, model: type[BaseModel]) -> list[Any]:
    """The rows of a list, also of one that is absent. Raises ApiInvalidResponse."""
    rows = data.get(name) or []
    try:
        return [model.model_validate(row) for row in rows]
    except (ValidationError, TypeError) as error:
        raise ApiInvalidResponse(f"{name}: not as documented") from error
