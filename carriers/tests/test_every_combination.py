"""The capabilities agree with the data for every combination in it.

These tests read the JSON directly, one row at a time, instead of using the product's code.
"""

import hashlib
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
from django.utils.translation import override

from carriers.capabilities import Capabilities, validate_parcel
from carriers.capability_rules import AccountCapabilities, delivery_types, row_for
from carriers.choices import CARRIERS, CONTRACT_CARRIERS, OPTIONS
from carriers.parcels import Destination, ParcelChoice

FILE = Path(__file__).parent.parent / "data" / "capabilities.json"
DATA = json.loads(FILE.read_text(encoding="utf-8"))
MADE_OF = "f702f19ded93c00729ff7358026a63d5766103cfea29b80aba4e004115804a86"
COUNTS = {
    "sources": 18,
    "country_groups": 8,
    "package_types": 7,
    "carriers": 20,
    "delivery_types": 8,
    "shipment_options": 22,
    "statuses": 36,
    "insurance_ladders": 11,
    "weight_classes": 5,
    "field_limits": 5,
    "address_rules": 9,
    "customs": 7,
    "capabilities": 46,
    "implications": 16,
    "return_shipments": 3,
    "barcodes": 5,
    "tracking_urls": 6,
}
ROWS = DATA["capabilities"]
EVERYONE = frozenset({*CARRIERS, *CONTRACT_CARRIERS})
PLAIN, EVERY_CONTRACT = Capabilities(), Capabilities(AccountCapabilities(EVERYONE))
EU = DATA["country_groups"]["EU"]
PLACES = [
    ("NL", "", "NL"),
    ("BE", "", "BE"),
    *[(country, "", "EU") for country in EU],
    *[(country, "", "ROW") for country in ("GB", "CH", "NO", "US", "JP", "LI", "AX", "IC")],
    ("ES", "35001", "ROW"),
    ("FI", "22100", "ROW"),
    ("FR", "97110", "ROW"),
    ("DE", "27498", "ROW"),
]
# Destinations for which the message is checked too; the result is compared for all.
EXPLAINED = {("NL", ""), ("DE", ""), ("US", ""), ("ES", "35001")}
MOMENTS = [delivery_type["name"] for delivery_type in DATA["delivery_types"]]
TYPES = [package_type["name"] for package_type in DATA["package_types"]]
THEIRS = sorted({name for row in ROWS for name in row["options"]})


def ours(name: str) -> str:
    return "return_to_sender" if name == "return" else name


def test_the_data_is_whole_and_is_what_it_was_made_of():
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == MADE_OF, "the capability data changed: read the difference"
    assert {name: len(DATA[name]) for name in COUNTS} == COUNTS
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def truth_row(
    carrier: str, package_type: str, country: str, group: str, delivery_type: str, contracts: bool
) -> dict | None:
    candidates = [
        row
        for row in ROWS
        if (row["carrier"], row["package_type"], row["destination_group"]) == (carrier, package_type, group)
        and (contracts or row["contract"] == "included")
    ]
    own = [row for row in candidates if row["contract"] != "included"]
    for row in own or candidates:
        where = row["countries"]
        if delivery_type == "pickup":
            where = row["pickup_countries"] or row["countries"]
        if delivery_type in row["delivery_types"] and (where is None or country in where):
            return row
    return None


def truth_values(row: dict, theirs: str, delivery_type: str) -> list[int]:
    special = row["options_by_delivery_type"].get(delivery_type, {})
    return special[theirs] if theirs in special else row["options"].get(theirs, [0])


