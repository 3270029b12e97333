"""Barcodes: published examples, the check digit, and the series of each package type."""

import pytest

from carriers.barcodes import (
    DOMESTIC,
    EUROPE,
    WORLD,
    WORLD_LETTER,
    WORLD_SMALL,
    barcode_format,
    is_valid,
    s10_check_digit,
    series_for,
)
from carriers.parcels import Destination, ParcelChoice

SERIES = [DOMESTIC, EUROPE, WORLD, WORLD_SMALL, WORLD_LETTER]


@pytest.mark.parametrize(
    ("barcode", "kind"),
    [
        ("3SMYPA749883621", "3S-NL"),
        ("3SSTUB000000001", "3S-NL"),
        ("3SABC1234567890", "3S-NL"),
        ("3SMYPA7498836", "3S-EU"),
        ("CV515676839NL", "S10"),
        ("RI473124829NL", "S10"),
        ("", ""),
        ("3S", ""),
        ("3SMYPA74988362", ""),
        ("3SMYPA7498836212", ""),
        ("3smypa749883621", ""),
        ("3SMYPA749883621 ", ""),
        ("3SMYPA74988362１", ""),
        ("CV51567683NL", ""),
        ("C1515676839NL", ""),
        ("JVGL0123456789", ""),
    ],
)
def test_a_barcode_tells_its_kind_by_its_form(barcode, kind):
    assert barcode_format(barcode) == kind
    assert is_valid(barcode) == bool(kind)


@pytest.mark.parametrize(("digits", "check"), [("51567683", "9"), ("47312482", "9"), ("00000000", "5")])
def test_the_check_digit_is_the_references(digits, check):
    assert s10_check_digit(digits) == check


def test_ten_becomes_nought_and_eleven_becomes_five():
    sums = {s10_check_digit(f"{number:08d}") for number in range(200)}
    assert sums == set("0123456789")
    # 00000010: 1 x 9 = 9 -> 2; 00000005: 5 x 7 = 35, 35 mod 11 = 2 -> 9; 00000008: 56 mod 11 = 1 -> 10 -> 0.
    assert s10_check_digit("00000008") == "0"


@pytest.mark.parametrize("position", range(2, 11))
def test_one_wrong_digit_of_an_s10_code_is_noticed(position):
    good = "CV515676839NL"
    for digit in "0123456789":
        other = good[:position] + digit + good[position + 1 :]
        assert is_valid(other) == (other == good)


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.key)
def test_every_number_of_a_series_is_a_valid_barcode_of_its_kind(series):
    for number in (0, 1, 42, series.capacity // 3, series.capacity - 1):
        barcode = series.render(number)
        assert is_valid(barcode)
        assert barcode_format(barcode) == ("S10" if series.suffix else series.key)
        assert len(barcode) == (15 if series is DOMESTIC else 13)


@pytest.mark.parametrize(
    ("package_type", "country", "postal_code", "series"),
    [
        ("package", "NL", "", DOMESTIC),
        ("mailbox", "NL", "", DOMESTIC),
        ("package", "BE", "", EUROPE),
        ("package_small", "DE", "", EUROPE),
        ("package", "US", "", WORLD),
        ("package", "ES", "35001", WORLD),
        ("package_small", "CH", "", WORLD_SMALL),
        ("mailbox", "CH", "", WORLD_SMALL),
        ("letter", "CH", "", WORLD_LETTER),
    ],
)
def test_the_series_follows_product_and_zone(package_type, country, postal_code, series):
    assert series_for(ParcelChoice(package_type=package_type), Destination(country, postal_code)) == series


def test_no_two_series_share_a_name_or_a_barcode():
    assert len({series.key for series in SERIES}) == len({series.render(7) for series in SERIES}) == len(SERIES)


@pytest.mark.parametrize(
    ("barcode", "carrier", "valid"),
    [
        ("JVGL0123456789", "dhlforyou", True),
        ("1Z999AA10123456784", "upsstandard", True),
        ("05212345678901", "dpd", True),
        ("3SMYPA749883621", "gls", True),
        ("CV515676838NL", "dpd", False),
        ("abc", "dpd", False),
        ("", "dpd", False),
        ("JVGL 0123456789", "dhlforyou", False),
    ],
)
def test_other_carriers_are_held_to_what_a_barcode_can_carry(barcode, carrier, valid):
    assert is_valid(barcode, carrier) == valid
