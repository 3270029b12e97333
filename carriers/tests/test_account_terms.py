"""What an account says narrows the rules; what it does not say takes nothing away."""

from dataclasses import replace

import pytest

from carriers.account_terms import AccountTerms, CarrierTerms, restrict, unite
from carriers.capabilities import Capabilities
from carriers.capability_rules import account_with, capability_rows
from carriers.fallback import resolve_choice
from carriers.parcels import Destination, ParcelChoice

NL, US = Destination("NL", "3511AA"), Destination("US", "10001", "NY")
(ROW,) = capability_rows()["postnl", "package", "NL"]
FULL = CarrierTerms(
    "postnl",
    package_types=frozenset({"package"}),
    delivery_types=frozenset({"standard"}),
    options=frozenset({"signature", "insurance"}),
    required=frozenset({"signature"}),
    min_insurance=10_000,
    max_insurance=50_000,
    max_parcels=4,
)


def able(*carriers: CarrierTerms, own: frozenset[str] | None = None) -> Capabilities:
    return Capabilities(account_with(AccountTerms(carriers, own)))


def test_an_account_that_says_nothing_about_a_carrier_but_its_name_may_do_everything():
    assert restrict(ROW, CarrierTerms("postnl")) == ROW


def test_what_it_says_is_all_that_is_left():
    left = restrict(ROW, FULL)
    assert left["delivery_types"] == ["standard"]
    assert left["options"]["signature"] == [1]
    assert left["options"]["age_check"] == [0]
    assert left["insurance_cents"] == [0, 10_000, 25_000, 50_000]
    assert left["multi_collo_max"] == 4
    assert restrict(ROW, replace(FULL, package_types=frozenset({"mailbox"}))) is None
    assert restrict(ROW, replace(FULL, delivery_types=frozenset({"express"}))) is None


def test_an_insured_amount_that_leaves_none_of_ours_changes_nothing():
    beyond = replace(FULL, min_insurance=600_000, required=frozenset({"insurance"}))
    assert restrict(ROW, beyond)["insurance_cents"] == ROW["insurance_cents"]


def test_insurance_that_is_required_leaves_no_uninsured_parcel():
    assert 0 not in restrict(ROW, replace(FULL, required=frozenset({"insurance"})))["insurance_cents"]


def test_a_small_parcel_stays_tracked_whatever_the_account_does_not_name():
    (small,) = (row for row in capability_rows()["postnl", "package_small", "EU"])
    assert restrict(small, CarrierTerms("postnl", options=frozenset()))["options"]["tracked"] == [1]


@pytest.mark.parametrize("missing", ["package_types", "delivery_types", "options", "max_insurance", "max_parcels"])
def test_of_two_contracts_the_wider_one_counts_and_silence_is_the_widest(missing):
    other = replace(FULL, options=frozenset({"age_check"}), required=frozenset(), max_insurance=100_000)
    (both,) = unite([FULL, other])
    assert (both.options, both.required, both.max_insurance) == (FULL.options | {"age_check"}, frozenset(), 100_000)
    (both,) = unite([FULL, replace(other, **{missing: None})])
    assert getattr(both, missing) is None


def test_terms_are_stored_and_read_back_unchanged():
    terms = AccountTerms((FULL, CarrierTerms("dpd")), frozenset({"postnl"}))
    assert AccountTerms.from_json(terms.to_json()) == terms
    assert AccountTerms.from_json({}) is None


def test_without_postnl_an_order_goes_with_another_carrier_of_the_account():
    resolved = resolve_choice(ParcelChoice("postnl"), NL, able(CarrierTerms("dhlforyou"), CarrierTerms("dpd")))
    assert resolved.choice.carrier == "dhlforyou"


def test_outside_the_eu_an_express_contract_is_no_reason_to_refuse():
    account = able(CarrierTerms("upsexpresssaver"))
    choice = ParcelChoice("upsexpresssaver", delivery_type="express", insurance=10_000)
    assert account.validate_parcel(choice, US) == ()
    assert account.validate_parcel(ParcelChoice(), US)[0].code == "account"
