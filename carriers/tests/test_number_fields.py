"""Addresses in separate fields of forms and files: what a field holds beyond its own part goes where it belongs."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from carriers.addresses import address_parts, parse_address, split_fields
from carriers.parcels import Address
from carriers.tests.tables import read_rows

PARTS = ("street", "number", "suffix", "box", "extra")


ROWS = read_rows("number_fields.tsv")


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


@pytest.mark.parametrize(
    ("country", "line", "suffix"),
    [
        ("NL", "Lindelaan 12-A", "A"),
        ("NL", "Lindelaan 12A", "A"),
        ("NL", "Lindelaan 12/2", "/2"),
        ("DE", "Am Markt 13-15", "-15"),
        ("DE", "Hauptstr. 12a", "a"),
        ("AT", "Ringweg 5/3/12", "3/12"),
        ("BE", "Molenlaan 58A bus 4", "A"),
        ("BE", "Molenlaan 58 bus 4", ""),
    ],
)
def test_a_suffix_in_a_file_keeps_the_sign_that_its_country_would_not_write(country, line, suffix):
    address = Address(country=country, **address_parts(parse_address(line, country=country)))
    assert address.signed_suffix == suffix
    again = split_fields(address.street, address.number, address.signed_suffix, address.box, country=country)
    printed = Address(country=country, **address_parts(again)).street_line
    assert printed == line.replace("12A", "12-A"), "what comes back reads the same"


@pytest.mark.parametrize(
    ("country", "suffix", "house"),
    [
        ("NL", "A", "12-A"),
        ("NL", "2", "12-2"),
        ("DE", "a", "12a"),
        ("AT", "a/6", "12a/6"),
        ("AT", "3", "12/3"),
        ("BE", "A", "12A"),
        ("BE", "bis", "12 bis"),
        ("DE", "15", "12 15"),
    ],
)
def test_a_number_and_suffix_that_came_apart_are_joined_as_the_country_writes_them(country, suffix, house):
    assert Address(number="12", suffix=suffix, country=country).house == house


def test_a_number_as_typed_counts_while_its_parts_are_the_same():
    typed = Address(number="12", suffix="a", country="DE", house_number="12 a")
    assert typed.house == "12 a"
    assert replace(typed, suffix="b").house == "12b"
    assert replace(typed, number="14").house == "14a"
