"""Embeds fonts in a PDF: a subset with the used glyphs at one weight, and the text of each glyph."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import uharfbuzz
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from carriers.typesetting import cff
from carriers.typesetting.fonts import WEIGHTS, Font
from carriers.typesetting.shaping import Glyph, Run

THOUSAND = 1000
SYMBOLIC = 4
# Tables that a PDF reader does not use, because the page selects glyphs by number and positions them.
UNREAD_TABLES = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"STAT", b"name", b"OS/2", b"cmap", b"post")


@dataclass(eq=False)
class EmbeddedFont:
    """A font in one document. ReportLab calls ``addObjects`` when the document is saved."""

    face: Font
    name: str
    meanings: dict[int, str] = field(default_factory=dict)

    def note(self, glyphs: Iterable[Glyph]) -> None:
        for glyph in glyphs:
            if glyph.text or glyph.number not in self.meanings:
                self.meanings.setdefault(glyph.number, "")
                self.meanings[glyph.number] = self.meanings[glyph.number] or glyph.text

    def width(self, number: int) -> int:
        """Thousandths of an em, as in the font file."""
        return int(round(self.face.font.get_glyph_h_advance(number) * THOUSAND / self.face.em))

    def addObjects(self, document: Any) -> None:  # noqa: N802 - the name ReportLab calls
        base = f"{_tag(self.name)}+{self.face.name.title()}{'Bold' if self.face.bold else ''}"
        entries = {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("CIDFontType0" if self.face.has_cff_outlines else "CIDFontType2"),
            "BaseFont": pdfdoc.PDFName(base),
            "CIDSystemInfo": _system_info(),
            "DW": THOUSAND,
            "W": self._widths(),
            "FontDescriptor": document.Reference(self._descriptor(document, base)),
        }
        if not self.face.has_cff_outlines:
            entries["CIDToGIDMap"] = pdfdoc.PDFName("Identity")
        descendant = pdfdoc.PDFDictionary(entries)
        font = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": pdfdoc.PDFName(base),
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([document.Reference(descendant)]),
                "ToUnicode": document.Reference(_stream(self._to_unicode())),
            }
        )
        document.idToObject["BasicFonts"].dict[self.name] = document.Reference(font)

    def _widths(self) -> Any:
        entries: list[Any] = []
        for number in sorted(self.meanings):
            entries += [number, pdfdoc.PDFArray([self.width(number)])]
        return pdfdoc.PDFArray(entries)

    def _descriptor(self, document: Any, base: str) -> Any:
        extents = self.face.font.get_font_extents("ltr")
        scale = THOUSAND / self.face.em
        ascent, descent = round(extents.ascender * scale), round(extents.descender * scale)
        return pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": pdfdoc.PDFName(base),
                "Flags": SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray([-THOUSAND, descent, 2 * THOUSAND, ascent]),
                "ItalicAngle": 0,
                "Ascent": ascent,
                "Descent": descent,
                "CapHeight": round(ascent * 0.7),
                "StemV": 140 if self.face.bold else 80,
                **self._font_file(document),
            }
        )

    def _font_file(self, document: Any) -> dict[str, Any]:
        """A subset that keeps the glyph numbers of the whole font, which the page uses."""
        if not self.face.has_cff_outlines:
            subset = bytes(self._subset(uharfbuzz.SubsetFlags.RETAIN_GIDS).blob.data)
            return {"FontFile2": document.Reference(_stream(subset, Length1=len(subset)))}
        # RETAIN_GIDS keeps an empty entry for each of 45,000 glyphs, 100 kB after compression. Without it the glyphs
        # are renumbered in the same order, and the charset maps the old numbers to them.
        table = bytes(self._subset(uharfbuzz.SubsetFlags.DOWNGRADE_CFF2).reference_table("CFF ").data)
        table = cff.with_charset(table, sorted(self.meanings.keys() - {0}))
        return {"FontFile3": document.Reference(_stream(table, Subtype=pdfdoc.PDFName("CIDFontType0C")))}

    def _subset(self, flag: uharfbuzz.SubsetFlags) -> Any:
        wanted = uharfbuzz.SubsetInput()
        wanted.sets(uharfbuzz.SubsetInputSets.GLYPH_INDEX).update(self.meanings)
        wanted.flags = flag | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
        if self.face.variable:
            wanted.pin_all_axes_to_default(self.face.data)
            wanted.pin_axis_location(self.face.data, "wght", WEIGHTS[self.face.bold])
        wanted.drop_table_tag_set.update(int.from_bytes(tag) for tag in UNREAD_TABLES)
        return uharfbuzz.subset(self.face.data, wanted)

    def _to_unicode(self) -> bytes:
        pairs = [
            f"<{number:04X}> <{text.encode('utf-16-be').hex().upper()}>"
            for number, text in sorted(self.meanings.items())
            if text
        ]
        blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
        mapping = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{mapping}\n"
            "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")


def _tag(name: str) -> str:
    digits = name.removeprefix("S")
    return "".join(chr(ord("A") + int(digit)) for digit in digits.zfill(6))


def _system_info() -> Any:
    return pdfdoc.PDFDictionary(
        {
            "Registry": pdfdoc.PDFString("Adobe"),
            "Ordering": pdfdoc.PDFString("Identity"),
            "Supplement": 0,
        }
    )


def _stream(content: bytes, **entries: Any) -> Any:
    stream = pdfdoc.PDFStream(content=content)
    stream.dictionary.dict.update(entries)
    stream.filters = [pdfdoc.PDFZCompress]
    return stream


_documents: WeakKeyDictionary[Any, dict[Font, EmbeddedFont]] = WeakKeyDictionary()


def _embedded(document: Any, face: Font) -> EmbeddedFont:
    fonts = _documents.setdefault(document, {})
    if face not in fonts:
        fonts[face] = EmbeddedFont(face, f"S{len(fonts) + 1}")
        document.delayedFonts.append(fonts[face])
    return fonts[face]


def draw_glyph_runs(canvas: Canvas, runs: tuple[Run, ...], text: str, x: float, y: float, size: float) -> None:
    """Draw shaped glyph runs with the baseline starting at (x, y), in points.

    ``text`` is what copying and screen readers get.
    """
    actual_text = (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper()
    code = ["q", f"/Span <</ActualText <{actual_text}>>> BDC", "BT"]
    for run in runs:
        font = _embedded(canvas._doc, run.face)
        font.note(run.glyphs)
        code.append(f"/{font.name} {size:.2f} Tf 1 0 0 1 {x:.3f} {y:.3f} Tm")
        code += _positioned(run, font, size)
        x += run.width * size
    canvas._code.append("\n".join([*code, "ET", "EMC", "Q"]))


def _positioned(run: Run, font: EmbeddedFont, size: float) -> Iterable[str]:
    """One TJ operator per vertical offset; its numbers move the pen back in thousandths of an em."""
    rise, pending = 0.0, 0
    shown: list[str] = []
    for glyph in run.glyphs:
        if glyph.y != rise:
            if shown:
                yield f"[{''.join(shown)}] TJ"
            shown, rise = [], glyph.y
            yield f"{rise * size:.3f} Ts"
        before = pending - round(glyph.x * THOUSAND)
        shown.append(f"{before}" if before else "")
        shown.append(f"<{glyph.number:04X}>")
        pending = font.width(glyph.number) + round((glyph.x - glyph.advance) * THOUSAND)
    if shown:
        yield f"[{''.join(shown)}] TJ"
    if rise:
        yield "0 Ts"
