"""A part of the address of which nothing readable would be printed stops the label; one lost sign does not."""

from dataclasses import replace

import pytest

from carriers.legibility import illegible_problems, is_illegible, lost_characters
from carriers.parcels import Address

HOME = Address(
    person="Kim de Wit",
    company="Atelier",
    street="Lindelaan",
    number="12",
    suffix="a",
    extra="Achterhuis",
    postal_code="3524 KB",
    city="Utrecht",
    region="Utrecht",
    country="NL",
)
# A word in scripts that no bundled font has.
WITHOUT_FONT = {
    "Meetei Mayek": "ꯃꯤꯇꯩ",
    "Thaana": "ދިވެހި",
    "Tibetan": "བོད་སྐད",
    "Cherokee": "ᏣᎳᎩ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "N'Ko": "ߒߞߏ",
    "Tifinagh": "ⵜⵉⴼⵉⵏⴰⵖ",
    "Syriac": "ܣܘܪܝܝܐ",
    "Canadian syllabics": "ᐃᓄᒃᑎᑐᑦ",
    "Ol Chiki": "ᱥᱟᱱᱛᱟᱲᱤ",
    "Javanese": "ꦗꦮ",
    "Balinese": "ᬩᬮᬶ",
    "Sundanese": "ᮞᮥᮔ᮪ᮓ",
    "Yi": "ꆈꌠ",
    "Vai": "ꕙꔤ",
    "Lisu": "ꓡꓲꓢꓴ",
    "Gothic": "𐌲𐌿𐍄",
    "Egyptian": "𓀀𓀁",
    "Adlam": "𞤀𞤣𞤤",
    "Chakma": "𑄌𑄋𑄴",
    "Coptic": "ⲙⲉⲧ",
    "Runes": "ᚠᚢᚦ",
}
PARTS = ("person", "company", "street", "city", "extra", "suffix", "region")


@pytest.mark.parametrize("word", WITHOUT_FONT.values(), ids=WITHOUT_FONT)
def test_letters_without_a_font_are_illegible_alone_and_beside_figures_and_signs(word):
    for text in (word, f"{word} {word}", f"{word} 12", f"12 {word}", f"{word} 12a", f"{word}.", f"{word}, - 3/4"):
        assert is_illegible(text), text
    for text in (f"{word} 12 bis", f"R. {word}", f"Dhr. {word}", f"Mr {word}", f"🌸 {word}", f"t.a.v. {word}"):
        assert is_illegible(text), text


@pytest.mark.parametrize("word", WITHOUT_FONT.values(), ids=WITHOUT_FONT)
def test_a_word_that_can_be_read_beside_them_makes_it_a_note(word):
    beside = ("Kim {}", "{} Lindelaan 12", "Lindelaan {} 12", "李 {}", "김 {}", "محمد {}")
    for text in (words.format(word) for words in beside):
        assert not is_illegible(text), text


@pytest.mark.parametrize("name", PARTS)
def test_every_printed_part_is_looked_at(name):
    odd = replace(HOME, **{name: "ꯃꯤꯇꯩ"})
    (problem,) = illegible_problems(odd)
    assert (problem.field, problem.code) == (name, "illegible")
    assert "ꯃꯤꯇꯩ" in str(problem.text)
    assert "Latijnse letters" in str(problem.text)
    assert not list(lost_characters(odd))


@pytest.mark.parametrize("name", ["person", "company", "street", "city"])
def test_a_name_of_pictures_alone_is_no_name(name):
    assert [problem.field for problem in illegible_problems(replace(HOME, **{name: "🌸🌸"}))] == [name]


def test_a_picture_in_a_part_that_may_be_empty_is_only_said():
    flowery = replace(HOME, extra="🌸", suffix="🏠")
    assert not list(illegible_problems(flowery))
    assert {(part.field, part.characters) for part in lost_characters(flowery)} == {("extra", "🌸"), ("suffix", "🏠")}


@pytest.mark.parametrize("person", ["Kim 🌸 Lee", "🎁Kim", "Robꯃn Voorbeeld", "Kim ✆\U0001f4de Lee", "𝐊𝐢𝐦 𓀀 Lee"])
def test_one_lost_sign_in_a_name_that_can_be_read_is_a_note(person):
    odd = replace(HOME, person=person)
    assert not list(illegible_problems(odd))
    assert [part.field for part in lost_characters(odd)] == ["person"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "-",
        "J",
        "Łódź",
        "Αθήνα",
        "Москва",
        "東京",
        "서울",
        "دبي",
        "תל אביב",
        "ქართველი",
        "አማርኛ",
        "ไทย",
        "ខ្មែរ",
    ],
)
def test_what_the_fonts_have_is_never_named(text):
    assert not is_illegible(text)
    assert not list(illegible_problems(replace(HOME, person=text)))
    assert not list(lost_characters(replace(HOME, person=text)))
