"""Looking for texts everywhere: in every text column of every table, made of the models, and in every file."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Model

from carriers.tests.pdf_reading import text_of
from lib.personal_data import text_columns


def everything_with(texts: Iterable[str]) -> list[str]:
    """Where one of the texts stands: columns by name, files by their path below DATA_DIR."""
    wanted = [text.casefold() for text in texts]
    return [*_columns_with(wanted), *_files_with(wanted)]


def columns_with(texts: Iterable[str]) -> set[str]:
    return set(_columns_with([text.casefold() for text in texts]))


def _columns_with(wanted: list[str]) -> Iterator[str]:
    models: dict[type[Model], list[str]] = {}
    for model, column in text_columns():
        models.setdefault(model, []).append(column)
    for model, columns in models.items():
        for values in model._base_manager.values_list(*columns):
            for column, value in zip(columns, values, strict=True):
                if any(text in str(value).casefold() for text in wanted):
                    yield f"{model._meta.label}.{column}"


def _files_with(wanted: list[str]) -> Iterator[str]:
    """SQLite's own files too: what was erased is not left in a free page."""
    folders = {settings.FILES_DIR, settings.ERASURE_JOURNAL.parent}
    paths = {path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()}
    if connection.vendor == "sqlite":
        paths |= set(
            Path(connection.settings_dict["NAME"]).parent.glob(f"{Path(connection.settings_dict['NAME']).name}*")
        )
    for path in sorted(paths):
        content = path.read_bytes()
        text = text_of(content) if path.suffix == ".pdf" else content.decode(errors="replace")
        if any(one in text.casefold() for one in wanted):
            yield str(path)
