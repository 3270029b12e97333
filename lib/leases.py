"""Leases on rows: rows are the work list, and the worker that claims a row processes it.

A worker can die at any instant, and a wake-up can arrive never or several times. A claim is one compare-and-swap
UPDATE, so it is exclusive on PostgreSQL and on SQLite alike; ``lease_token`` fences late results.
"""

import logging
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, Self, TypeVar

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from lib.collector import leave_out_what_is_loaded

log = logging.getLogger(__name__)

MAX_CRASHES = 3
# Says nothing about the row that was handled.
DATABASE_IS_AWAY = (OperationalError, InterfaceError)
# Sent when a worker writes a part of the result of its row, or the whole.
progressed = Signal()


class LeaseLost(Exception):
    """Another worker holds this row; nothing was written."""


M = TypeVar("M", bound=models.Model)
R = TypeVar("R", bound="LeasedRow")


class LeasedQuerySet(models.QuerySet[R]):
    def due(self, now: datetime | None = None) -> Self:
        """Rows with ``next_at`` in the past that no worker holds."""
        now = now or timezone.now()
        return self.without_lease(now).filter(next_at__lte=now)

    def without_lease(self, now: datetime) -> Self:
        """Rows that no worker holds, due or not."""
        return self.filter(models.Q(lease_until=None) | models.Q(lease_until__lt=now))


class LeasedRow(models.Model):
    """A row that a worker must process. ``next_at`` None means nothing is left to do."""

    next_at = models.DateTimeField(null=True, blank=True, default=timezone.now, db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True, db_index=True)
    # Claims since the last result: a row that kills its workers reaches the limit without ever being released.
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    max_crashes: ClassVar[int] = MAX_CRASHES

    @property
    def crashes_too_often(self) -> bool:
        return self.attempts > self.max_crashes


