"""Customs forms, invoices and packing slips: complete, scannable, and of the size of the paper."""

from dataclasses import replace
from datetime import date

import pytest

from carriers.barcodes import WORLD
from carriers.documents.customs_forms import CATEGORIES
from carriers.documents.packing_slip import draw_packing_slips
from carriers.labels import draw_documents, draw_labels
from carriers.parcels import (
    Address,
    Consignment,
    CustomsDeclaration,
    CustomsLine,
    PackedItem,
    PackingSlip,
    ParcelChoice,
    PrintedLabel,
)
from carriers.tests.pdf_reading import contents, pictures, read_pages, sizes_of, texts_of

SENDER = Address(
    company="Atelier Voorbeeld",
    street="Noorderkade",
    number="18",
    postal_code="9711 JX",
    city="Groningen",
    country="NL",
    eori="NL123456789",
    vat="NL001234567B01",
)
RECIPIENT = Address(
    person="Émilie Żółć",
    street="Bahnhofstrasse 10",
    postal_code="8001",
    city="Zürich",
    country="CH",
    phone="+41 44 0000000",
    email="emilie@example.ch",
)


def mugs(number: int) -> tuple[CustomsLine, ...]:
    return tuple(CustomsLine(f"Ceramic mug {index:03d}", 2, 350, 1495, "691200", "NL") for index in range(number))


def label(*forms: str, lines: int = 1, number: int = 1, contents: str = "commercial_goods") -> PrintedLabel:
    customs = CustomsDeclaration(contents, "F-2026-42", mugs(lines))
    consignment = Consignment("r", RECIPIENT, SENDER, ParcelChoice(), 700 * lines + 150, "10231", customs)
    return PrintedLabel(consignment, WORLD.render(number), forms=forms, day=date(2026, 11, 25))


def forms(one: PrintedLabel, layout: str = "a4", copies: int = 1) -> list[str]:
    return texts_of(draw_documents([one], layout, with_forms=True, copies=copies))[1:]


def test_without_forms_it_is_a_file_of_labels():
    labels = [label("cn22"), label()]
    assert draw_documents(labels, "a6", with_forms=False) == draw_labels(labels, "a6")


@pytest.mark.parametrize("layout", ["a4", "a6"])
def test_a_cn22_says_what_the_post_asks(layout):
    (words,) = forms(label("cn22"), layout)
    for wanted in (
        "CN 22",
        "Atelier Voorbeeld",
        "Émilie Żółć",
        "SWITZERLAND",
        "2 × Ceramic mug 000",
        "691200",
        "0.700",
    ):
        assert wanted in words
    assert "29.90 EUR" in words
    assert "2026-11-25" in words
    assert "signature" in words


@pytest.mark.parametrize("layout", ["a4", "a6"])
def test_a_cn23_says_what_the_post_asks(layout):
    (words,) = forms(label("cn23", lines=2), layout)
    wanted = ("CN 23", "Atelier Voorbeeld", "EORI NL123456789", "VAT NL001234567B01", "Émilie Żółć", "+41 44 0000000")
    for value in (*wanted, "Ceramic mug 001", "691200", "NL", "F-2026-42", "Postal charges", "Licence", "Certificate"):
        assert value in words
    assert "1.550" in words
    assert "1.400" in words
    assert "59.80 EUR" in words


@pytest.mark.parametrize("layout", ["a4", "a6"])
def test_an_invoice_says_what_customs_asks(layout):
    first, second, third = forms(label("invoice", lines=2), layout, copies=3)
    wanted = (
        "COMMERCIAL INVOICE",
        "F-2026-42",
        "2026-11-25",
        "EORI NL123456789",
        "DAP Zürich",
        "Switzerland",
        "PostNL",
    )
    for value in (*wanted, "Sale of goods", "14.95", "29.90", "59.80 EUR", "1.400", "1.550", "Ceramic mug 001"):
        assert value in first
    assert "Copy 1/3" in first
    assert "Copy 2/3" in second
    assert "Copy 3/3" in third


