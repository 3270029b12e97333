"""Triggers that refuse to change or delete entries of the trail, on both databases.

``migrate`` installs them, as it does those of the counters: SQLite loses the triggers of a table that it rebuilds. An
entry may be deleted only while a row of ``audit_auditerasure`` allows it, which other transactions never see.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

PREFIX = "append_only_"
TABLE, ALLOWED = "audit_auditentry", "audit_auditerasure"
MESSAGE = "the audit trail is append-only"
# SQLite compares stored moments as text, which Django writes in UTC and in one form.
MAY_BE_DELETED = (
    f"EXISTS (SELECT 1 FROM {ALLOWED} AS allowed WHERE allowed.shop_id = OLD.shop_id OR OLD.at < allowed.before)"  # noqa: S608
)
INSTALLED = {
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE %s",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
}


def remove_before_migrating(sender: AppConfig, using: str, plan: Sequence[Any], **_: Any) -> None:
    """A receiver of ``pre_migrate``."""
    if plan:
        with transaction.atomic(using=using):
            _remove(using)


def install_after_migrating(sender: AppConfig, using: str, **_: Any) -> None:
    """A receiver of ``post_migrate``."""
    if _has_tables(using) and not is_installed(using):
        install(using)


def is_installed(using: str = "default") -> bool:
    """Whether exactly the triggers of this release are there."""
    return set(_triggers(connections[using].vendor)) == set(_installed(using))


def install(using: str = "default") -> None:
    """Replace the triggers. May be repeated."""
    with transaction.atomic(using=using):
        _remove(using)
        with connections[using].cursor() as cursor:
            for statements in _triggers(connections[using].vendor).values():
                for statement in statements:
                    cursor.execute(statement)


def _triggers(vendor: str) -> dict[str, tuple[str, ...]]:
    """The statements by name of the trigger; another text gives another name."""
    make = _postgresql if vendor == "postgresql" else _sqlite
    named = {}
    for event, condition in (("update", "true"), ("delete", f"NOT {MAY_BE_DELETED}")):
        digest = hashlib.sha256("".join(make("name", event, condition)).encode()).hexdigest()[:8]
        name = f"{PREFIX}{event}_{digest}"
        named[name] = make(name, event, condition)
    return named


def _sqlite(name: str, event: str, condition: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    )


def _postgresql(name: str, event: str, condition: str) -> tuple[str, ...]:
    result = "OLD" if event == "delete" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $trail$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN {result}; END $trail$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def _installed(using: str) -> list[str]:
    with connections[using].cursor() as cursor:
        cursor.execute(INSTALLED[connections[using].vendor], [f"{PREFIX}%"])
        return [name for (name,) in cursor.fetchall()]


def _remove(using: str) -> None:
    installed = _installed(using)
    with connections[using].cursor() as cursor:
        for name in installed:
            if connections[using].vendor == "postgresql":
                cursor.execute(f"DROP FUNCTION {name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER {name}")


def _has_tables(using: str) -> bool:
    """Not before the migration that makes them, also on the way back."""
    with connections[using].cursor() as cursor:
        return {TABLE, ALLOWED} <= set(connections[using].introspection.table_names(cursor))
