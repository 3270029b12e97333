"""Icons and flags. Icons are Lucide's, under names of our own; one style sheet draws them all.

A page names an icon by a class and carries no drawing: an icon costs 30 bytes and no work, and a list shows hundreds.
"""

import re
from functools import cache
from importlib.resources import files
from urllib.parse import quote
from zipfile import ZipFile

from django.utils.html import format_html
from django.utils.safestring import SafeString

from ui.flags import FLAGS

# Our name to Lucide's name.
LUCIDE_NAMES = {
    "alert": "triangle-alert",
    "arrow-l": "arrow-left",
    "arrow-r": "arrow-right",
    "bookmark": "bookmark",
    "building": "building",
    "camera": "camera",
    "check": "check",
    "check-c": "circle-check",
    "clock": "clock",
    "concept": "circle-dashed",
    "copy": "copy",
    "customs": "file-text",
    "dash": "minus",
    "dots": "ellipsis",
    "down": "chevron-down",
    "download": "arrow-down-to-line",
    "external": "external-link",
    "eye": "eye",
    "file": "file-down",
    "gear": "settings",
    "globe": "globe",
    "help": "circle-question-mark",
    "home": "house",
    "import": "download",
    "info": "info",
    "key": "key-round",
    "keyboard": "keyboard",
    "left": "chevron-left",
    "link": "link",
    "lock": "lock",
    "logout": "log-out",
    "mail": "mail",
    "mailoff": "mail-x",
    "menu": "menu",
    "moon": "moon",
    "note": "sticky-note",
    "parcel": "package",
    "pencil": "pencil",
    "pin": "map-pin",
    "plug": "plug",
    "plus": "plus",
    "printer": "printer",
    "refresh": "refresh-cw",
    "return": "undo-2",
    "right": "chevron-right",
    "ruler": "ruler",
    "scan": "scan-barcode",
    "screen": "monitor",
    "search": "search",
    "shield": "shield-check",
    "sign": "signature",
    "sort-asc": "arrow-up",
    "sort-desc": "arrow-down",
    "split": "split",
    "stop": "ban",
    "store": "store",
    "sun": "sun",
    "trash": "trash-2",
    "truck": "truck",
    "unlink": "unlink",
    "updown": "chevrons-up-down",
    "upload": "upload",
    "user": "user",
    "users": "users",
    "x": "x",
    "x-c": "circle-x",
}

# Lucide has no icon for an age limit.
AGE_MARK = (
    '<circle cx="12" cy="12" r="8.5"/><path d="M8.3 9.8 9.7 9v6.2M14.2 11.8a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8zm0 '
    '0a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z" stroke-width="1.3"/>'
)

SVG_PATTERN = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def drawing(key: str) -> str:
    """The content of the ``<svg>`` of ``i-<icon>`` or ``f-<country>``. Raises LookupError for an unknown name."""
    kind, _dash, name = key.partition("-")
    if kind == "f":
        return FLAGS[name]
    return AGE_MARK if name == "18" else lucide_drawings()[name]


@cache
def lucide_drawings() -> dict[str, str]:
    """All icons by our names. The package's own tag opens its archive for each icon, which takes 20 ms."""
    with (files("lucide") / "lucide.zip").open("rb") as file, ZipFile(file) as archive:
        return {name: _svg_content(archive.read(f"{lucide}.svg").decode()) for name, lucide in LUCIDE_NAMES.items()}


def _svg_content(svg: str) -> str:
    found = SVG_PATTERN.search(svg)
    if found is None:
        raise LookupError("A file of Lucide is not one <svg> element.")
    return re.sub(r"\s+", " ", found[1]).replace("> <", "><").replace(" />", "/>").strip()


# Where a small icon needs heavier lines to keep its weight beside text, and how heavy.
HEAVY_LINES = {"pill": 1.9, "route__mark": 2.2}
HEAVY_ICONS = ("alert", "check", "clock", "concept", "customs", "printer", "return", "store", "truck", "x")
LINE_WIDTH = 1.6
# What a data URL in double quotes may hold as it is.
SAFE_IN_DATA_URL = " =:/',;()!*~$&@?+"


@cache
def icon_style_sheet() -> str:
    """The style sheet that draws every icon in the color of its text, and every flag in its own colors."""
    icons = [_icon_rule(f".i-{name}", f"i-{name}", LINE_WIDTH) for name in [*LUCIDE_NAMES, "18"]]
    heavy = [
        _icon_rule(f".{around} .i-{name},.{around}.i-{name}", f"i-{name}", width)
        for around, width in HEAVY_LINES.items()
        for name in HEAVY_ICONS
    ]
    flags = [f".f-{code}::before{{background-image:{_data_url(f'f-{code}', '0 0 20 14')}}}" for code in FLAGS]
    return "@layer base {\n" + "\n".join([*icons, *heavy, *flags]) + "\n}\n"


def _icon_rule(selector: str, key: str, width: float) -> str:
    """Lucide's icons fill their 24 units; a margin gives them the height of the text beside them."""
    lines = f"fill='none' stroke='#000' stroke-width='{width}' stroke-linecap='round' stroke-linejoin='round'"
    return f"{selector}{{--icon:{_data_url(key, '-1.5 -1.5 27 27', lines)}}}"


def _data_url(key: str, view_box: str, attributes: str = "") -> str:
    content = drawing(key).replace('"', "'")
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{view_box}' {attributes}>{content}</svg>"
    return f'url("data:image/svg+xml,{quote(svg, safe=SAFE_IN_DATA_URL)}")'


@cache
def render_icon(name: str, classes: str = "icon") -> SafeString:
    """An empty element that screen readers skip. Raises LookupError for an unknown name."""
    drawing(f"i-{name}")
    return format_html('<i class="{} i-{}"></i>', classes, name)


def flag_class(code: str) -> str:
    """The class that draws the flag of a country, or a globe; ``code`` is empty for an unknown country."""
    if code in FLAGS:
        return f"f-{code}"
    return "i-globe" if code else "i-help"
