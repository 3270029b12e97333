"""Prices before a label is made, in MyParcel's shape and as strict."""

import pytest

from sandbox.myparcel import switches
from sandbox.myparcel.tests.conftest import Api
from sandbox.myparcel.tests.test_contracts import VERSION_2

QUESTION = {
    "recipient": {"countryCode": "NL", "postalCode": "9712HN", "isBusiness": False},
    "carrier": "POSTNL",
    "packageType": "PACKAGE",
    "deliveryType": "STANDARD_DELIVERY",
    "physicalProperties": {"weight": {"value": 900, "unit": "g"}},
    "options": {"requiresSignature": {}, "insurance": {"insuredAmount": {"currency": "EUR", "amount": 10000}}},
}


def test_a_price_is_made_up_of_its_parts(api: Api):
    (rate,) = api.call("POST", "/shipments/rates", QUESTION, **VERSION_2)[1]["results"]
    parts = rate["priceComposition"]
    assert [part["key"] for part in parts["options"]] == ["requiresSignature", "insurance"]
    assert parts["total"]["price"] == {"currency": "EUR", "amount": 704}
    assert parts["total"]["priceWithVat"]["amount"] == 852


def test_an_account_without_prices_or_the_product_has_none(api: Api):
    assert api.call("POST", "/shipments/rates", QUESTION | {"carrier": "DPD"}, **VERSION_2)[1] == {"results": []}
    switches.set_switches({"rates_known": False})
    assert api.call("POST", "/shipments/rates", QUESTION, **VERSION_2)[1] == {"results": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"carrier": 1},
        {"packageType": "package"},
        {"recipient": {}},
        {"recipient": {"cc": "NL", "countryCode": "NL"}},
        {"options": {"signature": {}}},
        {"weight": 900},
    ],
)
def test_names_and_fields_are_those_of_version_2(api: Api, changes):
    assert api.call("POST", "/shipments/rates", QUESTION | changes, **VERSION_2)[0] == 422
    assert api.call("POST", "/shipments/rates", QUESTION, **VERSION_2 | {"Accept": "*/*"})[0] == 406
