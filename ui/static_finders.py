"""Finds the generated files for the browser for ``collectstatic`` and for the development server."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from ui.bundles import GENERATED


class GeneratedFilesFinder(BaseFinder):
    """Writes a file below ``DATA_DIR`` when it is missing or has changed; safe in several processes."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in GENERATED:
            return [] if find_all else None
        found = str(_write(path) / path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in GENERATED:
            yield path, FileSystemStorage(location=_write(path))


def _write(name: str) -> Path:
    """The folder that holds the file."""
    folder = settings.DATA_DIR / "generated"
    path, content = folder / name, GENERATED[name]()
    if not path.exists() or path.read_text() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    return Path(folder)
