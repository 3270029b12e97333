"""What a buyer chose with an article is read from every published form, in the shop's words and order."""

from decimal import Decimal
from typing import Any

import pytest

from integrations.models.orders import ORDER_ADAPTER
from integrations.orders import OrderLine, SoldAmount
from integrations.providers.wix.mapping import order_data
from integrations.providers.wix.payloads import WixOrder
from integrations.providers.wix.tests.bodies import order_number


def said(text: str) -> dict[str, str]:
    return {"original": text, "translated": text}


def read(**changes: Any) -> OrderLine:
    """An article of the recorded order with these members."""
    made = order_number("10231")
    line = {"id": "1", "productName": said("Trui Noord"), "quantity": 1, "itemType": {"preset": "PHYSICAL"}}
    made["lineItems"] = [line | changes]
    return order_data(WixOrder.model_validate(made)).lines[0]


def described(*lines: Any) -> tuple[tuple[str, str], ...]:
    return read(descriptionLines=list(lines)).choices


def extras(*groups: Any) -> tuple[tuple[str, str], ...]:
    return read(modifierGroups=list(groups)).choices


def test_variants_of_text_and_of_color_are_kept_in_the_order_of_the_shop():
    maat = {"name": said("Maat"), "plainText": said("M")}
    kleur = {"name": said("Kleur"), "colorInfo": said("Groen") | {"code": "#2f6b3a"}}
    assert described(maat, kleur) == (("Maat", "M"), ("Kleur", "Groen"))
    assert described(kleur, maat) == (("Kleur", "Groen"), ("Maat", "M"))


@pytest.mark.parametrize(
    ("line", "choice"),
    [
        ({"name": said("Gravure"), "plainText": said("Voor Jip")}, ("Gravure", "Voor Jip")),
        ({"name": said("Gravure"), "plainTextValue": said("Voor Jip")}, ("Gravure", "Voor Jip")),
        ({"name": said("Gravure"), "plainText": "Voor Jip"}, ("Gravure", "Voor Jip")),
        ({"name": "Maat", "plainText": {"original": "XL"}}, ("Maat", "XL")),
        ({"name": {"original": "Maat", "translated": "Size"}, "plainText": said("XL")}, ("Maat", "XL")),
        ({"name": {"translated": "Size"}, "plainText": {"original": None, "translated": "XL"}}, ("Size", "XL")),
        ({"plainText": said("zonder naam")}, ("", "zonder naam")),
        ({"name": said("Kleur"), "colorInfo": {"code": "#d8c9a3"}}, ("Kleur", "#d8c9a3")),
        ({"name": said("Kleur"), "color": "zand", "lineType": "COLOR"}, ("Kleur", "zand")),
        ({"name": said("Aantal knopen"), "plainText": said("7")}, ("Aantal knopen", "7")),
        ({"name": said("Aantal knopen"), "plainText": {"original": 7}}, ("Aantal knopen", "7")),
        ({"name": said("Stof"), "swatchInfo": said("Ruit"), "lineType": "SWATCH"}, ("Stof", "Ruit")),
    ],
)
def test_a_description_line_is_read_whatever_form_its_value_has(line, choice):
    assert described(line) == (choice,)


def test_a_line_that_says_nothing_is_no_choice():
    empty = {"name": said("Gravure"), "plainText": said("")}
    assert described(empty, {"name": said("Gravure")}, {}, None, "Maat", [], {"plainText": {"original": "  "}}) == ()
    assert read().choices == ()
    assert read(descriptionLines=[], modifierGroups=[], decimalQuantity=None, catalogReference=None).choices == ()


@pytest.mark.parametrize("broken", ["rood", 7, {"a": 1}, [[["x"]]], [None], True])
def test_choices_of_another_form_cost_the_line_nothing_else(broken):
    line = read(descriptionLines=broken, modifierGroups=broken, catalogReference=broken, decimalQuantity={"a": broken})
    assert (line.name, line.quantity_to_ship, line.choices, line.amount) == ("Trui Noord", 1, (), None)


