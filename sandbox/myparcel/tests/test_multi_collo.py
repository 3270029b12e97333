"""Shipments of several parcels, refused where MyParcel refuses them."""

import pytest

from sandbox.myparcel import switches
from sandbox.myparcel.tests.conftest import Api, home

TWO = [{"reference_identifier": "ORDER-1-2"}]
BELGIUM = {"cc": "BE", "postal_code": "1000", "city": "Brussel", "street": "Lindelaan", "number": "12"}
GERMANY = {"cc": "DE", "postal_code": "10115", "city": "Berlin", "street": "Lindenweg 12", "number": ""}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secondary_shipments": [{}] * 10}, "3739"),
        ({"secondary_shipments": [{"options": {"signature": 1}}]}, "3736"),
        ({"secondary_shipments": TWO, "recipient": GERMANY}, "3735"),
        ({"secondary_shipments": TWO, "options": {"package_type": 2}}, "3735"),
        ({"secondary_shipments": TWO, "carrier": 9}, "3739"),
    ],
)
def test_what_cannot_be_one_shipment_is_refused(api: Api, changes, code):
    status, answer = api.create(home(**changes))
    assert (status, code in answer["errors"][0]) == (422, True), answer


def test_only_version_1_1_and_an_account_that_may(api: Api):
    body = {"data": {"shipments": [home(secondary_shipments=TWO, recipient=BELGIUM)]}}
    older = {"Content-Type": "application/vnd.shipment+json;charset=utf-8"}
    assert "3736" in api.call("POST", "/shipments", body, **older)[1]["errors"][0]
    assert api.call("POST", "/shipments", body)[0] == 200
    switches.set_switches({"contract_lacks": "POSTNL.collo"})
    assert "3735" in api.call("POST", "/shipments", body)[1]["errors"][0]


def test_the_answer_has_the_main_id_and_a_read_all_of_them(api: Api):
    (number,) = api.ids(home(secondary_shipments=[*TWO, {}]))
    (main,) = api.call("GET", f"/shipments/{number}")[1]["data"]["shipments"]
    pieces = main["secondary_shipments"]
    assert [row["multi_collo_main_shipment_id"] for row in (main, *pieces)] == [number] * 3
    assert [row["reference_identifier"] for row in pieces] == ["ORDER-1-2", None]
    assert [row["price"]["amount"] for row in pieces] == [0, 0]
    switches.set_switches({"list_secondary": False})
    listed = api.call("GET", "/shipments")[1]["data"]["shipments"]
    assert [(row["id"], row["secondary_shipments"]) for row in listed] == [(number, [])]
