"""The tables of docs/privacy.md, made of the registry and the periods. ``manage.py privacy_document`` writes them."""

from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from lib.personal_data import personal_columns
from shops.periods import PERIODS

BEGIN, END = "<!-- made: {name} -->", "<!-- end -->"


def document_path() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "privacy.md"


def columns_table() -> str:
    """A line for each group of columns that are declared together."""
    rows = ["| columns | whose | why | kept | how a person is erased |", "|---|---|---|---|---|"]
    columns = sorted(personal_columns(), key=lambda one: (one.model, one.why, one.label))
    for (model, why), group in groupby(columns, key=lambda one: (one.model, one.why)):
        same = list(group)
        names = ", ".join(f"`{column.column}`" for column in same)
        first = same[0]
        rows.append(f"| {model}: {names} | {first.whose} | {why} | {first.kept} | {first.erasure} |")
    return "\n".join(rows)


def periods_table() -> str:
    rows = ["| what | days | bounds | from when |", "|---|---|---|---|"]
    with override("en"):
        for period in PERIODS.values():
            default = period.default() if callable(period.default) else period.default
            rows.append(f"| {period.title} | {default} | {period.shortest}–{period.longest} | {period.text} |")
    return "\n".join(rows)


TABLES = {"columns": columns_table, "periods": periods_table}


def with_tables(text: str) -> str:
    """The document with its tables as they should be."""
    for name, make in TABLES.items():
        begin = BEGIN.format(name=name)
        before, _begin, rest = text.partition(begin)
        _old, _end, after = rest.partition(END)
        text = f"{before}{begin}\n{make()}\n{END}{after}"
    return text
