"""Addresses as buyers type them: no text is dropped, and correctable mistakes are corrected."""

import re

import pytest

from carriers.addresses import address_problems, parse_address
from carriers.parcels import Address
from carriers.postcodes import normalize_postal_code

NL = [
    ("Lindelaan 12", "", "Lindelaan", "12", "", ""),
    ("Lindelaan 12A", "", "Lindelaan", "12", "A", ""),
    ("Lindelaan 12 A", "", "Lindelaan", "12", "A", ""),
    ("Lindelaan 12-A", "", "Lindelaan", "12", "A", ""),
    ("Lindelaan 12a", "", "Lindelaan", "12", "a", ""),
    ("Lindelaan 12-2", "", "Lindelaan", "12", "2", ""),
    ("Lindelaan 12/2", "", "Lindelaan", "12", "2", ""),
    ("Lindelaan 12 bis", "", "Lindelaan", "12", "bis", ""),
    ("Lindelaan 12-bis", "", "Lindelaan", "12", "bis", ""),
    ("Lindelaan 12 hs", "", "Lindelaan", "12", "hs", ""),
    ("Lindelaan 12 III", "", "Lindelaan", "12", "III", ""),
    ("Lindelaan, 12", "", "Lindelaan", "12", "", ""),
    ("Lindelaan  12", "", "Lindelaan", "12", "", ""),
    ("12 Lindelaan", "", "Lindelaan", "12", "", ""),
    ("12A Lindelaan", "", "Lindelaan", "12", "A", ""),
    ("Fictielaan 48 bis", "2 hoog", "Fictielaan", "48", "bis", "2 hoog"),
    ("Plein 1944 3", "", "Plein 1944", "3", "", ""),
    ("Plein 1944 3 B", "", "Plein 1944", "3", "B", ""),
    ("Laan 1940-1945 27", "", "Laan 1940-1945", "27", "", ""),
    ("Keizersgracht 12 3", "", "Keizersgracht", "12", "3", ""),
    ("Keizersgracht 12 2-3", "", "Keizersgracht", "12", "2-3", ""),
    ("Laan van Nieuw Oost-Indië 212", "", "Laan van Nieuw Oost-Indië", "212", "", ""),
    ("Prinses Margrietplantsoen 104-B", "", "Prinses Margrietplantsoen", "104", "B", ""),
    ("'s-Gravenweg 5", "", "'s-Gravenweg", "5", "", ""),
    ("’t Hoenplein 7c", "", "’t Hoenplein", "7", "c", ""),
    ("Postbus 1234", "", "Postbus", "1234", "", ""),
    ("Kade 5 t.o. 7", "", "Kade", "5", "", "t.o. 7"),
    ("Weg 12 achter de schuur", "", "Weg", "12", "", "achter de schuur"),
    ("Lindelaan", "12", "Lindelaan", "12", "", ""),
    ("Lindelaan", "12b", "Lindelaan", "12", "b", ""),
    ("Verzonnen Hof", "Lindelaan 12", "Lindelaan", "12", "", "Verzonnen Hof"),
    ("Lindelaan 12", "t.a.v. Inkoop", "Lindelaan", "12", "", "t.a.v. Inkoop"),
    ("Havenstraat", "", "Havenstraat", "", "", ""),
    ("Havenstraat", "achterom", "Havenstraat", "", "", "achterom"),
    ("", "", "", "", "", ""),
]
BE = [
    ("Korenmarkt 7", "", "Korenmarkt", "7", "", "", ""),
    ("Korenmarkt 7", "bus 4", "Korenmarkt", "7", "", "4", ""),
    ("Korenmarkt 7 bus 4", "", "Korenmarkt", "7", "", "4", ""),
    ("Korenmarkt 7 Bus 4B", "", "Korenmarkt", "7", "", "4B", ""),
    ("Korenmarkt 7A bus 4", "", "Korenmarkt", "7", "A", "4", ""),
    ("Korenmarkt 7/4", "", "Korenmarkt", "7", "", "4", ""),
    ("Rue Imaginaire 12 bte 3", "", "Rue Imaginaire", "12", "", "3", ""),
    ("Rue Imaginaire 12 boîte 3", "", "Rue Imaginaire", "12", "", "3", ""),
    ("Rue Imaginaire 12, boîte 3", "", "Rue Imaginaire", "12", "", "3", ""),
    ("Rue Imaginaire 12", "Bte. 12", "Rue Imaginaire", "12", "", "12", ""),
    ("Rue Imaginaire 12", "2e étage", "Rue Imaginaire", "12", "", "", "2e étage"),
    ("Rue Imaginaire 12", "2e étage bte 5", "Rue Imaginaire", "12", "", "5", "2e étage"),
    ("Busstraat 3", "", "Busstraat", "3", "", "", ""),
]
DE = [
    ("Ehrenstraße 15", "Ehrenstraße", "15", ""),
    ("Ehrenstraße 15a", "Ehrenstraße", "15", "a"),
    ("Straße des 17. Juni 135", "Straße des 17. Juni", "135", ""),
    ("Am Beispiel 3-5", "Am Beispiel", "3", "5"),
]
TYPED_BADLY = ["{0} ", " {0}", "{0},", "{0}."]


