"""The status mark of a shipment, and the filters of the shipment pages."""

import pytest

from carriers.parcels import Address
from shipments.models import Shipment
from shipments.presentation.pill import pill_for
from shipments.states import Blocker, ShipmentStatus
from shipments.templatetags.parcels import has_long_line, package_drawing
from ui.icons import drawing


@pytest.mark.parametrize(
    ("status", "look", "icon"),
    [
        ("draft", "concept", "concept"),
        ("registering", "concept", "concept"),
        ("registered", "print", "printer"),
        ("test", "test", "alert"),
        ("printed", "print", "check"),
        ("in_transit", "transit", "truck"),
        ("out_for_delivery", "transit", "truck"),
        ("at_pickup_point", "pickup", "store"),
        ("delivered", "done", "check"),
        ("returned", "bad", "return"),
        ("cancelled", "plain", "x"),
    ],
)
def test_a_pill_shows_the_status(status: str, look: str, icon: str):
    pill = pill_for(Shipment(status=status))
    assert (pill.look, pill.icon, pill.text) == (look, icon, ShipmentStatus(status).label)


@pytest.mark.parametrize(("blocker", "icon"), [(Blocker.CUSTOMS, "customs"), (Blocker.ADDRESS, "alert")])
def test_a_blocked_draft_shows_what_blocks_it(blocker: Blocker, icon: str):
    pill = pill_for(Shipment(status="draft", blocked_by=blocker))
    assert (pill.look, pill.icon, pill.text) == ("warn", icon, blocker.label)


def test_what_blocked_a_draft_is_not_shown_once_it_has_a_label():
    assert pill_for(Shipment(status="printed", blocked_by=Blocker.ADDRESS)).look == "print"


@pytest.mark.parametrize("status", ShipmentStatus)
def test_every_pill_has_an_icon_that_exists(status: ShipmentStatus):
    assert drawing(f"i-{pill_for(Shipment(status=status)).icon}")


@pytest.mark.parametrize(
    ("package_type", "drawing"), [("package_small", "small"), ("digital_stamp", "stamp"), ("mailbox", "mailbox")]
)
def test_each_package_type_has_its_drawing(package_type: str, drawing: str):
    assert package_drawing(package_type) == drawing


@pytest.mark.parametrize(("name", "is_long"), [("x" * 36, False), ("x" * 37, True)])
def test_an_address_with_a_line_over_36_characters_needs_small_print(name: str, is_long: bool):
    assert (
        has_long_line(Address(person=name, street="Kade", number="1", postal_code="3511 AA", city="Utrecht")) is is_long
    )
