"""Fitting a long customs form: nothing is cut, and pieces, value and weight stay those of the order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.customs_lines import fit_lines, most_lines, spread
from carriers.parcels import CustomsDeclaration, CustomsLine
from lib.tests.generated import generated

BEAD = CustomsLine("Bead", 1, 10, 100, "701810", "NL", "B-1")


def sums(lines) -> tuple[int, int, int]:
    form = CustomsDeclaration(lines=tuple(lines))
    return sum(line.quantity for line in form.lines), form.value_cents, form.weight


def beads(count: int, **changes) -> list[CustomsLine]:
    return [replace(BEAD, description=f"Bead {n}", sku=f"B-{n}", **changes) for n in range(1, count + 1)]


def test_a_form_that_fits_is_left_as_it_is():
    lines = beads(most_lines())
    assert fit_lines(lines) == tuple(lines)


def test_lines_of_equal_code_and_origin_are_taken_together():
    fitted = fit_lines(beads(130))
    assert [(line.description, line.quantity, line.hs_code, line.origin) for line in fitted] == [
        ("Bead", 130, "701810", "NL")
    ]
    assert sums(fitted) == (130, 13_000, 1_300)


def test_lines_of_another_code_or_origin_stay_apart():
    lines = [*beads(60), *beads(60, hs_code="711719"), *beads(60, origin="CN")]
    assert {(line.hs_code, line.origin, line.quantity) for line in fit_lines(lines)} == {
        ("701810", "NL", 60),
        ("711719", "NL", 60),
        ("701810", "CN", 60),
    }


def test_without_code_and_origin_articles_of_one_kind_are_taken_together_and_others_are_not():
    unknown = {"hs_code": "", "origin": ""}
    rings = [replace(line, description=line.description.replace("Bead", "Ring")) for line in beads(70, **unknown)]
    fitted = fit_lines([*beads(70, **unknown), *rings])
    assert [(line.description, line.quantity) for line in fitted] == [("Bead", 70), ("Ring", 70)]
    kinds = [replace(BEAD, description="".join(chr(97 + int(d)) for d in str(n)), **unknown) for n in range(150)]
    assert len(fit_lines(kinds)) == 150, "the form stays too long, which blocks the draft"


def test_an_article_without_a_value_is_not_hidden_in_an_average():
    fitted = fit_lines([*beads(120), replace(BEAD, value_cents=0)])
    assert [line.value_cents for line in fitted] == [100, 0]


def test_equal_lines_are_taken_together_before_unequal_ones_are_averaged():
    lines = [replace(line, value_cents=100 + n % 3) for n, line in enumerate(beads(120))]
    fitted = fit_lines(lines)
    assert sorted((line.quantity, line.value_cents) for line in fitted) == [(40, 100), (40, 101), (40, 102)]


@pytest.mark.parametrize(
    ("units", "value", "weight"), [(3, 1000, 500), (7, 10, 7000), (1, 0, 0), (3, 1, 1), (250, 12_345, 67_890)]
)
def test_what_does_not_divide_by_the_units_takes_more_lines(units, value, weight):
    lines = list(spread(replace(BEAD, quantity=units), value, weight))
    assert sums(lines) == (units, value, weight)


def test_a_line_is_spread_over_the_weight_and_the_pieces_that_a_line_may_have():
    heavy = list(spread(replace(BEAD, quantity=15), 1500, 15 * 6_500))
    assert [line.quantity for line in heavy] == [3, 3, 3, 3, 3]
    assert all(line.weight * line.quantity <= 20_000 for line in heavy)
    many = list(spread(replace(BEAD, quantity=100_000), 100_000, 0))
    assert [line.quantity for line in many] == [99_999, 1]
    alone = list(spread(replace(BEAD, quantity=2), 200, 50_000))
    assert [line.weight for line in alone] == [25_000, 25_000], "too heavy for a line, which the form says"


LINE = st.builds(
    CustomsLine,
    st.sampled_from(["Bead", "Bead 2", "Ring", "Ring large", "9", ""]),
    st.integers(1, 3000),
    st.integers(0, 30_000),
    st.integers(0, 500_000),
    st.sampled_from(["", "701810", "711719"]),
    st.sampled_from(["", "NL", "CN"]),
    st.sampled_from(["", "B-1", "B-2"]),
)


@generated(60)
@given(st.lists(LINE, min_size=1, max_size=160))
def test_no_piece_cent_or_gram_is_ever_lost(lines):
    assert sums(fit_lines(lines)) == sums(lines)
