"""HS codes by words in Dutch and English; Dutch words in a description; countries by name."""

import pytest

from carriers import hs_codes
from carriers.customs import MAX_DESCRIPTION_LENGTH
from carriers.dutch_words import find_dutch_words
from carriers.hs_codes import find_hs_code, search_hs_codes, suggest_hs_codes
from carriers.typesetting.fixed_language import country_code


def codes(typed: str) -> list[str]:
    return [found.code for found in search_hs_codes(typed)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("mok", "691200"), ("mokken", "691200"), ("koffiemok", "691200"), ("mug", "691200"), ("vazen", "691390"),
        ("zilveren ring", "711311"), ("gouden oorbellen", "711319"), ("ketting", "711719"), ("T-shirts", "610910"),
        ("wollen muts", "650500"), ("geurkaarsen", "340600"), ("handgemaakte zeep", "340111"), ("knuffeltje", "950300"),
        ("ansichtkaart", "490900"), ("poster", "491191"), ("groene thee", "090210"), ("stroopwafels", "190532"),
        ("bruisbal", "330730"), ("bad bomb", "330730"), ("tote bag", "420222"), ("haakpakket", "630800"),
        ("tulpenbollen", "060110"), ("hondenriem", "420100"), ("notitieboekje", "482010"), ("JEWELRY silver", "711311"),
    ],
)  # fmt: skip
def test_an_article_of_a_small_shop_is_found_by_its_dutch_or_english_word(typed, code):
    assert codes(typed)[0] == code


def test_what_small_shops_do_not_send_is_found_in_the_headings():
    assert "880211" in codes("helicopters")
    assert codes("ball bearings")[0] == "848210"


def test_the_first_digits_find_a_code_however_they_are_written():
    assert codes("6912") == codes("6912.00") == codes("6912 00 1000") == ["691200"]
    assert codes("7") == codes("x") == codes("") == codes("?!") == []


def test_a_name_is_only_suggested_a_code_of_which_it_has_the_whole_name():
    assert [found.code for found in suggest_hs_codes("Koffiemok blauw 300 ml")] == ["691200"]
    assert [found.code for found in suggest_hs_codes("T-shirt Zeilboot")] == ["610910", "610990"]
    assert [found.code for found in suggest_hs_codes("Nagellak rood")] == ["330430"]
    assert [found.code for found in suggest_hs_codes("Luiertas")] == ["420292"]
    assert suggest_hs_codes("Zeilboot") == suggest_hs_codes("") == ()


def test_a_result_says_by_which_word_it_was_found():
    found = search_hs_codes("bruisbal")[0]
    assert (found.name("nl"), found.name("en"), found.hit) == ("Badzout", "Bath salts or bath bomb", "bruisbal")


def test_every_article_has_a_code_of_the_system_and_a_name_that_fits_the_form():
    rows = hs_codes._rows()
    assert len(rows) > 350
    assert [code for code, *_names in rows if find_hs_code(code) is None or not find_hs_code(code).heading] == []
    assert [english for _code, english, *_names in rows if len(english) > MAX_DESCRIPTION_LENGTH] == []
    assert [english for _code, english, *_names in rows if find_dutch_words(english)] == []


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Koffiemok blauw", ["koffiemok", "blauw"]), ("Handgemaakte zeep", ["handgemaakte", "zeep"]),
        ("Babydeken", ["babydeken"]), ("Kettingen", ["kettingen"]), ("Bracelet met hart", ["met", "hart"]),
        ("Ceramic mug", []), ("Van Gogh print", []), ("Drop earrings", []), ("Poster A3", []), ("Gin", []),
        ("Bucket hat", []), ("Wooden toy car", []), ("iPhone case", []), ("", []),
    ],
)  # fmt: skip
def test_dutch_words_in_an_english_description_are_noticed_and_english_ones_are_not(description, words):
    assert find_dutch_words(description) == words


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Nederland", "NL"), ("nl", "NL"), (" china ", "CN"), ("TÜRKIYE", "TR"), ("Turkije", "TR"), ("VS", "US"),
        ("V.S.", "US"), ("u.s.a.", "US"), ("Engeland", "GB"), ("UK", "GB"), ("zuid korea", "KR"), ("Hong Kong", "HK"),
        ("Groot-Brittannië", "GB"), ("Nergensland", ""), ("XX", ""), ("EU", ""), ("", ""), ("²", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_the_names_people_write(typed, code):
    assert country_code(typed) == code
