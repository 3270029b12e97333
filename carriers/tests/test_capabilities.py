"""What is allowed and why not: every row of the data, every implication, insurance step and weight limit."""

from dataclasses import replace

import pytest

from carriers import capabilities
from carriers.capabilities import options_for, package_types_of, serves, validate_parcel
from carriers.capability_rules import load_data
from carriers.choices import CARRIERS, DELIVERY_TYPES, OPTIONS
from carriers.fallback import resolve_choice
from carriers.import_blockers import import_blocker
from carriers.parcels import Address, Destination, ParcelChoice
from carriers.territories import zone

COUNTRY = {"NL": "NL", "BE": "BE", "EU": "DE", "ROW": "CH"}
ROWS = [
    row
    for row in load_data()["capabilities"]
    if row["contract"] == "included" and row["variant"] is None and row["carrier"] in CARRIERS
]


def place(row: dict) -> Destination:
    country = COUNTRY[row["destination_group"]]
    return Destination(country if not row["countries"] or country in row["countries"] else row["countries"][0])


def plainest(row: dict) -> ParcelChoice:
    """The choice with as little as the row allows."""
    choice = ParcelChoice(
        row["carrier"], row["package_type"], row["delivery_types"][0], insurance=row["insurance_cents"][0]
    )
    return resolve_choice(choice, place(row)).choice


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_row_can_be_chosen(row):
    assert validate_parcel(plainest(row), place(row), row["weight_grams"]["min"]) == ()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_row_has_its_weight_limit(row):
    heaviest = row["weight_grams"]["max"]
    assert validate_parcel(plainest(row), place(row), heaviest) == ()
    assert [problem.code for problem in validate_parcel(plainest(row), place(row), heaviest + 1)] == ["too_heavy"]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "max_with_large_format" in row["weight_grams"]], ids=lambda r: r["id"]
)
def test_large_format_lifts_the_limit(row):
    large = replace(plainest(row), large_format=True)
    assert validate_parcel(large, place(row), row["weight_grams"]["max_with_large_format"]) == ()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_ladder_step_is_offered_and_nothing_between(row):
    for step in row["insurance_cents"]:
        codes = {
            problem.field
            for problem in validate_parcel(
                resolve_choice(replace(plainest(row), insurance=step), place(row)).choice, place(row)
            )
        }
        assert codes == set()
    assert "insurance" in {p.field for p in validate_parcel(replace(plainest(row), insurance=12_345), place(row))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_that_is_allowed_says_so_and_another_says_why(row, option):
    sheet = options_for(row["carrier"], row["package_type"], "standard", place(row))
    values = row["options"].get({"return_to_sender": "return"}.get(option, option), [0])
    state = sheet.options[option]
    assert state.state == {(0,): "forbidden", (1,): "forced", (0, 1): "allowed"}[tuple(values)]
    if state.state != "allowed":
        assert str(state.reason)
    if state.state == "forbidden":
        problems = validate_parcel(replace(plainest(row), **{option: True}), place(row))
        assert option in {problem.field for problem in problems}


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("package_type", ["package", "mailbox", "package_small", "digital_stamp", "letter"])
@pytest.mark.parametrize("country", ["NL", "BE", "DE", "FR", "CH", "US", "GB"])
def test_whatever_is_preferred_fits_after_fitting_or_the_carrier_cannot(carrier, package_type, country):
    everything = ParcelChoice(carrier, package_type, "evening", True, True, True, True, True, 500_000)
    fitted = resolve_choice(everything, Destination(country))
    assert validate_parcel(fitted.choice, Destination(country)) == ()
    assert all(str(change.text) for change in fitted.changes)


def test_fitting_what_fits_changes_nothing():
    choice = ParcelChoice(signature=True)
    assert resolve_choice(choice, Destination("NL")).choice == choice
    assert resolve_choice(choice, Destination("NL")).changes == ()


@pytest.mark.parametrize(
    ("choice", "country", "became"),
    [
        (ParcelChoice(package_type="mailbox"), "DE", {"package_type": "package"}),
        (ParcelChoice(age_check=True, only_recipient=True, signature=True), "BE", {"age_check": False}),
        (ParcelChoice(insurance=100_000), "US", {"insurance": 50_000, "signature": True}),
        (ParcelChoice(insurance=25_000), "NL", {"insurance": 25_000, "signature": True, "only_recipient": True}),
        (ParcelChoice(signature=True), "DE", {"signature": False}),
        (ParcelChoice(carrier="dhlforyou"), "DE", {"carrier": "postnl"}),
        (ParcelChoice(delivery_type="evening"), "BE", {"delivery_type": "standard"}),
        (ParcelChoice(age_check=True), "NL", {"signature": True, "only_recipient": True}),
    ],
)
def test_a_preference_that_cannot_go_somewhere_falls_back_and_says_so(choice, country, became):
    fitted = resolve_choice(choice, Destination(country))
    assert {name: getattr(fitted.choice, name) for name in became} == became
    assert fitted.changes


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (ParcelChoice(insurance=10_000), "signature"),
        (ParcelChoice(age_check=True), "only_recipient"),
        (ParcelChoice(delivery_type="evening"), "signature"),
        (ParcelChoice(only_recipient=True), "signature"),
        (ParcelChoice(carrier="dhlforyou", age_check=True, only_recipient=True), "only_recipient"),
    ],
)
def test_choices_that_demand_or_exclude_each_other_are_named(choice, field):
    assert field in {problem.field for problem in validate_parcel(choice, Destination("NL"))}


