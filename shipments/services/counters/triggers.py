"""Installing the triggers that keep the counters and the flags on shipments and orders, on both databases.

Not in a migration, because SQLite rebuilds a table to change it and loses its triggers without a word. ``migrate``
removes them before it changes a table and installs them afterwards, together with a comparison of every counter.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

from shipments.services.counters import postgresql, sqlite
from shipments.services.counters.comparison import repair_all

PREFIX = "counted_"
SQL = {"postgresql": postgresql.triggers, "sqlite": sqlite.triggers}
INSTALLED = {
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
}
COLUMNS = {"shipments_shipment": "overdue", "integrations_externalorder": "is_imported"}


def remove_before_migrating(sender: AppConfig, using: str, plan: Sequence[Any], **_: Any) -> None:
    """A receiver of ``pre_migrate``."""
    if plan:
        with transaction.atomic(using=using):
            _remove(using)


def install_after_migrating(sender: AppConfig, using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    """A receiver of ``post_migrate``. Does nothing when there was nothing to migrate and the triggers are there."""
    if _has_tables(using) and (plan or not is_installed(using)):
        install(using)


def is_installed(using: str = "default") -> bool:
    """Whether exactly the triggers of this release are there."""
    wanted = {_name(purpose, sql) for purpose, sql in _triggers(using)}
    return wanted == {name for name, _table in _installed(using)}


def install(using: str = "default") -> None:
    """Replace the triggers and put the counters right, before anybody else can change a row. May be repeated."""
    with transaction.atomic(using=using):
        with connections[using].cursor() as cursor:
            if connections[using].vendor == "postgresql":
                cursor.execute(postgresql.LOCK)
        _remove(using)
        with connections[using].cursor() as cursor:
            for purpose, sql in _triggers(using):
                for statement in sql:
                    cursor.execute(statement.replace(f"{{{purpose}}}", _name(purpose, sql)))
        repair_all(using=using)
        if connections[using].vendor == "postgresql":
            with connections[using].cursor() as cursor:
                cursor.execute(postgresql.ANALYZE)


def _triggers(using: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """By purpose, with ``{purpose}`` for the name."""
    return SQL[connections[using].vendor]().items()


def _name(purpose: str, sql: tuple[str, ...]) -> str:
    """Another text gives another name, so that a release that changes one is noticed."""
    digest = hashlib.sha256("".join(sql).encode()).hexdigest()[:8]
    return f"{PREFIX}{purpose}_{digest}"


def _installed(using: str) -> list[tuple[str, str]]:
    with connections[using].cursor() as cursor:
        cursor.execute(INSTALLED[connections[using].vendor])
        return [(name, table) for name, table in cursor.fetchall() if name.startswith(PREFIX)]


def _remove(using: str) -> None:
    is_postgresql = connections[using].vendor == "postgresql"
    installed = _installed(using)
    with connections[using].cursor() as cursor:
        for name, table in installed:
            cursor.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            for name, _table in installed:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _has_tables(using: str) -> bool:
    """Not before the migration that makes them, also on the way back."""
    with connections[using].cursor() as cursor:
        tables = connections[using].introspection.table_names(cursor)
        return set(COLUMNS) <= set(tables) and all(
            column in {found.name for found in connections[using].introspection.get_table_description(cursor, table)}
            for table, column in COLUMNS.items()
        )
