"""A person is found in free text however the text writes the name, the address and the number."""

import pytest

from lib.person_words import mentions, person_words

WORDS = person_words(
    names=["Saar de Vriès"], emails=["Saar.deVries+shop@example.com"], phones=[("06-12345678", "NL"), ("", "NL")]
)


@pytest.mark.parametrize(
    "text",
    [
        "Saar de Vries",
        "Mail SAAR DE VRIES back",
        "tab=drafts&q=Saar+de+Vri%C3%A8s",
        "saar.devries+shop@EXAMPLE.com",
        "to <saar.devries+shop@example.com>, please",
        "call +31 6 12345678",
        "0031612345678",
        "06 1234 5678",
        {"cells": {"first": "Saar", "last": "de Vries", "city": "Zeist"}},
        [["person", "Saar de Vries"]],
        {"cells": ["De Vries", "Saar", "Zeist"]},
        "Vries, Saar de",
    ],
)
def test_a_person_is_found(text):
    assert mentions(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        {},
        None,
        "Saar",
        "de Vries",
        "Saartje de Vries",
        "de Saar Vries",
        "vries@example.com",
        "0612345679",
        {"a": 5},
    ],
)
def test_somebody_else_is_not(text):
    assert not mentions(text, WORDS)


def test_what_is_too_short_to_name_one_person_is_no_word():
    assert person_words(names=["Jo", ""], phones=[("12", "NL")]) == frozenset()


def test_a_word_may_be_known_by_its_hash_only():
    assert mentions("by Saar de Vries", lambda word: hash(word) == hash("saardevries"))
