"""The engine for background work: rows are the work list, whoever claims a row does it.

Assume that a worker can die at any instant and that a bell can ring never, once or five times. A claim is one
compare-and-swap UPDATE, so it is exclusive on PostgreSQL and on SQLite alike; its ``holder`` fences late results.
"""

import logging
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypeVar

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import models, transaction
from django.utils import timezone

log = logging.getLogger(__name__)

CRASHES_BEFORE_GIVING_UP = 3
LAST_SWEEP = "work:last_sweep_at"


class LostLease(Exception):
    """Somebody else took the row over: record nothing, stop."""


W = TypeVar("W", bound="Work")


class WorkQuerySet(models.QuerySet[W]):
    def due(self, now: datetime | None = None) -> Self:
        """Rows whose moment has come and that nobody holds."""
        now = now or timezone.now()
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=now)
        return self.filter(free, next_at__lte=now)


class Work(models.Model):
    """A row somebody must act on. ``next_at`` None means nothing is left to do."""

    next_at = models.DateTimeField(null=True, blank=True, default=timezone.now, db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    holder = models.UUIDField(null=True, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    """Claims since the last recorded result: a row that kills its worker still reaches its limit."""

    class Meta:
        abstract = True

    crashes_before_giving_up: ClassVar[int] = CRASHES_BEFORE_GIVING_UP

    @property
    def keeps_crashing(self) -> bool:
        return self.attempts > self.crashes_before_giving_up


def claim(candidates: models.QuerySet[W], *, limit: int, seconds: float | None = None, **changes: Any) -> list[W]:
    """Take at most ``limit`` of these rows for ``seconds``; what two callers both want, one gets.

    ``changes`` are set in the same UPDATE (a state, a moment of sending).
    """
    holder, model = uuid.uuid4(), candidates.model
    lease = timezone.now() + timedelta(seconds=seconds or settings.WORK_LEASE_SECONDS)
    with transaction.atomic():
        ids = list(candidates.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        candidates.order_by().filter(pk__in=ids).update(
            holder=holder, lease_until=lease, attempts=models.F("attempts") + 1, **changes
        )
    return list(model._default_manager.filter(holder=holder).order_by("pk"))


def keep(row: Work, *, seconds: float | None = None, **changes: Any) -> None:
    """Renew the lease; raises LostLease when the row is no longer ours.

    Inside a transaction that records a result say ``attempts=0``: what gets on does not keep crashing. ``changes`` are
    set in the same UPDATE.
    """
    lease = timezone.now() + timedelta(seconds=seconds or settings.WORK_LEASE_SECONDS)
    mine = type(row)._default_manager.filter(pk=row.pk, holder=row.holder)
    if mine.update(lease_until=lease, **changes) != 1:
        raise LostLease


def release(row: Work, *, next_at: datetime | None, **changes: Any) -> bool:
    """Record a result and let go; False when the row was no longer ours and nothing was written."""
    mine = type(row)._default_manager.filter(pk=row.pk, holder=row.holder)
    return mine.update(next_at=next_at, lease_until=None, holder=None, attempts=0, **changes) == 1


def backoff(tries: int, *, at_least: float = 0) -> timedelta:
    """How long to wait after so many tries: full jitter, doubling, capped; ``at_least`` in seconds."""
    cap: float = settings.RETRY_CAP_SECONDS
    longest = min(cap, settings.RETRY_BASE_SECONDS * 2.0 ** min(tries, 20))
    return timedelta(seconds=max(at_least, random.uniform(0, longest)))  # noqa: S311 - jitter, not a secret


def ring(task: str) -> None:
    """Wake a worker once the current transaction has committed. Never raises: the sweep finds what a bell missed."""
    transaction.on_commit(lambda: _ring_now(task), robust=True)


def _ring_now(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, expires=30, ignore_result=True)
    except Exception:  # noqa: BLE001 - whatever a broker can raise, the work is already safe in the database
        log.warning("The broker did not take the bell for %s; the sweep will find the work.", task)


@contextmanager
def sweeping() -> Iterator[None]:
    """Around every look for work: leaves the time for the health page, where there is a cache to leave it in."""
    try:
        cache.set(LAST_SWEEP, timezone.now(), None)
    except Exception as error:  # noqa: BLE001 - whatever a cache can raise, the work goes on
        log.warning("The cache does not answer, so this look for work is not noted: %s", type(error).__name__)
    yield


def last_sweep_at() -> datetime | None:
    """When work was looked for last; None when nobody can tell."""
    try:
        moment: datetime | None = cache.get(LAST_SWEEP)
    except Exception as error:  # noqa: BLE001
        log.warning("The cache does not answer: %s", type(error).__name__)
        return None
    return moment
