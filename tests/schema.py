"""What a database consists of, however it came about: without the order of columns, and with no names but ours."""

import re
from collections import Counter
from typing import Any

from django.apps import apps
from django.db import connections

POSTGRESQL = {
    "column": """
        SELECT table_name, column_name, data_type, udt_name, character_maximum_length, numeric_precision, numeric_scale,
               is_nullable, column_default, is_identity, generation_expression, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraint": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "function": """
        SELECT proname, prosrc FROM pg_proc JOIN pg_language ON prolang = pg_language.oid
        WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'""",
    "extension": "SELECT extname FROM pg_extension",
}
SQLITE = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"


def schema_of(alias: str) -> Counter[tuple[Any, ...]]:
    """Every column, constraint, index, trigger and function, and how often it is there."""
    if connections[alias].vendor == "postgresql":
        rows = [(kind, *row) for kind, query in POSTGRESQL.items() for row in _rows(alias, query)]
    else:
        rows = [part for kind, name, sql in _rows(alias, SQLITE) for part in _parts(kind, name, sql)]
    ours = _names()
    return Counter(tuple(_without_others_names(value, ours) for value in row) for row in rows)


def _rows(alias: str, query: str) -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _parts(kind: str, name: str, sql: str) -> list[tuple[str, ...]]:
    """The columns and constraints of a table apart, because it has no other record of its constraints."""
    if kind != "table":
        return [(kind, name, sql)]
    inside = sql[sql.index("(") + 1 : sql.rindex(")")]
    parts, depth, start = [], 0, 0
    for place, character in enumerate(inside + ","):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append((kind, name, " ".join(inside[start:place].split())))
            start = place + 1
    return parts


def _names() -> set[str]:
    """The names that models give; the others Django makes of the table's first name and a digest."""
    named = (part for model in apps.get_models() for part in (*model._meta.indexes, *model._meta.constraints))
    return {part.name for part in named}


def _without_others_names(value: Any, ours: set[str]) -> Any:
    if not isinstance(value, str):
        return value
    words = re.sub(r"\w*_[0-9a-f]{8}(_\w+)?", lambda found: found[0] if found[0] in ours else "_", value)
    return re.sub(r"\w+_(pkey|key|check|idx)\b", lambda found: found[0] if found[0] in ours else "_", words)
