"""Places that not every carrier reaches, typed as an address, and streets that only sound like one.

``data/reachable.tsv`` holds the addresses, as two lines and a company, with what has to be said of each.
"""

from dataclasses import replace

import pytest
from django.utils.translation import override

from carriers.addresses import parse_address
from carriers.capabilities import Capabilities
from carriers.capability_rules import AccountCapabilities
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.reachable_places import find_place, place_problems, place_warning, street_first
from carriers.tests.tables import read_rows
from lib.text import clean_text

ROWS = read_rows("reachable.tsv")
ALL_CARRIERS = {**CARRIERS, **CONTRACT_CARRIERS}
EVERY_CONTRACT = Capabilities(AccountCapabilities(frozenset(ALL_CARRIERS)))


def typed(country: str, line1: str, line2: str = "", company: str = "") -> Address:
    """As an order or a file with these lines gives it."""
    lines = [clean_text(line, 150)[0] for line in (line1, line2)]
    parts = parse_address(*lines, country=country)
    names = ("street", "number", "suffix", "box", "extra")
    values = {name: getattr(parts, name) for name in names}
    return Address(person="Robin Voorbeeld", company=company, city="Stad", country=country, **values)


def said(choice: ParcelChoice, address: Address) -> str:
    """The verdict of the table; "ok" when nothing is said."""
    codes = [problem.code for problem in place_problems(choice, address)]
    return (*codes, *(["look"] if place_warning(address) else []), "ok")[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ascii(" / ".join((row["country"], row["line1"], row["line2"]))))
def test_what_is_said_of_a_place_depends_on_what_it_is(row):
    address = typed(row["country"], row["line1"], row["line2"], row["company"])
    assert said(ParcelChoice("gls"), address) == row["verdict"]
    if row["verdict"] == "ok":
        assert find_place(address) is None
        assert all(said(ParcelChoice(carrier), address) == "ok" for carrier in ALL_CARRIERS)


@pytest.mark.parametrize("carrier", ALL_CARRIERS)
def test_a_locker_of_dhl_passes_with_dhl_and_with_nobody_else(carrier):
    locker = typed("DE", "Packstation 118", "98765432")
    assert said(ParcelChoice(carrier), locker) == ("ok" if carrier.startswith("dhl") else "only_dhl")


@pytest.mark.parametrize("package_type", ["package", "package_small", "mailbox", "letter"])
def test_letters_may_go_to_a_box_and_to_a_reply_number(package_type):
    choice, is_parcel = ParcelChoice("postnl", package_type), package_type.startswith("package")
    assert said(choice, typed("NL", "Postbus 12")) == ("po_box" if is_parcel else "ok")
    assert said(choice, typed("NL", "Antwoordnummer 4321")) == ("no_parcel" if is_parcel else "ok")


def test_outside_the_eu_postnl_hands_parcels_for_boxes_to_the_local_post():
    box = replace(typed("CH", "Case postale 12"), postal_code="1201")
    assert said(ParcelChoice("postnl"), box) == "ok"
    assert said(ParcelChoice("dhlforyou"), box) == "po_box"


def test_the_problem_stops_the_label_and_names_who_does_reach_it():
    locker = replace(typed("DE", "98765432", "Packstation 118"), postal_code="10115")
    found = EVERY_CONTRACT.validate_parcel(ParcelChoice("postnl"), Destination("DE", "10115"), 1000, locker)
    (problem,) = [one for one in found if one.code == "only_dhl"]
    assert problem.field == "street"
    with override("nl"):
        assert "Alleen DHL" in str(problem.text)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (typed("NL", "PostNL-punt Winkelstraat 1"), "PostNL"),
        (typed("NL", "DHL ServicePoint, Winkelstraat 1"), "DHL"),
        (typed("FR", "Mondial Relay", "3 rue Imaginaire"), "Mondial Relay"),
        (typed("PL", "Paczkomat WAW123M"), "InPost"),
        (typed("FR", "CS 20001"), "La Poste"),
        (typed("NL", "Poste restante"), "post office"),
    ],
)
def test_the_warning_names_the_carrier_that_can(address, name):
    with override("en"):
        assert name in str(place_warning(address))


@pytest.mark.parametrize(
    ("country", "line1", "line2", "street", "number", "rest"),
    [
        ("NL", "Postbus 123", "Lindelaan 12 A", "Lindelaan", "12", "Postbus 123"),
        ("BE", "Postbus 45", "Molenlaan 58 bus 4", "Molenlaan", "58", "Postbus 45"),
        ("DE", "Postfach 12 34", "Lindenstr. 5", "Lindenstr.", "5", "Postfach 12 34"),
        ("NL", "Antwoordnummer 4321", "Lindelaan 12", "Lindelaan", "12", "Antwoordnummer 4321"),
        ("FR", "CS 20001", "12 rue Imaginaire", "12 rue Imaginaire", "", "CS 20001"),
        ("GB", "PO Box 12", "18 Lark Lane", "18 Lark Lane", "", "PO Box 12"),
    ],
)
def test_a_street_on_the_second_line_comes_before_the_box(country, line1, line2, street, number, rest):
    address, (correction,) = street_first(typed(country, line1, line2))
    assert (address.street, address.number, address.extra) == (street, number, rest)
    assert line1 in correction.before
    assert said(ParcelChoice("gls"), address) == "ok"
    assert street_first(address) == (address, ())


@pytest.mark.parametrize(
    ("line1", "line2"), [("Lindelaan 12", "Postbus 123"), ("Postbus 123", ""), ("Lindelaan 12", "")]
)
def test_nothing_moves_where_the_street_is_in_front_or_missing(line1, line2):
    address = typed("NL", line1, line2)
    assert street_first(address) == (address, ())
