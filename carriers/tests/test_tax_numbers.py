"""VAT numbers are brought in their usual form, and a wrong check figure is noticed where the country has one."""

import pytest

from carriers.tax_numbers import is_eori, is_vat, normalize_tax_number, read_vat


@pytest.mark.parametrize(
    ("written", "country", "number", "is_right"),
    [
        ("NL123456789B13", "", "NL123456789B13", True),
        ("nl 1234.56.789.b13", "", "NL123456789B13", True),
        ("123456789B13", "NL", "NL123456789B13", True),
        ("\uff2e\uff2c123456789B13", "", "NL123456789B13", True),
        ("NL123456789B01", "", "NL123456789B01", False),
        ("NL999999999B99", "", "NL999999999B99", False),
        ("BE 0123.456.749", "", "BE0123456749", True),
        ("BE 123 456 749", "", "BE0123456749", True),
        ("BE0123456748", "", "BE0123456748", False),
        ("GR123456783", "", "EL123456783", True),
        ("EL123456783", "", "EL123456783", True),
        ("GB 123 4567 82", "", "GB123456782", True),
        ("123456782", "GB", "GB123456782", True),
        ("GB123456781", "", "GB123456781", False),
        ("XI123456782", "", "XI123456782", True),
        ("US123456789", "", "US123456789", None),
        ("AU12345678901", "", "AU12345678901", None),
        ("geen", "NL", "GEEN", False),
        ("", "NL", "", None),
    ],
)
def test_the_country_in_front_decides_on_the_check(written, country, number, is_right):
    vat = read_vat(written, country)
    assert (vat.number, vat.is_right) == (number, is_right)
    assert bool(vat.message) == (is_right is False)
    assert not vat.message or number in str(vat.message)


@pytest.mark.parametrize("number", ["CHE123456788", "CHE123456788MWST", "CHE123456788TVA"])
def test_a_swiss_number_is_right_with_and_without_its_ending(number):
    assert read_vat(number).is_right
    assert read_vat(f"{number[:3]}-123.456.787").is_right is False


def test_a_norwegian_number_is_checked_too():
    assert read_vat("NO123456785MVA").is_right
    assert read_vat("NO 123 456 785 MVA").number == "NO123456785MVA"
    assert read_vat("NO123456784MVA").is_right is False


def test_an_eori_number_has_a_form_only():
    assert is_eori(normalize_tax_number("nl 123.456.789"))
    assert not is_eori("123456789")
    assert is_vat("NL123456789B13")
    assert not is_vat("123456789B13")
