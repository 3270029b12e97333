"""Labels: every barcode is read back from the page, in each layout, at the 203 dpi of a label printer."""

import re
from dataclasses import replace

import pytest
import zxingcpp

from carriers.barcodes import DOMESTIC, EUROPE, WORLD, s10_check_digit, series_for
from carriers.choices import CARRIERS, PACKAGE_TYPES
from carriers.labels import draw_labels, sheet_plan, unprintable_characters
from carriers.parcels import (
    Address,
    Consignment,
    CustomsDeclaration,
    CustomsLine,
    Destination,
    ParcelChoice,
    PrintedLabel,
)
from carriers.tests.pdf_reading import pictures, read_pages, sizes_of, text_of
from carriers.typesetting import code128, text_layout

SENDER = Address(company="Atelier", street="Kade", number="1", postal_code="3511 AA", city="Utrecht", country="NL")
RECIPIENT = Address(
    person="Łucja Żółkiewska",
    street="Lindelaan",
    number="12",
    suffix="bis",
    postal_code="3524 KB",
    city="Utrecht",
    country="NL",
)


def label(barcode: str, **changes: object) -> PrintedLabel:
    fields: dict = {
        "reference": "r",
        "recipient": RECIPIENT,
        "sender": SENDER,
        "choice": ParcelChoice(signature=True, insurance=10_000),
        "weight": 700,
        "description": "10231",
    }
    return PrintedLabel(Consignment(**(fields | changes)), barcode)


BARCODES = [
    *[DOMESTIC.render(number) for number in (0, 1, 7, 123_456_789, 999_999_999)],
    *[EUROPE.render(number) for number in (0, 42, 9_999_999)],
    *[WORLD.render(number) for number in (0, 51_567_683, 99_999_999)],
]


# A carrier's own barcodes are longer than ours and must fit too.
LONG_BARCODES = ["JVGL0612345678901234567", "3SDFXD" + "0123456789" * 2, "%00" + "5" * 25]


@pytest.mark.parametrize("barcode", [*BARCODES, *LONG_BARCODES])
def test_every_kind_of_barcode_is_read_back(barcode):
    assert read_pages(draw_labels([label(barcode)], "a6")) == [[barcode]]


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("series", [DOMESTIC, EUROPE, WORLD])
def test_every_carrier_and_series_is_read_back_from_both_papers(carrier, series):
    choices = [ParcelChoice(carrier, package_type) for package_type in PACKAGE_TYPES]
    labels = [label(series.render(number), choice=choice) for number, choice in enumerate(choices, start=77)]
    barcodes = [label.barcode for label in labels]
    assert [code for page in read_pages(draw_labels(labels, "a6")) for code in page] == barcodes
    found = [code for page in read_pages(draw_labels(labels, "a4", 3)) for code in page]
    assert sorted(found) == sorted(barcodes)


@pytest.mark.parametrize("barcode", [*BARCODES, *LONG_BARCODES])
def test_bars_are_whole_dots_wide_with_white_on_both_sides(barcode):
    (page,) = pictures(draw_labels([label(barcode)], "a6"))
    (code,) = zxingcpp.read_barcodes(page)
    dots = code128.fitting_dots(barcode, 95 / 25.4 * 72)
    assert dots >= 2
    left, right = code.position.top_left.x, code.position.top_right.x
    middle = (code.position.top_left.y + code.position.bottom_left.y) // 2
    quiet = 10 * dots
    frame = 2
    row = page.crop((left - quiet, middle, right + quiet, middle + 1))
    assert min(row.crop((0, 0, quiet - frame, 1)).tobytes()) > 200
    assert min(row.crop((row.width - quiet + frame, 0, row.width, 1)).tobytes()) > 200


def test_a_barcode_that_never_fits_is_refused():
    with pytest.raises(ValueError, match="too long"):
        draw_labels([label("X" * 60)], "a6")


