"""Numbers of rows, kept by database triggers in the transaction that changes a row, so that nobody counts rows.

PostgreSQL: one trigger a statement adds signed differences to a ledger, so two transactions never wait for each other.
``fold`` adds them to the totals, and reading sums the few rows of a key. SQLite has one writer at a time, so there the
triggers change the totals themselves. Every writer is covered: ``save``, ``update``, bulk methods, COPY and ``delete``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models, transaction
from django.db.models import Q

# Rows of the ledger that one statement adds to the totals.
FOLD_BATCH_SIZE = 5_000
# Keys that one statement of a comparison looks at.
STEP = 5_000
# Seconds since 1970 of a moment, by database.
EPOCH = {
    "postgresql": "floor(extract(epoch FROM {}))::bigint",
    "sqlite": "CAST(strftime('%s', {}) AS INTEGER)",
}
Change = tuple[str, int]  # the rows, and whether they came (1) or went (-1)


class CounterRow(models.Model):
    """A total, or a difference that was not added to it yet. A key's number is the sum of its rows."""

    number = models.IntegerField()
    is_total = models.BooleanField(default=False)

    class Meta:
        abstract = True


def counter_constraint(*columns: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=columns, condition=Q(is_total=True), name=name)


def ledger_index(name: str) -> models.Index:
    """Carries ``fold``."""
    return models.Index(fields=["id"], condition=Q(is_total=False), name=name)


@contextmanager
def snapshot(using: str) -> Iterator[None]:
    """Whatever is read inside is of one moment; nothing may be written. In a transaction of the caller's, who then
    sees to that, it is not.
    """
    database = connections[using]
    is_outermost = not database.in_atomic_block
    with transaction.atomic(using=using):
        if is_outermost and database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def key_steps(cursor: Any, table: str) -> Iterator[tuple[int, int]]:
    """Ranges (above, up to) that hold every primary key there is now."""
    cursor.execute(f"SELECT MIN(id), MAX(id) FROM {table}")  # noqa: S608 - our own names
    first, last = cursor.fetchone()
    for low in range(first - 1, last, STEP) if first is not None else ():
        yield low, low + STEP


@dataclass(frozen=True, slots=True)
class Measure:
    """Which rows count, and the value of each column of the key, as SQL in which ``{row}`` is the row.

    ``moment`` is the column that says when, of a counter by time.
    """

    condition: str
    key: tuple[str, ...]
    moment: str = ""


