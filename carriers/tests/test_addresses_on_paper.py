"""Addresses as they leave us: the same on label, slip and customs form, on the page, and in what the gateway gets."""

import pytest
from django.template.loader import render_to_string

from carriers.addresses import address_parts, parse_address
from carriers.barcodes import DOMESTIC
from carriers.documents.form_layout import address_values
from carriers.documents.packing_slip import draw_packing_slips
from carriers.gateways.myparcel.mapping import recipient_body, sender_body
from carriers.labels import draw_labels
from carriers.parcels import Address, Consignment, PackedItem, PackingSlip, ParcelChoice, PrintedLabel
from carriers.tests.pdf_reading import text_of

SENDER = Address(
    company="Atelier Voorbeeld",
    street="Noorderkade",
    number="18",
    postal_code="9711 JX",
    city="Groningen",
    country="NL",
)
PLACES = {"NL": ("8011 PK", "Zwolle"), "BE": ("9000", "Gent"), "DE": ("50672", "Köln"), "AT": ("1010", "Wien")}
PLACES |= {"GB": ("L17 8UP", "Liverpool"), "FR": ("75001", "Paris")}
LONG = "Laan van de Verzonnen Beukenbomen en Linden 5a"


def recipient(country: str, line1: str, line2: str = "") -> Address:
    code, city = PLACES[country]
    parts = address_parts(parse_address(line1, line2, country=country, postal_code=code, city=city))
    return Address(person="Robin Voorbeeld", postal_code=code, city=city, country=country, **parts)


def label_lines(address: Address, layout: str = "a6") -> list[str]:
    consignment = Consignment("r", address, SENDER, ParcelChoice(), 700, "10231")
    return text_of(draw_labels([PrintedLabel(consignment, DOMESTIC.render(1))], layout)).splitlines()


def slip_lines(address: Address) -> list[str]:
    slip = PackingSlip("Atelier", SENDER, address, "10231", items=(PackedItem("Mok", 1),))
    return text_of(draw_packing_slips([slip])).splitlines()


def preview(address: Address) -> str:
    context = {"label_recipient": address, "recipient": address, "sender": SENDER, "choice": ParcelChoice()}
    return " ".join(render_to_string("shipments/_edit_label.html", context).split())


def in_this_order(lines: list[str], texts: list[str]) -> bool:
    places = [lines.index(text) for text in texts]
    return places == list(range(places[0], places[0] + len(texts)))


PRINTED = [
    ("DE", "Hauptstr. 12a", ["Hauptstr. 12a"]),
    ("DE", "Am Markt 13/15", ["Am Markt 13/15"]),
    ("DE", "Schulgasse 13-15", ["Schulgasse 13-15"]),
    ("AT", "Wiener Straße 5/3/12", ["Wiener Straße 5/3/12"]),
    ("BE", "Molenlaan 58A bus 4", ["Molenlaan 58A bus 4"]),
    ("NL", "Dorpsstraat 12E", ["Dorpsstraat 12E"]),
    ("NL", "Huisje 4, Bosweg 3", ["Huisje 4", "Bosweg 3"]),
    ("NL", LONG, ["Laan van de Verzonnen Beukenbomen en", "Linden 5a"]),
    ("NL", "Burgemeester Verzonnen van Lindenholtlaan 7", ["Burg. Verzonnen van Lindenholtlaan 7"]),
    (
        "FR",
        "Résidence Les Érables, 4 allée Imaginaire du Verger",
        ["Résidence Les Érables, 4 allée", "Imaginaire du Verger"],
    ),
]


@pytest.mark.parametrize(("country", "line", "printed"), PRINTED, ids=[row[1] for row in PRINTED])
def test_every_paper_shows_the_same_lines_from_top_to_bottom(country, line, printed):
    address = recipient(country, line)
    assert in_this_order(label_lines(address), printed)
    assert in_this_order(label_lines(address, "a4"), printed)
    assert in_this_order(slip_lines(address), printed)
    assert in_this_order([value.text for value in address_values(address)], printed)
    assert " <br> ".join(printed) in preview(address)


@pytest.mark.parametrize(
    ("country", "line1", "line2", "printed"),
    [
        ("GB", "Flat 4", "18 Lark Lane", ["Flat 4", "18 Lark Lane"]),
        ("FR", "Résidence Les Érables", "4 allée Imaginaire", ["Résidence Les Érables", "4 allée Imaginaire"]),
        ("NL", "Bosweg 3", "t.a.v. Inkoop", ["t.a.v. Inkoop", "Bosweg 3"]),
    ],
)
def test_two_lines_stay_in_their_order_where_they_are_not_taken_apart(country, line1, line2, printed):
    address = recipient(country, line1, line2)
    assert in_this_order(label_lines(address), printed)
    assert in_this_order(slip_lines(address), printed)
    assert in_this_order([value.text for value in address_values(address)], printed)


@pytest.mark.parametrize(
    ("street", "printed"),
    [
        ("Wilhelminaverzonnenvanbeukenrodehofplantsoen", ["Wilhelminaverzonnenvanbeukenrodehof", "plantsoen 12"]),
        (
            "Prinsessewilhelminaverzonnenbeukenrodehofgracht",
            ["Prinsessewilhelminaverzonnenbeukenrodeho", "fgracht 12"],
        ),
        ("Wilhelminaverzonnenvanbeukenrodelindegracht", ["Wilhelminaverzonnenvanbeukenrodelinde", "gracht 12"]),
    ],
)
def test_one_very_long_word_is_broken_and_nothing_of_it_is_lost(street, printed):
    address = recipient("NL", f"{street} 12")
    assert address.street == street
    assert list(address.place_lines) == printed
    assert in_this_order(label_lines(address), printed)


@pytest.mark.parametrize(
    ("country", "line", "sent"),
    [
        ("DE", "Hauptstr. 12a", {"street": "Hauptstr. 12a"}),
        ("DE", "Am Markt 13/15", {"street": "Am Markt 13/15"}),
        ("AT", "Wiener Straße 5/3", {"street": "Wiener Straße 5/3"}),
        ("AT", "Ringweg 14a/6, Stiege 2", {"street": "Ringweg 14a/6", "street_additional_info": "Stiege 2"}),
        (
            "BE",
            "Molenlaan 58A bus 4 B",
            {"street": "Molenlaan", "number": "58", "number_suffix": "A", "box_number": "4 B"},
        ),
        ("NL", "Dorpsstraat 12E", {"street": "Dorpsstraat", "number": "12", "number_suffix": "E"}),
        (
            "NL",
            LONG,
            {
                "street": "Laan van de Verzonnen Beukenbomen en",
                "street_additional_info": "Linden",
                "number": "5",
                "number_suffix": "a",
            },
        ),
        (
            "DE",
            "Alte Landstraße nach Verzonnenhausen und Umgebung 5",
            {"street": "Alte Landstraße nach Verzonnenhausen und", "street_additional_info": "Umgebung 5"},
        ),
        ("GB", "Flat 4", {"street": "Flat 4"}),
    ],
)
def test_the_gateway_gets_the_address_as_it_was_typed(country, line, sent):
    body = recipient_body(recipient(country, line))
    assert {name: body.get(name, "") for name in sent} == sent
    assert len(body["street"]) <= 40


def test_a_long_street_of_a_sender_fits_what_the_gateway_takes():
    body = sender_body(recipient("NL", LONG))
    assert (body["street"], body["street_additional_info"]) == ("Laan van de Verzonnen Beukenbomen en", "Linden")