@pytest.mark.parametrize(
    "kind", ["commercial_goods", "commercial_samples", "documents", "gifts", "return", "unheard_of"]
)
@pytest.mark.parametrize("form", ["cn22", "cn23"])
def test_one_kind_of_contents_is_ticked(kind, form):
    drawn = contents(draw_documents([label(form, contents=kind)], "a6", with_forms=True))
    plain = contents(draw_documents([label(form, contents="gifts")], "a6", with_forms=True))
    (words,) = forms(label(form, contents=kind))
    assert all(text in words for text in CATEGORIES.values())
    assert (drawn == plain) == (kind == "gifts")


@pytest.mark.parametrize("layout", ["a4", "a6"])
@pytest.mark.parametrize("form", ["cn22", "cn23", "invoice"])
@pytest.mark.parametrize("number", [0, 1, 5, 6, 14, 15, 100])
def test_no_line_is_left_out_however_many_there_are(form, layout, number):
    pages = forms(label(form, lines=number), layout)
    for index in range(number):
        assert sum(f"Ceramic mug {index:03d}" in page for page in pages) == 1
    total = f"{29.90 * number:.2f} EUR"
    assert [total in page for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.parametrize("layout", ["a4", "a6"])
@pytest.mark.parametrize("form", ["cn22", "cn23"])
def test_the_barcode_on_every_form_is_read_at_203_dpi(form, layout):
    for number in (0, 51_567_683, 99_999_999):
        one = label(form, lines=8, number=number)
        assert read_pages(draw_documents([one], layout, with_forms=True)) == [[one.barcode]] * 3


def test_on_a6_the_papers_follow_their_label():
    labels = [label("cn23", "invoice", number=1), label(number=2), label("cn22", number=3)]
    pdf = draw_documents(labels, "a6", with_forms=True, copies=2)
    codes = [label.barcode for label in labels]
    assert read_pages(pdf) == [[codes[0]], [codes[0]], [], [], [codes[1]], [codes[2]], [codes[2]]]
    assert sizes_of(pdf) == [(105, 148)] * 7


def test_on_a4_the_papers_follow_the_sheet_and_no_place_on_it_is_lost():
    labels = [label("cn23", number=1), label(number=2), label("cn22", number=3)]
    pdf = draw_documents(labels, "a4", 3, with_forms=True)
    codes = [label.barcode for label in labels]
    pages = read_pages(pdf)
    assert sorted(pages[0]) == codes[:2]
    assert pages[1:] == [[codes[0]], [codes[2]], [codes[2]]]
    assert sizes_of(pdf) == [(210, 297)] * 4


def test_forms_take_every_script_and_the_longest_words():
    longest = Address(*["W" * 50, "田" * 50, "W" * 40, "12345678", "abcdef", "", "W" * 50, "W" * 10], city="Ж" * 35)
    endless = replace(longest, region="W" * 35, country="GB", email="w" * 60 + "@example.com", phone="0" * 25)
    line = CustomsLine("W" * 50, 99_999, 20_000, 99_999_999, "1234567890", "NL")
    customs = CustomsDeclaration("return", "W" * 150, (line,))
    consignment = Consignment("r", endless, endless, ParcelChoice(), 999_999, "W" * 45, customs)
    one = PrintedLabel(consignment, WORLD.render(1), forms=("cn22", "cn23", "invoice"), day=date(2026, 11, 25))
    for layout in ("a4", "a6"):
        pages = forms(one, layout)
        assert all("田" * 5 in page for page in pages)
        assert all(page.count("W") > 250 for page in pages)


def test_a_form_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="cn99"):
        draw_documents([label("cn99")], "a4", with_forms=True)


