"""Finds the generated style sheet of the icons for ``collectstatic`` and for the development server."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from ui.icons import icon_style_sheet

ICON_STYLES = "css/icons.css"


class IconStylesFinder(BaseFinder):
    """Writes the style sheet below ``DATA_DIR`` when it is missing or has changed; safe in several processes."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != ICON_STYLES:
            return [] if find_all else None
        found = str(_write_styles() / ICON_STYLES)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield ICON_STYLES, FileSystemStorage(location=_write_styles())


def _write_styles() -> Path:
    """The folder that holds the file."""
    folder = settings.DATA_DIR / "generated"
    path, content = folder / ICON_STYLES, icon_style_sheet()
    if not path.exists() or path.read_text() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    return Path(folder)
