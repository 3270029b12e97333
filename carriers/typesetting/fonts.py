"""The fonts that are embedded, from the usual one to those of scripts it does not know.

A PDF's own fonts lose letters such as ł and ő without an error, so none of them is used. Variable fonts are read at
the weight that is wanted; what is embedded is a fixed cut of it (``carriers.typesetting.embedding``).
"""

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz

WEIGHTS = {False: 400, True: 700}


@dataclass(frozen=True)
class Font:
    """One font file at one weight. ``path`` is relative to the folder of ``package``."""

    name: str
    package: str
    path: str
    bold: bool = False
    variable: bool = True

    @cached_property
    def file(self) -> Path:
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"the font package {self.package} is not installed")
        return Path(spec.origin).parent / self.path

    @cached_property
    def data(self) -> uharfbuzz.Face:
        return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(self.file))

    @cached_property
    def font(self) -> uharfbuzz.Font:
        font = uharfbuzz.Font(self.data)
        if self.variable:
            font.set_variations({"wght": WEIGHTS[self.bold]})
        return font

    @cached_property
    def characters(self) -> frozenset[int]:
        return frozenset(self.data.unicodes)

    @cached_property
    def em(self) -> int:
        """Font units in one em."""
        return int(self.data.upem)


def _noto(folder: str, name: str, axes: str = "wdth,wght") -> str:
    return f"fonts/ofl/{folder}/{name}[{axes}].ttf"


SCRIPTS = (
    ("Arabic", "justmytype_intl_rtl", _noto("notosansarabic", "NotoSansArabic")),
    ("Hebrew", "justmytype_intl_rtl", _noto("notosanshebrew", "NotoSansHebrew")),
    ("Devanagari", "justmytype_intl_south_asia", _noto("notosansdevanagari", "NotoSansDevanagari")),
    ("Bengali", "justmytype_intl_south_asia", _noto("notosansbengali", "NotoSansBengali")),
    ("Tamil", "justmytype_intl_south_asia", _noto("notosanstamil", "NotoSansTamil")),
    ("Telugu", "justmytype_intl_south_asia", _noto("notosanstelugu", "NotoSansTelugu")),
    ("Thai", "justmytype_intl_sea", _noto("notosansthai", "NotoSansThai")),
    ("Lao", "justmytype_intl_sea", _noto("notosanslao", "NotoSansLao")),
    ("Khmer", "justmytype_intl_sea", _noto("notosanskhmer", "NotoSansKhmer")),
    ("Myanmar", "justmytype_intl_sea", _noto("notosansmyanmar", "NotoSansMyanmar")),
    ("Noto", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
)
EAST_ASIAN = {
    region: _noto(f"notosans{region}", f"NotoSans{region.upper()}", "wght") for region in ["sc", "tc", "jp", "kr"]
}
REGIONS = {"CN": "sc", "SG": "sc", "TW": "tc", "HK": "tc", "MO": "tc", "JP": "jp", "KR": "kr"}


@cache
def usual(bold: bool) -> Font:
    """The font of everything in Latin, Greek or Cyrillic letters."""
    name = "OpenSans-Bold" if bold else "OpenSans-Regular"
    return Font("Usual", "ttf_opensans", f"ttf/{name}.ttf", bold, variable=False)


@cache
def candidates(bold: bool, region: str) -> tuple[Font, ...]:
    """Fonts in the order in which they are tried; ``region`` (sc, tc, jp, kr) decides how Han characters look."""
    scripts = [Font(name, package, path, bold) for name, package, path in SCRIPTS]
    regions = sorted(EAST_ASIAN, key=lambda one: one != region)
    eastern = [Font(one, "justmytype_intl_cjk", EAST_ASIAN[one], bold) for one in regions]
    # Armenian and Georgian are only in the last one, which has a bit of everything.
    return (usual(bold), *_shared(scripts), *_shared(eastern), *_shared([_widest(bold)]))


def _widest(bold: bool) -> Font:
    name = "DejaVuSans-Bold" if bold else "DejaVuSans"
    return Font("DejaVu", "InvoiceGenerator", f"fonts/{name}.ttf", bold, variable=False)


_opened: dict[Font, Font] = {}


def _shared(faces: list[Font]) -> list[Font]:
    """One object per font, so that each file is opened once."""
    return [_opened.setdefault(face, face) for face in faces]


def region_of(text: str, country: str) -> str:
    """Which East Asian drawing of Han characters fits: kana and hangul say it themselves, else the country does."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return "jp"
    if any("\uac00" <= letter <= "\ud7af" or "\u1100" <= letter <= "\u11ff" for letter in text):
        return "kr"
    return REGIONS.get(country, "sc")
