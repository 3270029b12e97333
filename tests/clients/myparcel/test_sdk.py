"""MyParcel's own JavaScript client works with the sandbox unchanged."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.myparcel.conftest import Refused, Sdk
from tests.sandbox_server import MyParcelSandbox

pytestmark = [pytest.mark.stack, pytest.mark.clients]
PLACE = {"cc": "NL", "postal_code": "3524KB", "city": "Utrecht", "street": "Lindelaan", "number": "12"}


def parcel(**changes: Any) -> dict[str, Any]:
    plain = {"carrier": 1, "recipient": PLACE | {"person": "Hanna"}, "options": {"package_type": 1}}
    return plain | {"reference_identifier": "ORDER-1"} | changes


def test_shipments_are_made_read_and_found(sdk: Sdk):
    (made,) = sdk.call("postShipments", body=[parcel()])
    assert made["reference_identifier"] == "ORDER-1"
    (read,) = sdk.call("getShipment", path={"id": made["id"]})
    assert (read["status"], read["recipient"]["person"]) == (1, "Hanna")
    found = sdk.call("getShipments", parameters={"reference_identifier": "ORDER-1"})
    assert found["results"] == 1
    assert found["shipments"][0]["id"] == made["id"]


def test_a_refusal_reaches_the_client_with_its_place(sdk: Sdk):
    with pytest.raises(Refused) as refused:
        sdk.call("postShipments", body=[parcel(), parcel(carrier=99)])
    assert refused.value.name == "ApiException"
    assert refused.value.data["errors"][0]["3728"]["fields"] == ["data.shipments[1].carrier"]


def test_a_journey_is_followed(sdk: Sdk, myparcel: MyParcelSandbox):
    (made,) = sdk.call("postShipments", body=[parcel()])
    for status in (3, 7):
        myparcel.ask("move", {"id": made["id"], "status": status})
    (trace,) = sdk.call("getTrackAndTrace", path={"shipment_id": made["id"]})
    assert trace["status"] == {"current": 7, "main": "delivered", "final": True}
    assert [step["status"] for step in trace["history"]] == [2, 3]


def test_webhooks_are_subscribed_to_and_listed(sdk: Sdk):
    hook = {"hook": "shipment_status_change", "url": "https://shop.example/hook"}
    (made,) = sdk.call("postWebhookSubscriptions", body=[hook])
    listed = sdk.call("getWebhookSubscriptions")
    assert [(row["id"], row["url"]) for row in listed] == [(made["id"], hook["url"])]


@pytest.mark.parametrize("scheme", ["basic", "bearer"])
def test_both_ways_to_send_the_key_are_taken_and_a_wrong_key_is_not(
    sdk_folder: Path, myparcel: MyParcelSandbox, scheme: str
):
    good, bad = Sdk(sdk_folder, myparcel, scheme=scheme), Sdk(sdk_folder, myparcel, scheme=scheme, key="wrong")
    try:
        assert good.call("getShipments")["shipments"] == []
        with pytest.raises(Refused) as refused:
            bad.call("getShipments")
        assert refused.value.data["errors"][0]["code"] == 3000
    finally:
        good.stop()
        bad.stop()
