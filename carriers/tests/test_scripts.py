"""600 recipient names in many scripts: a label prints every letter, or reports the missing ones before printing."""

import io
import re
import unicodedata

import pypdfium2
import pytest
import uharfbuzz
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from carriers.labels import draw_labels, unprintable_characters
from carriers.parcels import Address, Consignment, ParcelChoice, PrintedLabel
from carriers.tests.names import NAMES
from carriers.tests.pdf_reading import PDFIUM, contents, text_of
from carriers.typesetting import text_layout
from carriers.typesetting.embedding import draw_glyph_runs
from carriers.typesetting.fonts import candidates
from carriers.typesetting.shaping import Glyph, Run, clean, is_plain, typeset

SENDER = Address(company="Atelier", street="Kade", number="1", postal_code="3511 AA", city="Utrecht", country="NL")
COUNTRIES = {"simplified": "CN", "traditional": "TW", "japanese": "JP", "korean": "KR"}


def labels_of(script: str) -> list[PrintedLabel]:
    country = COUNTRIES.get(script, "DE")
    return [
        PrintedLabel(
            Consignment("r", Address(person=name, city="Stad", country=country), SENDER, ParcelChoice(), 500),
            f"3SSTUB{number:09d}",
        )
        for number, name in enumerate(NAMES[script])
    ]


def spoken(content: str) -> list[str]:
    """The text of each shaped line, as a screen reader or copying reads it."""
    return [bytes.fromhex(code).decode("utf-16") for code in re.findall(r"/ActualText <([0-9A-F]+)>", content)]


def letters(text: str) -> list[str]:
    return sorted(unicodedata.normalize("NFC", text.replace("\u200c", "")).replace(" ", ""))


def test_there_are_600_names_in_14_scripts():
    assert len(NAMES) >= 14
    assert sum(len(set(names)) for names in NAMES.values()) >= 600


@pytest.mark.parametrize("script", NAMES)
def test_no_name_loses_a_letter(script):
    pdf = draw_labels(labels_of(script), "a4")
    content, read = contents(pdf), text_of(pdf)
    shaped, country = spoken(content), COUNTRIES.get(script, "DE")
    assert "<0000>" not in content
    for name in NAMES[script]:
        assert unprintable_characters(name) == ""
        assert clean(name) == unicodedata.normalize("NFC", name)
        assert clean(name) in (read if is_plain(clean(name)) else shaped)
        glyphs = [glyph for run in typeset(clean(name), True, country) for glyph in run.glyphs]
        assert letters("".join(glyph.text for glyph in glyphs)) == letters(name)
        assert all(glyph.number for glyph in glyphs)


@pytest.mark.parametrize("script", ["western", "central", "vietnamese", "greek", "cyrillic", "armenian", "georgian"])
def test_names_written_from_left_to_right_are_read_back_whole(script):
    read = text_of(draw_labels(labels_of(script), "a6"))
    assert [name for name in NAMES[script] if unicodedata.normalize("NFC", name) not in read] == []


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("bold", [False, True])
def test_no_name_is_drawn_as_boxes(script, bold):
    for name in NAMES[script][::11]:
        text = clean(name)
        runs = typeset(text, bold, COUNTRIES.get(script, ""))
        for run in runs:
            boxes = tuple(glyph._replace(number=0) for glyph in run.glyphs if glyph.text.strip())
            inked = tuple(glyph for glyph in run.glyphs if glyph.text.strip())
            if not inked:
                continue
            assert all(glyph.number for glyph in inked)
            differing = _differing(_picture(Run(run.face, inked, run.width)), _picture(Run(run.face, boxes, run.width)))
            assert differing > 20 * len(inked), (name, run.face)


def _picture(run: Run) -> Image.Image:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(400, 40), invariant=1)
    draw_glyph_runs(canvas, (run,), "x", 5, 12, 20)
    canvas.showPage()
    canvas.save()
    with PDFIUM:
        return pypdfium2.PdfDocument(target.getvalue())[0].render(scale=1, grayscale=True).to_pil()


def _differing(one: Image.Image, other: Image.Image) -> int:
    histogram = ImageChops.difference(one, other).histogram()
    return sum(histogram[64:])


def test_a_letter_looks_unlike_the_box_of_its_font():
    """Shows that the comparison above can fail."""
    face = candidates(False, "sc")[1]
    box = Run(face, (Glyph(0, 0, 0, 0.6, "x"),), 0.6)
    assert _differing(_picture(box), _picture(box)) == 0
    assert _picture(box).getextrema()[0] < 128


def test_letters_join_and_marks_stay_with_their_letter():
    isolated = {glyph.number for letter in "محمد" for run in typeset(letter, False) for glyph in run.glyphs}
    joined = {glyph.number for run in typeset("محمد", False) for glyph in run.glyphs}
    assert joined != isolated
    (run,) = typeset("ẹ́", False)
    assert len(run.glyphs) == 2
    assert run.glyphs[1].advance == 0