def test_every_extra_is_said_with_its_number_and_details():
    paper = {"id": "m1", "quantity": 1, "label": said("Cadeaupapier met ster")}
    cards = {"id": "m2", "quantity": 3, "label": said("Wenskaart"), "details": said("beuk")}
    groups = [{"name": said("Inpakken"), "modifiers": [paper, cards]}, {"modifiers": [{"label": said("Spoed")}]}]
    assert extras(*groups) == (
        ("Inpakken", "Cadeaupapier met ster"),
        ("Inpakken", "3× Wenskaart (beuk)"),
        ("", "Spoed"),
    )
    assert extras({"name": said("Inpakken"), "modifiers": [{"quantity": 2}]}, {"name": said("Leeg")}, None) == ()


def test_what_only_the_catalog_names_is_added_once():
    options = {
        "variantId": "00000000-0000-0000-0000-000000000000",
        "options": {"Maat": "M", "Vorm": "Rond", "Keuze": "0c8e7a0e-5a0b-4a86-9c39-3a1b53f4f001"},
        "customTextFields": {"Gravure": "Voor Jip"},
    }
    line = read(
        catalogReference={"options": options}, descriptionLines=[{"name": said("Maat"), "plainText": said("M")}]
    )
    assert line.choices == (("Maat", "M"), ("Vorm", "Rond"), ("Gravure", "Voor Jip"))


def test_twenty_long_texts_are_kept_whole():
    lines = [{"name": said(f"Regel {index}"), "plainText": said(f"{index} " + "woord " * 90)} for index in range(20)]
    found = described(*lines)
    assert len(found) == 20
    assert all(value.count("woord") == 90 for _name, value in found)


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ({"value": "2.5", "measurementUnit": "M"}, SoldAmount(Decimal("2.5"), "m")),
        ({"value": "0.75", "measurementUnit": "SQM"}, SoldAmount(Decimal("0.75"), "m²")),
        ({"value": "1.5", "otherUnit": "uur"}, SoldAmount(Decimal("1.5"), "uur")),
        ({"value": "1.25", "unit": "KG"}, SoldAmount(Decimal("1.25"), "kg")),
        ({"value": 2.75, "measurementUnit": "UNSPECIFIED"}, SoldAmount(Decimal("2.75"))),
        ({"value": "3.0", "measurementUnit": "FURLONG"}, SoldAmount(Decimal("3.0"), "furlong")),
        (
            {"value": "2.5", "measurementUnit": "M", "description": said("2,5 meter stof")},
            SoldAmount(Decimal("2.5"), "m", "2,5 meter stof"),
        ),
        ("2.5", SoldAmount(Decimal("2.5"))),
        ({"value": "0"}, None),
        ({"value": "-1.5"}, None),
        ({"value": "NaN"}, None),
        ({"value": "1e999999999"}, None),
        ({"value": True}, None),
        ({"measurementUnit": "M"}, None),
        (None, None),
    ],
)
def test_what_is_sold_by_measure_keeps_its_amount_while_the_shop_counts_one(given, amount):
    line = read(decimalQuantity=given, fixedQuantity=True)
    assert line.amount == amount
    assert line.quantity_to_ship == 1


def test_a_quantity_that_is_no_whole_number_is_an_amount_of_one_thing():
    line = read(quantity=2.5)
    assert (line.quantity, line.amount) == (1, SoldAmount(Decimal("2.5")))
    assert (read(quantity=3.0).quantity, read(quantity=3.0).amount) == (3, None)


def test_a_stored_order_from_before_choices_reads_as_before():
    made = ORDER_ADAPTER.dump_python(order_data(WixOrder.model_validate(order_number("10231"))), mode="json")
    for line in made["lines"]:
        del line["choices"], line["amount"]
    assert [(line.choices, line.amount) for line in ORDER_ADAPTER.validate_python(made).lines] == [((), None)] * 2


def test_choices_survive_being_stored():
    amount = {"value": "2.5000", "measurementUnit": "M"}
    made = order_number("10231")
    made["lineItems"][0] |= {"descriptionLines": [{"name": said("Kleur"), "plainText": said("Ecru")}]}
    made["lineItems"][0] |= {"decimalQuantity": amount, "quantity": 1}
    data = order_data(WixOrder.model_validate(made))
    assert ORDER_ADAPTER.validate_python(ORDER_ADAPTER.dump_python(data, mode="json")) == data
