"""Fonts to embed in PDFs: Open Sans for most text, and Noto fonts for the scripts it lacks.

The standard PDF fonts drop letters such as ł and ő without an error, so none of them is used. Variable fonts are read
at the requested weight; ``carriers.typesetting.embedding`` embeds a static subset.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz

WEIGHTS = {False: 400, True: 700}


@dataclass(frozen=True)
class Font:
    """One font at one weight. ``path`` is relative to the folder of ``package``; ``index`` counts in a collection."""

    name: str
    package: str
    path: str
    bold: bool = False
    variable: bool = True
    index: int = 0

    @cached_property
    def file(self) -> Path:
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the font package {self.package} is not installed")
        return Path(spec.origin).parent / self.path

    @cached_property
    def data(self) -> uharfbuzz.Face:
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(self.file), self.index)

    @cached_property
    def font(self) -> uharfbuzz.Font:
        font = uharfbuzz.Font(self.data)
        if self.variable:
            font.set_variations({"wght": WEIGHTS[self.bold]})
        return font

    @cached_property
    def characters(self) -> frozenset[int]:
        return _characters(self.file)

    @cached_property
    def has_cff_outlines(self) -> bool:
        """PostScript outlines are embedded differently from TrueType outlines."""
        return "CFF2" in self.data.table_tags

    @cached_property
    def em(self) -> int:
        return int(self.data.upem)


@cache
def _characters(file: Path) -> frozenset[int]:
    """Cached per file: all weights, and all members of the collection, have the same characters."""
    return frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file)).unicodes)


SCRIPTS = (
    "Arabic",
    "Hebrew",
    "Armenian",
    "Georgian",
    "Devanagari",
    "Bengali",
    "Gujarati",
    "Gurmukhi",
    "Kannada",
    "Malayalam",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thai",
    "Lao",
    "Khmer",
    "Myanmar",
    "Ethiopic",
)
# Members of the collection Noto Sans CJK: the same characters, drawn as each region writes them.
EAST_ASIAN = {"jp": 0, "kr": 1, "sc": 2, "tc": 3}
REGIONS = {"CN": "sc", "SG": "sc", "TW": "tc", "HK": "tc", "MO": "tc", "JP": "jp", "KR": "kr"}


@cache
def usual(bold: bool) -> Font:
    """The font for Latin, Greek and Cyrillic text."""
    name = "OpenSans-Bold" if bold else "OpenSans-Regular"
    return Font("Usual", "ttf_opensans", f"ttf/{name}.ttf", bold, variable=False)


@cache
def candidates(bold: bool, region: str) -> tuple[Font, ...]:
    """Fonts in the order in which they are tried; ``region`` (sc, tc, jp, kr) decides how Han characters look."""
    # Noto Sans and the symbols come after the scripts, because they have some of the same characters.
    scripts = [_noto(script, f"NotoSans{script}", bold) for script in SCRIPTS]
    eastern = Font(region, "manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", bold, index=EAST_ASIAN[region])
    symbols = [_noto("Symbols", "NotoSansSymbols", bold), _noto("Emoji", "NotoEmoji", bold)]
    return (usual(bold), *_shared([*scripts, _noto("Noto", "NotoSans", bold), eastern, *symbols]))


def _noto(name: str, file: str, bold: bool) -> Font:
    return Font(name, "manimgx_fonts", f"{file}[wght].ttf", bold)


# One object per font, so that each file is opened once.
_opened: dict[Font, Font] = {}


def _shared(faces: list[Font]) -> list[Font]:
    return [_opened.setdefault(face, face) for face in faces]


def region_of(text: str, country: str) -> str:
    """The regional form of Han characters: by kana and hangul in the text, else by the country."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return "jp"
    if any("\uac00" <= letter <= "\ud7af" or "\u1100" <= letter <= "\u11ff" for letter in text):
        return "kr"
    return REGIONS.get(country, "sc")