@pytest.mark.parametrize(("line1", "line2", "street", "number", "suffix", "extra"), NL)
def test_a_dutch_line_is_taken_apart(line1, line2, street, number, suffix, extra):
    found = parse_address(line1, line2, country="NL")
    assert (found.street, found.number, found.suffix, found.extra) == (street, number, suffix, extra)


@pytest.mark.parametrize(("line1", "line2", "street", "number", "suffix", "box", "extra"), BE)
def test_a_belgian_line_is_taken_apart_with_its_box(line1, line2, street, number, suffix, box, extra):
    found = parse_address(line1, line2, country="BE")
    assert (found.street, found.number, found.suffix, found.box, found.extra) == (street, number, suffix, box, extra)


@pytest.mark.parametrize(("line1", "street", "number", "suffix"), DE)
def test_a_german_line_is_taken_apart(line1, street, number, suffix):
    found = parse_address(line1, country="DE")
    assert (found.street, found.number, found.suffix) == (street, number, suffix)


@pytest.mark.parametrize("pattern", TYPED_BADLY)
@pytest.mark.parametrize("row", NL[:25], ids=lambda row: row[0])
def test_stray_spaces_and_stops_make_no_difference(pattern, row):
    found = parse_address(pattern.format(row[0]), country="NL")
    assert (found.street, found.number, found.suffix) == row[2:5]


@pytest.mark.parametrize("line", ["235 West 23rd Street", "18 Lark Lane", "Storgatan 41", "4-12 Kamiyama, Shibuya"])
def test_elsewhere_the_line_stays_whole(line):
    assert parse_address(line, country="US").street == line
    assert parse_address(line, "Apt 4", country="US").extra == "Apt 4"


def test_parts_the_shop_knew_apart_are_used_as_they_are():
    found = parse_address("", "2 hoog", "112-A", "Lindelaan", "NL")
    assert (found.street, found.number, found.suffix, found.extra) == ("Lindelaan", "112", "A", "2 hoog")


@pytest.mark.parametrize("line2", ["", "t.a.v. Inkoop", "12"])
@pytest.mark.parametrize("row", [*[(r[0], "NL") for r in NL], *[(r[0], "BE") for r in BE]], ids=lambda row: row[0])
def test_no_letter_or_figure_is_ever_dropped(row, line2):
    found = parse_address(row[0], line2, country=row[1])
    kept = " ".join((found.street, found.number, found.suffix, found.box, found.extra))
    words = re.findall(r"\w+", f"{row[0]} {line2}")
    for word in words:
        if word.lower() not in {"bus", "bte", "boîte", "box"}:
            assert word in kept or word.rstrip("aAbBc") in kept, (word, kept)


def test_an_endless_street_stays_whole_and_the_merchant_is_told():
    found = parse_address("Laan van de Zeer Lange Verzonnen Straatnaam met vele Woorden 1234 bis", country="NL")
    assert found.street == "Laan van de Zeer Lange Verzonnen Straatnaam met vele Woorden"
    assert (found.number, found.suffix, found.extra) == ("1234", "bis", "")
    assert [remark.code for remark in found.warnings] == ["street_too_long"]


@pytest.mark.parametrize(
    ("country", "typed", "repaired", "fits"),
    [
        ("NL", "2011zz", "2011 ZZ", True),
        ("NL", " 2011  ZZ ", "2011 ZZ", True),
        ("NL", "2011-zz", "2011 ZZ", True),
        ("NL", "0011 ZZ", "0011 ZZ", False),
        ("NL", "1234", "1234", False),
        ("BE", "B-9000", "9000", True),
        ("BE", "900", "900", False),
        ("DE", "d-50672", "50672", True),
        ("SE", "114 55", "114 55", True),
        ("GB", "l17 8up", "L17 8UP", True),
        ("US", "97209", "97209", True),
        ("US", "97", "97", False),
        ("PL", "90-001", "90-001", True),
        ("", "whatever", "WHATEVER", True),
        ("ZZ", "12", "12", True),
    ],
)
def test_a_postcode_gets_its_countrys_form(country, typed, repaired, fits):
    assert normalize_postal_code(country, typed) == (repaired, fits)


GOOD = Address(person="Hanna", street="Lindelaan", number="12", postal_code="3524 KB", city="Utrecht", country="NL")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": ""}, "person"),
        ({"country": ""}, "country"),
        ({"street": ""}, "street"),
        ({"street": "12"}, "street"),
        ({"number": ""}, "number"),
        ({"city": ""}, "city"),
        ({"postal_code": ""}, "postal_code"),
        ({"postal_code": "1234"}, "postal_code"),
    ],
)
def test_what_an_address_misses_is_named_with_what_to_do(changes, field):
    assert address_problems(GOOD) == ()
    problems = address_problems(Address(**{name: getattr(GOOD, name) for name in GOOD.__slots__} | changes))
    assert [problem.field for problem in problems] == [field]
    assert str(problems[0].text)


def test_ireland_and_hong_kong_do_without_a_number_or_postcode():
    assert address_problems(Address(person="A", street="Fleet St", city="Hong Kong", country="HK")) == ()
