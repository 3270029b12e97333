"""The index by trigrams that PostgreSQL finds a part of a text with. Other databases get none and need none."""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection, transaction

EXTENSIONS = ("pg_trgm", "btree_gin")
MISSING = """The PostgreSQL extensions pg_trgm and btree_gin are not in this database, and its user may not create them.
Run this once as an administrator of the database server, in this database, and migrate again:
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE EXTENSION IF NOT EXISTS btree_gin;
Both come with PostgreSQL (the package postgresql-contrib on some systems). Their user needs no right besides
CREATE on the database, because PostgreSQL trusts them."""
# Kilobytes of new rows that wait to be merged into the index; each search reads them one by one.
MAX_PENDING = 1024


class ExtensionsMissing(Exception):
    """Says what an administrator has to do."""


def has_trigrams() -> bool:
    """Whether the default database has these indexes."""
    return connection.vendor == "postgresql"


def create_extensions(_apps: Any, schema_editor: Any) -> None:
    """For RunPython; may be repeated. Raises ExtensionsMissing."""
    database = schema_editor.connection
    if database.vendor != "postgresql":
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
        try:
            with transaction.atomic(using=database.alias):
                for name in EXTENSIONS:
                    if name not in present:
                        cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        except DatabaseError as error:
            raise ExtensionsMissing(MISSING) from error


def create_index(name: str, table: str, owner: str) -> Callable[[Any, Any], None]:
    """For RunPython: an index of ``search_text`` among the rows with the same ``owner``, a column."""

    def create(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE INDEX {name} ON {table} USING gin ({owner}, search_text gin_trgm_ops)"
                f" WITH (gin_pending_list_limit = {MAX_PENDING})"
            )

    return create


def drop_index(name: str) -> Callable[[Any, Any], None]:
    """For RunPython, in reverse."""

    def drop(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {name}")

    return drop
