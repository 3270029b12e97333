"""POST /shipments/rates, version 2: what a label would cost. The amounts are invented.

Source: MyParcel's OpenAPI description.
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.myparcel import contracts, rules, switches
from sandbox.myparcel.bodies import parse_question
from sandbox.myparcel.errors import FieldError, unprocessable

FIELDS = frozenset({"recipient", "carrier", "packageType", "deliveryType", "options", "physicalProperties"}) | {
    *("sender", "pickup", "direction", "collo", "shopId", "contractId"),
}
RECIPIENT_FIELDS = frozenset({"countryCode", "postalCode", "isBusiness"})
# In euro cents, without VAT.
BASE = {"NL": 595, "BE": 795, "EU": 1195, "ROW": 2195}
PER_CARRIER = {"POSTNL": 0, "DHL_FOR_YOU": -35}
PER_OPTION = {"requiresSignature": 49, "recipientOnlyDelivery": 39, "insurance": 60}
DEFAULT_OPTION, VAT_PERCENT = 95, 21


def rates(request: HttpRequest) -> HttpResponse:
    body = parse_question(request, FIELDS)
    if faults := list(_faults(body)):
        raise unprocessable(faults)
    found = list(_found(body)) if switches.read()["rates_known"] else []
    shape = switches.read()["rates_shape"]
    if shape == "bare" and found:
        return JsonResponse(found[0])
    return JsonResponse({"data": {"rates": found}} if shape == "data.rates" else {shape: found})


def _faults(body: dict[str, Any]) -> Iterator[FieldError]:
    recipient = body.get("recipient")
    if not isinstance(recipient, dict) or not recipient.get("countryCode"):
        yield FieldError(0, "recipient.countryCode", "is required")
    else:
        unknown = sorted(set(recipient) - RECIPIENT_FIELDS)
        yield from (FieldError(0, f"recipient.{name}", "Is not defined") for name in unknown)
    for field, kind in (("carrier", "carriers"), ("packageType", "package_types"), ("deliveryType", "delivery_types")):
        known = {entry["v2"] for entry in rules.data()[kind]}
        if field != "deliveryType" and field not in body:
            yield FieldError(0, field, "is required")
        elif body.get(field) is not None and body[field] not in known:
            yield FieldError(0, field, "Does not have a value in the enumeration")
    for name, value in (body.get("options") or {}).items():
        if name not in {*contracts.OPTIONS.values(), "insurance"} or not isinstance(value, dict):
            yield FieldError(0, f"options.{name}", "Is not defined")
    weight = (body.get("physicalProperties") or {}).get("weight")
    if weight is not None and not (isinstance(weight.get("value"), int) and weight.get("unit") in {"g", "kg"}):
        yield FieldError(0, "physicalProperties.weight", "must have a value and a unit")


def _found(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One for each contract whose product goes there."""
    country = body["recipient"]["countryCode"]
    group, moment = rules.group_of(country), body.get("deliveryType") or "STANDARD_DELIVERY"
    for row in contracts.account_rows():
        product = contracts.newer("carriers", row["carrier"]), contracts.newer("package_types", row["package_type"])
        if product != (body["carrier"], body["packageType"]) or row["destination_group"] != group:
            continue
        if moment in {contracts.newer("delivery_types", name) for name in row["delivery_types"]}:
            yield _rate(body, group, moment)
            return


def _rate(body: dict[str, Any], group: str, moment: str) -> dict[str, Any]:
    base = _part("Pakket", "base", BASE[group] + PER_CARRIER.get(body["carrier"], 120))
    options = [_part(name, name, PER_OPTION.get(name, DEFAULT_OPTION)) for name in body.get("options") or {}]
    cents = sum(part["price"]["amount"] for part in [base, *options])
    return {
        "carrier": body["carrier"],
        "contract": {"id": 1, "type": "MAIN"},
        "packageType": body["packageType"],
        "deliveryType": moment,
        "shipmentType": "STANDARD",
        "priceComposition": {
            "base": base,
            "charges": [],
            "discounts": [],
            "options": options,
            "other": [],
            "total": _part("Totaal", "total", cents),
        },
    }


def _part(name: str, key: str, cents: int) -> dict[str, Any]:
    vat = round(cents * VAT_PERCENT / 100)
    amounts = {"price": cents, "vat": vat, "priceWithVat": cents + vat}
    return {"name": name, "key": key} | {
        kind: {"currency": "EUR", "amount": amount} for kind, amount in amounts.items()
    }
