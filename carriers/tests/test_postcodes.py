"""Postcodes: the form in every country, repairs, codes never issued, and codes of another country.

``data/postcodes.tsv`` holds the codes, with what becomes of each.
"""

import pytest
from django.utils.translation import override

from carriers.addresses import address_problems
from carriers.lookalikes import country_name, other_countries
from carriers.parcels import Address
from carriers.postcode_forms import FORMS
from carriers.postcode_notes import postcode_corrections, postcode_hint
from carriers.postcodes import PostalCode, needs_postal_code, normalize_postal_code, read_postal_code
from carriers.territories import EU
from carriers.tests.tables import read_rows

TABLE = read_rows("postcodes.tsv")
GOOD = {
    "AT": [("1010", "1010"), ("A-1010", "1010"), (" 1010 ", "1010")],
    "BE": [("9000", "9000"), ("B-9000", "9000"), ("be 9000", "9000")],
    "BG": [("1000", "1000")],
    "CY": [("1010", "1010")],
    "CZ": [("11000", "110 00"), ("110 00", "110 00"), ("CZ-110 00", "110 00")],
    "DE": [("50672", "50672"), ("d-50672", "50672"), ("D 50672", "50672"), ("01067", "01067")],
    "DK": [("2100", "2100"), ("DK-2100", "2100")],
    "EE": [("10111", "10111")],
    "ES": [("28001", "28001"), ("28 001", "28001")],
    "FI": [("00100", "00100"), ("FIN-00100", "00100")],
    "FR": [("75001", "75001"), ("75 001", "75001"), ("F-75001", "75001")],
    "GR": [("10431", "104 31"), ("104 31", "104 31")],
    "HR": [("10000", "10000"), ("HR-10000", "10000")],
    "HU": [("1051", "1051"), ("H-1051", "1051")],
    "IE": [("d02af30", "D02 AF30"), ("A65 F4E2", "A65 F4E2"), ("D6WXH91", "D6W XH91")],
    "IT": [("00184", "00184"), ("I-00184", "00184")],
    "LT": [("01100", "01100"), ("LT-01100", "01100")],
    "LU": [("1234", "1234"), ("L-1234", "1234")],
    "LV": [("1010", "LV-1010"), ("lv-1010", "LV-1010"), ("LV1010", "LV-1010")],
    "MT": [("vlt1117", "VLT 1117"), ("VLT 1117", "VLT 1117")],
    "NL": [("3524kb", "3524 KB"), ("3524 - KB", "3524 KB"), ("NL-3524 KB", "3524 KB"), ("3524.KB", "3524 KB")],
    "PL": [("90001", "90-001"), ("90-001", "90-001"), ("PL 90-001", "90-001")],
    "PT": [("1000205", "1000-205"), ("1000-205", "1000-205")],
    "RO": [("010011", "010011")],
    "SE": [("11455", "114 55"), ("SE-114 55", "114 55")],
    "SI": [("1000", "1000"), ("SI-1000", "1000")],
    "SK": [("81101", "811 01")],
    "GB": [("l178up", "L17 8UP"), ("SW1A 1AA", "SW1A 1AA"), ("ec1a1bb", "EC1A 1BB")],
    "CH": [("8001", "8001"), ("CH-8001", "8001")],
    "NO": [("0150", "0150"), ("N-0150", "0150")],
    "US": [("97209", "97209"), ("97209-1234", "97209-1234"), ("972091234", "97209-1234")],
    "CA": [("k1a0b1", "K1A 0B1"), ("K1A-0B1", "K1A 0B1")],
}
BAD = {
    "NL": ["0524 KB", "3524", "3524 K", "3524 KBB", "KB 3524"],
    "BE": ["0900", "900", "90000"],
    "DE": ["5067", "506722"],
    "IE": ["D02", "12345"],
    "GB": ["L17", "12345"],
    "US": ["97", "9720", "97209-12"],
    "CA": ["K1A", "D1A 0B1"],
    "PL": ["9000"],
    "PT": ["1000"],
}
HOME = Address(person="Hanna", street="Fleet Street", number="12", city="Town")


@pytest.mark.parametrize("country", GOOD)
def test_a_postcode_gets_the_form_of_its_country_and_keeps_it(country):
    for typed, written in GOOD[country]:
        assert normalize_postal_code(country, typed) == (written, True)
        assert normalize_postal_code(country, written) == (written, True)


@pytest.mark.parametrize(("country", "typed"), [(country, typed) for country in BAD for typed in BAD[country]])
def test_what_does_not_fit_is_left_as_it_was_and_said(country, typed):
    written, fits = normalize_postal_code(country, typed)
    assert not fits
    assert written == typed.upper()


@pytest.mark.parametrize("country", GOOD)
def test_a_postcode_of_letters_or_of_one_figure_fits_nowhere(country):
    assert not normalize_postal_code(country, "ONBEKEND")[1]
    assert not normalize_postal_code(country, "1")[1]


