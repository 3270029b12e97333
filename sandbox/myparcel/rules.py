"""MyParcel's validation: the request schema, and rules per carrier, package type and destination.

``data/capabilities.json`` is the sandbox's own copy of MyParcel's public data; the product has another.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.myparcel.errors import FieldError

Row = dict[str, Any]
STANDARD, MAIN_OPTIONS = 2, ("package_type", "delivery_type", "insurance", "label_description", "delivery_date")
# Our convention: a postal code that begins with this is in an area no carrier serves (code 3753).
CLOSED_AREA = "9999"
# MyParcel's codes 3752 and 3512 exist, but how strict the checks behind them are is not documented.
EMAIL = re.compile(r"[^@\s,;<>]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}")
PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,23}")
HOUSE_NUMBER = re.compile(r"(?P<street>\D.*?)\s+(?P<number>\d{1,5})(?:\s*[-/]?\s*(?P<suffix>[A-Za-z0-9]{1,6}))?")


@lru_cache(maxsize=1)
def data() -> Row:
    facts: Row = json.loads((Path(__file__).parent / "data" / "capabilities.json").read_text())
    return facts


@lru_cache(maxsize=1)
def _index() -> dict[tuple[str, str, str], Row]:
    rows = sorted(data()["capabilities"], key=lambda row: row["contract"] == "own_contract", reverse=True)
    return {(row["carrier"], row["package_type"], row["destination_group"]): row for row in rows}


def name_of(kind: str, number: Any) -> str:
    """The name of a carrier, package type or delivery type by its id; empty when there is none."""
    return next((str(entry["name"]) for entry in data()[kind] if entry["id"] == number), "")


def id_of(kind: str, name: str) -> int:
    return next(int(entry["id"]) for entry in data()[kind] if entry["name"] == name)


def row_of(carrier: str, package_type: str, group: str) -> Row | None:
    """The capabilities of a product in a destination group; None when there is no such product."""
    return _index().get((carrier, package_type, group))


def group_of(country: str) -> str:
    groups = data()["country_groups"]
    return next((name for name in ("NL", "BE", "EU") if country in groups[name]), "ROW")


def with_split_street(shipment: Row) -> Row:
    """The shipment with a house number split off its street, as MyParcel does where a number is due and missing."""
    place = shipment.get("recipient")
    if not isinstance(place, dict) or place.get("number") or not isinstance(place.get("street"), str):
        return shipment
    found = HOUSE_NUMBER.fullmatch(place["street"].strip())
    if found is None or group_of(str(place.get("cc"))) not in data()["address_rules"]["number_required_groups"]:
        return shipment
    suffix = found["suffix"] or place.get("number_suffix") or ""
    split = {"street": found["street"], "number": found["number"], "number_suffix": suffix}
    return shipment | {"recipient": place | split}


def field_errors(shipment: Row, at: str) -> list[FieldError]:
    """Every rule the shipment violates; ``at`` is its path in the request, such as data.shipments[0]."""
    schema = list(_schema(shipment, at))
    return schema or [*_address(shipment, at), *_product(shipment, at), *_customs(shipment, at)]


def _schema(shipment: Row, at: str) -> Iterator[FieldError]:
    missing = [name for name in ("recipient", "options") if not isinstance(shipment.get(name), dict)]
    if missing:
        yield FieldError(0, f"{at}.{missing[0]}", "is required")
        return
    if not isinstance(shipment.get("carrier"), int):
        yield FieldError(0, f"{at}.carrier", "must be an integer")
    place, limits = shipment["recipient"], data()["field_limits"]
    for name, (min_length, max_length) in limits["recipient"].items():
        if name != "secondary_emails":
            yield from _length(place.get(name), min_length, max_length, f"{at}.recipient.{name}")
    max_length = limits["reference_identifier"][1]
    yield from _length(shipment.get("reference_identifier"), 0, max_length, f"{at}.reference_identifier")
    described, max_length = shipment["options"].get("label_description"), limits["label_description"][1]
    yield from _length(described, 0, max_length, f"{at}.options.label_description")
    yield from _customs_schema(shipment.get("customs_declaration"), f"{at}.customs_declaration")
    if not re.fullmatch(r"[A-Z]{2}", str(place.get("cc"))):
        yield FieldError(0, f"{at}.recipient.cc", "Does not match the regex pattern [A-Z]{2}")
    if not re.search(r"\D", str(place.get("street") or "")):
        yield FieldError(0, f"{at}.recipient.street", "Must hold at least one character that is not a digit")


def _customs_schema(form: Any, at: str) -> Iterator[FieldError]:
    """The limits of MyParcel's API description, which count for every destination."""
    items = form.get("items") if isinstance(form, dict) else None
    if not isinstance(items, list) or not items:
        return
    rules = data()["customs"]["items"]
    if len(items) > rules["max"]:
        yield FieldError(0, f"{at}.items", f"Must have at most {rules['max']} items")
    for index, item in enumerate(items):
        yield from _length(
            item.get("description"), 0, rules["description_max_length"], f"{at}.items[{index}].description"
        )
        for name, limits in (("amount", rules["amount"]), ("weight", rules["weight_grams"])):
            value = item.get(name)
            if not isinstance(value, int) or not limits[0] <= value <= limits[1]:
                yield FieldError(0, f"{at}.items[{index}].{name}", f"Must be from {limits[0]} to {limits[1]}")


