"""Reads PDFs: barcodes at the 203 dpi of a label printer, texts and page sizes."""

import io
import re
import zlib
from threading import Lock

import pypdfium2
import zxingcpp
from PIL import Image

# pypdfium2 fails when two threads use it at once.
PDFIUM = Lock()


def pictures(pdf: bytes, dpi: float = 203) -> list[Image.Image]:
    with PDFIUM:
        document = pypdfium2.PdfDocument(io.BytesIO(pdf))
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def read_pages(pdf: bytes, dpi: float = 203) -> list[list[str]]:
    return [[code.text for code in zxingcpp.read_barcodes(image)] for image in pictures(pdf, dpi)]


def texts_of(pdf: bytes) -> list[str]:
    with PDFIUM:
        return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]


def text_of(pdf: bytes) -> str:
    return "\n".join(texts_of(pdf))


def sizes_of(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in millimeters, to a hundredth."""
    with PDFIUM:
        sizes = [page.get_size() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]
    return [(round(width / 72 * 25.4, 2), round(height / 72 * 25.4, 2)) for width, height in sizes]


def contents(pdf: bytes) -> str:
    """The drawing instructions of every page, without the fonts they use."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    unpacked = [zlib.decompressobj().decompress(stream) for stream in streams]
    return "\n".join(part.decode("latin-1") for part in unpacked if b"\nBT" in part)
