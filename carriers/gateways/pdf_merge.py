"""Merging and splitting PDFs. PDFium is not thread-safe: one lock for the whole process."""

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pypdfium2 import PdfDocument, PdfiumError

from lib.http import ApiInvalidResponse

_pdfium = threading.Lock()


def merge(parts: Sequence[bytes]) -> bytes:
    """All pages of these PDFs, in order. Raises ApiInvalidResponse when one of them is not a PDF."""
    if len(parts) == 1:
        return parts[0]
    with _opened(parts) as documents:
        merged = PdfDocument.new()
        for document in documents:
            merged.import_pages(document)
        return _saved(merged)


def pages(pdf: bytes) -> list[bytes]:
    """Each page as a separate PDF. Raises ApiInvalidResponse when it is not a PDF."""
    with _opened([pdf]) as (document,):
        singles = []
        for index in range(len(document)):
            single = PdfDocument.new()
            single.import_pages(document, [index])
            singles.append(_saved(single))
        return singles


@contextmanager
def _opened(parts: Sequence[bytes]) -> Iterator[list[PdfDocument]]:
    with _pdfium:
        documents: list[PdfDocument] = []
        try:
            documents.extend(PdfDocument(part) for part in parts)
            yield documents
        except PdfiumError as error:
            raise ApiInvalidResponse("a label file that is not a PDF") from error
        finally:
            for document in documents:
                document.close()


def _saved(document: PdfDocument) -> bytes:
    content = io.BytesIO()
    document.save(content)
    document.close()
    return content.getvalue()
