"""Parsing address lines: a corpus of typed lines with the expected result, and tests that no word is lost."""

import random
import re
from collections import Counter

import pytest
from django.utils.translation import override

from carriers.addresses import SPLIT_COUNTRIES, ParsedAddress, address_parts, parse_address
from carriers.parcels import Address
from carriers.reachable_places import is_po_box
from carriers.tests.tables import grouped, read_rows

PARTS = ("street", "number", "suffix", "box", "extra")
# Words that only announce a number or a box; the number or box itself is kept.
ANNOUNCING = {
    "nr",
    "no",
    "n",
    "nummer",
    "huisnummer",
    "huisnr",
    "hausnr",
    "hausnummer",
    "hnr",
    "num",
    "bus",
    "bte",
    "boîte",
    "boite",
    "box",
    "b",
}


ALL_LINES = read_rows("addresses.tsv")
# What the parser cannot know: counted by ``script/corpus``, and nothing may be lost.
LINES = [line for line in ALL_LINES if line["kind"] != "hard"]
HARD = [line for line in ALL_LINES if line["kind"] == "hard"]


def kept(line1: str, line2: str = "", **given: str) -> dict[str, str]:
    return parts_of(parse_address(line1, line2, **given))


def parts_of(found: ParsedAddress) -> dict[str, str]:
    return {name: getattr(found, name) for name in PARTS}


def as_typed(found: ParsedAddress) -> dict[str, str]:
    """The parts, with the street as it was before it was abbreviated, and the words that the remarks hold instead."""
    with override("en"):
        said = [str(remark.text) for remark in found.warnings if remark.code in {"repeat", "filler"}]
    parts = parts_of(found) | {"left out": " ".join(text[1 : text.index("”")] for text in said)}
    for remark in found.warnings:
        if remark.code == "street_abbreviated":
            parts["street"] = remark.before
    return parts


def words(text: str) -> Counter[str]:
    """Runs of letters and runs of digits, without the words that only announce a number or a box."""
    runs = re.findall(r"[^\W\d_]+|\d+", text)
    return Counter(run for run in runs if run.casefold() not in ANNOUNCING)


def test_the_corpus_is_large_and_speaks_for_every_country():
    assert len(LINES) >= 1_400
    assert len({(row["country"], row["line1"], row["line2"]) for row in LINES}) >= len(LINES) - 1
    countries = Counter(line["country"] for line in LINES)
    assert countries["NL"] >= 150
    assert min(countries["BE"], countries["DE"]) >= 40
    assert len(countries) >= 30


def lost_words(line: dict[str, str], found: ParsedAddress) -> Counter[str]:
    typed, said = words(f"{line['line1']} {line['line2']}"), words(" ".join(as_typed(found).values()))
    return (typed - said) | (said - typed)


def read(line: dict[str, str]) -> ParsedAddress:
    return parse_address(line["line1"], line["line2"], country=line["country"])


@pytest.mark.parametrize("lines", grouped(LINES, "country", "kind"))
def test_a_line_becomes_what_the_corpus_says_and_keeps_its_words(lines):
    wrong = []
    for line in lines:
        found = read(line)
        parts = parts_of(found)
        if parts != {name: line[name] for name in PARTS} or lost_words(line, found):
            wrong.append((line["line1"], line["line2"], parts))
    assert not wrong


def test_a_line_beyond_the_parser_keeps_its_words():
    assert HARD
    assert not [line for line in HARD if lost_words(line, read(line))]


def is_on_paper(line: dict[str, str]) -> bool:
    address = Address(country=line["country"], **address_parts(read(line)))
    upper, _stroke, lower = line["paper"].partition(" / ")
    if lower and address.extra == lower:
        return address.place_lines == (upper, lower)
    return address.street_line == line["paper"]


@pytest.mark.parametrize("lines", grouped((line for line in LINES if line["paper"]), "country", "kind"))
def test_the_street_reads_on_paper_as_it_was_typed(lines):
    wrong = [(line["line1"], line["line2"], line["paper"]) for line in lines if not is_on_paper(line)]
    assert not wrong


WORDS = [
    "Lindelaan",
    "Straße",
    "des",
    "17.",
    "Juni",
    "1e",
    "Plein",
    "1944",
    "12",
    "12a",
    "12-14",
    "bis",
    "hs",
    "III",
    "t/m",
    "t/o",
    "bus",
    "bte",
    "boîte",
    "box",
    "4",
    "4B",
    "/",
    "-",
    ",",
    "nr.",
    "n°",
    "c/o",
    "t.a.v.",
    "Rue",
    "de",
    "la",
    "Paix",
    "Postbus",
    "2",
    "hoog",
    "verdieping",
    "Wijk",
    "7",
    "Nr.",
    "Stiege",
    "Tür",
    "Top",
    "5",
    "3524",
    "KB",
    "20",
    "août",
    "Kavel",
    "A-12",
    "(achter)",
    "№",
    "12/2/5",
    "B",
    "’t",
    "'s-Gravenweg",
    "Łódź",
    "Αθήνα",
    "東京",
    "12345",
    "123456",
    "0612345678",
    "1/2",
    "Hinterhaus",
    ".",
    ";",
    "kamer",
    "unit",
    "3e",
    "app.",
]


