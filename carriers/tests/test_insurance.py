"""The suggested insured amount: the next step up, at most the highest for the destination."""

import pytest

from carriers.capabilities import Capabilities, insured_amounts
from carriers.capability_rules import AccountCapabilities, load_data
from carriers.choices import CARRIERS, CONTRACT_CARRIERS
from carriers.insurance import suggest_amount
from carriers.parcels import Destination, ParcelChoice

EVERY_CONTRACT = Capabilities(AccountCapabilities(frozenset({*CARRIERS, *CONTRACT_CARRIERS})))
LADDERS = {
    name: ladder for name, ladder in load_data()["insurance_ladders"].items() if name not in {"generic_rule", "sources"}
}


@pytest.mark.parametrize(
    ("carrier", "package_type", "country", "value", "percent", "suggested"),
    [
        ("postnl", "package", "NL", 0, 100, 0),
        ("postnl", "package", "NL", 1, 100, 10_000),
        ("postnl", "package", "NL", 10_000, 100, 10_000),
        ("postnl", "package", "NL", 10_001, 100, 25_000),
        ("postnl", "package", "NL", 10_001, 50, 10_000),
        ("postnl", "package", "NL", 20_001, 50, 25_000),
        ("postnl", "package", "NL", 99_999, 0, 0),
        ("postnl", "package", "NL", 51_000, 100, 100_000),
        ("postnl", "package", "NL", 9_000_000, 100, 500_000),
        ("postnl", "package", "BE", 25_001, 100, 50_000),
        ("postnl", "package", "DE", 4_000, 100, 5_000),
        ("postnl", "package", "DE", 5_001, 100, 50_000),
        ("postnl", "package", "US", 75_000, 100, 50_000),
        ("postnl", "package_small", "DE", 75_000, 100, 5_000),
        ("postnl", "mailbox", "NL", 75_000, 100, 0),
        ("postnl", "mailbox", "DE", 75_000, 100, 0),
        ("dhlforyou", "package", "NL", 100, 100, 50_000),
        ("dhlforyou", "package", "DE", 100, 100, 0),
        ("dhlparcelconnect", "package", "DE", 60_000, 100, 100_000),
        ("upsstandard", "package", "NL", 0, 100, 10_000),
        ("dpd", "mailbox", "NL", 1, 100, 52_000),
        ("gls", "package", "DE", 99_999, 100, 10_000),
        ("dpd", "package", "DE", 99_999, 100, 0),
    ],
)
def test_the_suggestion_is_the_next_step_up(carrier, package_type, country, value, percent, suggested):
    choice = ParcelChoice(carrier, package_type)
    amounts = EVERY_CONTRACT.insured_amounts(choice, Destination(country))
    assert suggest_amount(value, percent, amounts) == suggested


@pytest.mark.parametrize("row", load_data()["capabilities"], ids=lambda row: row["id"])
def test_every_ladder_of_the_data_is_climbed_step_by_step(row):
    place = Destination((row["countries"] or ["CH"])[0])
    choice = ParcelChoice(row["carrier"], row["package_type"])
    found = EVERY_CONTRACT.account.row_for(row["carrier"], row["package_type"], place)
    if found is None or found["id"] != row["id"]:
        return
    ladder = row["insurance_cents"]
    assert list(EVERY_CONTRACT.insured_amounts(choice, place)) == ladder
    for lower, higher in zip(ladder, ladder[1:], strict=False):
        assert suggest_amount(lower, 100, ladder) == lower
        assert suggest_amount(lower + 1, 100, ladder) == higher
    assert suggest_amount(ladder[-1] + 1, 100, ladder) == ladder[-1]


def test_every_ladder_the_data_names_belongs_to_a_row():
    used = [row["insurance_cents"] for row in load_data()["capabilities"]]
    assert [name for name, ladder in LADDERS.items() if ladder not in used] == []


def test_without_a_contract_there_is_nothing_to_insure():
    assert insured_amounts(ParcelChoice("upsstandard"), Destination("NL")) == ()
    assert suggest_amount(50_000, 100, ()) == 0


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_outside_0_to_100_is_a_mistake(percent):
    with pytest.raises(ValueError, match="percentage"):
        suggest_amount(100, percent, (0,))
