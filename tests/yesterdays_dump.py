"""A copy of the test database, and back: what an administrator does with a dump, on SQLite and on PostgreSQL."""

import sqlite3
import tempfile
from pathlib import Path

from django.db import connection

COPY = "yesterday"


class Dump:
    """The database as it was when this was made. Needs a test with transactions of its own."""

    def __init__(self) -> None:
        if connection.vendor == "sqlite":
            self.path = Path(tempfile.mkdtemp()) / "dump.sqlite3"
            connection.ensure_connection()
            copy = sqlite3.connect(self.path)
            connection.connection.backup(copy)
            copy.close()
        else:
            self._copy_postgresql(connection.settings_dict["NAME"], self._copy_name)

    @property
    def _copy_name(self) -> str:
        return f"{connection.settings_dict['NAME']}_{COPY}"

    def restore(self) -> None:
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            copy = sqlite3.connect(self.path)
            copy.backup(connection.connection)
            copy.close()
            connection.close()
        else:
            self._copy_postgresql(self._copy_name, connection.settings_dict["NAME"])

    def drop(self) -> None:
        if connection.vendor == "sqlite":
            self.path.unlink()
        else:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self._copy_name}"')

    def _copy_postgresql(self, source: str, target: str) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
