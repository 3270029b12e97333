"""What the account may use: POST /shipments/capabilities and its contract-definitions, both version 2 of the API.

Source: MyParcel's OpenAPI description. Which carriers an account has is invented; the switches change it.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.myparcel import multi_collo, rules, switches
from sandbox.myparcel.bodies import parse_question
from sandbox.myparcel.errors import FieldError, unprocessable

Row = dict[str, Any]
OPTIONS = {
    "signature": "requiresSignature",
    "only_recipient": "recipientOnlyDelivery",
    "return": "returnOnFirstFailedDelivery",
    "age_check": "requiresAgeVerification",
    "large_format": "oversizedPackage",
    "receipt_code": "requiresReceiptCode",
    "tracked": "tracked",
    "priority_delivery": "priorityDelivery",
    "hide_sender": "hideSender",
    "same_day_delivery": "sameDayDelivery",
    "saturday_delivery": "saturdayDelivery",
    "collect": "scheduledCollection",
    "extra_assurance": "additionalInsurance",
    "fresh_food": "freshFood",
    "frozen": "frozen",
}
INCLUDED = "included"


def newer(kind: str, name: str) -> str:
    """The name of version 2; empty when there is none."""
    return next((str(entry["v2"] or "") for entry in rules.data()[kind] if entry["name"] == name), "")


def _listed(switch: str) -> set[str]:
    return {part.strip() for part in switches.read()[switch].split(";") if part.strip()}


def account_rows() -> Iterator[Row]:
    """The rows of the data that this account has."""
    contracts, lacks = _listed("contract_carriers"), _listed("contract_lacks")
    for row in rules.data()["capabilities"]:
        carrier, kind = newer("carriers", row["carrier"]), newer("package_types", row["package_type"])
        if row["contract"] != INCLUDED and carrier not in contracts:
            continue
        if carrier not in lacks and f"{carrier}.{kind}" not in lacks:
            yield row


def _option_names(row: Row, carrier: str) -> list[str]:
    lacks = _listed("contract_lacks")
    names = [OPTIONS[name] for name in row["options"] if name in OPTIONS]
    names += ["insurance"] if any(row["insurance_cents"]) else []
    return [name for name in names if f"{carrier}.{name}" not in lacks]


def field_errors(shipment: Row, at: str) -> list[FieldError]:
    """``rules.field_errors``, then whether the account has this carrier, package type and these options."""
    return rules.field_errors(shipment, at) or list(_not_in_contract(shipment, at))


def _not_in_contract(shipment: Row, at: str) -> Iterator[FieldError]:
    options, group = shipment["options"], rules.group_of(shipment["recipient"]["cc"])
    name = rules.name_of("carriers", shipment["carrier"])
    kind = rules.name_of("package_types", options.get("package_type"))
    rows = [row for row in account_rows() if row["carrier"] == name]
    if not rows:
        yield FieldError(3728, f"{at}.carrier", "carrier is not supported")
        return
    rows = [row for row in rows if (row["package_type"], row["destination_group"]) == (kind, group)]
    if not rows:
        yield FieldError(3733, f"{at}.options.package_type", "package type is not supported")
        return
    carrier = newer("carriers", name)
    yield from multi_collo.field_errors(shipment, at, possible=f"{carrier}.collo" not in _listed("contract_lacks"))
    offered = {option for row in rows for option in _option_names(row, carrier)}
    for option, newer_name in OPTIONS.items():
        if options.get(option) and newer_name not in offered and any(option in row["options"] for row in rows):
            yield FieldError(3705, f"{at}.options.{option}", "shipment option not supported")


def definitions(request: HttpRequest) -> HttpResponse:
    """POST /shipments/capabilities/contract-definitions: carriers and contracts of this key, without countries."""
    body = parse_question(request, {"carrier"})
    asked = _check_carrier(body)
    by_carrier: dict[str, list[Row]] = {}
    for row in account_rows():
        by_carrier.setdefault(newer("carriers", row["carrier"]), []).append(row)
    items = [_definition(carrier, rows) for carrier, rows in by_carrier.items() if asked in {"", carrier}]
    if switches.read()["contract_twice"]:
        items += [item | {"packageTypes": item["packageTypes"][:1]} for item in items]
    return JsonResponse({"items": items})


def _check_carrier(body: Row) -> str:
    asked = body.get("carrier", "")
    if asked and asked not in {entry["v2"] for entry in rules.data()["carriers"]}:
        raise unprocessable([FieldError(0, "carrier", "Does not have a value in the enumeration")])
    return str(asked)


def _definition(carrier: str, rows: list[Row]) -> Row:
    names = dict.fromkeys(name for row in rows for name in _option_names(row, carrier))
    insured = sorted({step for row in rows for step in row["insurance_cents"]})
    lacks = _listed("contract_lacks")
    moments = dict.fromkeys(newer("delivery_types", name) for row in rows for name in row["delivery_types"])
    return {
        "carrier": carrier,
        "packageTypes": list(dict.fromkeys(newer("package_types", row["package_type"]) for row in rows)),
        "options": {name: _option(name, insured) for name in names},
        "deliveryTypes": [name for name in moments if f"{carrier}.{name}" not in lacks],
        "transactionTypes": ["B2C", "B2B"],
        "collo": {"max": 1 if f"{carrier}.collo" in lacks else max(row["multi_collo_max"] for row in rows)},
    }


def _option(name: str, insured: list[int], **more: Any) -> Row:
    option: Row = {"isSelectedByDefault": False, "isRequired": False, **more}
    if name == "insurance":
        low, high = (insured[0], insured[-1]) if insured else (0, 0)
        option["insuredAmount"] = {"default": _euros(low), "min": _euros(low), "max": _euros(high)}
    return option


def _euros(cents: int) -> Row:
    return {"currency": "EUR", "amount": cents}


def capabilities(request: HttpRequest) -> HttpResponse:
    """POST /shipments/capabilities: what can be sent to a recipient."""
    body = parse_question(request, None)
    asked = _check_carrier(body)
    country = str((body.get("recipient") or {}).get("countryCode", ""))
    if not re.fullmatch("[A-Z]{2}", country):
        raise unprocessable([FieldError(0, "recipient.countryCode", "Does not match the regex pattern [A-Z]{2}")])
    rows = [row for row in account_rows() if row["destination_group"] == rules.group_of(country)]
    rows = [row for row in rows if row["countries"] is None or country in row["countries"]]
    found = [_capability(row) for row in rows if asked in {"", newer("carriers", row["carrier"])}]
    kind = body.get("packageType")
    return JsonResponse({"results": [row for row in found if not kind or kind in row["packageTypes"]]})


def _capability(row: Row) -> Row:
    carrier = newer("carriers", row["carrier"])
    insured, weights = sorted(row["insurance_cents"]), row["weight_grams"]
    names = _option_names(row, carrier)
    heaviest = weights.get("max_with_large_format") or weights["max"]
    return {
        "carrier": carrier,
        "contract": {"id": 1 if row["contract"] == INCLUDED else 677, "type": _contract_type(row)},
        "packageTypes": [newer("package_types", row["package_type"])],
        "deliveryTypes": [newer("delivery_types", name) for name in row["delivery_types"]],
        "options": {name: _option(name, insured, requires=[], excludes=[]) for name in names},
        "physicalProperties": {
            "weight": {
                "min": {"value": weights["min"], "unit": "g"},
                "max": {"value": heaviest, "unit": "g"},
                "calculation": "",
            }
        },
        "transactionTypes": ["B2C", "B2B"],
        "collo": {"max": row["multi_collo_max"]},
    }


def _contract_type(row: Row) -> str:
    return "CUSTOM" if row["contract"] == "own_contract" else "MAIN"
