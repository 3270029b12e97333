"""Merging PDFs. PDFium is not thread-safe: one lock for the whole process."""

import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lib.http import ApiInvalidResponse

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_pdfium = threading.Lock()
# A PDF, and the indexes of its wanted pages; None for all of them.
Excerpt = tuple[bytes, Sequence[int] | None]


def merge(parts: Sequence[bytes]) -> bytes:
    """All pages of these PDFs, in order. Raises ApiInvalidResponse when one of them is not a PDF."""
    return parts[0] if len(parts) == 1 else assemble([(part, None) for part in parts])


def merge_files(paths: Iterable[Path], target: IO[bytes]) -> None:
    """All pages of these PDFs, in order, into ``target``, which holds a part of a PDF when one of them is none.

    Raises ApiInvalidResponse then.
    """
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - PDFium only where PDFs are merged

    with _pdfium, _errors_translated(), _closed(PdfDocument.new()) as merged:
        for path in paths:
            with _closed(PdfDocument(path)) as document:
                merged.import_pages(document)
        merged.save(target)


def assemble(excerpts: Sequence[Excerpt]) -> bytes:
    """These pages, in order; a PDF of which only some pages are wanted may occur several times.

    Raises ApiInvalidResponse when one of them is not a PDF.
    """
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - PDFium only where PDFs are merged

    with _pdfium, _errors_translated(), ExitStack() as opened:
        merged = opened.enter_context(_closed(PdfDocument.new()))
        documents: dict[int, PdfDocument] = {}
        for pdf, wanted in excerpts:
            if wanted is None:
                with _closed(PdfDocument(pdf)) as document:
                    merged.import_pages(document)
                continue
            if id(pdf) not in documents:
                documents[id(pdf)] = opened.enter_context(_closed(PdfDocument(pdf)))
            merged.import_pages(documents[id(pdf)], list(wanted))
        content = io.BytesIO()
        merged.save(content)
        return content.getvalue()


def page_count(pdf: bytes) -> int:
    """Raises ApiInvalidResponse when it is not a PDF."""
    from pypdfium2 import PdfDocument  # noqa: PLC0415 - PDFium only where PDFs are merged

    with _pdfium, _errors_translated(), _closed(PdfDocument(pdf)) as document:
        return len(document)


@contextmanager
def _closed(document: "PdfDocument") -> Iterator["PdfDocument"]:
    try:
        yield document
    finally:
        document.close()


@contextmanager
def _errors_translated() -> Iterator[None]:
    from pypdfium2 import PdfiumError  # noqa: PLC0415 - PDFium only where PDFs are merged

    try:
        yield
    except PdfiumError as error:
        raise ApiInvalidResponse("a label file that is not a PDF") from error
