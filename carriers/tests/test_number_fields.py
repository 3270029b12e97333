"""Addresses in separate fields of forms and files: what a field holds beyond its own part goes where it belongs."""

import csv
from pathlib import Path

import pytest
from django.utils.translation import override

from carriers.addresses import split_fields

FIELDS = Path(__file__).parent / "data" / "number_fields.tsv"
PARTS = ("street", "number", "suffix", "box", "extra")


def rows() -> list[dict[str, str]]:
    lines = [line for line in FIELDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = rows()


def split(row: dict[str, str]):
    given = (row["given_street"], row["given_number"], row["given_suffix"])
    return split_fields(*given, country=row["country"], postal_code=row["postal_code"], city="")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " · ".join(list(row.values())[:5]))
def test_each_part_goes_to_its_own_field(row):
    found = split(row)
    assert {name: getattr(found, name) for name in PARTS} == {name: row[name] for name in PARTS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " · ".join(list(row.values())[:5]))
def test_what_was_moved_is_said_once_and_not_again(row):
    found = split(row)
    given = (row["given_street"], row["given_number"], row["given_suffix"])
    assert bool(found.warnings) == (given != (found.street, found.number, found.suffix))
    parts = (found.street, found.number, found.suffix, found.box, found.extra)
    again = split_fields(*parts, country=row["country"], postal_code=row["postal_code"], city="")
    assert again.warnings == ()
    assert (again.street, again.number, again.suffix, again.box, again.extra) == parts


def test_the_note_holds_what_was_typed_and_what_became_of_it():
    with override("nl"):
        (note,) = split_fields("Lindelaan", "12A", country="NL").warnings
        assert (note.before, note.after) == ("Lindelaan · 12A", "Lindelaan · 12 · A")
        assert str(note.text) == "Straat en huisnummer zijn uit elkaar gehaald."
