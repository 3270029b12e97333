"""Notes of drafts: corrections with the text before and after, and adjustments with a reason."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from integrations.orders import (
    FulfillmentStatus,
    OrderAddress,
    OrderData,
    OrderLine,
    OrderStatus,
    PaymentStatus,
)
from shipments.services.imports.order_to_draft import DraftPlan, draft_from_order
from shipments.states import Blocker
from shops.models import PackagePreferences

HOME = OrderAddress(
    first_name="Hanna", last_name="Vermeulen", line1="Lindelaan 12", postal_code="3524kb", city="Utrecht", country="NL"
)


def draft(address: OrderAddress, given: dict[str, object] | None = None, **preferences: object) -> DraftPlan:
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
    return draft_from_order(replace(order, **given or {}), PackagePreferences(**preferences))


def notes(made: DraftPlan) -> dict[str, str]:
    with override("en"):
        return {note.code: str(note.text) for note in made.notes}


def test_an_ordinary_order_needs_no_note():
    made = draft(HOME)
    assert (notes(made), made.problems) == ({}, ())
    assert made.content.recipient.postal_code == "3524 KB"


def test_a_repaired_street_shows_before_and_after():
    said = notes(draft(replace(HOME, line1="Lindelaan", line2="12b")))["number_moved"]
    assert "In the order: Lindelaan / 12b." in said
    assert "Changed to: Lindelaan 12b." in said


def test_a_preference_that_cannot_go_there_says_what_it_became_and_why():
    made = draft(replace(HOME, country="DE", postal_code="50672"), package_type="mailbox", age_check=True)
    said = notes(made)
    assert (made.content.choice.package_type, made.content.choice.age_check) == ("package", False)
    assert "changed to PostNL · Parcel" in said["service_changed"]
    assert "Only within the Netherlands." in said["option_off"]


def test_the_canary_islands_are_told_why_they_need_customs_data():
    made = draft(replace(HOME, line1="Calle Mayor 4", country="ES", postal_code="35001", city="Las Palmas"))
    assert "Canary Islands: outside the EU's VAT area" in notes(made)["territory"]
    assert made.blocked_by == Blocker.CUSTOMS


@pytest.mark.parametrize(
    ("package_type", "blocked"), [("package", Blocker.ADDRESS), ("mailbox", Blocker.NONE), ("letter", Blocker.NONE)]
)
def test_an_order_to_a_po_box_comes_in_and_a_parcel_waits(package_type, blocked):
    made = draft(replace(HOME, line1="Postbus 1234"), package_type=package_type)
    assert made.blocker is None
    assert made.blocked_by == blocked


def test_a_long_name_is_kept_whole_and_said():
    made = draft(replace(HOME, last_name="van Verzonnendam tot Lindenholt en Duin"))
    assert made.content.recipient.person.endswith("en Duin")
    assert "45 characters" in notes(made)["long_name"]
    assert made.problems == ()


@pytest.mark.parametrize(
    ("country", "worth", "percent", "insured"),
    [
        ("NL", "80", 100, 10_000),
        ("NL", "100.01", 100, 25_000),
        ("NL", "180", 50, 10_000),
        ("NL", "80", 0, 0),
        ("DE", "80", 100, 50_000),
        ("DE", "80", 50, 5_000),
    ],
)
def test_an_order_is_insured_for_the_wanted_part_of_its_value(country, worth, percent, insured):
    line = OrderLine("line-1", "Mug", 1, weight=300, unit_value=Decimal(worth))
    place = HOME if country == "NL" else replace(HOME, country="DE", postal_code="50672")
    made = draft(place, {"lines": (line,)}, insurance_percent=percent)
    assert made.content.choice.insurance == insured
    assert made.problems == ()
    if insured and country == "NL":
        assert made.content.choice.signature


def test_what_cannot_be_insured_in_full_is_said():
    line = OrderLine("line-1", "Vase", 1, weight=300, unit_value=Decimal(1200))
    made = draft(replace(HOME, country="DE", postal_code="50672"), {"lines": (line,)}, insurance_percent=100)
    assert made.content.choice.insurance == 50_000
    assert "€1200 is not available here; changed to €500" in notes(made)["insurance_changed"]


def test_a_value_in_another_currency_insures_what_the_preferences_say():
    line = OrderLine("line-1", "Mug", 1, weight=300, unit_value=Decimal(80))
    made = draft(HOME, {"lines": (line,), "currency": "USD"}, insurance_percent=100)
    assert made.content.choice.insurance == 0
