"""What a concept says of the order it came from: repairs with before and after, fallbacks with their reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from accounts.models import PackagePreferences
from integrations.orders import (
    FulfillmentStatus,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderStatus,
    PaymentStatus,
)
from shipments.concepts import Draft, draft
from shipments.states import Blocker

HOME = OrderAddress(
    first_name="Hanna", last_name="Vermeulen", line1="Lindelaan 12", postal_code="3524kb", city="Utrecht", country="NL"
)


def concept(address: OrderAddress, **preferences: object) -> Draft:
    moment = datetime(2026, 11, 25, 12, tzinfo=UTC)
    order = OrderData(
        "order-1",
        "10231",
        moment,
        moment,
        OrderStatus.APPROVED,
        PaymentStatus.PAID,
        FulfillmentStatus.NOT_FULFILLED,
        lines=(OrderLine("line-1", "Mug", 1, weight=300),),
        address=address,
        email="hanna@example.com",
    )
    return draft(order, PackagePreferences(**preferences))


def notes(made: Draft) -> dict[str, str]:
    with override("en"):
        return {note.code: str(note.text) for note in made.notes}


def test_an_ordinary_order_needs_no_note():
    made = concept(HOME)
    assert (notes(made), made.problems) == ({}, ())
    assert made.recipient.postal_code == "3524 KB"


def test_a_repaired_street_shows_before_and_after():
    said = notes(concept(replace(HOME, line1="Lindelaan", line2="12b")))["number_moved"]
    assert "The order said: Lindelaan / 12b." in said
    assert "This became: Lindelaan 12b." in said


def test_a_preference_that_cannot_go_there_says_what_it_became_and_why():
    made = concept(replace(HOME, country="DE", postal_code="50672"), package_type="mailbox", age_check=True)
    said = notes(made)
    assert (made.choice.package_type, made.choice.age_check) == ("package", False)
    assert "this became PostNL · Parcel" in said["service_changed"]
    assert "Only within the Netherlands." in said["option_off"]


def test_the_canary_islands_are_told_why_they_need_customs_data():
    made = concept(replace(HOME, line1="Calle Mayor 4", country="ES", postal_code="35001", city="Las Palmas"))
    assert "Canary Islands: outside the EU's VAT area" in notes(made)["territory"]
    assert made.blocked_by == Blocker.CUSTOMS


@pytest.mark.parametrize(
    ("package_type", "blocked"), [("package", Blocker.ADDRESS), ("mailbox", Blocker.NONE), ("letter", Blocker.NONE)]
)
def test_an_order_to_a_po_box_comes_in_and_a_parcel_waits(package_type, blocked):
    made = concept(replace(HOME, line1="Postbus 1234"), package_type=package_type)
    assert made.refusal is None
    assert made.blocked_by == blocked


def test_a_long_name_is_kept_whole_and_said():
    made = concept(replace(HOME, last_name="van Verzonnendam tot Lindenholt en Duin"))
    assert made.recipient.person.endswith("en Duin")
    assert "45 characters" in notes(made)["long_name"]
    assert made.problems == ()
