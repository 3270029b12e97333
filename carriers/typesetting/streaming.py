"""Writes a PDF page by page with ReportLab, which otherwise keeps every page of a document until it is saved.

A finished page goes to the file at once; what stays in memory is its place in the file. The boxes and resources of a
page are those of the page tree, so that a page is a few dozen bytes besides what is drawn on it. ISO 32000-1, 7.5 and
7.7 describe the structure.
"""

import zlib
from array import array
from collections.abc import Callable, Hashable
from typing import IO, Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

# A shared part is worth its place in the file, and in memory, when it is drawn often.
MAX_SHARED_PARTS = 64
FREE_ENTRY = b"0000000000 65535 f \n"


class StreamedCanvas(Canvas):  # type: ignore[misc]  # ReportLab has no types
    """A canvas whose pages all have the size of the paper, in points, and are on ``target`` once they are shown."""

    def __init__(self, target: IO[bytes], paper: tuple[float, float], font: str) -> None:
        super().__init__(target, pagesize=paper, invariant=1, pageCompression=1, initialFontName=font)
        self._doc = _StreamedDocument(target, paper)
        self._parts: dict[Hashable, str] = {}

    def showPage(self) -> None:  # noqa: N802 - the name ReportLab gave it
        # Otherwise Ghostscript takes the end of the stream for a part of the last operator.
        self._doc.add_drawing("\n".join([*self._code, ""]))
        self._startPage()

    def save(self) -> None:
        if self._code:
            self.showPage()
        self._doc.finish(self)

    def draw_shared(self, key: Hashable, draw: Callable[[Canvas], None]) -> None:
        """Draw what other pages have too: once in the file, as a form, for each ``key``.

        ``draw`` must draw the same for the same key, and leave colors and line width to whoever draws next.
        """
        if key not in self._parts:
            if len(self._parts) == MAX_SHARED_PARTS:
                self.saveState()
                draw(self)
                self.restoreState()
                return
            self._parts[key] = name = f"P{len(self._parts)}"
            self.beginForm(name)
            draw(self)
            self.endForm()
            self._doc.share(name)
        self.doForm(self._parts[key])


class _StreamedDocument(pdfdoc.PDFDocument):  # type: ignore[misc]  # ReportLab has no types
    def __init__(self, target: IO[bytes], paper: tuple[float, float]) -> None:
        super().__init__(compression=1, invariant=1)
        self._target, self._position = target, 0
        self._offsets = array("Q")
        self._page_numbers = array("L")
        self._parts: list[str] = []
        self._box = b"[0 0 %s]" % b" ".join(pdfdoc.pdfdocEnc(pdfdoc.fp_str(side)) for side in paper)
        self.Catalog.Pages = self.Pages = _PageTree(self)
        self._tree = self._number(self.Pages)
        self._put(b"%PDF-1.4\n%\x93\x8c\x8b\x9e\n")

    def add_drawing(self, content: str) -> None:
        """Write a page with these operators."""
        page = self.objectcounter + 1
        self.objectcounter += 2
        stream = zlib.compress(content.encode("latin-1"))
        head = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream)
        self._write(page + 1, head + stream + b"\nendstream")
        # Of the boxes only this one is not inherited.
        entries = (self._tree, page + 1, self._box)
        self._write(page, b"<</Type/Page/Parent %d 0 R/Contents %d 0 R/TrimBox %b>>" % entries)
        self._page_numbers.append(page)

    def share(self, part: str) -> None:
        self._parts.append(part)

    def page_tree(self) -> bytes:
        fonts = self._number(self.idToObject[pdfdoc.BasicFonts])
        names = [(pdfdoc.xObjectName(part), self.idToObject[pdfdoc.xObjectName(part)]) for part in self._parts]
        forms = b"".join(b"/%b %d 0 R" % (name.encode(), self._number(form)) for name, form in names)
        kids = b" ".join(b"%d 0 R" % number for number in self._page_numbers)
        return b"<</Type/Pages/Count %d/MediaBox %b/CropBox %b/Resources<</Font %d 0 R/XObject<<%b>>>>/Kids[%b]>>" % (
            len(self._page_numbers),
            self._box,
            self._box,
            fonts,
            forms,
            kids,
        )

    def finish(self, canvas: Canvas) -> None:
        """Write what the pages share and the table of all objects."""
        for font in self.delayedFonts:
            font.addObjects(self)
        self.info.invariant = 1
        self.info.digest(self.signature)
        root, info = self._number(self.Catalog), self._number(self.info)
        self.Outlines.prepare(self, canvas)
        self.Catalog.Outlines = None
        written = 0
        # Writing an object may number further ones.
        while written < self.objectcounter:
            written += 1
            if name := self.numberToId.get(written):
                self._write(written, pdfdoc.format(self.idToObject[name], self, toplevel=1))
        table = self._position
        self._put(b"xref\n0 %d\n" % (self.objectcounter + 1) + FREE_ENTRY)
        for offset in self._offsets[1:]:
            self._put(b"%010d 00000 n \n" % offset if offset else FREE_ENTRY)
        entries = (self.objectcounter + 1, root, info, self.ID().split(b"%")[0].strip(), table)
        self._put(b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID %b>>\nstartxref\n%d\n%%%%EOF\n" % entries)

    def _number(self, thing: Any) -> int:
        number: int = self.idToObjectNumberAndVersion[self.Reference(thing).name][0]
        return number

    def _write(self, number: int, content: bytes) -> None:
        if number >= len(self._offsets):
            self._offsets.extend([0] * (number + 1 - len(self._offsets)))
        self._offsets[number] = self._position
        self._put(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    def _put(self, content: bytes) -> None:
        self._target.write(content)
        self._position += len(content)


class _PageTree(pdfdoc.PDFObject):  # type: ignore[misc]  # ReportLab has no types
    def __init__(self, document: _StreamedDocument) -> None:
        self._document = document

    def format(self, _document: Any) -> bytes:
        return self._document.page_tree()
