"""The oldest row of each queue that waits for a worker. Apps name their rows in a module of this name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from sweeps.models import QueueSweep

Rows = Callable[[datetime], models.QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class DueRows:
    """``rows`` are those a worker of ``queue`` would take now; ``column`` is since when, and has an index."""

    queue: str
    column: str
    rows: Rows


_registered: dict[type[models.Model], DueRows] = {}


@dataclass(frozen=True, slots=True)
class QueueState:
    """None where nobody ever looked, and where nothing waits."""

    swept_at: datetime | None = None
    oldest_due_at: datetime | None = None


def register(model: type[models.Model], queue: str, rows: Rows, *, column: str = "next_at") -> None:
    _registered[model] = DueRows(queue, column, rows)


def registered() -> dict[type[models.Model], DueRows]:
    return dict(_registered)


def read_states() -> dict[str, QueueState]:
    """The mark and the oldest due row of each queue that has one, in one statement that reads one row a branch."""
    now = timezone.now()
    branches = [_branch(due, now) for due in _registered.values()]
    marks = QueueSweep.objects.annotate(part_kind=_text("mark"), part_moment=models.F("swept_at"))
    branches.append(marks.values_list("part_kind", "queue", "part_moment"))
    compiled = [branch.query.sql_with_params() for branch in branches]
    sql = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part_{place}" for place, (part, _) in enumerate(compiled))  # noqa: S608
    found: dict[str, dict[str, datetime]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter for _part, parameters in compiled for parameter in parameters])
        for kind, queue, moment in cursor.fetchall():
            of_queue, moment = found.setdefault(queue, {}), _as_moment(moment)
            of_queue[kind] = min(moment, of_queue.get(kind, moment))
    return {queue: QueueState(of_queue.get("mark"), of_queue.get("due")) for queue, of_queue in found.items()}


def _branch(due: DueRows, now: datetime) -> models.QuerySet[Any, Any]:
    rows = due.rows(now).filter(**{f"{due.column}__lte": now}).order_by(due.column)
    kinds = rows.annotate(part_kind=_text("due"), part_queue=_text(due.queue), part_moment=models.F(due.column))
    oldest: models.QuerySet[Any, Any] = kinds.values_list("part_kind", "part_queue", "part_moment")[:1]
    return oldest


def _text(value: str) -> models.Value:
    return models.Value(value, output_field=models.CharField())


def _as_moment(value: Any) -> datetime:
    """As the ORM reads it: SQLite keeps moments as texts."""
    expression = models.Value(None, output_field=models.DateTimeField())
    for converter in connection.ops.get_db_converters(expression):
        value = converter(value, expression, connection)
    moment: datetime = value
    return moment