@dataclass(frozen=True, slots=True)
class RowCounter:
    """``table`` belongs to a CounterRow; ``watched`` are the columns of ``source`` that ``measures`` read.

    ``measures`` gets the SQL of the seconds since 1970 of a moment, with ``{}`` in place of the moment.
    """

    table: str
    columns: tuple[str, ...]
    source: str
    watched: tuple[str, ...]
    measures: Callable[[str], tuple[Measure, ...]]

    @property
    def names(self) -> str:
        return ", ".join(self.columns)

    def measured(self, vendor: str) -> tuple[Measure, ...]:
        return self.measures(EPOCH[vendor])

    def ledger_sql(self, changes: Sequence[Change]) -> str:
        """The PostgreSQL statement that adds the differences made by the rows of these transition tables."""
        rows = " UNION ALL ".join(
            self._rows(measure, table, f"{sign}") for table, sign in changes for measure in self.measured("postgresql")
        )
        return (
            f"INSERT INTO {self.table} ({self.names}, number, is_total) "  # noqa: S608 - our own names
            f"SELECT {self.names}, SUM(change), false FROM ({rows}) AS changes "
            f"GROUP BY {self.names} HAVING SUM(change) <> 0;"
        )

    def _rows(self, measure: Measure, table: str, number: str) -> str:
        key = ", ".join(f"{value} AS {name}" for value, name in zip(measure.key, self.columns, strict=True))
        text = f"SELECT {key}, {number} AS change FROM {table} AS {{row}} WHERE {measure.condition}"  # noqa: S608
        return text.format(row="counted")

    def total_sql(self, row: str, sign: int) -> str:
        """The SQLite statements that change the totals of one row, which is NEW or OLD."""
        return " ".join(self._change_total(measure, sign).format(row=row) for measure in self.measured("sqlite"))

    def _change_total(self, measure: Measure, sign: int) -> str:
        same = " AND ".join(f"{name} = {value}" for value, name in zip(measure.key, self.columns, strict=True))
        return (
            f"UPDATE {self.table} SET number = number + {sign} "  # noqa: S608 - our own names
            f"WHERE is_total AND {same} AND {measure.condition}; "
            f"INSERT INTO {self.table} ({self.names}, number, is_total) "
            f"SELECT {', '.join(measure.key)}, {sign}, 1 WHERE {measure.condition} "
            f"AND NOT EXISTS (SELECT 1 FROM {self.table} WHERE is_total AND {same});"
        )

    def fold(self, *, batches: int = 1, using: str = "default") -> int:
        """Add the oldest differences to the totals, in short transactions. Returns how many; safe to run concurrently.

        Readers see each difference once: in the ledger before, in the total afterwards.
        """
        if connections[using].vendor != "postgresql":
            return 0
        folded = 0
        for _batch in range(batches):
            with connections[using].cursor() as cursor:
                cursor.execute(self._fold_sql(), [FOLD_BATCH_SIZE])
                found = cursor.fetchone()[0]
            folded += found
            if found < FOLD_BATCH_SIZE:
                break
        return folded

    def _fold_sql(self) -> str:
        return (
            f"WITH oldest AS (SELECT id FROM {self.table} WHERE NOT is_total "  # noqa: S608 - our own names
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED), "
            f"moved AS (DELETE FROM {self.table} WHERE id IN (SELECT id FROM oldest) RETURNING {self.names}, number), "
            f"added AS (INSERT INTO {self.table} AS total ({self.names}, number, is_total) "
            f"SELECT {self.names}, SUM(number), true FROM moved "
            f"GROUP BY {self.names} HAVING SUM(number) <> 0 ORDER BY {self.names} "
            f"ON CONFLICT ({self.names}) WHERE is_total DO UPDATE SET number = total.number + EXCLUDED.number) "
            "SELECT COUNT(*) FROM moved"
        )

    def repair(
        self, where: str = "1 = 1", *, between: tuple[datetime, datetime] | None = None, using: str = "default"
    ) -> list[tuple[Any, ...]]:
        """Compare with the rows and put right what differs: the key, what was kept and what there is. May be repeated.

        ``where`` narrows by columns of the key, ``between`` by moment. One statement reads both sides, so transactions
        that run meanwhile are no difference, and each difference is corrected by adding to it.
        """
        database = connections[using]
        sql, moments = self._differences_sql(database.vendor, where, between is not None), None
        if between is not None:
            moments = [database.ops.adapt_datetimefield_value(moment) for moment in between] * len(
                self.measured(database.vendor)
            )
        with transaction.atomic(using=using), database.cursor() as cursor:
            cursor.execute(sql, moments)
            wrong: list[tuple[Any, ...]] = cursor.fetchall()
            self._correct_all(cursor, database.vendor, wrong)
        return wrong

    def repair_in_steps(self, *, using: str = "default") -> list[tuple[Any, ...]]:
        """Like ``repair``, of all rows: no statement reads more than ``STEP`` of them, and all see the same moment."""
        database, found = connections[using], Counter[tuple[Any, ...]]()
        with snapshot(using), database.cursor() as cursor:
            cursor.execute(f"SELECT {self.names}, SUM(number) FROM {self.table} GROUP BY {self.names}")  # noqa: S608
            kept = {tuple(key): int(number) for *key, number in cursor.fetchall()}
            for low, high in key_steps(cursor, self.source):
                rows = " UNION ALL ".join(
                    f"{self._rows(measure, self.source, '1')} AND counted.id > {low:d} AND counted.id <= {high:d}"
                    for measure in self.measured(database.vendor)
                )
                count = f"SELECT {self.names}, COUNT(*) FROM ({rows}) AS rows_there GROUP BY {self.names}"  # noqa: S608
                cursor.execute(count)
                found.update({tuple(key): number for *key, number in cursor.fetchall()})
        keys = sorted(key for key in kept.keys() | found.keys() if kept.get(key, 0) != found[key])
        wrong = [(*key, kept.get(key, 0), found[key]) for key in keys]
        with transaction.atomic(using=using), database.cursor() as cursor:
            self._correct_all(cursor, database.vendor, wrong)
        return wrong

    def _correct_all(self, cursor: Any, vendor: str, wrong: Sequence[tuple[Any, ...]]) -> None:
        for *key, kept, found in wrong:
            self._correct(cursor, vendor, key, int(found) - int(kept))

    def _differences_sql(self, vendor: str, where: str, is_between: bool) -> str:
        selects = []
        for measure in self.measured(vendor):
            select = self._rows(measure, self.source, "1")
            if is_between:
                moment = f"counted.{measure.moment}"
                select = f"{select.replace('%', '%%')} AND {moment} >= %s AND {moment} < %s"
            selects.append(select)
        rows = " UNION ALL ".join(selects)
        return (
            f"SELECT {self.names}, SUM(kept), SUM(found) FROM ("  # noqa: S608 - our own names
            f"SELECT {self.names}, number AS kept, 0 AS found FROM {self.table} WHERE {where} UNION ALL "
            f"SELECT {self.names}, 0, COUNT(*) FROM ({rows}) AS rows_there WHERE {where} GROUP BY {self.names}"
            f") AS sides GROUP BY {self.names} HAVING SUM(kept) <> SUM(found)"
        )

    def _correct(self, cursor: Any, vendor: str, key: list[Any], missing: int) -> None:
        if vendor == "sqlite":
            same = " AND ".join(f"{name} = %s" for name in self.columns)
            update = f"UPDATE {self.table} SET number = number + %s WHERE is_total AND {same}"  # noqa: S608
            cursor.execute(update, [missing, *key])
            if cursor.rowcount:
                return
        marks = ", ".join("%s" for _name in self.columns)
        insert = f"INSERT INTO {self.table} ({self.names}, number, is_total) VALUES ({marks}, %s, %s)"  # noqa: S608
        cursor.execute(insert, [*key, missing, vendor == "sqlite"])
