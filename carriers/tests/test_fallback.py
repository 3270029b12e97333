"""Impossible preferences are replaced by possible ones, with every change and its reason, in every zone."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from carriers.capabilities import Capabilities
from carriers.capability_rules import AccountCapabilities
from carriers.choices import CARRIERS, CONTRACT_CARRIERS, DELIVERY_TYPES, OPTIONS, PACKAGE_TYPES
from carriers.fallback import resolve_choice
from carriers.parcels import Destination, ParcelChoice

PLACES = [
    Destination("NL"),
    Destination("BE"),
    Destination("DE"),
    Destination("FR"),
    Destination("MT"),
    Destination("ES", "35001"),
    Destination("CH"),
    Destination("GB"),
    Destination("US"),
]
EVERYONE = frozenset({*CARRIERS, *CONTRACT_CARRIERS})
PLAIN, EVERY_CONTRACT = Capabilities(), Capabilities(AccountCapabilities(EVERYONE))
FIELDS = ("carrier", "package_type", "delivery_type", "insurance", *OPTIONS)


def with_contract(carrier: str) -> Capabilities:
    return Capabilities(AccountCapabilities(frozenset({carrier})))


def preferences(carrier: str, package_type: str) -> list[ParcelChoice]:
    """The plain choice, each option alone, each delivery type, several insured amounts, and everything at once."""
    plain = ParcelChoice(carrier, package_type)
    return [
        plain,
        *[replace(plain, **{option: True}) for option in OPTIONS],
        *[replace(plain, delivery_type=delivery_type) for delivery_type in (*DELIVERY_TYPES, "express")],
        *[replace(plain, insurance=amount) for amount in (5_000, 10_000, 12_345, 50_000, 500_000)],
        replace(plain, delivery_type="evening", insurance=500_000, **dict.fromkeys(OPTIONS, True)),
    ]


@pytest.mark.parametrize("account", [PLAIN, EVERY_CONTRACT], ids=["no contracts", "every contract"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.country + place.postal_code)
@pytest.mark.parametrize("package_type", PACKAGE_TYPES)
@pytest.mark.parametrize("carrier", sorted(EVERYONE))
def test_whatever_is_preferred_can_go_after_fitting_and_every_difference_is_told(carrier, package_type, place, account):
    for choice in preferences(carrier, package_type):
        fitted = resolve_choice(choice, place, account)
        assert account.validate_parcel(fitted.choice, place) == ()
        changed = {change.field for change in fitted.changes}
        different = {name for name in FIELDS if getattr(choice, name) != getattr(fitted.choice, name)}
        assert different - {"carrier"} <= changed
        if "carrier" in different:
            assert changed & {"carrier", "package_type"}
        for change in fitted.changes:
            assert str(change.text)
            assert change.before != change.after
        assert resolve_choice(fitted.choice, place, account).changes == ()


@pytest.mark.parametrize(
    ("choice", "country", "sentence"),
    [
        (ParcelChoice(package_type="mailbox"), "DE", "PostNL · Letterbox parcel is not possible to the rest of the EU"),
        (ParcelChoice(carrier="dhlforyou"), "DE", "changed to PostNL · Parcel"),
        (ParcelChoice(age_check=True), "BE", "Age check 18+ was switched off. Only within the Netherlands."),
        (ParcelChoice(insurance=25_000), "NL", "was switched on. Required for an insured parcel."),
        (ParcelChoice(signature=True), "DE", "Only possible abroad with insurance."),
        (ParcelChoice(delivery_type="evening"), "BE", "changed to standard delivery"),
        (ParcelChoice(insurance=100_000), "US", "An insured amount of €1000 is not available here; changed to €500."),
        (ParcelChoice(large_format=True), "US", "Large format was switched off. Not possible outside the EU."),
        (ParcelChoice(package_type="package_small", age_check=True), "NL", "Age check 18+ was switched off."),
    ],
)
def test_the_change_says_what_and_why(choice, country, sentence):
    with override("en"):
        assert any(sentence in str(change.text) for change in resolve_choice(choice, Destination(country)).changes)


def test_a_contract_of_ones_own_keeps_what_would_otherwise_fall_back():
    choice = ParcelChoice(package_type="mailbox")
    assert resolve_choice(choice, Destination("DE"), with_contract("postnl")).changes == ()
    assert resolve_choice(ParcelChoice("dpd"), Destination("DE")).choice.carrier == "postnl"
    assert resolve_choice(ParcelChoice("dpd"), Destination("DE"), with_contract("dpd")).changes == ()


def test_a_contract_opens_no_other_carrier():
    choice = ParcelChoice("upsstandard")
    assert resolve_choice(choice, Destination("NL"), with_contract("upsstandard")).choice.carrier == "upsstandard"
    assert resolve_choice(choice, Destination("NL"), with_contract("dpd")).choice.carrier == "postnl"


def test_insurance_falls_back_downwards_so_it_never_costs_more_than_was_chosen():
    assert resolve_choice(ParcelChoice(insurance=25_000), Destination("DE")).choice.insurance == 5_000
    assert (
        resolve_choice(ParcelChoice("upsstandard"), Destination("NL"), with_contract("upsstandard")).choice.insurance
        == 10_000
    )


def test_an_express_carrier_falls_back_to_express():
    (change,) = [
        change
        for change in resolve_choice(
            ParcelChoice("upsexpresssaver"), Destination("NL"), with_contract("upsexpresssaver")
        ).changes
        if change.field == "delivery_type"
    ]
    assert (change.before, change.after) == ("standard", "express")
    with override("en"):
        assert "Express delivery" in str(change.text)