def test_lines_from_right_to_left_keep_their_numbers_and_brackets():
    runs = typeset("דוד (תל אביב) 12", False)
    read = ["".join(glyph.text for glyph in run.glyphs) for run in runs]
    assert read[0].strip() == "12"
    assert "".join(read).replace(" ", "") == "12" + "דוד (תל אביב)".replace(" ", "")[::-1]


def test_han_characters_look_as_they_do_in_the_country():
    runs = {country: typeset("骨直", False, country)[0] for country in ("CN", "TW", "JP", "KR")}
    assert {country: run.face.name for country, run in runs.items()} == {"CN": "sc", "TW": "tc", "JP": "jp", "KR": "kr"}
    family = uharfbuzz.OTNameIdPredefined.FONT_FAMILY
    families = {run.face.name: run.face.data.get_name(family) for run in runs.values()}
    assert families == {name: f"Noto Sans CJK {name.upper()}" for name in ("sc", "tc", "jp", "kr")}
    assert typeset("骨 さくら", False, "NL")[0].face.name == "jp"


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("Gujarati", "પ્રિયા શાહ"),
        ("Gurmukhi", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ"),
        ("Kannada", "ಶ್ರೀನಿವಾಸ"),
        ("Malayalam", "ലക്ഷ്മി നായർ"),
        ("Oriya", "ପ୍ରଶାନ୍ତ"),
        ("Sinhala", "නිමල් පෙරේරා"),
        ("Ethiopic", "ሰላማዊት ተስፋዬ"),
        ("Armenian", "Արամ Խաչատրյան"),
        ("Georgian", "გიორგი ბერიძე"),
    ],
)
def test_a_script_is_drawn_in_its_own_font(script, name):
    assert unprintable_characters(name) == ""
    assert {run.face.name for run in typeset(clean(name), False)} == {script}


@pytest.mark.parametrize("bold", [False, True])
def test_each_han_character_keeps_its_own_shape_in_a_file_with_others(bold):
    """The embedded font has the used glyphs in the order of the font; the text uses them in another order."""
    (run,) = typeset("骨王直", bold, "CN")
    numbers = [glyph.number for glyph in run.glyphs]
    assert numbers != sorted(numbers)
    together = _picture(run)
    for place, glyph in enumerate(run.glyphs):
        alone = _picture(Run(run.face, (glyph,), run.width))
        left = 5 + 20 * place
        box = (left, 0, left + 20, 40)
        assert _differing(together.crop(box), alone.crop((5, 0, 25, 40))) == 0
        assert alone.crop((5, 0, 25, 40)).getextrema()[0] < 128


def test_a_file_has_only_the_han_characters_that_it_uses():
    names = [name for name in NAMES["simplified"] if not is_plain(name)]
    assert len(names) > 40
    pdf = draw_labels(labels_of("simplified"), "a4")
    assert len(pdf) < 2_000 * len(names)


def test_what_cannot_be_drawn_is_known_beforehand():
    assert unprintable_characters("Łódź Αθήνα Москва Yılmaz 東京 서울 دبي") == ""
    assert unprintable_characters("Kim 😀 𓀀 Lee\x07") == "😀𓀀U+0007"
    assert unprintable_characters("𝐊𝐢𝐦 Ｌｅｅ ᲒᲘᲝᲠᲒᲘ") == ""


def test_emoji_and_controls_are_left_out_and_unknown_letters_are_marked():
    assert clean("Kim 👩🏽‍🚀 Lee\x07 \u202eabc") == "Kim Lee abc"
    assert clean("𝐊𝐢𝐦 𓀀") == "Kim ?"
    assert clean("Anna\n\tMaria") == "Anna Maria"


def test_a_line_shrinks_then_wraps_and_is_never_cut():
    short, size = text_layout.fit("Kim", 12, 200)
    assert (short, size) == (("Kim",), 12)
    shrunk, size = text_layout.fit("Wilhelmina van der Voorbeeldstraat", 12, 170)
    assert len(shrunk) == 1
    assert size < 12
    wrapped, _size = text_layout.fit("Wilhelmina van der Voorbeeldstraat en Zonen", 12, 120)
    assert " ".join(wrapped) == "Wilhelmina van der Voorbeeldstraat en Zonen"
    assert len(wrapped) == 2
    together, _size = text_layout.fit("王" * 40, 12, 150)
    assert "".join(together) == "王" * 40
    with pytest.raises(text_layout.TextTooLong):
        text_layout.fit("W" * 400, 12, 100)


def test_the_same_names_give_the_same_bytes():
    assert draw_labels(labels_of("persian"), "a6") == draw_labels(labels_of("persian"), "a6")
