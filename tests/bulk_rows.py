"""Many rows within seconds, on PostgreSQL: INSERT ... SELECT for any model, in a database of one's own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection as database
from django.db.models import Model
from django.utils import timezone

# Random enough, and without a call of the system for each.
UUID = "md5(random()::text || n)::uuid"


def insert(model: type[Model], source: str, columns: Mapping[str, str], *, order: str = "n") -> None:
    """One row for each of ``source``, an SQL FROM list; ``columns`` are SQL expressions by the name of the column."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.column in columns or not (field.generated or field.primary_key)
    ]
    unknown = set(columns) - {field.column for field in fields}
    assert not unknown, f"{model.__name__} has no {unknown}"
    values, arguments = [], []
    for field in fields:
        if field.column in columns:
            values.append(columns[field.column].replace("%", "%%"))
        else:
            values.append(UUID if field.get_internal_type() == "UUIDField" and not field.null else "%s")
            if values[-1] == "%s":
                arguments.append(field.get_db_prep_save(_default(field), database))
    names = ", ".join(f'"{field.column}"' for field in fields)
    source = source.replace("%", "%%")
    with database.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(values)} FROM {source} ORDER BY {order}',  # noqa: S608
            arguments,
        )


def _default(field: Any) -> Any:
    if field.null and field.default in {None, timezone.now}:
        return None
    return field.get_default()


@contextmanager
def own_database(name: str) -> Iterator[None]:
    """A copy of the migrated database, which Django's connection uses inside; dropped at the end."""
    settings, name = database.settings_dict, f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    before = settings["NAME"]
    with database._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {settings['TEST']['TEMPLATE']}")
    database.close()
    settings["NAME"] = name
    try:
        yield
    finally:
        database.close()
        settings["NAME"] = before
        with database._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


UNIQUE = """
SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'u' AND conrelid = ANY(%s::regclass[])"""
INDEXES = """
SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
WHERE NOT indisprimary AND indrelid = ANY(%s::regclass[])"""


@contextmanager
def without_checks(models: tuple[type[Model], ...]) -> Iterator[None]:
    """Neither foreign keys nor indexes are kept row by row, which costs more than the rows; the indexes are made anew.

    The product's own triggers do not run: what they keep is filled afterwards. Needs the rights of a superuser.
    """
    tables = [model._meta.db_table for model in models]
    with database.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(UNIQUE, [tables])
        constraints = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("RESET session_replication_role")
        cursor.execute("RESET maintenance_work_mem")
