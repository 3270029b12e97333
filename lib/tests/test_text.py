"""Texts from elsewhere: what shows nothing goes, what a reader sees stays, and codes are read in their plain form."""

import sys
import unicodedata

import pytest

from lib.text import clean_text, decode_entities, plain_form

# Every control, format character and surrogate, and what Unicode says is not to be shown although it is none of these.
ALWAYS_SEEN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
LINE_ENDS = {0x9, 0xA, 0xB, 0xC, 0xD, 0x85}
OTHER_UNSEEN = [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0xFE00, 0xFE0F, 0xFFFC, 0xFFFE, 0xFDD0, 0xE0100]
UNSEEN = [
    code
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"} and code not in ALWAYS_SEEN | LINE_ENDS
] + OTHER_UNSEEN
BLANKS = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Zs"] + [0x2800, 0x3164]
DASHES = [0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x2043, 0xFE58, 0xFE63, 0xFF0D, 0x2796, 0x058A]


def cleaned(text: object) -> str:
    return clean_text(text, 1000)[0]


def test_nothing_that_shows_nothing_gets_into_a_name_wherever_it_stands():
    for code in UNSEEN:
        unseen = chr(code)
        assert cleaned(f"{unseen}Jo{unseen}ris{unseen}{unseen} 12{unseen}") == "Joris 12", hex(code)
        assert plain_form(f"{unseen}35{unseen}24{unseen} KB{unseen}") == "3524 KB", hex(code)


def test_every_blank_is_a_space_and_none_is_left_at_the_ends():
    for code in BLANKS:
        assert cleaned(f"{chr(code)}de{chr(code)}Wit{chr(code)}") == "de Wit", hex(code)
        assert plain_form(f"{chr(code)}3524{chr(code)}{chr(code)}KB{chr(code)}") == "3524 KB", hex(code)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_lines_stay_apart_however_they_end(end):
    assert cleaned(f"one{end}two") == "one\ntwo"
    assert plain_form(f"one{end}two") == "one two"


@pytest.mark.parametrize(
    "text",
    [
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0915\u094d\u200d\u0937",
        "\u0915\u094d\u200c\u0937",
        "\u09b0\u200d\u09cd\u09af",
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
        "\u0d28\u0d4d\u200d",
        "\u1820\u180b",
        "\u845b\U000e0100",
        "\u2764\ufe0f",
        "1\ufe0f\u20e3",
        "\U0001f469\u200d\U0001f680",
        "\U0001f469\U0001f3fd\u200d\U0001f680",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ],
    ids=ascii,
)
def test_what_letters_and_pictures_need_stays(text):
    assert cleaned(text) == text
    assert cleaned(f"\ufeff{text}\u200e") == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Auf\u200clage", "Auflage"),
        ("\u200d\u0639\u0644\u06cc\u200c", "\u0639\u0644\u06cc"),
        ("\u06cc\u200c\u200c\u0631", "\u06cc\u200c\u0631"),
        ("\u06cc\u200c\u200e\u0631", "\u06cc\u200c\u0631"),
        ("12\ufe0f", "12"),
        ("Joris\ufe0f", "Joris"),
        ("Joris\U000e0067\U000e007f", "Joris"),
    ],
    ids=ascii,
)
def test_joiners_and_selectors_that_nothing_needs_go(given, kept):
    assert cleaned(given) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("\uff2c\uff49\uff4e\uff44\uff45 \uff11\uff12", "Linde 12"),
        ("\U0001d413\U0001d422\U0001d427\U0001d428", "Tino"),
        ("\U0001d7cf\U0001d7d0", "12"),
        ("Del\ufb01", "Delfi"),
        ("Łódź ½ m² Ø 2º", "Łódź ½ m² Ø 2º"),
        ("東京都千代田区", "東京都千代田区"),
        ("עברית", "עברית"),
    ],
)
def test_letters_in_another_shape_are_those_letters_and_other_letters_stay(given, kept):
    assert cleaned(given) == kept


def test_a_code_is_read_as_a_plain_keyboard_types_it():
    for code in DASHES:
        assert plain_form(f"160{chr(code)}0022") == "160-0022", hex(code)
    assert plain_form("160\u30fc0022") == "160-0022"
    assert plain_form("\u0663\u0665\u0662\u0664") == "3524"
    assert plain_form("\u06f1\u06f0") == plain_form("\u0967\u0966") == plain_form("\u2460\u24ea") == "10"
    assert plain_form("\uff13\uff15\uff12\uff14\u3000\uff2b\uff22") == "3524 KB"
    assert plain_form("e\u0301") == "é"
    assert plain_form("ローマ") == "ローマ"


def test_another_number_is_not_taken_for_a_plain_one():
    assert plain_form("12½") == "12½"
    assert plain_form("12²") == "12²"


@pytest.mark.parametrize("text", ["", "3524 KB", "160\u22120022", "\ufeff12½", "\u0639\u0644\u06cc\u200c\u0631"])
def test_cleaning_again_changes_nothing(text):
    assert plain_form(plain_form(text)) == plain_form(text)
    assert cleaned(cleaned(text)) == cleaned(text)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Caf&eacute;plein", "Caféplein"),
        ("&#039;t Voorbeeld", "'t Voorbeeld"),
        ("O&#x27;Brien", "O'Brien"),
        ("O&#X2019;Brien", "O’Brien"),
        ("O&#146;Brien", "O’Brien"),
        ("&quot;De Hoek&quot;", '"De Hoek"'),
        ("Voorbeeld &amp; Zn", "Voorbeeld & Zn"),
        ("Voorbeeld &AMP; Zn", "Voorbeeld & Zn"),
        ("&Oslash;stergade &#321;&#243;d&#378;", "Østergade Łódź"),
        ("Linde&nbsp;laan", "Linde\u00a0laan"),
        ("&lt;b&gt;", "<b>"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;amp;", "&amp;amp;"),
        ("&amp;#39;", "&#39;"),
    ],
)
def test_an_entity_is_read_once(given, read):
    assert decode_entities(given) == read


@pytest.mark.parametrize(
    "text",
    [
        "R&D B.V. &copy",
        "Jansen & Zn",
        "A&B; C",
        "Q&A;",
        "&",
        "&;",
        "&#;",
        "&#x;",
        "&eacute",
        "&#39",
        "a&lt",
        "&unheard;",
    ]
    + ["&#0;", "&#xD800;", "&#1114112;", "&#129;", "& amp;"],
)
def test_an_ampersand_that_is_one_stays(text):
    assert decode_entities(text) == text
