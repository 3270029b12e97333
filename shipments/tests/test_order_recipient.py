"""The recipient of an order: what says nothing and what is said twice is left out, with the order's words in a note."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from integrations.tests.fake_platform import make_order
from shipments.services.imports.order_recipient import recipient_of

HOME = {
    "first_name": "Robin",
    "last_name": "Voorbeeld",
    "line1": "Kersenlaan 12",
    "postal_code": "8011 PK",
    "city": "Zwolle",
    "country": "NL",
    "phone": "0655550111",
}


def read(**changed: str):
    """The recipient, and the notes about it in Dutch by field."""
    order = make_order()
    address = replace(order.address, **(HOME | changed))
    found, notes = recipient_of(replace(order, address=address, email="robin@example.com"))
    with override("nl"):
        return found, {note.field: str(note.text) for note in notes}


@pytest.mark.parametrize(
    "filler", [".", "-", "--", "n/a", "n.v.t.", "Geen", "none", "keine", "aucun", "null", "xxx", "0"]
)
@pytest.mark.parametrize(("given", "field"), [("company", "company"), ("line2", "extra"), ("last_name", "person")])
def test_what_says_nothing_is_not_printed_and_stays_in_the_note(given, field, filler):
    found, notes = read(**{given: filler})
    assert getattr(found, field) == ("Robin" if field == "person" else "")
    assert f"«{filler}» is weggelaten, want het zegt niets." in notes[field]


@pytest.mark.parametrize("company", ["Q", "X", "No Limits", "Geen Gedoe B.V.", "3M", "Null & Co"])
def test_a_company_that_says_something_stays(company):
    found, notes = read(company=company)
    assert (found.company, "company" in notes) == (company, False)


@pytest.mark.parametrize(
    ("first", "last", "person"),
    [
        ("Robin Voorbeeld", "Robin Voorbeeld", "Robin Voorbeeld"),
        ("ROBIN VOORBEELD", "Robin Voorbeeld", "ROBIN VOORBEELD"),
        ("Robin", "Robin Voorbeeld", "Robin Voorbeeld"),
        ("Robin Voorbeeld", "Voorbeeld", "Robin Voorbeeld"),
        (".", "Voorbeeld", "Voorbeeld"),
        ("Robin", "x", "Robin"),
    ],
)
def test_a_name_in_both_fields_is_there_once(first, last, person):
    found, notes = read(first_name=first, last_name=last)
    assert found.person == person
    assert "weggelaten" in notes["person"]


@pytest.mark.parametrize(
    ("first", "last"), [("Jan", "Jan"), ("Anne", "Marie"), ("Jan Peter", "van Jansen"), ("V", "N")]
)
def test_a_doubled_name_that_is_one_stays(first, last):
    found, notes = read(first_name=first, last_name=last)
    assert (found.person, "person" in notes) == (f"{first} {last}", False)


@pytest.mark.parametrize(
    "again",
    [
        *(
            "Kersenlaan 12",
            "KERSENLAAN 12",
            "Kersenln. 12",
            "Kersenlaan nr. 12",
            "12 Kersenlaan",
            "Kersenlaan, 12",
            "12",
        ),
        *(
            "Zwolle",
            "8011PK",
            "8011 pk ZWOLLE",
            "NL-8011 PK Zwolle",
            "Nederland",
            "The Netherlands",
            "Pays-Bas",
            "Holland",
        ),
        *("Robin Voorbeeld", "robin@example.com", "+31 6 5555 0111", "Kersenlaan 12, 8011 PK Zwolle, Niederlande"),
    ],
)
def test_a_second_line_that_another_field_says_is_left_out(again):
    found, notes = read(line2=again)
    assert (found.street_line, found.extra) == ("Kersenlaan 12", "")
    assert again.split(",")[0].split()[0] in notes["extra"]


@pytest.mark.parametrize(
    "more", ["Kersenlaan 14 (buren)", "achterom", "c/o Robin Voorbeeld", "0655550199", "Zwolle-Zuid", "A"]
)
def test_a_second_line_that_says_something_else_stays(more):
    found, notes = read(line2=more)
    assert (found.extra, "extra" in notes) == (more, False)


@pytest.mark.parametrize(
    ("country", "code", "city", "line", "street"),
    [
        ("NL", "8011 PK", "Zwolle", "Kersenlaan 12, 8011 PK Zwolle, Nederland", "Kersenlaan 12"),
        ("NL", "8011 PK", "Zwolle", "Kersenlaan 12 8011pk zwolle", "Kersenlaan 12"),
        ("NL", "8011 PK", "Zwolle", "Zwolle, Kersenlaan 12", "Kersenlaan 12"),
        ("DE", "50672", "Köln", "Hauptstr. 12a, D-50672 Koeln, Allemagne", "Hauptstr. 12a"),
        ("BE", "1000", "Brussel", "Rue Imaginaire 26 1000 Brussel België", "Rue Imaginaire 26"),
        ("FR", "75001", "Paris", "12 rue de Paris, 75001 PARIS, France", "12 rue de Paris"),
        ("US", "97209", "Portland", "235 Sample Street, Portland, 97209, USA", "235 Sample Street"),
        ("IT", "00184", "Roma", "Via Esempio 12, 00184 Roma, Italia", "Via Esempio 12"),
    ],
)
def test_the_line_of_an_address_finder_keeps_its_street_only(country, code, city, line, street):
    found, notes = read(country=country, postal_code=code, city=city, line1=line)
    assert (found.street_line, found.extra) == (street, "")
    assert line in notes["street"]


@pytest.mark.parametrize(
    ("country", "city", "line"),
    [("FR", "Paris", "12 rue de Paris"), ("NL", "Utrecht", "Weg naar Utrecht 12"), ("GB", "London", "18 London Road")],
)
def test_a_town_in_the_name_of_a_street_stays(country, city, line):
    assert read(country=country, city=city, postal_code="", line1=line)[0].street_line == line


@pytest.mark.parametrize(
    ("city", "kept"),
    [
        ("8011 PK Zwolle", "Zwolle"),
        ("Zwolle, Nederland", "Zwolle"),
        ("Zwolle (NL)", "Zwolle"),
        ("Den Haag", "Den Haag"),
    ],
)
def test_a_town_with_its_postcode_or_country_is_the_town(city, kept):
    found, notes = read(city=city)
    assert (found.city, "city" in notes) == (kept, city != kept)


@pytest.mark.parametrize(
    "company", ["Robin Voorbeeld", "Kersenlaan 12", "Zwolle", "robin@example.com", "8011 PK Zwolle"]
)
def test_a_company_that_another_field_says_is_left_out(company):
    found, notes = read(company=company)
    assert found.company == ""
    assert company in notes["company"]


def test_number_and_street_apart_with_the_number_in_both_are_the_house():
    found, _notes = read(line1="", street="Kersenlaan 12", number="12")
    assert (found.street, found.number, found.suffix, found.extra) == ("Kersenlaan", "12", "", "")
    found, _notes = read(line1="", street="Kersenlaan", number="16a 8011PK")
    assert (found.street, found.number, found.suffix, found.house) == ("Kersenlaan", "16", "a", "16a")


def test_a_holiday_house_before_the_street_is_said_with_before_and_after():
    found, notes = read(line1="Camping De Vlinder plaats 45, Bosweg 3")
    assert (found.street, found.number, found.extra) == ("Bosweg", "3", "Camping De Vlinder plaats 45")
    assert "In de order stond: Camping De Vlinder plaats 45, Bosweg 3." in notes["extra"]
    assert "Dit werd: Bosweg 3 · Camping De Vlinder plaats 45." in notes["extra"]
