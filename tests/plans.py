"""What PostgreSQL did for each statement that is sent, by EXPLAIN (ANALYZE), and what of it grows with history."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection as database

from lib.bounded_count import MAX_COUNTED

# Rows that a filter may throw away in one node of a plan, and that it may read. A page shows at most 200 rows, and a
# count reads one row more than it counts.
MAX_REMOVED, MAX_READ = 100, MAX_COUNTED + 1
# Of 8 kB, for the whole statement: shows an index that is read from end to end although it gives few rows.
MAX_PAGES = 1_000
# A table of fewer rows may be read whole, and what touches only tables of fewer than GROWN rows is not looked at.
LARGE, GROWN = 5_000, 1_000
_READS = re.compile(r"\s*(?:SELECT|UPDATE|DELETE|WITH|\(|INSERT\b.*\bSELECT\b)", re.DOTALL)
_WRITES = re.compile(r"\s*(?:UPDATE|DELETE|INSERT)")
_NAMES = re.compile(r"\w+_\w+")
_SPACE = re.compile(r"\s+")
_COLUMNS = re.compile(r"SELECT (?:DISTINCT )?\"?\w+\"?\.\"?\w+\"?,.*? FROM ")


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement that may read more: those that match ``pattern``, up to so many rows, because of ``reason``.

    Only for what is bounded by a constant, by what a person chose, or by the items of one job.
    """

    pattern: str
    reason: str
    removed: int = MAX_REMOVED
    read: int = MAX_READ
    pages: int = MAX_PAGES


USUAL = Bound("$^", "")


@dataclass
class Plans(AbstractContextManager["Plans"]):
    """Explains each statement sent inside, before it is sent. ``problems`` are sentences; empty when all is well.

    Must be used inside a transaction, because a statement that writes is explained in a savepoint.
    """

    bounds: tuple[Bound, ...] = ()
    problems: list[str] = field(default_factory=list)
    statements: int = 0
    # What was explained already; shared by tests that ask the same.
    seen: set[str] = field(default_factory=set)
    # Of statements that differ in their values only, how many are explained; None for all.
    of_each: int | None = None
    _alike: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> "Plans":
        self._wrapper = database.execute_wrapper(self._explain_first)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._wrapper.__exit__(*error)

    def _explain_first(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not many and _READS.match(sql) and not tables(GROWN).isdisjoint(_NAMES.findall(sql)):
            with database.connection.cursor() as cursor:
                said = cursor.mogrify(sql, params).decode()
                self._alike[sql] += 1
                if said not in self.seen and (self.of_each is None or self._alike[sql] <= self.of_each):
                    self.seen.add(said)
                    self.statements += 1
                    self._judge(said, _explain(cursor, said))
        return execute(sql, params, many, context)

    def _judge(self, said: str, explained: dict[str, Any]) -> None:
        bound = next((bound for bound in self.bounds if re.search(bound.pattern, said, re.DOTALL)), USUAL)
        plan = explained["Plan"]
        found = [sentence for node in _nodes(plan) for sentence in _faults(node, bound)]
        pages = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
        # A statement that writes also reads where each index has the row.
        if pages > bound.pages and not _WRITES.match(said):
            found.append(f"{pages} pages read")
        if found:
            shown = _COLUMNS.sub("SELECT … FROM ", _SPACE.sub(" ", said))
            self.problems.append(f"{'; '.join(dict.fromkeys(found))}\n    {shown[:1500]}")


def _explain(cursor: Any, said: str) -> dict[str, Any]:
    writes = _WRITES.match(said)
    if writes:
        cursor.execute("SAVEPOINT explaining")
    cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + said)
    explained: dict[str, Any] = cursor.fetchone()[0][0]
    if writes:
        cursor.execute("ROLLBACK TO SAVEPOINT explaining")
        cursor.execute("RELEASE SAVEPOINT explaining")
    return explained


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _faults(node: dict[str, Any], bound: Bound) -> Iterator[str]:
    kind, loops = node["Node Type"], node["Actual Loops"]
    place = node.get("Relation Name") or node.get("Index Name") or ""
    if kind == "Seq Scan" and loops and place in tables(LARGE):
        yield f"{place} is read whole"
    removed = loops * sum(value for name, value in node.items() if name.startswith("Rows Removed by"))
    if removed > bound.removed:
        yield f"{kind} {place}: {removed:.0f} rows removed by a filter"
    if kind.endswith("Scan") and place and loops * node["Actual Rows"] > bound.read:
        yield f"{kind} {place}: {loops * node['Actual Rows']:.0f} rows read"


@cache
def tables(rows: int) -> frozenset[str]:
    """Those of at least so many rows, by the statistics of the database."""
    with database.connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [rows])
        return frozenset(name for (name,) in cursor.fetchall())