def _length(value: Any, min_length: int, max_length: int, field: str) -> Iterator[FieldError]:
    text = "" if value is None else value
    if not isinstance(text, str):
        yield FieldError(0, field, "Must be a string")
    elif len(text) > max_length:
        yield FieldError(0, field, f"Must be at most {max_length} characters long")
    elif len(text) < min_length:
        yield FieldError(0, field, f"Must be at least {min_length} characters long")


def _address(shipment: Row, at: str) -> Iterator[FieldError]:
    place, rules = shipment["recipient"], data()["address_rules"]
    group, code = group_of(place["cc"]), str(place.get("postal_code") or "")
    pattern = rules["postal_code_patterns"].get(group)
    needed = group in rules["postal_code_required"]["groups"] and place["cc"] != "IE"
    if (pattern and not re.fullmatch(pattern, code)) or (needed and not code):
        yield FieldError(3505, f"{at}.recipient.postal_code", "is not valid")
    if group in rules["number_required_groups"] and not place.get("number"):
        yield FieldError(3731, f"{at}.recipient.street", "could not be split in street and number")
    if code.startswith(CLOSED_AREA):
        yield FieldError(3753, f"{at}.recipient.postal_code", "postal code area is not supported by the carrier")
    carrier = name_of("carriers", shipment["carrier"])
    for kind in ("email", "phone"):
        asks = rules[f"{kind}_required"]
        if (carrier in asks["carriers"] or place["cc"] in asks["countries"]) and not place.get(kind):
            yield FieldError(3751, f"{at}.recipient.{kind}", "is required")
    if place.get("email") and not EMAIL.fullmatch(place["email"]):
        yield FieldError(3752, f"{at}.recipient.email", "is not a valid email address")
    if place.get("phone") and not PHONE.fullmatch(place["phone"]):
        yield FieldError(3512, f"{at}.recipient.phone", "is not a valid phone number")


def _product(shipment: Row, at: str) -> Iterator[FieldError]:
    options, group = shipment["options"], group_of(shipment["recipient"]["cc"])
    carrier = name_of("carriers", shipment["carrier"])
    kind = name_of("package_types", options.get("package_type"))
    if not carrier:
        yield FieldError(3728, f"{at}.carrier", "carrier is not supported")
        return
    if not kind:
        yield FieldError(3733, f"{at}.options.package_type", "package type is not supported")
        return
    row = _index().get((carrier, kind, group))
    if row is None:
        yield FieldError(3517, f"{at}.recipient.cc", "country is not served by this product")
        return
    yield from _options(options, row, at)
    yield from _implied(options, carrier, kind, group, at)
    weight = (shipment.get("physical_properties") or {}).get("weight")
    max_weight = row["weight_grams"].get("max_with_large_format" if options.get("large_format") else "max")
    if weight is None and (group == "ROW" or kind == "digital_stamp"):
        yield FieldError(3704, f"{at}.physical_properties.weight", "is required")
    elif weight is not None and not 1 <= weight <= (max_weight or row["weight_grams"]["max"]):
        yield FieldError(3730, f"{at}.physical_properties.weight", "is not allowed for this product")
    pieces = shipment.get("secondary_shipments") or []
    if pieces and (group not in {"NL", "BE"} or kind != "package"):
        yield FieldError(3735, f"{at}.secondary_shipments", "multi-collo is only possible for packages to NL and BE")
    elif len(pieces) + 1 > row["multi_collo_max"]:
        yield FieldError(3739, f"{at}.secondary_shipments", "has too many parcels")


