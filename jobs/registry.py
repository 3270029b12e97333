"""The kinds of jobs and what each does. Apps register theirs when they are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from jobs.models import Job

RunBatch = Callable[["Job", list[Any]], None]
Finish = Callable[["Job"], dict[str, object]]


def no_changes(_job: "Job") -> dict[str, object]:
    """For kinds that have nothing to do at the end."""
    return {}


@dataclass(frozen=True, slots=True)
class JobHandler:
    """``run_batch`` does some items and records them with ``runner.record``; it may raise ``runner.RetryLater``.

    ``finish`` returns the columns of the job to change at its end. ``counts_missing`` is for kinds whose results may
    need a hand.
    """

    label: Promise | str
    run_batch: RunBatch
    finish: Finish = no_changes
    counts_missing: bool = False


_handlers: dict[str, JobHandler] = {}


def register(kind: str, handler: JobHandler) -> None:
    """May be repeated; the last one counts."""
    _handlers[kind] = handler


def find_handler(kind: str) -> JobHandler:
    """Raises KeyError for a kind that no app registered."""
    return _handlers[kind]
