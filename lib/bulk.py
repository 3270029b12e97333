"""Bulk updates."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connections, models, router

M = TypeVar("M", bound=models.Model)
UPDATE_BATCH_SIZE = 500
PLAIN = frozenset({str, int, bool, type(None)})


def bulk_update_columns(rows: Sequence[M], columns: Sequence[str]) -> None:
    """Write these columns of stored rows, and no other column. A row that was deleted meanwhile stays deleted.

    One statement a batch that joins the table with the new values. Django's bulk_update builds a CASE for every value,
    and an upsert sends every column of the row; both cost several times as much.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = [model._meta.pk, *(model._meta.get_field(name) for name in columns)]
    readers = [_reader(field, connection) for field in fields]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), UPDATE_BATCH_SIZE):
            values = [[read(row) for read in readers] for row in rows[start : start + UPDATE_BATCH_SIZE]]
            if connection.vendor == "postgresql":
                cursor.execute(
                    _joined_update(fields, connection), [list(column) for column in zip(*values, strict=True)]
                )
            else:
                cursor.executemany(_single_update(fields, connection), [(*row[1:], row[0]) for row in values])


def _reader(field: Any, connection: Any) -> Callable[[models.Model], Any]:
    """Reads the value of a row as the database takes it. Plain values of most columns are that already."""
    name, is_json = field.attname, isinstance(field, models.JSONField)

    def read(row: models.Model) -> Any:
        value = getattr(row, name)
        return value if type(value) in PLAIN and not is_json else field.get_db_prep_save(value, connection)

    return read


def _joined_update(fields: Sequence[Any], connection: Any) -> str:
    """One array a column, so that the statement has the same text, and the same plan, for any number of rows."""
    quote = connection.ops.quote_name
    table, key = quote(fields[0].model._meta.db_table), quote(fields[0].column)
    changes = ", ".join(f"{quote(field.column)} = new.{quote(field.column)}" for field in fields[1:])
    # Without the length, because a cast to varchar(20)[] would cut what a column refuses.
    arrays = ", ".join(f"%s::{field.db_type(connection).split('(')[0]}[]" for field in fields)
    names = ", ".join(quote(field.column) for field in fields)
    return f"UPDATE {table} SET {changes} FROM UNNEST({arrays}) AS new ({names}) WHERE {table}.{key} = new.{key}"  # noqa: S608


def _single_update(fields: Sequence[Any], connection: Any) -> str:
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(field.column)} = %s" for field in fields[1:])
    table, key = quote(fields[0].model._meta.db_table), quote(fields[0].column)
    return f"UPDATE {table} SET {changes} WHERE {key} = %s"  # noqa: S608 - names of our own columns
