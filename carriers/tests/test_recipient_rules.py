"""What each carrier requires of a recipient according to the data, with the message that says so."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from carriers.capabilities import Capabilities, validate_parcel
from carriers.capability_rules import AccountCapabilities, load_data
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.recipient_rules import FIELD_NAMES, limits, name_warning, recipient_problems, to_two_lines

EVERYONE = frozenset({*CARRIERS, *CONTRACT_CARRIERS})
EVERY_CONTRACT = Capabilities(AccountCapabilities(EVERYONE))
HOME = Address(person="Hanna", street="Lindelaan", number="12", postal_code="3524 KB", city="Utrecht", country="NL")
REACHABLE = replace(HOME, email="hanna@example.com", phone="0301234567")


def asked(choice: ParcelChoice, recipient: Address, sender: Address | None = None) -> set[str]:
    place = Destination(recipient.country, recipient.postal_code)
    return {problem.field for problem in EVERY_CONTRACT.validate_parcel(choice, place, None, recipient, sender)}


@pytest.mark.parametrize("row", load_data()["capabilities"], ids=lambda row: row["id"])
def test_every_row_asks_for_the_contact_data_it_requires(row):
    country = (row["countries"] or ["CH"])[0]
    collected = row["delivery_types"] == ["pickup"]
    found = EVERY_CONTRACT.account.row_for(
        row["carrier"], row["package_type"], Destination(country), collected=collected
    )
    choice = ParcelChoice(row["carrier"], row["package_type"])
    missing = {problem.field for problem in recipient_problems(choice, found, replace(HOME, country=country))}
    assert {*row["required_recipient_fields"]} == missing & {"email", "phone"}
    assert not {problem.field for problem in recipient_problems(choice, found, replace(REACHABLE, country=country))} & {
        "email",
        "phone",
    }


def test_norway_and_the_receipt_code_need_an_email_address():
    assert "email" in asked(ParcelChoice(), replace(HOME, country="NO", postal_code="0150"))
    code = ParcelChoice(insurance=10_000, extras=frozenset({"receipt_code"}))
    assert asked(code, HOME) == {"email"}
    assert asked(code, REACHABLE) == set()


@pytest.mark.parametrize("carrier", sorted(EVERYONE))
@pytest.mark.parametrize("field", sorted(FIELD_NAMES.keys() - {"phone", "street"}))
def test_each_field_has_its_carriers_limit_to_the_letter(carrier, field):
    choice, limit = ParcelChoice(carrier), limits(carrier)[field]
    row = EVERY_CONTRACT.account.row_for(carrier, "package", Destination("NL")) or EVERY_CONTRACT.account.row_for(
        carrier, "package", Destination("DE")
    )
    fits, over = (replace(REACHABLE, **{field: "x" * length}) for length in (limit, limit + 1))
    assert field not in {problem.field for problem in recipient_problems(choice, row, fits)}
    (problem,) = [problem for problem in recipient_problems(choice, row, over) if problem.field == field]
    assert problem.code == "too_long"
    assert str(limit) in str(problem.text)


def test_a_long_street_takes_the_beginning_of_the_extra_line_or_says_that_it_is_too_long():
    street = "Laan van de Zeer Lange Verzonnen Straatnaam"
    assert to_two_lines(replace(HOME, street=street, extra="2 hoog")) == (
        "Laan van de Zeer Lange Verzonnen",
        "Straatnaam, 2 hoog",
    )
    assert to_two_lines(replace(HOME, street="x" * 41)) == ("x" * 40, "x")
    assert not {"street", "extra"} & asked(ParcelChoice(), replace(HOME, street=street, extra="x" * 38))
    assert "extra" in asked(ParcelChoice(), replace(HOME, street=street, extra="x" * 40))
    assert "street" not in asked(ParcelChoice(), replace(HOME, street="x" * 89))
    assert "street" in asked(ParcelChoice(), replace(HOME, street="x" * 90))


def test_abroad_the_number_stays_beside_a_word_of_a_long_street():
    long = Address(street="Bürgermeister-Schmidt-Straße am Alten", number="114", country="DE")
    assert to_two_lines(long) == ("Bürgermeister-Schmidt-Straße am", "Alten 114")
    assert to_two_lines(replace(long, extra="Hinterhaus")) == (
        "Bürgermeister-Schmidt-Straße am",
        "Alten 114, Hinterhaus",
    )


def test_abroad_the_street_and_the_extra_line_fit_two_lines_together_or_say_so():
    long = Address(
        person="Hugo", street="Bürgermeister-Schmidt-Straße am Alten", number="114", postal_code="20457", country="DE"
    )
    assert to_two_lines(replace(long, extra="x" * 46)) == (long.street, "114 " + "x" * 46)
    assert "extra" not in asked(ParcelChoice(), replace(long, city="Hamburg", extra="x" * 46))
    assert "extra" in asked(ParcelChoice(), replace(long, city="Hamburg", extra="x" * 47))
    assert "extra" not in asked(ParcelChoice(), replace(HOME, street="x" * 40, extra="x" * 50))


def test_the_carriers_with_shorter_forms_are_known():
    assert limits("postnl")["person"] == limits("dpd")["person"] == 50
    assert limits("gls")["person"] == limits("gls")["city"] == 30
    assert limits("trunkrs")["street"] == 50
    assert limits("trunkrs")["postal_code"] == 6
    assert limits("postnl")["number"] == 8


@pytest.mark.parametrize(
    ("package_type", "carrier", "street", "country", "possible"),
    [
        ("package", "postnl", "Postbus", "NL", False),
        ("package_small", "postnl", "Postbus", "NL", False),
        ("mailbox", "postnl", "Postbus", "NL", True),
        ("letter", "postnl", "Postbus", "NL", True),
        ("package", "dhlforyou", "Postbus", "NL", False),
        ("package", "postnl", "Postbus", "BE", False),
        ("package", "postnl", "Postfach", "DE", False),
        ("package", "postnl", "PO Box", "US", True),
        ("package", "upsexpresssaver", "PO Box", "US", False),
    ],
)
def test_a_parcel_cannot_go_to_a_box_and_letterbox_post_can(package_type, carrier, street, country, possible):
    recipient = replace(REACHABLE, street=street, number="1234", country=country)
    assert ("street" not in asked(ParcelChoice(carrier, package_type), recipient)) == possible


def test_the_sentence_about_a_box_is_the_designs_own():
    recipient = replace(HOME, street="Postbus", number="1234")
    (problem,) = validate_parcel(ParcelChoice(), Destination("NL"), None, recipient)
    with override("nl"):
        assert str(problem.text).startswith("Pakket niet mogelijk op een postbus.")
    with override("en"):
        assert str(problem.text).startswith("Parcel not possible to a PO box.")


LONDON = replace(REACHABLE, country="GB", postal_code="SW1A 1AA", number="")
NUMBERED = {"eori": "NL123456789", "vat": "NL123456789B13"}


@pytest.mark.parametrize(
    ("company", "recipient", "sender", "missing"),
    [
        ("", {}, {}, {"eori", "vat"}),
        ("", {}, NUMBERED, set()),
        ("", NUMBERED, {}, {"eori", "vat"}),
        ("Linden Ltd", {}, NUMBERED, {"eori", "vat"}),
        ("Linden Ltd", NUMBERED, {}, set()),
        ("", {}, NUMBERED | {"eori": "123"}, {"eori"}),
        ("", {}, NUMBERED | {"vat": "x" * 16}, {"vat"}),
        ("", {}, NUMBERED | {"vat": "NL123456789B01"}, {"vat"}),
        ("", {}, NUMBERED | {"vat": "nl 1234.56.789.b13"}, set()),
        ("Linden Ltd", NUMBERED | {"vat": "GB123456781"}, {}, {"vat"}),
        ("Linden Ltd", NUMBERED | {"vat": "GB123456782"}, {}, set()),
    ],
)
def test_dpd_to_britain_needs_the_importers_numbers(company, recipient, sender, missing):
    row = EVERY_CONTRACT.account.row_for("dpd", "package", Destination("GB"), collected=True)
    receiver = replace(LONDON, company=company, **recipient)
    found = recipient_problems(ParcelChoice("dpd"), row, receiver, replace(HOME, **sender))
    assert {problem.field for problem in found} == missing


def test_others_and_other_countries_need_no_numbers():
    assert asked(ParcelChoice("dhleuroplus", signature=True), LONDON) == set()
    assert asked(ParcelChoice("dpd"), REACHABLE) == set()


def test_a_long_name_is_warned_of_before_it_is_refused():
    assert name_warning(replace(HOME, person="x" * 40)) == ""
    assert "41" in str(name_warning(replace(HOME, person="x" * 41)))
    assert asked(ParcelChoice(), replace(HOME, person="x" * 50)) == set()
    assert asked(ParcelChoice(), replace(HOME, person="x" * 51)) == {"person"}
