"""The switches: described, documented, and one for every unconfirmed point."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sandbox import switches
from sandbox.switch_definitions import GROUPS, SWITCHES

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()
POINTS = set(range(1, 16))


def test_every_unconfirmed_point_can_be_answered_both_ways():
    """Each has a switch with two positions at least; a number or a text counts as many."""
    assert {switch.point for switch in SWITCHES.values()} - {0} == POINTS
    for switch in SWITCHES.values():
        assert len(switch.choices) != 1, switch.name


def test_the_readme_names_every_switch_and_the_point_it_answers():
    for switch in SWITCHES.values():
        assert f"`{switch.name}`" in README, switch.name
    table = dict(re.findall(r"^\| (\d+) \|.*\| (.*) \|$", README, re.MULTILINE))
    assert set(table) == {str(point) for point in POINTS}
    for switch in SWITCHES.values():
        if switch.point:
            assert f"`{switch.name}`" in table[str(switch.point)], switch.name


def test_a_switch_starts_in_one_of_its_positions_and_says_what_it_does():
    for switch in SWITCHES.values():
        assert len(switch.help) > 10, switch.name
        assert not switch.choices or switch.default in switch.choices, switch.name
    assert len(SWITCHES) == sum(len(rows) for rows in GROUPS.values()), "no name is used twice"


@pytest.mark.parametrize("name", SWITCHES)
def test_every_position_of_every_switch_can_be_set_over_http_and_shows_on_the_page(name: str):
    switch = SWITCHES[name]
    for value in switch.choices or (a_value_unlike(switch.default),):
        answer = Client().post("/sandbox/knobs", json.dumps({name: value}), content_type="application/json")
        assert answer.json()[name] == value
    page = Client().get("/").content.decode()
    assert f'name="{name}"' in page
    assert (f"Changed now: {name}." in page) is (value != switch.default)


def a_value_unlike(default: Any) -> Any:
    return not default if isinstance(default, bool) else "elsewhere" if isinstance(default, str) else default + 1


def test_programs_can_read_what_each_switch_means():
    switches.set_switches({"tracking_scope": "site"})
    rows = {row["name"]: row for row in Client().get("/sandbox/knobs").json()["knobs"]}
    assert set(rows) == set(SWITCHES)
    assert rows["tracking_scope"] == {
        "name": "tracking_scope",
        "group": "Fulfillments",
        "value": "site",
        "default": "order",
        "choices": ["order", "site", "none"],
        "point": 3,
        "help": "where a tracking number must be unique",
    }
    assert rows["slow_ms"]["point"] is None
