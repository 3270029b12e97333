"""Country codes: ISO's, and those that people and shops use instead."""

import pytest

from lib.countries import country_codes, iso_country


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("EL", "GR"),
        ("el", "GR"),
        ("UK", "GB"),
        (" uk ", "GB"),
        ("NLD", "NL"),
        ("AUT", "AT"),
        ("AUS", "AU"),
        ("SWE", "SE"),
        ("CHE", "CH"),
        ("XKX", "XK"),
        ("528", "NL"),
        ("TP", "TL"),
        ("FX", "FR"),
    ],
)
def test_another_code_of_a_country_is_read_as_that_country(written, iso):
    assert iso_country(written) == iso


def test_every_code_of_iso_stays_what_it_is():
    assert all(iso_country(code) == iso_country(code.lower()) == code for code in country_codes())


@pytest.mark.parametrize("written", ["", "QQ", "AN", "SU", "EUR", "EU", "nowhere"])
def test_what_is_no_country_or_several_is_left_as_it_was(written):
    assert iso_country(written) == written.upper()