@pytest.mark.parametrize(
    ("country", "postcode", "expected"),
    [
        ("NL", "1012 AB", "NL"),
        ("BE", "1000", "BE"),
        ("DE", "50672", "EU"),
        ("DE", "27498", "ROW"),
        ("ES", "28001", "EU"),
        ("ES", "35001", "ROW"),
        ("ES", "51 001", "ROW"),
        ("FI", "22100", "ROW"),
        ("FR", "97110", "ROW"),
        ("IT", "23041", "ROW"),
        ("GB", "L17 8UP", "ROW"),
        ("CH", "8001", "ROW"),
        ("MT", "VLT 1000", "EU"),
        ("XX", "", "ROW"),
    ],
)
def test_a_destination_lies_in_one_zone(country, postcode, expected):
    assert zone(Destination(country, postcode)) == expected


@pytest.mark.parametrize("carrier", CARRIERS)
def test_only_postnl_imports_the_rest_of_the_world(carrier):
    blocker = import_blocker(carrier, Destination("US"))
    assert (blocker is None) == (carrier == "postnl")
    assert blocker is None or "PostNL" in str(blocker.text)
    assert import_blocker(carrier, Destination("DE")) is None
    assert import_blocker(carrier, Destination("")) is None


def test_norway_needs_an_email_address():
    oslo = Destination("NO", "0150")
    assert "email" in {p.field for p in validate_parcel(ParcelChoice(), oslo, 500, Address(country="NO"))}
    assert validate_parcel(ParcelChoice(), oslo, 500, Address(country="NO", email="a@example.com")) == ()


def test_without_a_destination_a_choice_must_fit_somewhere():
    assert validate_parcel(ParcelChoice(package_type="mailbox"), None) == ()
    assert validate_parcel(ParcelChoice(package_type="mailbox", signature=True), None) != ()
    assert options_for("dhlparcelconnect", "mailbox") is None


def test_each_carrier_knows_its_package_types_and_places():
    assert package_types_of("dhlparcelconnect") == ("package",)
    assert not serves("dhlforyou", Destination("DE"))
    assert serves("postnl", Destination("JP"))


def test_every_delivery_type_of_the_form_exists_in_the_data():
    assert set(DELIVERY_TYPES) <= {row["name"] for row in load_data()["delivery_types"]}
    assert capabilities.zone is zone
