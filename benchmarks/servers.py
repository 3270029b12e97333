"""PostgreSQL and Valkey as production has them, and the databases of a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.measuring import tree_cpu
from tests.backing_services import Services

# The template of every database of a run: migrated, and nothing in it.
EMPTY = "bench_empty"


class Servers(Services):
    """Nothing is switched off: a commit is on the disk, as in ``deploy/compose.yaml``. With a ``folder`` the databases
    stay for the next run.
    """

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder, options=())

    def url(self, database: str) -> str:
        return f"postgres://backoffice@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> Any:
        """A connection of the measurement's own, in autocommit."""
        connection = psycopg2.connect(host=str(self.folder), user="backoffice", dbname=database)
        connection.autocommit = True
        return connection

    def ask(self, sql: str, *parameters: object, database: str = "postgres") -> list[tuple[object, ...]]:
        """The rows of one statement; none for a statement that answers none."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @property
    def version(self) -> str:
        return str(self.ask("SHOW server_version")[0][0])

    def exists(self, database: str) -> bool:
        return bool(self.ask("SELECT 1 FROM pg_database WHERE datname = %s", database))

    def forget_others(self, fingerprint: str) -> None:
        """Drop the databases of an earlier run that were made of other tables or by another seed."""
        known = self.folder / "fingerprint"
        if not known.exists() or known.read_text() != fingerprint:
            for (name,) in self.ask("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'"):
                self.drop(str(name))
            known.write_text(fingerprint)

    def create(self, database: str, template: str = "template0") -> None:
        """Anew, whatever had that name; a copy of ``template``."""
        self.drop(database)
        self.ask(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        self.ask(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def rename(self, database: str, name: str) -> None:
        self.ask(f'ALTER DATABASE "{database}" RENAME TO "{name}"')

    def settle(self, database: str) -> None:
        """What autovacuum and the checkpointer would do later, so that it does not fall into a measurement."""
        self.ask("VACUUM (ANALYZE)", database=database)
        self.ask("CHECKPOINT")

    def cpu(self) -> float:
        """CPU seconds of all of PostgreSQL so far."""
        return tree_cpu([self.programs[0].pid])

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A database of this run's own, dropped at the end."""
        name = f"{template}_copy"
        self.create(name, template)
        try:
            yield name
        finally:
            self.drop(name)

    def ensure(self, database: str, template: str, fill: Callable[[str], None]) -> None:
        """Copy ``template`` and fill it, unless an earlier run did. One that dies halfway leaves nothing behind."""
        if self.exists(database):
            return
        unfinished = f"{database}_unfinished"
        self.create(unfinished, template)
        fill(unfinished)
        self.settle(unfinished)
        self.rename(unfinished, database)
