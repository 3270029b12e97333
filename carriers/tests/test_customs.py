"""Customs declarations: the problem and field of each omission, and the required documents."""

from dataclasses import replace

import pytest
from django.utils.translation import override

from carriers.capability_rules import load_data
from carriers.customs import CONTENTS, CONTENTS_WITH_INVOICE, customs_problems, hs_code_digits, required_documents
from carriers.parcels import CustomsDeclaration, CustomsLine, Destination, ParcelChoice

MUG = CustomsLine("Mug", 2, 300, 1495, "691200", "NL")
DECLARED = CustomsDeclaration(invoice="2026-1", lines=(MUG,))
SWISS = Destination("CH")


def test_a_complete_form_misses_nothing():
    assert customs_problems(DECLARED, SWISS, 600) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"description": ""}, "customs-0-description"),
        ({"description": "x" * 51}, "customs-0-description"),
        ({"quantity": 0}, "customs-0-quantity"),
        ({"quantity": 100_000, "weight": 0}, "customs-0-quantity"),
        ({"weight": 0}, "customs-0-weight"),
        ({"weight": 10_001}, "customs-0-weight"),
        ({"value_cents": 0}, "customs-0-value"),
        ({"hs_code": ""}, "customs-0-hs_code"),
        ({"hs_code": "69120"}, "customs-0-hs_code"),
        ({"hs_code": "6912001"}, "customs-0-hs_code"),
        ({"hs_code": "69120012345"}, "customs-0-hs_code"),
        ({"hs_code": "69120x"}, "customs-0-hs_code"),
        ({"hs_code": "٦٩١٢٠٠"}, "customs-0-hs_code"),
        ({"origin": ""}, "customs-0-origin"),
    ],
)
def test_what_a_line_misses_is_named_at_its_field(changes, field):
    problems = customs_problems(replace(DECLARED, lines=(replace(MUG, **changes),)), SWISS, 100_000)
    assert field in {problem.field for problem in problems}
    with override("en"):
        assert all(str(problem.text).startswith("Item 1:") for problem in problems if problem.field == field)


@pytest.mark.parametrize(("limit", "value"), [("description", "x" * 50), ("quantity", 1), ("weight", 10_000)])
def test_the_limit_itself_is_allowed(limit, value):
    assert customs_problems(replace(DECLARED, lines=(replace(MUG, **{limit: value}),)), SWISS, 100_000) == ()


@pytest.mark.parametrize(
    ("changes", "weight", "code"),
    [
        ({"lines": ()}, 600, "customs_empty"),
        ({"lines": (replace(MUG, quantity=1, weight=1),) * 101}, 600, "customs_full"),
        ({"invoice": ""}, 600, "customs_invoice"),
        ({"invoice": "x" * 151}, 600, "customs_invoice_long"),
        ({"currency": "USD"}, 600, "customs_currency"),
        ({"lines": (replace(MUG, quantity=1, value_cents=99),)}, 600, "customs_value"),
        ({}, 599, "customs_weight"),
    ],
)
def test_what_the_form_as_a_whole_misses(changes, weight, code):
    assert [problem.code for problem in customs_problems(replace(DECLARED, **changes), SWISS, weight)] == [code]


def test_a_form_worth_one_euro_is_enough():
    assert customs_problems(replace(DECLARED, lines=(replace(MUG, quantity=1, value_cents=100),)), SWISS, 600) == ()


@pytest.mark.parametrize("contents", CONTENTS)
def test_an_invoice_is_needed_for_trade_and_returns_only(contents):
    problems = customs_problems(replace(DECLARED, contents=contents, invoice=""), SWISS, 600)
    needed = {
        "return" if row["name"] == "return_shipment" else row["name"]: row["invoice_required"]
        for row in load_data()["customs"]["contents"]
    }
    assert bool(problems) == needed[contents] == (contents in CONTENTS_WITH_INVOICE)


@pytest.mark.parametrize(
    ("country", "carrier", "lengths"),
    [
        ("CH", "postnl", (6, 8, 10)),
        ("US", "postnl", (10,)),
        ("us", "dpd", (10,)),
        ("GB", "dpd", (8,)),
        ("GB", "dhleuroplus", (8, 10)),
        ("GB", "upsexpresssaver", (6, 8, 10)),
    ],
)
def test_an_hs_code_has_as_many_digits_as_carrier_and_country_want(country, carrier, lengths):
    assert hs_code_digits(Destination(country), carrier) == lengths
    for length in range(5, 12):
        declared = replace(DECLARED, lines=(replace(MUG, hs_code="6" * length),))
        assert (customs_problems(declared, Destination(country), 600, carrier) == ()) == (length in lengths)


@pytest.mark.parametrize(
    ("package_type", "contents", "weight", "value", "forms"),
    [
        ("package_small", "commercial_goods", 2_000, 42_499, ("cn22",)),
        ("package_small", "gifts", 1, 100, ("cn22",)),
        ("package_small", "commercial_goods", 2_001, 100, ("cn23", "invoice")),
        ("package_small", "commercial_goods", 500, 42_500, ("cn23", "invoice")),
        ("package_small", "gifts", 500, 42_500, ("cn23",)),
        ("letter", "documents", 50, 100, ("cn22",)),
        ("mailbox", "commercial_samples", 500, 1_000, ("cn22",)),
        ("package", "commercial_goods", 500, 1_000, ("cn23", "invoice")),
        ("package", "return", 500, 1_000, ("cn23", "invoice")),
        ("package", "documents", 500, 1_000, ("cn23",)),
        ("package", "gifts", 5_000, 90_000, ("cn23",)),
    ],
)
def test_the_papers_follow_product_weight_and_value(package_type, contents, weight, value, forms):
    declared = CustomsDeclaration(contents, "1", (replace(MUG, quantity=1, value_cents=value),))
    assert required_documents(declared, ParcelChoice(package_type=package_type), weight) == forms


@pytest.mark.parametrize("carrier", ["dhleuroplus", "dpd", "upsexpresssaver"])
def test_only_the_post_has_cn_forms(carrier):
    assert required_documents(DECLARED, ParcelChoice(carrier), 100) == ("invoice",)