def test_a6_is_one_label_a_page_in_the_given_order():
    codes = [DOMESTIC.render(number) for number in (5, 3, 9)]
    pdf = draw_labels([label(code) for code in codes], "a6")
    assert read_pages(pdf) == [[code] for code in codes]
    assert sizes_of(pdf) == [(105, 148)] * 3


@pytest.mark.parametrize("start", [1, 2, 3, 4])
@pytest.mark.parametrize("number", [1, 2, 4, 5, 9])
def test_a4_holds_four_and_begins_at_the_chosen_place(start, number):
    codes = [DOMESTIC.render(serial) for serial in range(number)]
    pdf = draw_labels([label(code) for code in codes], "a4", start)
    pages = read_pages(pdf)
    first = codes[: 5 - start]
    assert sorted(pages[0]) == sorted(first)
    assert [code for page in pages for code in sorted(page)] == codes
    assert len(pages) == -(-(number + start - 1) // 4)
    assert sizes_of(pdf) == [(210, 297)] * len(pages)


def test_a_label_says_that_it_is_no_valid_label():
    words = text_of(draw_labels([label(BARCODES[0])], "a6"))
    assert "TESTLABEL" in words
    assert "Łucja Żółkiewska" in words
    assert "Lindelaan 12-bis" in words
    assert "Handtekening" in words
    assert "Verzekerd € 100" in words


def test_customs_data_is_on_the_label():
    line = CustomsLine("Ceramic mug", 2, 350, 1495, "691200", "NL")
    words = text_of(
        draw_labels([label(BARCODES[-1], customs=CustomsDeclaration(invoice="10235", lines=(line,)))], "a6")
    )
    assert "2 × Ceramic mug · HS 691200 · NL · 700 g · EUR 29.90" in words


def test_a_parcel_of_several_says_which_it_is():
    one = label(BARCODES[0])
    assert "Collo" not in text_of(draw_labels([one], "a6"))
    assert "Collo 1/3" in text_of(draw_labels([replace(one, parcel_number=1, parcel_count=3)], "a6"))


def test_a_return_label_names_the_parcel_that_comes_back():
    words = text_of(draw_labels([replace(label(BARCODES[0]), return_of="3SSTUB749883621")], "a6"))
    assert "Retour – 3SSTUB749883621" in words
    assert "10231" not in words


def test_the_country_is_named_abroad_only():
    abroad = replace(RECIPIENT, country="CH", postal_code="8001", city="Zürich")
    assert "SWITZERLAND" in text_of(draw_labels([label(BARCODES[-1], recipient=abroad)], "a6"))
    assert "NETHERLANDS" not in text_of(draw_labels([label(BARCODES[0])], "a6"))


@pytest.mark.parametrize(("layout", "size"), [("a6", (105, 148)), ("a4", (210, 297))])
def test_the_file_asks_to_be_printed_unscaled_and_holds_nothing_active(layout, size):
    pdf = draw_labels([label(BARCODES[0])], layout)
    assert b"/PrintScaling /None" in pdf
    for box in (b"MediaBox", b"CropBox", b"TrimBox"):
        corners = [float(part) for part in re.search(rb"/" + box + rb" \[([^\]]*)\]", pdf)[1].split()]
        assert [round(corner / 72 * 25.4, 2) for corner in corners] == [0, 0, *size]
    for active in (
        b"/JavaScript",
        b"/JS",
        b"/Annots",
        b"/URI",
        b"/EmbeddedFile",
        b"/Launch",
        rb"/OpenAction",
        rb"/AA\b",
    ):
        assert not re.search(active, pdf)


def test_nothing_is_drawn_in_the_margin():
    for page in pictures(draw_labels([label(BARCODES[0]), label(BARCODES[-1], recipient=LONG_ADDRESS)], "a6")):
        margin = round(4.8 / 25.4 * 203)
        inside = page.crop((margin, margin, page.width - margin, page.height - margin))
        assert page.histogram()[0] == inside.histogram()[0]
        assert sum(page.histogram()[:200]) == sum(inside.histogram()[:200])


@pytest.mark.parametrize(
    ("count", "start", "plan"),
    [(0, 3, (0, 3)), (1, 1, (1, 2)), (3, 1, (1, 4)), (4, 1, (1, 1)), (1, 4, (1, 1)), (2, 4, (2, 2)), (9, 2, (3, 3))],
)
def test_a_half_used_sheet_is_remembered(count, start, plan):
    assert sheet_plan(count, start) == plan
    if count:
        labels = [label(DOMESTIC.render(number)) for number in range(count)]
        assert len(sizes_of(draw_labels(labels, "a4", start))) == plan[0]


def test_the_same_labels_give_the_same_bytes():
    assert draw_labels([label(BARCODES[0])], "a6") == draw_labels([label(BARCODES[0])], "a6")


# Every field at its maximum length, in the widest letters.
LONG_ADDRESS = Address(
    company="W" * 50,
    person="M" * 50,
    extra="W" * 50,
    street="W" * 150,
    number="12345678",
    suffix="abcdef",
    postal_code="W" * 10,
    city="W" * 35,
    region="W" * 35,
    country="GB",
)


def test_the_longest_address_stays_whole_inside_the_label():
    pdf = draw_labels([label(BARCODES[0], recipient=LONG_ADDRESS, sender=LONG_ADDRESS, description="W" * 45)], "a6")
    assert read_pages(pdf) == [[BARCODES[0]]]
    words = text_of(pdf)
    fields = (
        LONG_ADDRESS.company,
        LONG_ADDRESS.extra,
        LONG_ADDRESS.street,
        LONG_ADDRESS.postal_code,
        LONG_ADDRESS.city,
        LONG_ADDRESS.region,
    )
    wanted = sum(map(len, fields)) + sum(
        map(len, (LONG_ADDRESS.company, LONG_ADDRESS.street, LONG_ADDRESS.postal_code, LONG_ADDRESS.city))
    )
    assert words.count("W") >= wanted + 45
    assert words.count("M") >= 50
    assert words.count("12345678") == words.count("abcdef") == 2


def test_all_marks_stand_on_the_label_at_once():
    choice = ParcelChoice("postnl", "package", "evening", True, True, True, True, True, 500_000)
    words = text_of(draw_labels([label(BARCODES[0], choice=choice)], "a6"))
    for mark in ("Handtekening", "Alleen huisadres", "18+", "Retour bij geen gehoor", "Groot formaat", "Avond"):
        assert mark in words
    assert "Verzekerd € 5000" in words


def test_an_address_beyond_all_limits_is_refused_and_not_cut():
    with pytest.raises(text_layout.TextTooLong):
        draw_labels([label(BARCODES[0], recipient=replace(LONG_ADDRESS, person="W" * 900))], "a6")


def test_characters_the_font_lacks_are_known_beforehand():
    assert unprintable_characters("Łódź Αθήνα Москва Yılmaz 東京") == ""
    assert unprintable_characters("Kim 🎁") == "🎁"


@pytest.mark.parametrize(("layout", "start"), [("a5", 1), ("a4", 0), ("a4", 5)])
def test_paper_that_does_not_exist_is_refused(layout, start):
    with pytest.raises(ValueError, match="layout"):
        draw_labels([label(BARCODES[0])], layout, start)


@pytest.mark.parametrize(("digits", "check"), [("51567683", "9"), ("47312482", "9"), ("00000000", "5")])
def test_s10_check_digits_are_right(digits, check):
    assert s10_check_digit(digits) == check


def test_the_series_follows_the_destination():
    choice = ParcelChoice()
    assert series_for(choice, Destination("NL")) == DOMESTIC
    assert series_for(choice, Destination("BE")) == EUROPE
    assert series_for(choice, Destination("US")) == WORLD
    assert series_for(choice, Destination("ES", "35001")) == WORLD
    with pytest.raises(ValueError, match="does not fit"):
        EUROPE.render(10_000_000)
