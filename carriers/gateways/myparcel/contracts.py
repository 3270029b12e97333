"""What a key may use, by MyParcel's own word.

Source: MyParcel's OpenAPI description, POST /shipments/capabilities/contract-definitions (beta) and POST
/shipments/capabilities, both version 2. Unknown names and fields are ignored.
"""

from typing import Any

from carriers.account_terms import INSURANCE, AccountTerms, CarrierTerms, Names, unite
from carriers.capability_rules import INCLUDED, load_data
from carriers.gateways.myparcel.client import MyParcelClient
from lib.http import ApiError, ApiInvalidResponse
from lib.json_values import as_dict, as_list

DEFINITIONS, CAPABILITIES = "/shipments/capabilities/contract-definitions", "/shipments/capabilities"
# Connecting, and each part of the answer: a merchant who saves a key waits for both questions. In seconds.
TIMEOUT = (3.0, 8.0)
# Names of options in version 2 by ours in the capability data.
OPTIONS = {
    "signature": "requiresSignature",
    "only_recipient": "recipientOnlyDelivery",
    "return": "returnOnFirstFailedDelivery",
    "age_check": "requiresAgeVerification",
    "large_format": "oversizedPackage",
    INSURANCE: "insurance",
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
OUR_OPTIONS = {theirs: ours for ours, theirs in OPTIONS.items()}
# A country where every product of a carrier's own contract can be seen.
CONTRACT_COUNTRY = "BE"
OWN = "CUSTOM"


def read_terms(client: MyParcelClient) -> AccountTerms:
    """Raises the four errors of ``lib.http``, also for an answer without a carrier that we know. May be repeated."""
    items = [as_dict(item) for item in as_list(as_dict(client.ask(DEFINITIONS, {}, timeout=TIMEOUT)).get("items"))]
    carriers = unite(terms for item in items if (terms := _carrier_terms(item)))
    if not carriers:
        raise ApiInvalidResponse("contract definitions: no carrier")
    return AccountTerms(carriers, _own_contracts(client, {one.carrier for one in carriers}, items))


def our_name(kind: str, theirs: object) -> str:
    """Our name of a carrier, package type or delivery type of version 2; empty for an unknown one."""
    return next((str(row["name"]) for row in load_data()[kind] if row["v2"] and row["v2"] == theirs), "")


def their_name(kind: str, ours: str) -> str:
    """Raises StopIteration for a name that is not in the capability data."""
    return str(next(row["v2"] for row in load_data()[kind] if row["name"] == ours))


def _carrier_terms(item: dict[str, Any]) -> CarrierTerms | None:
    carrier = our_name("carriers", item.get("carrier"))
    if not carrier:
        return None
    options = item.get("options")
    offered = {OUR_OPTIONS[name]: as_dict(value) for name, value in as_dict(options).items() if name in OUR_OPTIONS}
    insured = as_dict(offered.get(INSURANCE, {}).get("insuredAmount"))
    return CarrierTerms(
        carrier,
        package_types=_names("package_types", item.get("packageTypes")),
        delivery_types=_names("delivery_types", item.get("deliveryTypes")),
        options=frozenset(offered) if isinstance(options, dict) else None,
        required=frozenset(name for name, value in offered.items() if value.get("isRequired") is True),
        min_insurance=_cents(insured.get("min")),
        max_insurance=_cents(insured.get("max")),
        max_parcels=_count(as_dict(item.get("collo")).get("max")),
    )


def _names(kind: str, theirs: object) -> Names:
    """None when the list is missing or empty: an account with a carrier has at least one of each."""
    return frozenset(filter(None, (our_name(kind, name) for name in as_list(theirs)))) if theirs else None


def _cents(money: object) -> int | None:
    value = as_dict(money)
    amount = value.get("amount")
    return amount if isinstance(amount, int) and value.get("currency") == "EUR" else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _own_contracts(client: MyParcelClient, carriers: set[str], items: list[dict[str, Any]]) -> Names:
    """The carriers with products for both kinds of contract, where the merchant has one of his own.

    The definitions do not say whose contract it is, so a question about a recipient does. None when it failed: that
    one question is no reason to lose the other answer.
    """
    asked = carriers & _carriers_of_both_kinds()
    own = {our_name("carriers", item.get("carrier")) for item in items if _is_own(item)}
    for carrier in sorted(asked - own):
        body = {"recipient": {"countryCode": CONTRACT_COUNTRY}, "carrier": their_name("carriers", carrier)}
        try:
            results = as_list(as_dict(client.ask(CAPABILITIES, body, timeout=TIMEOUT)).get("results"))
        except ApiError:
            return None
        own |= {carrier for result in results if _is_own(as_dict(result))}
    return frozenset(own & asked)


def _is_own(item: dict[str, Any]) -> bool:
    return as_dict(item.get("contract")).get("type") == OWN


def _carriers_of_both_kinds() -> set[str]:
    kinds: dict[bool, set[str]] = {True: set(), False: set()}
    for row in load_data()["capabilities"]:
        kinds[row["contract"] == INCLUDED].add(row["carrier"])
    return kinds[True] & kinds[False]
