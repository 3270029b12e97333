"""Icons and flags. Icons are Lucide's, under names of our own; each page embeds those it uses."""

import re
from functools import cache
from importlib.resources import files
from zipfile import ZipFile

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ui.flags import FLAGS

# Our name to Lucide's name.
LUCIDE_NAMES = {
    "alert": "triangle-alert",
    "arrow-l": "arrow-left",
    "arrow-r": "arrow-right",
    "bookmark": "bookmark",
    "building": "building",
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


def view_box(key: str) -> str:
    """Lucide's icons fill their 24 units; a margin gives them the height of the text beside them."""
    return "0 0 20 14" if key.startswith("f-") else "-1.5 -1.5 27 27"


def render_icon(request: HttpRequest | None, key: str, classes: str) -> SafeString:
    """A reference to the sprite. A fragment for htmx embeds the drawing: its page's sprite may lack the symbol."""
    if request is None or request.headers.get("HX-Request"):
        lines = mark_safe(drawing(key))  # noqa: S308 - our own drawings
        return format_html('<svg class="{}" viewBox="{}" aria-hidden="true">{}</svg>', classes, view_box(key), lines)
    used: set[str] = request.__dict__.setdefault("symbols_used", set())
    used.add(key)
    return format_html('<svg class="{}" aria-hidden="true"><use href="#{}"/></svg>', classes, key)


def icon_sprite(request: HttpRequest) -> SafeString:
    """The symbols that this page referred to so far, so it must come last on a page."""
    used: set[str] = request.__dict__.get("symbols_used", set())
    lines = (f'<symbol id="{key}" viewBox="{view_box(key)}">{drawing(key)}</symbol>' for key in sorted(used))
    return mark_safe("".join(lines))  # noqa: S308 - our own drawings
