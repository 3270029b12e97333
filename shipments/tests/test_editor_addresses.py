"""Addresses as merchants type them into the editor: taken apart on saving, with a note of before and after."""

import pytest

from shipments.models import Shipment
from shipments.tests.factories import make_shipment
from shipments.tests.test_pages import edit_form

pytestmark = pytest.mark.django_db
PARTS = ("street", "number", "suffix", "box", "extra")


@pytest.fixture
def merchant(client_for, owner, shop):
    return client_for(owner)


def save(merchant, shipment: Shipment, **typed: str):
    form = edit_form(shipment, **dict.fromkeys((*PARTS, "house_number"), "") | typed)
    return merchant.post(f"/zendingen/{shipment.public_id}/bewerken/", form)


CASES = [
    ("NL", {"street": "Dorpsstraat 19"}, "Dorpsstraat|19|||", "Dorpsstraat 19"),
    ("NL", {"street": "Dorpsstraat", "number": "19A"}, "Dorpsstraat|19|A||", "Dorpsstraat 19A"),
    ("NL", {"street": "Dorpsstraat", "number": "19 bis"}, "Dorpsstraat|19|bis||", "Dorpsstraat 19 bis"),
    ("NL", {"street": "Dorpsstraat", "number": "19.0"}, "Dorpsstraat|19|||", "Dorpsstraat 19"),
    ("NL", {"street": "Dorpsstraat", "number": "16a 3524KB"}, "Dorpsstraat|16|a||", "Dorpsstraat 16a"),
    ("NL", {"street": "Dorpsstraat", "number": "16", "suffix": "-"}, "Dorpsstraat|16|||", "Dorpsstraat 16"),
    ("NL", {"street": "Huisje 4, Bosweg 3"}, "Bosweg|3|||Huisje 4", "Bosweg 3"),
    ("DE", {"street": "Am Markt", "number": "13/15"}, "Am Markt|13|15||", "Am Markt 13/15"),
    ("AT", {"street": "Ringweg", "number": "5", "suffix": "/3/12"}, "Ringweg|5|3/12||", "Ringweg 5/3/12"),
    ("BE", {"street": "Molenlaan", "number": "58A bus 4"}, "Molenlaan|58|A|4|", "Molenlaan 58A bus 4"),
]


@pytest.mark.parametrize(("country", "typed", "parts", "line"), CASES)
def test_what_was_typed_is_taken_apart_on_saving_and_said(merchant, shop, country, typed, parts, line):
    code = {"NL": "3524 KB", "BE": "9000", "DE": "50672", "AT": "1010"}[country]
    shipment = make_shipment(shop, country=country, postal_code=code)
    assert save(merchant, shipment, country=country, postal_code=code, **typed).status_code == 302
    shipment.refresh_from_db()
    assert "|".join(getattr(shipment, name) for name in PARTS) == parts
    assert shipment.recipient.street_line == line
    notes = [note["text"]["nl"] for note in shipment.notes]
    assert any(next(iter(typed.values())) in text or "-" in text for text in notes)
    page = merchant.get(f"/zendingen/{shipment.public_id}/bewerken/").content.decode()
    assert "We hebben iets aangepast:" in page


def test_saving_again_changes_and_says_nothing(merchant, shop):
    shipment = make_shipment(shop)
    save(merchant, shipment, street="Dorpsstraat 12 bis")
    shipment.refresh_from_db()
    parts, notes = shipment.recipient, shipment.notes
    merchant.post(f"/zendingen/{shipment.public_id}/bewerken/", edit_form(shipment))
    shipment.refresh_from_db()
    assert (shipment.recipient, shipment.notes) == (parts, notes)


def test_another_suffix_is_printed_as_the_country_writes_it(merchant, shop):
    shipment = make_shipment(shop, country="DE", postal_code="50672", number="5", suffix="3", house_number="5/3")
    assert shipment.recipient.street_line == "Lindelaan 5/3"
    save(merchant, shipment, street="Lindelaan", number="5", suffix="a", house_number="5/3")
    shipment.refresh_from_db()
    assert shipment.recipient.street_line == "Lindelaan 5a"


def test_a_new_shipment_is_read_the_same_way(merchant, shop):
    shipment = make_shipment(shop)
    merchant.post("/zendingen/nieuw/", edit_form(shipment, street="Dorpsstraat 19 A", number="", key=""))
    made = Shipment.objects.exclude(pk=shipment.pk).get()
    assert (made.street, made.number, made.suffix, made.house_number) == ("Dorpsstraat", "19", "A", "19 A")
    assert "Dorpsstraat 19 A" in made.notes[0]["text"]["nl"]


def test_a_part_that_fits_no_column_is_refused_in_words(merchant, shop):
    shipment = make_shipment(shop)
    answer = save(merchant, shipment, street="Dorpsstraat", number="12", suffix="a-heel-lang-ding")
    assert answer.status_code == 422
    assert "Hier passen hoogstens 10 tekens" in answer.content.decode()