def test_every_country_of_the_eu_and_the_nearest_others_have_a_form():
    assert {*EU, "NL", "BE", "GB", "CH", "NO", "US", "CA"} <= set(FORMS)
    assert {*EU, "NL", "BE"} <= set(GOOD)


@pytest.mark.parametrize("country", [*sorted(EU), "NL", "BE"])
def test_in_the_eu_a_postcode_is_needed_except_in_ireland(country):
    assert needs_postal_code(country) == (country != "IE")
    codes = {problem.code for problem in address_problems(Address(**vars_of(HOME) | {"country": country}))}
    assert ("postal_code_missing" in codes) == (country != "IE")


def vars_of(address: Address) -> dict[str, str]:
    return {name: getattr(address, name) for name in address.__slots__}


@pytest.mark.parametrize(
    ("country", "needed"), [("HK", False), ("AE", False), ("US", True), ("CH", True), ("XX", False)]
)
def test_elsewhere_it_is_needed_where_the_post_says_so(country, needed):
    assert needs_postal_code(country) == needed


def test_a_country_without_a_form_of_ours_is_held_to_its_posts_own():
    assert normalize_postal_code("JP", "150-0001") == ("150-0001", True)
    assert normalize_postal_code("JP", "15") == ("15", False)
    assert normalize_postal_code("OM", "1234") == ("1234", False)
    assert normalize_postal_code("HK", "none") == ("NONE", True)


def rows(*verdicts: str) -> list[dict[str, str]]:
    return [row for row in TABLE if row["verdict"] in verdicts]


def test_a_code_that_its_post_issues_is_taken_without_a_word():
    for row in rows("fits"):
        assert read_postal_code(row["country"], row["given"]) == PostalCode(row["right"], True), row
        assert other_countries(row["country"], row["given"]) == (), row
        assert postcode_corrections(row["country"], row["given"]) == (), row


def test_what_was_meant_is_read_and_a_guess_is_told_with_before_and_after():
    for row in rows("repaired", "zero"):
        found = read_postal_code(row["country"], row["given"])
        assert (found.text, found.is_valid) == (row["right"], True), row
        told = postcode_corrections(row["country"], row["given"])
        if row["verdict"] == "zero":
            assert found.repair == "zero", row
        if found.repair:
            said = [(one.field, one.before, one.after) for one in told]
            assert said == [("postal_code", row["given"], row["right"])]
        else:
            assert told == (), row
        assert read_postal_code(row["country"], found.text) == PostalCode(found.text, True), row


def test_a_code_that_nobody_issued_is_said_and_kept_as_it_was_typed():
    for row in rows("wrong"):
        found = read_postal_code(row["country"], row["given"])
        assert found == PostalCode(row["given"].upper(), False), row
        problems = address_problems(in_country(row["country"], row["given"]))
        assert [one.code for one in problems if one.field == "postal_code"] == ["postal_code_wrong"], row


def test_a_code_of_another_country_or_territory_is_told_with_its_name():
    for row in rows("lookalike"):
        country, typed = row["country"], row["given"]
        assert row["hint"] in other_countries(country, typed), row
        found = read_postal_code(country, typed)
        assert (found.text if found.is_valid else "") == row["right"], row
        said = [problem.text for problem in address_problems(in_country(country, found.text))]
        said += [one.text for one in postcode_corrections(country, typed)] + [postcode_hint(country, typed)]
        for language in ("nl", "en"):
            with override(language):
                assert str(country_name(row["hint"])) in " ".join(map(str, said)), row


def in_country(country: str, postal_code: str) -> Address:
    return Address(**vars_of(HOME) | {"country": country, "postal_code": postal_code})


def test_what_was_changed_is_told_in_the_readers_language():
    (zero,) = postcode_corrections("DE", "1067")
    (letters,) = postcode_corrections("BE", "1O50")
    with override("en"):
        assert "zeros at the beginning" in str(zero.text)
        assert "Austria" in str(zero.text)
        assert "a letter stood where only a figure can stand" in str(letters.text)
    with override("nl"):
        assert "Oostenrijk" in str(zero.text)
        assert "een letter" in str(letters.text)


def test_a_shape_that_means_the_same_is_no_guess_and_needs_no_word():
    for typed in ("3524kb", "\u200b3524 KB", "NL-3524 KB", "\uff13\uff15\uff12\uff14\uff2b\uff22", "3524 \u2013 KB"):
        assert read_postal_code("NL", typed).repair == ""
        assert postcode_corrections("NL", typed) == ()


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "-", "x" * 5000, "0" * 5000, "OIL" * 900, "\u0663" * 4000])
def test_nothing_and_far_too_much_are_read_at_once(typed):
    for country in (*FORMS, "", "ZZ"):
        assert read_postal_code(country, typed).repair == ""
        assert country in {"", "ZZ"} or not read_postal_code(country, typed).is_valid
        assert len(other_countries(country, typed)) == 0


def test_every_country_with_known_codes_has_rows_in_the_table_or_shares_a_tested_form():
    tested = {row["country"] for row in TABLE}
    assert {*EU, "NL", "BE", "GB", "CH", "NO", "US", "CA"} <= tested
    assert len(tested) >= 100
