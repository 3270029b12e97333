"""The normal form of searches: bounded, and the same for what is kept and what is typed."""

import sys

import pytest

from lib.search_text import (
    MAX_TEXT_LENGTH,
    MAX_WORDS,
    find_span,
    normal_form,
    parse_words,
    phone_forms,
    search_text,
    spellings,
)


def is_found(kept: str, typed: str) -> bool:
    text, words = search_text([kept]), parse_words(typed)
    return bool(words) and all(any(spelling in text for spelling in word) for word in words)


def test_every_latin_letter_with_a_mark_is_found_without_it_and_the_other_way_round():
    letters = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isalpha()]
    assert len(letters) > 600
    for letter in letters:
        plain = normal_form(letter)
        assert plain == normal_form(letter.swapcase())[: len(plain)], letter
        for spelling in spellings(letter):
            assert is_found(f"x{letter}x", f"x{spelling}x"), letter
            assert is_found(f"x{spelling}x", f"x{letter}x"), letter


def test_what_is_normal_stays_so():
    for text in ("Łucja Żółkiewska", "ẞß", "ŉ", "Ⅻ", "½", "Ǻ", "한국어", "ΐ", "İ", "नमस्ते"):
        assert normal_form(normal_form(text)) == normal_form(text)


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "\\", "%%__", "'\"", "#", "\x00", "\ud800", "\u200b", "…", "( )"])
def test_what_holds_no_letter_and_no_figure_cannot_be_searched_for(typed):
    assert parse_words(typed) == []


def test_words_hold_letters_and_figures_only_so_nothing_needs_quoting():
    every_sign = "".join(chr(code) for code in range(sys.maxunicode + 1))
    for start in range(0, len(every_sign), 150):
        for word in parse_words(every_sign[start : start + 150]):
            assert all(spelling.isalnum() for spelling in word)


@pytest.mark.parametrize(
    "typed", ["ü" * 200, "ö ä ü å ø " * 20, "äöü " * 50, "a b c d e f g h i j k l m n o p q r", "日" * 200]
)
def test_what_is_typed_is_bounded(typed):
    words = parse_words(typed)
    assert len(words) <= MAX_WORDS
    assert max(len(word) for word in words) <= 8


def test_what_a_row_keeps_is_bounded_and_begins_with_what_matters_most():
    text = search_text(["10517", *(f"SKU-{number}" for number in range(5000))], phones=[("0655550100", "NL")])
    assert len(text) == MAX_TEXT_LENGTH
    assert text.startswith("0655550100 0031655550100 10517 sku0")


@pytest.mark.parametrize(
    ("phone", "country", "forms"),
    [
        ("+31655550100", "NL", ("0655550100", "0031655550100")),
        ("+31655550100", "", ("0655550100", "0031655550100")),
        ("+31655550100", "US", ("0655550100", "0031655550100")),
        ("06-55550100", "", ("0655550100", "0031655550100")),
        ("030-555 01 00", "NL", ("0305550100", "0031305550100")),
        ("0800 5550100", "NL", ("08005550100", "00318005550100")),
        # A number that nobody has is kept as it was typed, too.
        ("09 20044419", "NL", ("920044419", "0031920044419", "0920044419")),
        ("0470 55 50 10", "BE", ("0470555010", "0032470555010")),
        ("+390655550100", "IT", ("0655550100", "00390655550100")),
        ("(212) 555-0100", "US", ("2125550100", "0012125550100")),
        ("12", "NL", ("12",)),
        ("bel 5550100 of 5550101 of 5550102", "NL", None),
        ("0655550100", "ZZ", ("0655550100",)),
        ("", "NL", ("",)),
    ],
)
def test_a_phone_is_kept_as_it_is_dialed_at_home_and_from_abroad(phone, country, forms):
    assert forms is None or phone_forms(phone, country) == forms
    assert all(form == "" or form.isascii() for form in phone_forms(phone, country))


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Żółkiewska", "kiew", "kiew"),
        ("Łucja Żółkiewska", "zolk", "Żółk"),
        ("Jürgen Müller", "mueller", "Müller"),
        ("3524 KB", "3524kb", "3524 KB"),
        ("Hanna", "zoe", None),
        ("Großmann", "grossm", "Großm"),
    ],
)
def test_what_matched_is_marked_in_the_text_that_is_shown(text, typed, marked):
    span = find_span(text, parse_words(typed))
    assert (text[slice(*span)] if span else None) == marked
