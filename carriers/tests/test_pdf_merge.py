"""Files of carriers put together: every page in its place, and what pages share only once."""

import io

import pytest

from carriers.barcodes import DOMESTIC
from carriers.gateways.pdf_merge import assemble, merge, merge_files, page_count
from carriers.labels import draw_labels
from carriers.tests.pdf_reading import read_pages
from carriers.tests.test_labels import label
from lib.http import ApiInvalidResponse

CODES = [DOMESTIC.render(number) for number in range(4)]


def drawn(*codes: str) -> bytes:
    return draw_labels([label(code) for code in codes], "a6")


def test_pages_of_several_files_come_in_the_order_that_is_asked():
    home, far = drawn(*CODES[:3]), drawn(CODES[3])
    pdf = assemble([(home, [0]), (far, None), (home, [1, 2])])
    assert read_pages(pdf) == [[CODES[0]], [CODES[3]], [CODES[1]], [CODES[2]]]
    assert page_count(pdf) == 4
    assert read_pages(merge([far, home])) == [[CODES[3]], [CODES[0]], [CODES[1]], [CODES[2]]]


def test_pages_that_are_taken_together_share_their_fonts():
    pdf = drawn(*CODES)
    together, apart = assemble([(pdf, [0, 1, 2, 3])]), assemble([(pdf, [number]) for number in range(4)])
    assert len(together) < len(apart) / 2


def test_files_are_put_together_in_a_file(tmp_path):
    near, far, both = (tmp_path / name for name in ("near.pdf", "far.pdf", "both.pdf"))
    near.write_bytes(drawn(*CODES[:2]))
    far.write_bytes(drawn(CODES[3]))
    with both.open("wb") as target:
        merge_files([far, near], target)
    assert read_pages(both.read_bytes()) == [[CODES[3]], [CODES[0]], [CODES[1]]]


def test_a_file_that_is_no_pdf_is_refused(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(b"<html>Service unavailable</html>")
    with pytest.raises(ApiInvalidResponse):
        merge_files([page], io.BytesIO())


@pytest.mark.parametrize("read", [page_count, lambda pdf: merge([pdf, pdf]), lambda pdf: assemble([(pdf, [0])])])
def test_what_is_no_pdf_is_refused_and_nothing_stays_locked(read):
    with pytest.raises(ApiInvalidResponse):
        read(b"<html>Service unavailable</html>")
    assert page_count(drawn(CODES[0])) == 1
