"""Rows as plain values, written by COPY where the database has it and by one prepared INSERT elsewhere."""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Row = Mapping[str, Any]
Encode = Callable[[Any], Any]
# As text of COPY: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
_ESCAPED = str.maketrans({"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"})
_TO_ESCAPE = re.compile(r"[\\\x08-\x0d]")
_NULL = "\\N"


class JsonText(str):
    """JSON that was written already, for a JSON column."""

    __slots__ = ()


def insert_rows(model: type[models.Model], rows: Sequence[Row]) -> list[int]:
    """Insert rows and return their ids, in the same order; all of them or none.

    A row has values by column (``shop_id``, not ``shop``). All have the same columns; what else a row holds is ignored,
    and columns that it does not have take the default of the model. As in ``bulk_create`` no signal is sent and no
    ``save`` is called. Raises IntegrityError and DataError as an INSERT does. Not repeatable.
    """
    if not rows:
        return []
    connection = connections[router.db_for_write(model)]
    with transaction.atomic(using=connection.alias, savepoint=False):
        ids = _reserve_ids(connection, model, len(rows))
        is_copied = connection.vendor == "postgresql"
        columns, values = _encoded(connection, model, rows, _copied if is_copied else None)
        quote = connection.ops.quote_name
        names = ", ".join(map(quote, (str(model._meta.pk.column), *columns)))
        target = f"{quote(model._meta.db_table)} ({names})"
        (_copy if is_copied else _insert)(connection, target, ids, values)
    return ids


def _reserve_ids(connection: BaseDatabaseWrapper, model: type[models.Model], count: int) -> list[int]:
    """Ids that nobody else gets. On SQLite the transaction has begun as the only writer."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, not for every number.
            sequence = "(SELECT pg_get_serial_sequence(%s, %s)::regclass)"
            every = f"SELECT nextval({sequence}) FROM generate_series(1, %s)"  # noqa: S608 - no value of anybody
            cursor.execute(every, [quote(table), key, count])
            return [number for (number,) in cursor.fetchall()]
        sequence = "SELECT max(seq) FROM sqlite_sequence WHERE name = %s"
        highest = f"SELECT max({quote(key)}) FROM {quote(table)}"  # noqa: S608 - names of our models
        cursor.execute(f"{sequence} UNION ALL {highest}", [table])
        first = max(number or 0 for (number,) in cursor.fetchall()) + 1
        return list(range(first, first + count))


def _encoded(
    connection: BaseDatabaseWrapper, model: type[models.Model], rows: Sequence[Row], copied: Encode | None
) -> tuple[list[str], Iterator[list[Any]]]:
    """The columns without the key, and the values of each row as the database takes them."""
    given, made, fixed = [], [], []
    for field in model._meta.concrete_fields:
        if field.primary_key or field.generated:
            continue
        encode = _json_encoder(field, copied) if isinstance(field, models.JSONField) else copied
        encode = encode or _prepared(field, connection)
        if field.attname in rows[0]:
            given.append((field, encode))
        elif field.has_default() and callable(field.default):
            # Another value for every row, such as a new id or an empty list.
            made.append((field, encode))
        else:
            fixed.append((field, encode(field.get_default())))
    readers = [(field.attname, encode) for field, encode in given]
    makers = [(field.get_default, encode) for field, encode in made]
    constants = [value for _field, value in fixed]
    values = (
        [*[encode(row[name]) for name, encode in readers], *[encode(make()) for make, encode in makers], *constants]
        for row in rows
    )
    return [str(field.column) for field, _how in (*given, *made, *fixed)], values


def _copy(connection: BaseDatabaseWrapper, target: str, ids: Sequence[int], values: Iterator[list[str]]) -> None:
    lines = [f"{own_id}\t" + "\t".join(row) for own_id, row in zip(ids, values, strict=True)]
    text = io.StringIO("\n".join(lines) + "\n")
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {target} FROM STDIN", text)


def _insert(connection: BaseDatabaseWrapper, target: str, ids: Sequence[int], values: Iterator[list[Any]]) -> None:
    rows = [[own_id, *row] for own_id, row in zip(ids, values, strict=True)]
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", rows)  # noqa: S608 - names of our models


def _copied(value: Any) -> str:
    """A value as text of COPY; a number, an id or a day is written as Python writes it."""
    if isinstance(value, str):
        return value.translate(_ESCAPED) if _TO_ESCAPE.search(value) else value
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _prepared(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Encode:
    plain = frozenset({str, int, bool, type(None)})

    def encode(value: Any) -> Any:
        return value if type(value) in plain else field.get_db_prep_save(value, connection)

    return encode


def _json_encoder(field: "models.JSONField[Any, Any]", copied: Encode | None) -> Encode:
    write = (field.encoder or json.JSONEncoder)().encode

    def encode(value: Any) -> Any:
        if value == [] or value == {}:
            return "{}" if isinstance(value, dict) else "[]"
        text = str(value) if isinstance(value, JsonText) else None if value is None else write(value)
        return copied(text) if copied else text

    return encode