@pytest.mark.parametrize("country", [*sorted(SPLIT_COUNTRIES), "FR", "GB", ""])
def test_no_word_of_any_line_is_ever_lost(country):
    chance = random.Random(country)
    for _line in range(800):
        line1, line2 = (" ".join(chance.choices(WORDS, k=chance.randint(0, 9))) for _one in range(2))
        found = parse_address(line1, line2, country=country)
        assert words(f"{line1} {line2}") == words(" ".join(as_typed(found).values())), (line1, line2)


def test_no_word_of_the_parts_a_shop_knew_apart_is_lost_either():
    chance = random.Random(3)
    for _line in range(800):
        line1, line2, street, number = (" ".join(chance.choices(WORDS, k=chance.randint(0, 5))) for _one in range(4))
        country = chance.choice(["NL", "BE", "DE", "FR"])
        parsed = parse_address(line1, line2, number_hint=number, street_hint=street, country=country)
        found = as_typed(parsed)
        typed = " ".join((line1, line2, street, number) if street and number else (line1, line2))
        assert set(words(typed.casefold())) <= set(words(" ".join(found.values()).casefold())), (
            line1,
            line2,
            street,
            number,
        )


@pytest.mark.parametrize("line", LINES[::7], ids=lambda line: f"{line['country']} {line['line1']}")
def test_reading_the_same_line_twice_gives_the_same(line):
    once = parse_address(line["line1"], line["line2"], country=line["country"])
    assert parse_address(line["line1"], line["line2"], country=line["country"]) == once


@pytest.mark.parametrize(
    ("line1", "line2", "code", "before", "after"),
    [
        ("Lindelaan", "12b", "number_moved", "Lindelaan / 12b", "Lindelaan 12b"),
        (
            "Verzonnen Hof",
            "Lindelaan 12",
            "street_moved",
            "Verzonnen Hof / Lindelaan 12",
            "Lindelaan 12 · Verzonnen Hof",
        ),
        ("Lindelaan nr. 12", "", "word_left_out", "Lindelaan nr. 12", "Lindelaan 12"),
        ("Lindelaan 12 kamer 3", "", "words_moved", "Lindelaan 12 kamer 3", "Lindelaan 12 · kamer 3"),
        (
            "Laan van de Zeer Lange Verzonnen Straatnaam 12",
            "",
            "street_too_long",
            "Laan van de Zeer Lange Verzonnen Straatnaam",
            "Laan van de Zeer Lange Verzonnen / Straatnaam",
        ),
    ],
)
def test_a_repair_shows_what_was_typed_and_what_became_of_it(line1, line2, code, before, after):
    (remark,) = parse_address(line1, line2, country="NL").warnings
    assert (remark.code, remark.before, remark.after) == (code, before, after)
    assert str(remark.text)


def test_a_line_that_needed_no_repair_carries_no_remark():
    for line in ("Lindelaan 12", "Lindelaan 12-A", "1e Oosterparkstraat 3 hs", "Plein 1944 3"):
        assert parse_address(line, country="NL").warnings == ()


def test_a_postcode_and_town_typed_in_the_street_too_stand_in_one_place():
    found = kept("Lindelaan 12, 3524 kb Utrecht", country="NL", postal_code="3524KB", city="Utrecht")
    assert (found["street"], found["number"], found["extra"]) == ("Lindelaan", "12", "")
    other = kept("Lindelaan 12, 3524 KB Utrecht", country="NL", postal_code="1012AB", city="Amsterdam")
    assert other["extra"] == "3524 KB Utrecht"


@pytest.mark.parametrize(
    ("country", "expected"),
    [("FR", "12 Rue Neuve"), ("GB", "12 Rue Neuve"), ("IT", "Rue Neuve 12"), ("SE", "Rue Neuve 12")],
)
def test_parts_known_apart_are_put_together_as_the_country_writes_them(country, expected):
    assert kept("", "", number_hint="12", street_hint="Rue Neuve", country=country)["street"] == expected


def test_what_the_first_line_says_beyond_the_known_parts_is_kept():
    found = kept("Lindelaan 112 A, Hof van Linde", "2 hoog", number_hint="112 A", street_hint="Lindelaan", country="NL")
    assert found == {
        "street": "Lindelaan",
        "number": "112",
        "suffix": "A",
        "box": "",
        "extra": "Hof van Linde, 2 hoog",
    }


@pytest.mark.parametrize(
    ("street", "number", "is_box"),
    [
        ("Postbus", "1234", True),
        ("postbus 1234", "", True),
        ("PO Box 12", "", True),
        ("P.O. Box 12", "", True),
        ("Postfach", "12", True),
        ("BP 123", "", True),
        ("Boîte postale", "12", True),
        ("Apartado de correos 123", "", True),
        ("Casella postale 12", "", True),
        ("Skrytka pocztowa 5", "", True),
        ("Postbuslaan", "12", False),
        ("Boxbergstraat", "12", False),
        ("Packstation", "123", False),
        ("Lindelaan", "12", False),
        ("Postbus", "", False),
    ],
)
def test_a_box_at_the_post_office_is_recognised(street, number, is_box):
    assert is_po_box(Address(street=street, number=number)) == is_box


def test_the_remarks_speak_dutch():
    with override("nl"):
        (remark,) = parse_address("Lindelaan 12 kamer 3", country="NL").warnings
        assert str(remark.text) == "«kamer 3» staat nu op de tweede regel."
