"""Files of labels: written page by page, small, and with what all labels share in them once."""

import io
import re
import subprocess
import sys

import pytest

from carriers.barcodes import DOMESTIC
from carriers.labels import draw_documents, draw_labels
from carriers.parcels import Address, PrintedLabel
from carriers.tests.pdf_reading import contents, text_of, texts_of
from carriers.tests.test_labels import RECIPIENT, SENDER, label
from carriers.typesetting.document import open_document
from carriers.typesetting.streaming import MAX_SHARED_PARTS


def labels(number: int) -> list[PrintedLabel]:
    return [label(DOMESTIC.render(serial), description=str(10_000 + serial)) for serial in range(number)]


@pytest.mark.parametrize(("layout", "bytes_each"), [("a6", 850), ("a4", 350)])
def test_a_file_of_many_labels_is_small(layout, bytes_each):
    assert len(draw_labels(labels(200), layout)) / 200 <= bytes_each


@pytest.mark.parametrize("number", [1, 5, 30])
def test_the_frame_stands_in_the_file_once(number):
    drawn = contents(draw_labels(labels(number), "a6"))
    assert drawn.count("(TEST) Tj") == 1
    assert drawn.count("(Afzender: Atelier) Tj") == 1
    assert text_of(draw_labels(labels(number), "a6")).count("Afzender: Atelier") == number


def test_labels_of_different_senders_keep_their_own():
    """More of them than the file keeps frames for."""
    senders = [Address(company=f"Atelier {serial:03d}", country="NL") for serial in range(MAX_SHARED_PARTS + 3)]
    mixed = [label(DOMESTIC.render(serial), sender=sender) for serial, sender in enumerate([*senders, *senders])]
    for page, one in zip(texts_of(draw_labels(mixed, "a6")), mixed, strict=True):
        assert f"Afzender: {one.consignment.sender.company}" in page
        assert page.count("Atelier") == 1
        assert one.barcode in page


def test_a_finished_page_is_in_the_file_before_the_next_one_is_drawn():
    target, sizes = io.BytesIO(), []
    canvas = open_document(target, "a6", "Labels")
    for _page in range(3):
        sizes.append(len(target.getvalue()))
        canvas.drawString(20, 20, "x" * 50)
        canvas.showPage()
    assert sizes[0] < sizes[1] < sizes[2]
    assert canvas._code == []


@pytest.mark.parametrize("layout", ["a6", "a4"])
def test_the_table_of_the_file_has_the_place_of_every_object(layout):
    """Readers repair a wrong table without a word, and only when they have the whole file."""
    pdf = draw_documents([*labels(6), label(DOMESTIC.render(7), recipient=RECIPIENT)], layout, with_forms=True)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[1])
    head, entries = re.match(rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [nf] \n)+)trailer", pdf[start:]).groups()
    places = [entries[at : at + 20] for at in range(0, len(entries), 20)]
    assert len(places) == int(head)
    used = {number: int(place[:10]) for number, place in enumerate(places) if place[17:18] == b"n"}
    assert all(pdf[place:].startswith(b"%d 0 obj\n" % number) for number, place in used.items())
    assert {int(number) for number in re.findall(rb"(?:^|[ /\[<])(\d+) 0 R", _without_streams(pdf))} <= set(used)
    assert SENDER.company in text_of(pdf)


def _without_streams(pdf: bytes) -> bytes:
    return re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.DOTALL)


def test_a_program_that_draws_nothing_loads_nothing_that_draws():
    """Web, workers and beat import every handler of jobs; each would keep tens of megabytes."""
    program = (
        "import sys, django; django.setup(); import shipments.services.job_handlers, shipments.views.packing_slips\n"
        "print(*{'reportlab', 'pypdfium2', 'zxingcpp'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
