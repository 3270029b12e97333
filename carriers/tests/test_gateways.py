"""What every label gateway promises; the local one is held to it."""

import itertools

import pytest
from django.utils.module_loading import import_string

from carriers.customs import customs_problems
from carriers.gateways import GATEWAYS
from carriers.parcels import (
    Address,
    Consignment,
    CustomsDeclaration,
    CustomsLine,
    Destination,
    ParcelChoice,
    PrintedLabel,
    Registration,
    RegistrationRefused,
)
from carriers.tracking import carrier_label, tracking_url

SENDER = Address(company="Atelier", street="Kade", number="1", postal_code="3511 AA", city="Utrecht", country="NL")
HOME = Address(person="Hanna", street="Lindelaan", number="12", postal_code="3524 KB", city="Utrecht", country="NL")
ABROAD = Address(
    person="Emily", street="235 West 23rd Street", postal_code="97209", city="Portland", region="OR", country="US"
)
DECLARED = CustomsDeclaration(invoice="1", lines=(CustomsLine("Mug", 2, 300, 1495, "6912001000", "NL"),))


@pytest.fixture(params=list(GATEWAYS))
def gateway(request):
    numbers = itertools.count(1)
    return import_string(GATEWAYS[request.param])(lambda series, count: [next(numbers) for _one in range(count)])


def consignment(reference: str, recipient: Address = HOME, customs: CustomsDeclaration | None = None) -> Consignment:
    return Consignment(reference, recipient, SENDER, ParcelChoice(), 700, "text", customs)


def test_answers_come_in_the_order_asked_and_each_barcode_once(gateway):
    asked = [consignment(str(number)) for number in range(20)]
    answers = gateway.register(asked)
    assert [answer.reference for answer in answers] == [one.reference for one in asked]
    assert len({answer.barcode for answer in answers}) == 20


def test_one_bad_parcel_is_refused_in_words_and_the_others_are_not(gateway):
    nowhere = Address(person="X", street="Lindelaan", postal_code="3524 KB", city="Utrecht", country="NL")
    first, second, third = gateway.register([consignment("a"), consignment("b", nowhere), consignment("c")])
    assert isinstance(first, Registration)
    assert isinstance(second, RegistrationRefused)
    assert str(second.reason)
    assert isinstance(third, Registration)


def test_outside_the_eu_the_customs_form_must_be_complete(gateway):
    without, complete = gateway.register([consignment("a", ABROAD), consignment("b", ABROAD, DECLARED)])
    assert isinstance(without, RegistrationRefused)
    assert complete.barcode.endswith("NL")


def test_a_registered_parcel_can_be_followed_and_printed(gateway):
    (answer,) = gateway.register([consignment("a")])
    assert answer.tracking_url == f"https://jouw.postnl.nl/track-and-trace/{answer.barcode}-NL-3524KB"
    assert gateway.draw([PrintedLabel(consignment("a"), answer.barcode)], "a6", 1).startswith(b"%PDF")


def test_shops_are_told_a_name_that_wix_does_not_replace():
    assert {carrier_label(name) for name in ("postnl", "dhlforyou")} == {"PostNL", "DHL For You"}
    assert "3524KB" in tracking_url("dhlforyou", "X", "NL", "3524 KB")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (CustomsLine("", 1, 100, 200, "691200", "NL"), "customs_description"),
        (CustomsLine("Mug", 1, 0, 200, "691200", "NL"), "customs_weight"),
        (CustomsLine("Mug", 1, 100, 200, "6912", "NL"), "customs_hs_code"),
        (CustomsLine("Mug", 1, 100, 200, "69120", "NL"), "customs_hs_code"),
        (CustomsLine("Mug", 1, 100, 200, "691200", ""), "customs_origin"),
        (CustomsLine("Mug", 1, 100, 50, "691200", "NL"), "customs_value"),
        (CustomsLine("Mug", 9, 100, 200, "691200", "NL"), "customs_weight"),
    ],
)
def test_what_a_customs_form_misses_is_named(line, code):
    problems = customs_problems(CustomsDeclaration(invoice="1", lines=(line,)), Destination("CH"), 700)
    assert [problem.code for problem in problems] == [code]
    assert str(problems[0].text)


def test_the_united_states_want_ten_digits_and_goods_want_an_invoice():
    line = CustomsLine("Mug", 1, 100, 200, "691200", "NL")
    assert [p.code for p in customs_problems(CustomsDeclaration(lines=(line,)), Destination("US"), 700)] == [
        "customs_invoice",
        "customs_hs_code",
    ]
    gift = CustomsDeclaration(contents="gifts", lines=(line,))
    assert customs_problems(gift, Destination("CH"), 700) == ()
    assert [p.code for p in customs_problems(CustomsDeclaration(invoice="1"), Destination("CH"), 700)] == [
        "customs_empty"
    ]