@pytest.mark.parametrize("account", [PLAIN, EVERY_CONTRACT], ids=["no contracts", "every contract"])
@pytest.mark.parametrize("carrier", sorted(EVERYONE))
def test_every_option_everywhere_is_allowed_forced_or_forbidden_as_the_data_says(carrier, account):
    met = Counter()
    for package_type, (country, postal_code, group), delivery_type in itertools.product(TYPES, PLACES, MOMENTS):
        place = Destination(country, postal_code)
        row = truth_row(carrier, package_type, country, group, delivery_type, account is EVERY_CONTRACT)
        # A choice to which no implication applies, where one exists.
        choice = ParcelChoice(carrier, package_type, delivery_type)
        for theirs in THEIRS:
            state = account.option_state(choice, ours(theirs), place)
            met[state.state] += 1
            if state.state != "allowed" and (country, postal_code) in EXPLAINED:
                assert str(state.reason), (choice, theirs, country)
            if row is None:
                assert state.state == "forbidden", (choice, theirs, country)
                continue
            possible = truth_values(row, theirs, delivery_type)
            nothing_else = {"delivery_type": delivery_type, "insurance": 0, "options": {}}
            demanded = [wanted for name, wanted in truth_demands(row, nothing_else) if name == theirs]
            if len(possible) == 2 and demanded:
                possible = demanded[:1]
            expected = {(0,): "forbidden", (1,): "forced", (0, 1): "allowed"}[tuple(possible)]
            assert state.state == expected, (choice, theirs, country, row["id"])
    assert met["forbidden"]
    assert met["allowed"] + met["forced"] or carrier not in CARRIERS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_is_found_with_the_contract_it_needs_and_not_without(row):
    place = Destination((row["countries"] or ["CH"])[0])
    collected = row["delivery_types"] == ["pickup"]
    found = EVERY_CONTRACT.account.row_for(row["carrier"], row["package_type"], place, collected=collected)
    assert found["id"] in {row["id"], f"{row['id']}.own_contract"}
    without = row_for(row["carrier"], row["package_type"], place, collected=collected)
    assert (without is not None) == (row["contract"] == "included" or row["variant"] is not None)
    if without is None and not collected:
        (problem,) = validate_parcel(ParcelChoice(row["carrier"], row["package_type"]), place)
        assert problem.code == "contract"
        with override("en"):
            assert "requires your own contract" in str(problem.text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_tracked_and_whatever_else_is_always_on_is_sent_along(row):
    place = Destination((row["countries"] or ["CH"])[0])
    account = EVERY_CONTRACT if row["contract"] != "included" else PLAIN
    delivery_type = row["delivery_types"][0]
    always = {ours(name) for name, possible in row["options"].items() if possible == [1]}
    if delivery_type != "pickup" and delivery_type not in row["options_by_delivery_type"]:
        choice = ParcelChoice(row["carrier"], row["package_type"], delivery_type)
        assert account.forced_options(choice, place) == always


def holds(chosen: dict, name: str, wanted: object) -> bool:
    if name == "delivery_type":
        return chosen["delivery_type"] in wanted
    if name == "insurance":
        return chosen["insurance"] > 0 if wanted == ">0" else chosen["insurance"] == 0
    return chosen["options"].get(name, 0) == wanted


def truth_demands(row: dict, chosen: dict) -> list[tuple[str, int]]:
    """What the implications require, in their order; one may contradict another."""
    found: list[tuple[str, int]] = []
    for rule in DATA["implications"]:
        concerned = (
            rule["carrier"] in (None, row["carrier"])
            and row["carrier"] not in rule.get("except_carriers", [])
            and (not rule["package_types"] or row["package_type"] in rule["package_types"])
            and row["destination_group"] in rule["groups"]
            and all(holds(chosen, *condition) for condition in rule["when"].items())
            and not any(holds(chosen, *excuse) for excuse in rule.get("unless", {}).items())
        )
        if concerned:
            found += [(name, 1 if wanted == ">0" else wanted) for name, wanted in rule["then"].items()]
    return found


def truth_faults(row: dict, chosen: dict) -> set[str]:
    delivery_type, fields = chosen["delivery_type"], set()
    for theirs in {*THEIRS} & {*chosen["options"]}:
        if chosen["options"][theirs] not in truth_values(row, theirs, delivery_type):
            fields.add(ours(theirs))
    for name, wanted in truth_demands(row, chosen):
        if name == "insurance":
            on, possible = bool(chosen["insurance"]), {bool(step) for step in row["insurance_cents"]}
        else:
            on, possible = chosen["options"].get(name, 0), truth_values(row, name, delivery_type)
        if wanted in possible and bool(on) != bool(wanted):
            fields.add(ours(name))
    if chosen["insurance"] not in row["insurance_cents"]:
        fields.add("insurance")
    return fields


def extras_of(row: dict) -> list[frozenset[str]]:
    """No extra option, and each one alone that a rule names."""
    spoken = {name for rule in DATA["implications"] for name in (*rule["when"], *rule["then"])} & {*row["options"]}
    return [frozenset(), *[frozenset({name}) for name in sorted(spoken) if ours(name) not in OPTIONS]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_choice_of_options_insurance_and_moment_is_judged_as_the_data_says(row):
    account = EVERY_CONTRACT if row["contract"] != "included" else PLAIN
    place = Destination((row["countries"] or ["CH"])[0])
    steps = sorted({0, 5_000, 10_000, 12_345, 25_000, 500_000, 520_000, *row["insurance_cents"]})
    switches = list(OPTIONS)
    for delivery_type, extras, insurance in itertools.product(row["delivery_types"], extras_of(row), steps):
        if delivery_type == "pickup":
            continue
        for on in itertools.product((0, 1), repeat=len(switches)):
            chosen_options = dict(zip(switches, on, strict=True))
            choice = ParcelChoice(
                row["carrier"],
                row["package_type"],
                delivery_type,
                insurance=insurance,
                extras=extras,
                **{name: bool(value) for name, value in chosen_options.items()},
            )
            theirs = {"return" if name == "return_to_sender" else name: value for name, value in chosen_options.items()}
            chosen = {
                "delivery_type": delivery_type,
                "insurance": insurance,
                "options": theirs | dict.fromkeys(extras, 1),
            }
            found = {problem.field for problem in account.validate_parcel(choice, place, row["weight_grams"]["min"])}
            assert found == truth_faults(row, chosen), choice


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_row_shows_its_ladder_its_moments_and_its_heaviest_parcel(row):
    account = EVERY_CONTRACT if row["contract"] != "included" else PLAIN
    place = Destination((row["countries"] or ["CH"])[0])
    if row["delivery_types"] == ["pickup"]:
        assert account.options_for(row["carrier"], row["package_type"], "standard", place) is None
        return
    sheet = account.options_for(row["carrier"], row["package_type"], "standard", place)
    assert list(sheet.insurance) == row["insurance_cents"]
    assert set(sheet.delivery_types) == set(row["delivery_types"]) - {"pickup"}
    limits = row["weight_grams"]
    assert sheet.max_weight == limits.get("max_with_large_format", limits["max"])
    assert sheet.needs_customs == row["customs_required"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_weights_are_judged_to_the_gram(row):
    account = EVERY_CONTRACT if row["contract"] != "included" else PLAIN
    place = Destination((row["countries"] or ["CH"])[0])
    delivery_type = next((name for name in row["delivery_types"] if name != "pickup"), None)
    if delivery_type is None:
        return
    limits = row["weight_grams"]
    for large in (False, True) if "large_format" in row["options"] else (False,):
        most = limits["max_with_large_format"] if large else limits["max"]
        choice = ParcelChoice(row["carrier"], row["package_type"], delivery_type, large_format=large)

        def judged(weight, choice=choice):
            return [one.code for one in account.validate_parcel(choice, place, weight) if one.field == "weight"]

        assert judged(limits["min"]) == judged(most) == []
        assert judged(limits["min"] - 1) == ["too_light"]
        assert judged(most + 1) == ["too_heavy"]


@pytest.mark.parametrize("country", EU)
def test_a_carrier_that_only_has_pick_up_points_somewhere_does_not_deliver_there(country):
    for row in ROWS:
        if row["destination_group"] == "EU" and country in (row["pickup_countries"] or []):
            place = Destination(country)
            assert "pickup" in delivery_types(row, place)
            at_the_door = EVERY_CONTRACT.account.row_for(row["carrier"], row["package_type"], place)
            assert (at_the_door is not None) == (country in row["countries"])
