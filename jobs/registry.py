"""The handler of each kind of job. Apps register theirs in ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from jobs.models import Job

RunBatch = Callable[["Job", list[Any]], None]
Finish = Callable[["Job"], dict[str, object]]


def no_changes(_job: "Job") -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class JobHandler:
    """``run_batch`` processes items and stores their results with ``runner.record``; it may raise
    ``runner.RetryLater``.

    ``finish`` returns the columns of the job to update at its end. ``counts_missing`` shows how many created drafts are
    incomplete.
    """

    label: Promise | str
    run_batch: RunBatch
    finish: Finish = no_changes
    counts_missing: bool = False


_handlers: dict[str, JobHandler] = {}


def register(kind: str, handler: JobHandler) -> None:
    """May be repeated; the last handler wins."""
    _handlers[kind] = handler


def job_kinds() -> list[tuple[str, Promise | str]]:
    """Key and label of each registered kind."""
    return [(kind, handler.label) for kind, handler in _handlers.items()]


def find_handler(kind: str) -> JobHandler:
    """Raises KeyError for an unregistered kind."""
    return _handlers[kind]
