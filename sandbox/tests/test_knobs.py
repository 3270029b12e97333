"""The knobs as a whole: described, documented, and one for every question that our sources leave open."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from sandbox import knobs
from sandbox.knob_list import GROUPS, KNOBS

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()
POINTS = set(range(1, 16))


def test_every_unconfirmed_point_can_be_answered_both_ways():
    """Each has a knob with two positions at least; a number or a text counts as many."""
    assert {knob.point for knob in KNOBS.values()} - {0} == POINTS
    for knob in KNOBS.values():
        assert len(knob.choices) != 1, knob.name


def test_the_readme_names_every_knob_and_the_point_it_answers():
    for knob in KNOBS.values():
        assert f"`{knob.name}`" in README, knob.name
    table = dict(re.findall(r"^\| (\d+) \|.*\| (.*) \|$", README, re.MULTILINE))
    assert set(table) == {str(point) for point in POINTS}
    for knob in KNOBS.values():
        if knob.point:
            assert f"`{knob.name}`" in table[str(knob.point)], knob.name


def test_a_knob_starts_in_one_of_its_positions_and_says_what_it_does():
    for knob in KNOBS.values():
        assert len(knob.help) > 10, knob.name
        assert not knob.choices or knob.default in knob.choices, knob.name
    assert len(KNOBS) == sum(len(rows) for rows in GROUPS.values()), "no name is used twice"


@pytest.mark.parametrize("name", KNOBS)
def test_every_position_of_every_knob_can_be_set_over_http_and_shows_on_the_page(name: str):
    knob = KNOBS[name]
    for value in knob.choices or (a_value_unlike(knob.default),):
        answer = Client().post("/sandbox/knobs", json.dumps({name: value}), content_type="application/json")
        assert answer.json()[name] == value
    page = Client().get("/").content.decode()
    assert f'name="{name}"' in page
    assert (f"Turned now: {name}." in page) is (value != knob.default)


def a_value_unlike(default: Any) -> Any:
    return not default if isinstance(default, bool) else "elsewhere" if isinstance(default, str) else default + 1


def test_programs_can_read_what_each_knob_means():
    knobs.turn({"tracking_scope": "site"})
    rows = {row["name"]: row for row in Client().get("/sandbox/knobs").json()["knobs"]}
    assert set(rows) == set(KNOBS)
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