def claim(candidates: models.QuerySet[R], *, limit: int, seconds: float | None = None, **changes: Any) -> list[R]:
    """Claim at most ``limit`` of these rows for ``seconds``; no row is claimed by two callers.

    ``changes`` are set in the same UPDATE (a state, the time of sending).
    """
    lease_token, model = uuid.uuid4(), candidates.model
    lease = timezone.now() + timedelta(seconds=seconds or settings.WORK_LEASE_SECONDS)
    with transaction.atomic():
        ids = list(candidates.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        # Every search for work ends here, and most find nothing.
        if not ids:
            return []
        candidates.order_by().filter(pk__in=ids).update(
            lease_token=lease_token, lease_until=lease, attempts=models.F("attempts") + 1, **changes
        )
    return list(model._default_manager.filter(lease_token=lease_token).order_by("pk"))


def renew(row: LeasedRow, *, seconds: float | None = None, **changes: Any) -> None:
    """Raises LeaseLost when another worker holds the row. ``changes`` are set in the same UPDATE.

    In a transaction that records a part of the result pass ``attempts=0``: a row that makes progress is not crashing.
    """
    lease = timezone.now() + timedelta(seconds=seconds or settings.WORK_LEASE_SECONDS)
    claimed = type(row)._default_manager.filter(pk=row.pk, lease_token=row.lease_token)
    if claimed.update(lease_until=lease, **changes) != 1:
        raise LeaseLost
    progressed.send(type(row))


def release(row: LeasedRow, *, next_at: datetime | None, **changes: Any) -> bool:
    """Write a result and end the lease; False when another worker holds the row, and then nothing was written."""
    claimed = type(row)._default_manager.filter(pk=row.pk, lease_token=row.lease_token)
    is_ours = claimed.update(next_at=next_at, lease_until=None, lease_token=None, attempts=0, **changes) == 1
    progressed.send(type(row))
    return is_ours


def claim_by_time(
    candidates: models.QuerySet[M], column: str, seconds: float, *, limit: int, related: Sequence[str] = ()
) -> list[M]:
    """Claim at most ``limit`` rows whose due time is their lease, by moving ``column`` to ``seconds`` from now.

    For tables that are not LeasedRow. ``candidates`` must filter on ``column`` so that a claimed row is no longer among
    them; a worker that dies leaves its rows due again after ``seconds``. Write results through ``still_claimed``.
    ``related`` are foreign keys to load with the rows.
    """
    until = _end_of_lease(seconds)
    with transaction.atomic():
        read = dict(candidates.select_for_update(skip_locked=True).values_list("pk", column)[:limit])
        ids, unclaimed = list(read), models.Q(**{f"{column}__in": {moment for moment in read.values() if moment}})
        if None in read.values():
            unclaimed |= models.Q(**{column: None})
        # By key and as they were read: with the conditions of ``candidates`` a planner may walk all rows that are due.
        candidates.model._base_manager.filter(unclaimed, pk__in=ids).update(**{column: until})
    rows = candidates.model._default_manager.filter(pk__in=ids, **{column: until}).order_by("pk")
    return list(rows.select_related(*related) if related else rows)


def still_claimed(rows: Sequence[M], column: str) -> models.QuerySet[M]:
    """Those of the rows of one claim_by_time whose ``column`` was not written since."""
    ids, until = [row.pk for row in rows], getattr(rows[0], column)
    return type(rows[0])._default_manager.filter(pk__in=ids, **{column: until})


def row_lock(row: models.QuerySet[M], column: str, seconds: float) -> datetime | None:
    """Lock the only row of a queryset for ``seconds``; None while another worker holds the lock.

    Returns the new value of ``column``: filter by it to write or to unlock, because another worker may hold a lock that
    ran out.
    """
    free = models.Q(**{column: None}) | models.Q(**{f"{column}__lt": timezone.now()})
    until = _end_of_lease(seconds)
    return until if row.filter(free).update(**{column: until}) == 1 else None


def _end_of_lease(seconds: float) -> datetime:
    """Up to a millisecond later at random, so that two leases taken at the same time end at different times."""
    return timezone.now() + timedelta(seconds=seconds, microseconds=random.randrange(1000))  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to stop retrying one kind of work, and how long to wait between two attempts.

    None is no limit. ``base`` and ``cap`` are seconds, see ``backoff``; None takes those of the settings.
    """

    max_attempts: int | None = None
    max_age: timedelta | None = None
    base: float | None = None
    cap: float | None = None

    def is_exhausted(self, *, attempts: int = 0, since: datetime | None = None) -> bool:
        """``since`` is when the work was first wanted."""
        if self.max_attempts is not None and attempts >= self.max_attempts:
            return True
        return self.max_age is not None and since is not None and timezone.now() - since > self.max_age

    def wait(self, attempts: int, *, at_least: float = 0) -> timedelta:
        return backoff(attempts, at_least=at_least, base=self.base, cap=self.cap)


def backoff(attempts: int, *, at_least: float = 0, base: float | None = None, cap: float | None = None) -> timedelta:
    """Exponential backoff with full jitter. ``at_least``, ``base`` and ``cap`` are seconds."""
    first = settings.RETRY_BASE_SECONDS if base is None else base
    longest = min(settings.RETRY_CAP_SECONDS if cap is None else cap, first * 2.0 ** min(attempts, 20))
    return timedelta(seconds=max(at_least, random.uniform(0, longest)))  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do. ``then`` runs in the transaction that writes it, unless the lease was lost."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    then: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Continue:
    """More is left to do, after the rows that are waiting now."""

    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """Failed ``attempts`` times: due again after the policy's wait, which is ``at_least`` so many seconds."""

    attempts: int
    at_least: float = 0.0
    since: datetime | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)


HandlerResult = Done | Continue | Retry
GiveUpReason = Literal["crashed", "exhausted"]
Handler = Callable[[R], HandlerResult]
GiveUp = Callable[[R, GiveUpReason], HandlerResult]


