"""An order to a pick-up point is a delivery; only what is collected in the shop needs no label."""

import copy
from typing import Any

import pytest

from integrations.orders import ImportEligibility, OrderAddress, OrderData, import_eligibility
from integrations.providers.wix.mapping import order_data
from integrations.providers.wix.payloads import WixOrder
from integrations.providers.wix.tests.bodies import body, order_number


def order(**logistics: Any) -> dict[str, Any]:
    made = copy.deepcopy(body("order_get_pickup_point_response")["order"])
    made["shippingInfo"]["logistics"] |= logistics
    return made


def ours(made: dict[str, Any]) -> OrderData:
    return order_data(WixOrder.model_validate(made))


def test_it_is_imported_with_the_point_and_the_buyers_own_address():
    data = ours(order())
    assert import_eligibility(data) is ImportEligibility.OPEN
    assert (data.pickup_point.line1, data.pickup_point.postal_code) == ("Marktzijde 4", "3701 ZZ")
    assert (data.address.name, data.address.line1, data.address.phone) == (
        "Iris Haaltzelf",
        "Ophaalpad 22",
        "+31600000010",
    )


def test_the_point_is_not_taken_for_the_buyers_address_where_wix_gives_it_as_destination():
    made = order()
    point = made["shippingInfo"]["logistics"]["pickupDetails"]["address"]
    contact = made["recipientInfo"]["contactDetails"]
    made["shippingInfo"]["logistics"]["shippingDestination"] = {"address": point, "contactDetails": contact}
    assert ours(made).address.line1 == "Ophaalpad 22"
    del made["recipientInfo"], made["billingInfo"]
    data = ours(made)
    assert (data.address.line1, data.address.name) == ("", "Iris Haaltzelf")


def details(**changes: Any) -> dict[str, Any]:
    return {"pickupDetails": order()["shippingInfo"]["logistics"]["pickupDetails"] | changes}


@pytest.mark.parametrize("method", ["STORE_PICKUP", "store_pickup", " STORE_PICKUP "])
def test_only_a_pickup_in_the_store_is_collected_in_the_shop(method):
    data = ours(order(**details(pickupMethod=method)))
    assert import_eligibility(data) is ImportEligibility.PICKUP
    assert not data.goes_to_pickup_point


@pytest.mark.parametrize(
    "method", [None, "", "UNKNOWN_METHOD", "LOCKER", "PICKUP", "CURBSIDE", "A_METHOD_OF_NEXT_YEAR"]
)
def test_a_method_nobody_knows_is_offered_as_unclear_and_never_taken_for_collecting(method):
    data = ours(order(**details(pickupMethod=method)))
    assert import_eligibility(data) is ImportEligibility.OPEN
    assert (data.pickup, data.is_pickup_unclear, data.goes_to_pickup_point) == (False, True, True)
    assert data.destination.line1 == "Marktzijde 4"


PLACE = {"country": "NL", "city": "Zeist", "postalCode": "3701 ZZ", "addressLine": "Marktzijde 4"}


@pytest.mark.parametrize("nowhere", [None, {}, {"country": "NL"}, {"addressLine": "", "city": None}])
def test_the_point_may_be_in_the_destination_instead_of_the_details(nowhere):
    person = {"firstName": "Iris", "lastName": "Haaltzelf"}
    made = order(**details(address=nowhere), shippingDestination={"address": PLACE, "contactDetails": person})
    data = ours(made)
    assert import_eligibility(data) is ImportEligibility.OPEN
    assert (data.destination.line1, data.destination.name, data.address.line1) == (
        "Marktzijde 4",
        "Iris Haaltzelf",
        "Ophaalpad 22",
    )


def test_a_point_without_an_address_is_still_a_delivery_to_a_point():
    data = ours(order(**details(address=None)))
    assert import_eligibility(data) is ImportEligibility.OPEN
    assert (data.goes_to_pickup_point, data.has_point_address) == (True, False)


def test_the_name_on_the_parcel_is_the_buyers_and_not_that_of_the_point():
    point = {"address": PLACE, "contactDetails": {"firstName": "Balie", "lastName": "Primera", "company": "Primera"}}
    data = ours(order(**details(address=None), shippingDestination=point))
    assert (data.destination.name, data.destination.company) == ("Iris Haaltzelf", "")


@pytest.mark.parametrize("nothing", [None, {}, {"address": {}}, {"address": None, "pickupMethod": None}])
def test_details_that_say_nothing_leave_an_ordinary_delivery(nothing):
    data = ours(order(pickupDetails=nothing, shippingDestination={"address": PLACE}))
    assert (data.goes_to_pickup_point, data.pickup, data.address.line1) == (False, False, "Marktzijde 4")


def test_an_ordinary_order_has_no_point():
    data = ours(order_number("10231"))
    assert data.pickup_point == OrderAddress()
    assert not data.goes_to_pickup_point
