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


@pytest.mark.parametrize("method", ["STORE_PICKUP", None, "A_METHOD_OF_NEXT_YEAR"])
def test_every_other_method_means_that_the_buyer_comes_to_the_shop(method):
    details = order()["shippingInfo"]["logistics"]["pickupDetails"] | {"pickupMethod": method}
    data = ours(order(pickupDetails=details))
    assert import_eligibility(data) is ImportEligibility.PICKUP
    assert not data.goes_to_pickup_point


def test_an_ordinary_order_has_no_point():
    data = ours(order_number("10231"))
    assert data.pickup_point == OrderAddress()
    assert not data.goes_to_pickup_point
