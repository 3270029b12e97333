"""What a label would cost, asked before it is made.

Source: MyParcel's OpenAPI description, POST /shipments/rates, version 2. The outer key of the answer is not documented
for this version, so every form that was seen is read; an answer that does not name one price is no price.
"""

from typing import Any

from carriers.account_terms import INSURANCE
from carriers.capability_rules import FROM_DATA_NAME, is_selected
from carriers.gateways.base import Price, PriceQuestion
from carriers.gateways.myparcel.client import MyParcelClient
from carriers.gateways.myparcel.contracts import OPTIONS, their_name
from lib.json_values import as_dict, as_list

RATES = "/shipments/rates"
# Connecting, and each part of the answer: somebody waits for the page. In seconds.
TIMEOUT = (2.0, 5.0)


def read_price(client: MyParcelClient, question: PriceQuestion) -> Price | None:
    """None when MyParcel names no price, or several. Raises the four errors of ``lib.http``. May be repeated."""
    answer = client.ask(RATES, _body(question), timeout=TIMEOUT)
    prices = {price for rate in _rates(answer) if _is_about(rate, question) and (price := _total(rate))}
    return prices.pop() if len(prices) == 1 else None


def _body(question: PriceQuestion) -> dict[str, Any]:
    choice, place = question.choice, question.destination
    recipient = {"countryCode": place.country, "postalCode": place.postal_code.replace(" ", "")}
    options: dict[str, Any] = {
        theirs: {}
        for ours, theirs in OPTIONS.items()
        if ours != INSURANCE and is_selected(choice, FROM_DATA_NAME.get(ours, ours))
    }
    if choice.insurance:
        options[OPTIONS[INSURANCE]] = {"insuredAmount": {"currency": "EUR", "amount": choice.insurance}}
    return {
        "recipient": {name: value for name, value in recipient.items() if value},
        "carrier": their_name("carriers", choice.carrier),
        "packageType": their_name("package_types", choice.package_type),
        "deliveryType": their_name("delivery_types", choice.delivery_type),
        "physicalProperties": {"weight": {"value": question.weight, "unit": "g"}},
        "options": options,
    }


def _rates(answer: Any) -> list[dict[str, Any]]:
    body = as_dict(answer)
    for rows in (body.get("results"), body.get("items"), as_dict(body.get("data")).get("rates"), body.get("rates")):
        if isinstance(rows, list):
            return [as_dict(row) for row in as_list(rows)]
    return [body] if "priceComposition" in body else []


def _is_about(rate: dict[str, Any], question: PriceQuestion) -> bool:
    """What a rate does not say about itself is what was asked."""
    wanted = _body(question)
    return all(rate.get(name) in {None, wanted[name]} for name in ("carrier", "packageType", "deliveryType"))


def _total(rate: dict[str, Any]) -> Price | None:
    total = as_dict(as_dict(rate.get("priceComposition")).get("total"))
    price, with_vat = as_dict(total.get("price")), as_dict(total.get("priceWithVat"))
    amount, currency = price.get("amount"), price.get("currency")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0 or not isinstance(currency, str):
        return None
    gross = with_vat.get("amount")
    known = isinstance(gross, int) and gross >= amount and with_vat.get("currency") == currency
    return Price(amount, currency, gross if known else None)
