"""What every page loads, as one style sheet and one script: a browser asks for two files, and a page names two."""

from collections.abc import Callable

from django.conf import settings

from ui.icons import icon_style_sheet

ICONS = "css/icons.css"
# The first one sets the order of the layers.
STYLES = ("tokens", "icons", "layout", "controls", "tables", "panels", "pages", "labels", "paper", "product", "charts")
# The first one has the helpers of the others, the last one marks the page as ready. Some pages add one of their own.
SCRIPTS = (
    *("core", "theme", "dialogs", "toasts", "network", "unsaved", "drafts", "forms", "selection", "print", "search"),
    *("keys", "menus", "lists", "ready"),
)


def style_bundle() -> str:
    return "\n".join(icon_style_sheet() if name == "icons" else _source(f"css/{name}.css") for name in STYLES)


def script_bundle() -> str:
    return "\n".join(_source(f"js/{name}.js") for name in SCRIPTS)


def _source(path: str) -> str:
    return (settings.BASE_DIR / "static" / path).read_text()


# Files for the browser that are made, by their path below STATIC_URL.
GENERATED: dict[str, Callable[[], str]] = {
    ICONS: icon_style_sheet,
    "css/all.css": style_bundle,
    "js/all.js": script_bundle,
}