def run_due(
    rows: "LeasedQuerySet[R]",
    handle: Handler[R],
    *,
    give_up: GiveUp[R],
    policy: RetryPolicy,
    seconds: float = 30,
    wake: str = "",
    claim_next: Callable[["LeasedQuerySet[R]"], AbstractContextManager[list[R]]] | None = None,
) -> int:
    """Claim and handle the rows that are due, each at most once. Returns how many. Safe to run concurrently.

    After ``seconds`` no further row is claimed, but at least one is handled. ``claim_next`` claims the next one, where
    that is not simply the first; the row is handled in its block. ``give_up`` is called instead of ``handle`` for a row
    that crashed too many workers, and after a Retry that ``policy`` does not allow. Both may raise LeaseLost. ``wake``
    is the task to send when the first row is claimed, so that others need not wait for it, after a Continue and when
    the time ran out. An unexpected error is raised after the other rows had their turn; its row stays claimed, as if
    the worker had died.
    """
    started, deadline, handled = timezone.now(), time.monotonic() + seconds, 0
    more, first_error = False, None
    while True:
        with (claim_next or _claim_first)(rows.due(started)) as claimed:
            if not claimed:
                break
            handled += 1
            if handled == 1 and wake:
                wake_worker(wake)
            try:
                more |= isinstance(run_claimed(claimed[0], handle, give_up=give_up, policy=policy), Continue)
            except DATABASE_IS_AWAY:
                raise
            except Exception as error:  # noqa: BLE001 - raised below
                first_error = first_error or error
        if time.monotonic() >= deadline:
            more = True
            break
    if more and wake:
        wake_worker(wake)
    if first_error is not None:
        raise first_error
    return handled


@contextmanager
def _claim_first(rows: "LeasedQuerySet[R]") -> Iterator[list[R]]:
    yield claim(rows, limit=1)


def run_claimed(row: R, handle: Handler[R], *, give_up: GiveUp[R], policy: RetryPolicy) -> HandlerResult | None:
    """Handle a claimed row and write the outcome; None when the lease was lost."""
    leave_out_what_is_loaded()
    try:
        outcome = give_up(row, "crashed") if row.crashes_too_often else handle(row)
        return record_outcome(row, outcome, give_up=give_up, policy=policy)
    except LeaseLost:
        return None


def record_outcome(row: R, outcome: HandlerResult, *, give_up: GiveUp[R], policy: RetryPolicy) -> HandlerResult | None:
    """Write the outcome, or that of giving up, and end the lease. Returns what was written, None without the lease."""
    if isinstance(outcome, Retry) and policy.is_exhausted(attempts=outcome.attempts, since=outcome.since):
        outcome = give_up(row, "exhausted")
    return outcome if _write(row, outcome, policy) else None


def _write(row: LeasedRow, outcome: HandlerResult, policy: RetryPolicy) -> bool:
    now = timezone.now()
    match outcome:
        case Done(changes, then):
            with transaction.atomic():
                is_ours = release(row, next_at=None, **changes)
                if is_ours and then is not None:
                    then()
            return is_ours
        case Continue(changes):
            return release(row, next_at=now, **changes)
        case Retry(attempts, at_least, _since, changes):
            return release(row, next_at=now + policy.wait(attempts, at_least=at_least), **changes)


def wake_worker(task: str) -> None:
    """Send a task after the current transaction commits. Never raises: the next sweep finds the work anyway."""
    transaction.on_commit(lambda: _send(task), robust=True)


def ring_here(ring: Callable[[str], bool] | None) -> None:
    """Have the bells of this process rung by ``ring``, without the broker; those that it returns False for are sent."""
    global _ring_here
    _ring_here = ring


def _send(task: str) -> None:
    """Once a request at most waits for a broker that is silent: the next bells are not rung for a while."""
    global _no_broker_until
    if _ring_here is not None and _ring_here(task):
        return
    if time.monotonic() < _no_broker_until:
        return
    try:
        current_app.send_task(task, retry=False, expires=30, ignore_result=True)
    except Exception:  # noqa: BLE001 - each broker raises errors of its own, and the work is in the database
        _no_broker_until = time.monotonic() + BROKER_PAUSE_SECONDS
        log.warning("The broker did not accept %s; the sweep will find the work.", task)


BROKER_PAUSE_SECONDS = 5.0
_no_broker_until = 0.0
_ring_here: Callable[[str], bool] | None = None
