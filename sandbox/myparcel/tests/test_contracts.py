"""What the account may use, as strict about media types and bodies as MyParcel."""

import pytest

from sandbox.myparcel import switches
from sandbox.myparcel.tests.conftest import Api, home

DEFINITIONS = "/shipments/capabilities/contract-definitions"
VERSION_2 = {"Content-Type": "application/json;version=2.0", "Accept": "application/json;charset=utf-8;version=2.0"}


def carriers(api: Api) -> list[str]:
    status, answer = api.call("POST", DEFINITIONS, {}, **VERSION_2)
    assert status == 200, answer
    return [item["carrier"] for item in answer["items"]]


def test_the_definitions_are_of_this_key(api: Api):
    assert carriers(api) == ["POSTNL", "DHL_FOR_YOU", "DHL_PARCEL_CONNECT", "DHL_EUROPLUS"]
    switches.set_switches({"contract_carriers": "DPD", "contract_lacks": "DHL_EUROPLUS", "contract_twice": True})
    assert carriers(api) == ["POSTNL", "DHL_FOR_YOU", "DHL_PARCEL_CONNECT", "DPD"] * 2
    _status, answer = api.call("POST", DEFINITIONS, {"carrier": "DPD"}, **VERSION_2)
    item = answer["items"][0]
    assert set(item) == {"carrier", "packageTypes", "options", "deliveryTypes", "transactionTypes", "collo"}
    assert item["options"]["insurance"]["insuredAmount"]["max"] == {"currency": "EUR", "amount": 52000}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, {}, 415),
        ({"Content-Type": "application/json;version=1.1"}, {}, 415),
        ({"Accept": "application/json"}, {}, 406),
        ({}, {"carrier": "PIGEON"}, 422),
        ({}, {"recipient": {"countryCode": "NL"}}, 422),
    ],
)
def test_another_version_or_body_is_refused(api: Api, headers, body, status):
    assert api.call("POST", DEFINITIONS, body, **VERSION_2 | headers)[0] == status


def test_capabilities_are_of_a_recipient_and_say_whose_contract_it_is(api: Api):
    question = {"recipient": {"countryCode": "BE"}, "carrier": "POSTNL", "packageType": "MAILBOX"}
    assert api.call("POST", "/shipments/capabilities", question, **VERSION_2)[1] == {"results": []}
    switches.set_switches({"contract_carriers": "POSTNL"})
    (result,) = api.call("POST", "/shipments/capabilities", question, **VERSION_2)[1]["results"]
    assert result["contract"]["type"] == "CUSTOM"
    assert api.call("POST", "/shipments/capabilities", {"recipient": {}}, **VERSION_2)[0] == 422


def test_a_shipment_of_what_the_account_does_not_have_is_refused(api: Api):
    dpd = home(carrier=4, recipient={"email": "h@x.example"})
    assert api.create(dpd)[1]["errors"] == [
        {
            "3728": {
                "fields": ["data.shipments[0].carrier"],
                "human": ["data.shipments[0].carrier carrier is not supported"],
            }
        }
    ]
    switches.set_switches({"contract_carriers": "DPD", "contract_lacks": "POSTNL.requiresSignature;POSTNL.MAILBOX"})
    assert api.create(dpd)[0] == 200
    assert api.create(home())[0] == 200
    assert "3705" in api.create(home(options={"signature": 1}))[1]["errors"][0]
    assert "3733" in api.create(home(options={"package_type": 2}))[1]["errors"][0]
