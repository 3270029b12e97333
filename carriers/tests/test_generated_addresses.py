"""Generated addresses: what was put together comes apart again, and no letter or figure of any line is lost."""

import re
from collections import Counter

from django.utils.translation import override
from hypothesis import assume, given
from hypothesis import strategies as st

from carriers.addresses import ParsedAddress, address_parts, parse_address, split_fields
from carriers.parcels import Address
from lib.tests.generated import generated

STREETS = {
    "NL": ["Kersenlaan", "Nieuwe 3e Dwarsstraat", "Plein 1944", "Laan van de 4e Brigade", "’t Zand", "Burg. Probestr."],
    "BE": ["Wilgendreef", "Rue du 8 Mai", "Avenue des Inventions", "3de Regimentslaan", "Onze-Lieve-Vrouwestraat"],
    "DE": ["Eichenallee", "Straße des 17. Juni", "Am Alten Hof", "Dr.-Beispiel-Str.", "Unter den Linden"],
    "AT": ["Fliedergasse", "Obere Hauptstraße", "Straße des 12. Februar", "Am Platz"],
}
LETTERS = [*"abcdefhABCDEFH", "rd", "zw", "bis", "hs", "ste", "de", "th", "II", "IV"]
DOORS = ["2", "12", "3/12", "a/6", "2/1/14", "14", "1/2", "½"]
SIGNS = {"NL": ["", " ", "-", "/", " - "], "BE": ["", " ", "-"], "DE": ["", " ", "-", "/"], "AT": ["", " ", "/", "-"]}
BOXES = ["4", "4B", "4 B", "2.01", "A/3", "12b", "0304", "RC1"]
_ANNOUNCING = "nr no n num hnr nummer huisnummer huisnr hausnr hausnummer bus bte boîte boite box b"
ANNOUNCING = frozenset(_ANNOUNCING.split())
_WORDS = (
    "Kersenlaan Straße des 17. Juni 1e Plein 1944 12 12a 12e 3E 12-14 bis hs III t/m bus bte box 4 4B / - , nr. n°"
    " nr:19 c/o Rue de la Paix Postbus hoog verdieping Wijk 7 Top Stiege Tür kavel unit 3524 KB (achter) № 12/2/5 B"
    " ½ Łódź 東京 Αθήνα Vakantiepark huisje 45 Bosweg Dorpsstr.12 Utrecht Nederland geen . ; # 26 1ère Avenue"
    " 0612345678 Meijhorst 50e"
)
WORDS = st.sampled_from(_WORDS.split())
LINES = st.lists(WORDS, max_size=9).map(" ".join)
COUNTRIES = st.sampled_from(["NL", "BE", "DE", "AT", "FR", "GB", ""])


def runs(text: str) -> Counter[str]:
    """Letters and figures, without words that only announce a number or a box."""
    return Counter(run for run in re.findall(r"[^\W\d_]+|\d+", text) if run.casefold() not in ANNOUNCING)


def kept(found: ParsedAddress) -> str:
    """The parts, with the street before it was abbreviated and the words that remarks hold instead."""
    with override("en"):
        texts = [str(remark.text) for remark in found.warnings if remark.code in {"repeat", "filler"}]
    held = [text[1 : text.index("”")] for text in texts]
    whole = [remark.before for remark in found.warnings if remark.code == "street_abbreviated"]
    return " ".join([*(whole or [found.street]), found.number, found.suffix, found.box, found.extra, *held])


@st.composite
def houses(draw) -> tuple[str, str, str, str, str]:
    """A country, a street, a number as typed with its sign, the suffix in it, and a Belgian box."""
    country = draw(st.sampled_from(sorted(STREETS)))
    suffix = draw(st.sampled_from(["", *LETTERS, *DOORS]))
    sign = draw(st.sampled_from(SIGNS[country])) if suffix else ""
    assume(not (sign == "" and suffix[:1].isdigit()))
    assume(country != "BE" or not (suffix[:1].isdigit() or "/" in suffix))
    box = draw(st.sampled_from(["", *BOXES])) if country == "BE" else ""
    number = draw(st.integers(1, 999))
    return country, draw(st.sampled_from(STREETS[country])), f"{number}{sign}{suffix}", suffix, box


@generated(150)
@given(houses())
def test_what_was_put_together_comes_apart_and_reads_the_same(house):
    country, street, typed, suffix, box = house
    line = f"{street} {typed}" + (f" bus {box}" if box else "")
    found = parse_address(line, country=country)
    number = re.match(r"\d+", typed)[0]
    assert (found.street, found.number, found.suffix, found.box, found.extra) == (street, number, suffix, box, "")
    assert Address(country=country, **address_parts(found)).street_line == line


@generated(150)
@given(houses())
def test_the_number_field_is_read_like_the_line(house):
    country, street, typed, suffix, box = house
    found = split_fields(street, typed + (f" bus {box}" if box else ""), country=country)
    assert (found.street, found.number + found.suffix, found.box) == (street, re.match(r"\d+", typed)[0] + suffix, box)
    assert bool(found.warnings) == bool(suffix or box)


@generated(400)
@given(LINES, LINES, COUNTRIES)
def test_no_letter_or_figure_of_any_line_is_lost(line1, line2, country):
    found = parse_address(line1, line2, country=country, postal_code="3524 KB", city="Utrecht", others=("Robin",))
    assert runs(f"{line1} {line2}") == runs(kept(found))


@generated(250)
@given(st.tuples(LINES, LINES, LINES, LINES, LINES), COUNTRIES)
def test_no_letter_or_figure_of_any_field_is_lost(fields, country):
    found = split_fields(*fields, country=country, postal_code="3524 KB", city="Utrecht")
    assert set(runs(" ".join(fields).casefold())) <= set(runs(kept(found).casefold()))


@generated(150)
@given(st.text(max_size=60), st.text(max_size=40), COUNTRIES)
def test_any_text_at_all_is_read_and_nothing_of_it_is_lost(line1, line2, country):
    found = parse_address(line1, line2, country=country)
    assert set(filter(str.isalnum, line1 + line2)) <= set(kept(found) + "".join(ANNOUNCING) + "NRBUSTEOX")
