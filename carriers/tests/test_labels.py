"""Labels: every barcode is read back from the drawn page, on every paper, as a 203 dpi printer would print it."""

import io
from threading import Lock

import pypdfium2
import pytest
import zxingcpp

from carriers.barcodes import DOMESTIC, EUROPE, WORLD, s10_check_digit, series_for
from carriers.labels import draw_labels, undrawable
from carriers.parcels import (
    Address,
    Consignment,
    CustomsDeclaration,
    CustomsLine,
    Destination,
    ParcelChoice,
    PrintedLabel,
)

PDFIUM = Lock()
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


def read_pages(pdf: bytes) -> list[list[str]]:
    """The barcodes on each page, read at 203 dpi in grey."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(io.BytesIO(pdf))
        images = [page.render(scale=203 / 72, grayscale=True).to_pil() for page in document]
    return [[code.text for code in zxingcpp.read_barcodes(image)] for image in images]


def text_of(pdf: bytes) -> str:
    with PDFIUM:
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf)))


def size_of(pdf: bytes) -> tuple[int, int]:
    with PDFIUM:
        width, height = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].get_size()
    return round(width / 72 * 25.4), round(height / 72 * 25.4)


BARCODES = [
    *[DOMESTIC.render(number) for number in (0, 1, 7, 123_456_789, 999_999_999)],
    *[EUROPE.render(number) for number in (0, 42, 9_999_999)],
    *[WORLD.render(number) for number in (0, 51_567_683, 99_999_999)],
]


@pytest.mark.parametrize("barcode", BARCODES)
def test_every_kind_of_barcode_is_read_back(barcode):
    assert read_pages(draw_labels([label(barcode)], "a6")) == [[barcode]]


def test_a6_is_one_label_a_page_in_the_given_order():
    codes = [DOMESTIC.render(number) for number in (5, 3, 9)]
    pdf = draw_labels([label(code) for code in codes], "a6")
    assert read_pages(pdf) == [[code] for code in codes]
    assert size_of(pdf) == (105, 148)


@pytest.mark.parametrize("start", [1, 2, 3, 4])
@pytest.mark.parametrize("number", [1, 2, 4, 5, 9])
def test_a4_holds_four_and_begins_at_the_chosen_place(start, number):
    codes = [DOMESTIC.render(one) for one in range(number)]
    pdf = draw_labels([label(code) for code in codes], "a4", start)
    pages = read_pages(pdf)
    first = codes[: 5 - start]
    assert sorted(pages[0]) == sorted(first)
    assert [code for page in pages for code in sorted(page)] == codes
    assert len(pages) == -(-(number + start - 1) // 4)
    assert size_of(pdf) == (210, 297)


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


def test_the_same_labels_give_the_same_bytes():
    assert draw_labels([label(BARCODES[0])], "a6") == draw_labels([label(BARCODES[0])], "a6")


def test_an_endless_name_shrinks_but_stays_inside_the_label():
    long = Address(
        person="W" * 50, street="V" * 40, number="12345678", postal_code="3524 KB", city="U" * 35, country="NL"
    )
    assert read_pages(draw_labels([label(BARCODES[0], recipient=long)], "a6")) == [[BARCODES[0]]]


def test_characters_the_font_lacks_are_known_beforehand():
    assert undrawable("Łódź Αθήνα Москва Yılmaz") == ""
    assert undrawable("東京 Tokyo") == "東京"


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