def _options(options: Row, row: Row, at: str) -> Iterator[FieldError]:
    moment = name_of("delivery_types", options.get("delivery_type", STANDARD))
    if moment not in row["delivery_types"]:
        yield FieldError(3721, f"{at}.options.delivery_type", "delivery type not supported")
    if moment in {"morning", "evening"} and not options.get("delivery_date"):
        yield FieldError(3721, f"{at}.options.delivery_date", "is required for this delivery type")
    allowed = row["options"] | row["options_by_delivery_type"].get(moment, {})
    for name, value in options.items():
        if name in MAIN_OPTIONS:
            continue
        if value not in allowed.get(name, [0]):
            yield FieldError(3705, f"{at}.options.{name}", "shipment option not supported")
    insured = (options.get("insurance") or {}).get("amount", 0)
    if insured not in row["insurance_cents"] and insured != 0:
        yield FieldError(3743, f"{at}.options.insurance", "insurance amount is not possible")


def _implied(options: Row, carrier: str, kind: str, group: str, at: str) -> Iterator[FieldError]:
    """Options that contradict what another option implies."""
    for rule in data()["implications"]:
        if rule["carrier"] not in {None, carrier} or carrier in rule.get("except_carriers", []):
            continue
        if kind not in (rule["package_types"] or [kind]) or group not in rule["groups"]:
            continue
        if not all(_matches(options, name, wanted) for name, wanted in rule["when"].items()):
            continue
        if rule.get("unless") and any(_matches(options, name, wanted) for name, wanted in rule["unless"].items()):
            continue
        for name, wanted in rule["then"].items():
            if name in options and not _matches(options, name, wanted):
                yield FieldError(3705, f"{at}.options.{name}", "combination of options not supported")


def _matches(options: Row, name: str, wanted: Any) -> bool:
    if name == "delivery_type":
        return name_of("delivery_types", options.get("delivery_type", STANDARD)) in wanted
    value = (options.get("insurance") or {}).get("amount", 0) if name == "insurance" else options.get(name, 0)
    return bool(value > 0 if wanted == ">0" else value == wanted)


def _customs(shipment: Row, at: str) -> Iterator[FieldError]:
    if group_of(shipment["recipient"]["cc"]) != "ROW":
        return
    form, at = shipment.get("customs_declaration"), f"{at}.customs_declaration"
    rules = data()["customs"]
    if not isinstance(form, dict) or not form.get("items"):
        yield FieldError(3702, at, "is required")
        return
    contents = next((row for row in rules["contents"] if row["id"] == form.get("contents")), None)
    if contents is None:
        yield FieldError(3702, f"{at}.contents", "is not valid")
    elif contents["invoice_required"] and not form.get("invoice"):
        yield FieldError(3703, f"{at}.invoice", "is required")
    lengths = rules["items"]["classification_digits"]
    lengths = lengths["US"] if shipment["recipient"]["cc"] == "US" else lengths["default"]
    for index, item in enumerate(form["items"]):
        code = str(item.get("classification", ""))
        if not code.isdigit() or len(code) not in lengths:
            yield FieldError(3702, f"{at}.items[{index}].classification", "is not valid")
        if not (item.get("item_value") or {}).get("amount"):
            yield FieldError(3765, f"{at}.items[{index}].item_value", "must be more than zero")
