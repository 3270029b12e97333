"""Telling a database that is away from a mistake of ours."""

from django.db import InterfaceError, OperationalError

# SQLite calls a missing column operational too; these are about the file and who writes to it.
SQLITE_IS_AWAY = ("locked", "busy", "unable to open", "disk", "readonly")


def is_database_away(error: BaseException | None) -> bool:
    """Whether this error, or what it was raised from, passes by itself once the database is back."""
    while error is not None:
        if isinstance(error, InterfaceError):
            return True
        if isinstance(error, OperationalError):
            return _is_transient(error)
        error = error.__cause__
    return False


def _is_transient(error: OperationalError) -> bool:
    is_sqlite = type(error.__cause__).__module__.startswith("sqlite3")
    return not is_sqlite or any(word in str(error) for word in SQLITE_IS_AWAY)
