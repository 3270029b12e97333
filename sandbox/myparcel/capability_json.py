"""A capability in the form and the names of version 2 of POST /shipments/capabilities (MyParcel's API models)."""

from typing import Any

from sandbox.myparcel import rules

# By our name of an option.
OPTION_NAMES = {
    "age_check": "requiresAgeVerification",
    "collect": "scheduledCollection",
    "drop_off_at_postal_point": "deliverAtPostalPoint",
    "extra_assurance": "additionalInsurance",
    "fresh_food": "freshFood",
    "frozen": "frozen",
    "hide_sender": "hideSender",
    "large_format": "oversizedPackage",
    "only_recipient": "recipientOnlyDelivery",
    "priority_delivery": "priorityDelivery",
    "receipt_code": "requiresReceiptCode",
    "return": "returnOnFirstFailedDelivery",
    "same_day_delivery": "sameDayDelivery",
    "saturday_delivery": "saturdayDelivery",
    "signature": "requiresSignature",
    "tracked": "tracked",
}
CONTRACTS = {"own_contract": {"id": 2, "type": "CUSTOM"}}
MAIN_CONTRACT = {"id": 1, "type": "MAIN"}


def as_capability(row: dict[str, Any]) -> dict[str, Any]:
    """``row`` is one of ``capabilities`` of the rules."""
    weight = row["weight_grams"]
    max_weight = weight.get("max_with_large_format") or weight["max"]
    return {
        "carrier": name_of("carriers", row["carrier"]),
        "contract": CONTRACTS.get(row["contract"], MAIN_CONTRACT),
        "packageTypes": [name_of("package_types", row["package_type"])],
        "deliveryTypes": [name_of("delivery_types", name) for name in row["delivery_types"]],
        "options": _options(row),
        "physicalProperties": {"weight": {"min": _grams(weight["min"]), "max": _grams(max_weight), "calculation": ""}},
        "transactionTypes": ["B2C", "B2B"],
        "collo": {"max": row["multi_collo_max"]},
    }


def name_of(kind: str, name: str) -> Any:
    return next((entry["v2"] for entry in rules.data()[kind] if entry["name"] == name), None)


def _options(row: dict[str, Any]) -> dict[str, Any]:
    """Those that may be set; one that may only be set is required."""
    options: dict[str, Any] = {
        OPTION_NAMES[name]: _option(is_required=allowed == [1])
        for name, allowed in row["options"].items()
        if 1 in allowed
    }
    if amounts := [cents for cents in row["insurance_cents"] if cents]:
        insured = {"default": _money(0), "min": _money(0), "max": _money(max(amounts))}
        options["insurance"] = _option(is_required=False) | {"insuredAmount": insured}
    return options


def _option(*, is_required: bool) -> dict[str, Any]:
    return {"isSelectedByDefault": is_required, "isRequired": is_required, "requires": [], "excludes": []}


def _money(cents: int) -> dict[str, Any]:
    return {"currency": "EUR", "amount": cents}


def _grams(value: int) -> dict[str, Any]:
    return {"value": value, "unit": "g"}