def test_the_same_papers_give_the_same_bytes():
    labels = [label("cn22", "cn23", "invoice")]
    assert draw_documents(labels, "a4", with_forms=True) == draw_documents(labels, "a4", with_forms=True)


@pytest.mark.parametrize("layout", ["a4", "a6"])
def test_nothing_is_drawn_where_no_printer_reaches(layout):
    pdf = draw_documents([label("cn22", "cn23", "invoice", lines=9)], layout, with_forms=True)
    for page in pictures(pdf, 100):
        edge = round(4 / 25.4 * 100)
        inside = page.crop((edge, edge, page.width - edge, page.height - edge))
        assert sum(page.histogram()[:200]) == sum(inside.histogram()[:200])


def slip(**changes: object) -> PackingSlip:
    items = (PackedItem("Mok", 2, "MOK-1", ("Kleur: blauw",)), PackedItem("Schaal", 1))
    fields: dict = {
        "shop": "Atelier Voorbeeld",
        "sender": SENDER,
        "recipient": RECIPIENT,
        "order": "10231",
        "ordered_on": date(2026, 11, 24),
        "items": items,
        "note": "Graag als cadeau inpakken.",
        "barcode": "10231",
    }
    return PackingSlip(**(fields | changes))


def test_a_packing_slip_says_what_is_in_the_box():
    (words,) = texts_of(draw_packing_slips([slip()]))
    wanted = ("Pakbon", "Atelier Voorbeeld", "Noorderkade 18", "Émilie Żółć", "Bahnhofstrasse 10", "Zwitserland")
    for value in (*wanted, "10231", "24 november 2026", "MOK-1", "Mok", "Kleur: blauw", "2 ×", "Schaal", "1 ×"):
        assert value in words
    assert "Graag als cadeau inpakken." in words
    assert "Totaal aantal stuks: 3" in words
    assert sizes_of(draw_packing_slips([slip()])) == [(210, 297)]


def test_a_packing_slip_speaks_the_language_of_the_recipient():
    (words,) = texts_of(draw_packing_slips([slip(language="en")]))
    assert "Packing slip" in words
    assert "Switzerland" in words
    assert "November 24, 2026" in words


def test_scanning_a_packing_slip_gives_the_order():
    assert read_pages(draw_packing_slips([slip()])) == [["10231"]]
    assert read_pages(draw_packing_slips([slip(barcode="")])) == [[]]
    assert read_pages(draw_packing_slips([slip(barcode="№ Ж 1")])) == [[]]
    assert read_pages(draw_packing_slips([slip(barcode="9" * 400)])) == [[]]


def test_a_long_order_goes_on_and_every_slip_begins_on_its_own_page():
    items = tuple(PackedItem(f"Mok nummer {index:03d}", 1, f"SKU-{index}") for index in range(90))
    pages = texts_of(draw_packing_slips([slip(items=items, note="Een lang verhaal. " * 400), slip(order="10232")]))
    assert len(pages) > 4
    for index in range(90):
        assert sum(f"Mok nummer {index:03d}" in page for page in pages) == 1
    assert sum(page.count("verhaal") for page in pages) == 400
    assert "10232" in pages[-1]
    assert "Pagina 1" in pages[-1]
    assert all("10232" not in page for page in pages[:-1])


def test_the_longest_words_stay_on_the_packing_slip():
    items = (PackedItem("W" * 300, 99_999, "S" * 100, ("V" * 300,)),)
    pages = texts_of(draw_packing_slips([slip(items=items, shop="M" * 80, note="n" * 3000)]))
    words = "".join(pages)
    assert words.count("W") >= 300
    assert words.count("V") >= 300
    assert words.count("n") >= 3000


def test_there_may_be_no_items_and_no_date():
    (words,) = texts_of(draw_packing_slips([slip(items=(), ordered_on=None, note="")]))
    assert "Totaal aantal stuks: 0" in words
    assert "Besteld op" not in words
    assert "Opmerking" not in words
