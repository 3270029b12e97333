"""Runs jobs in batches. A job can be resumed after every batch."""

import errno
import logging
import math
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import PHASE_KEY, Job, JobItem
from jobs.registry import RunBatch, find_handler
from lib import leases
from lib.bulk import bulk_update_columns
from lib.bulk_insert import insert_rows
from lib.leases import Continue, Done, GiveUpReason, HandlerResult, Retry, RetryPolicy, renew, wake_worker
from lib.stored_messages import in_all_languages
from lib.turns import Turns, claim_by_turns
from shops.models import Shop

log = logging.getLogger(__name__)
RUN_TASK = "jobs.run_due"
ITEM_BATCH_SIZE = 100
INSERT_BATCH_SIZE = 2_000
OPEN_STATES = (JobItem.State.WAITING, JobItem.State.IN_PROGRESS)
# Completed items needed before the remaining time is estimated.
MIN_DONE_FOR_ESTIMATE = 5
# Payload keys that say how far a job is and why it is postponed; a retry does not copy them.
PUT_OFF_KEY, WAITING_KEY = "put_off", "waiting"
WAIT_KEYS = frozenset({PUT_OFF_KEY, WAITING_KEY, PHASE_KEY})
# Without a limit: each kind of job decides when a postponed item fails.
RETRIES = RetryPolicy()
# Postponements after which the wait grows no more; see ``leases.backoff``.
MAX_GROWTH = 6
# Threads that work for one shop at a time.
TURNS = Turns[int](at_once=2)
DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO})
DISK_WAIT_SECONDS = 30
DISK_MESSAGE = _(
    "The server has no room to save the file, or may not write to its disk. Nothing is lost, and we try again by "
    "ourselves. Tell your administrator."
)


class RetryLater(Exception):
    """Postpone the job and show this message; it resumes automatically.

    ``at_least`` is in seconds.
    """

    def __init__(self, message: object, *, at_least: float = 0) -> None:
        super().__init__(str(message))
        self.message, self.at_least = message, at_least


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of items. ``seconds_left`` is None without an estimate.

    ``retryable`` and ``skipped`` (never tried) are parts of ``failed``. Of imported drafts ``missing`` counts those
    that are incomplete, ``kept`` those that are still there, and ``ready`` those that can get a label now.
    """

    total: int
    ok: int
    unchanged: int
    failed: int
    stopped: int
    retryable: int
    skipped: int
    missing: int
    kept: int
    ready: int
    seconds_left: int | None

    @property
    def went_wrong(self) -> int:
        """Tried, and failed."""
        return self.failed - self.skipped

    @property
    def done(self) -> int:
        return self.ok + self.unchanged + self.failed + self.stopped


def start(shop: Shop, user: User | None, *, kind: str, key: str, items: Iterable[Any], **fields: object) -> Job:
    """A new job with these items, or the existing one with the same key (double click, reload).

    Reads the items in pieces, so that a job of any length takes the memory of one.
    """
    known = shop.jobs.filter(idempotency_key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            job = Job.objects.create(shop=shop, started_by=user, kind=kind, idempotency_key=key, **fields)
            job.total = _insert_items(job, iter(items))
            Job.objects.filter(pk=job.pk).update(total=job.total)
    except IntegrityError:
        return shop.jobs.get(idempotency_key=key)
    wake_worker(RUN_TASK)
    return job


def _insert_items(job: Job, items: Iterator[Any]) -> int:
    """In pieces, so that a selection of any size takes the same memory. Returns how many."""
    position = 0
    while rows := list(islice(items, INSERT_BATCH_SIZE)):
        for row in rows:
            row.job_id, row.position = job.pk, position
            position += 1
        insert_rows(job.items.model, [vars(row) for row in rows])
    return position


def progress(job: Job) -> Progress:
    counts = job.items.counts(with_missing=find_handler(job.kind).counts_missing)
    states = JobItem.State
    ended = {
        "ok": counts[states.OK],
        "unchanged": counts[states.UNCHANGED],
        "failed": counts[states.FAILED],
        "stopped": counts[states.STOPPED],
    }
    return Progress(
        total=job.total,
        **ended,
        retryable=counts["retryable"],
        skipped=counts["skipped"],
        missing=counts["missing"],
        kept=counts["kept"],
        ready=counts["ready"],
        seconds_left=_seconds_left(job, sum(ended.values())),
    )


def _seconds_left(job: Job, done: int) -> int | None:
    if job.is_finished or done < MIN_DONE_FOR_ESTIMATE:
        return None
    spent = (timezone.now() - job.created_at).total_seconds()
    return max(1, round(spent / done * (job.total - done)))


def request_stop(job: Job) -> None:
    """Stop after the current batch; its results are kept. May be repeated."""
    Job.objects.filter(pk=job.pk, finished_at=None).update(stop_requested=True)
    Job.objects.filter(pk=job.pk, finished_at=None, lease_until=None).update(next_at=timezone.now())
    wake_worker(RUN_TASK)


def retry_failed(job: Job, user: User) -> Job:
    """A new job for the retryable failed items. Repeated calls return the same job."""
    items = [item.copy() for item in job.items.filter(state=JobItem.State.FAILED, retryable=True)]
    key = uuid.uuid5(job.public_id, "retry").hex
    payload = {name: value for name, value in job.payload.items() if name not in WAIT_KEYS}
    parameters = {"layout": job.layout, "start": job.start, "payload": payload}
    return start(job.shop, user, kind=job.kind, key=key, items=items, **parameters)


def dismiss(job: Job) -> None:
    """Hide the result above its list; the downloads page still shows it. May be repeated."""
    Job.objects.filter(pk=job.pk, finished_at__isnull=False, dismissed_at=None).update(dismissed_at=timezone.now())


def fail_item(item: JobItem, code: str, message: object, *, retryable: bool = False) -> None:
    """Set the result without saving. ``message`` may be lazy text or a stored message in all languages."""
    item.state, item.code, item.retryable = JobItem.State.FAILED, code[:40], retryable
    item.reason = message if isinstance(message, dict) else in_all_languages(message)


def run_due(*, seconds: float = 60) -> int:
    """Process due jobs, in turns of the shops; returns their number. Safe to run concurrently.

    A job that is not finished after ``seconds`` goes on after the others.
    """
    due = Job.objects.unfinished().order_by("pk")
    handle = partial(_run, until=time.monotonic() + seconds)
    turn = claim_by_turns(TURNS, "shop_id")
    return leases.run_due(
        due, handle, give_up=_give_up, policy=RETRIES, seconds=seconds, wake=RUN_TASK, claim_next=turn
    )


def run(job: Job) -> None:
    leases.run_claimed(job, _run, give_up=_give_up, policy=RETRIES)


def _run(job: Job, *, until: float = math.inf) -> HandlerResult:
    """At least one batch, and none that begins after ``until``. Raises LeaseLost when another worker holds the job."""
    handler = find_handler(job.kind)
    try:
        if not _do_batches(job, handler.run_batch, until):
            return Continue()
        stopped = job.items.filter(state=JobItem.State.STOPPED)
        canceled = _stop_remaining(job) or (job.stop_requested and stopped.exists())
        return _finished(job, Job.State.CANCELED if canceled else Job.State.DONE, handler.finish(job))
    except RetryLater as retry_later:
        return _postpone(job, retry_later)
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        log.exception("A file of a job could not be written.")
        return _postpone(job, RetryLater(DISK_MESSAGE, at_least=DISK_WAIT_SECONDS))


def _do_batches(job: Job, run_batch: RunBatch, until: float) -> bool:
    """Process batches until no item is left or a stop is requested; False when items are left after ``until``.

    A stop also ends a postponed job. A batch that raises RetryLater has stored nothing and is processed again.
    """
    while items := _next_batch(job):
        try:
            run_batch(job, items)
        except RetryLater:
            if not _is_to_stop(job):
                raise
            return True
        if _is_to_stop(job):
            return True
        if time.monotonic() >= until:
            return False
    return True


def _is_to_stop(job: Job) -> bool:
    return Job.objects.filter(pk=job.pk, stop_requested=True).exists()


def _give_up(job: Job, _reason: GiveUpReason) -> HandlerResult:
    _stop_remaining(job)
    # ``finish`` itself may be what crashes; the items are stopped before it runs.
    is_hopeless = job.attempts > 2 * job.max_crashes
    try:
        return _finished(job, Job.State.FAILED, {} if is_hopeless else find_handler(job.kind).finish(job))
    except RetryLater as retry_later:
        return _postpone(job, retry_later)


def _postpone(job: Job, retry_later: RetryLater) -> HandlerResult:
    """The wait grows with the number of postponements, unless it is known how long it must be. Somebody waits for the
    job, so it grows to two minutes only, however long the others did not answer.
    """
    times = int(job.payload.get(PUT_OFF_KEY, 0)) + 1
    payload = job.payload | {PUT_OFF_KEY: times, WAITING_KEY: in_all_languages(retry_later.message)}
    grown = min(times, MAX_GROWTH)
    return Retry(0 if retry_later.at_least else grown, retry_later.at_least, changes={"payload": payload})


def enter_phase(job: Job, phase: str, done: int, total: int) -> None:
    """Show what a long job is doing, and renew its lease. Raises LeaseLost."""
    job.payload = job.payload | {PHASE_KEY: [phase, done, total]}
    renew(job, payload=job.payload)


def _stop_remaining(job: Job) -> bool:
    remaining = job.items.filter(state__in=OPEN_STATES)
    return remaining.update(state=JobItem.State.STOPPED) > 0


def _next_batch(job: Job) -> list[Any]:
    """Items that a crashed worker left in progress come first, and those with a code last, so that nobody waits behind
    one that must be tried again. Claiming the items renews the lease.
    """
    renew(job, state=Job.State.RUNNING)
    begun, waiting = (
        list(job.items.filter(state=state).for_work().order_by("code", "position", "pk")[:ITEM_BATCH_SIZE])
        for state in (JobItem.State.IN_PROGRESS, JobItem.State.WAITING)
    )
    rows = [item for item in begun if not item.code] + waiting + [item for item in begun if item.code]
    return rows[:ITEM_BATCH_SIZE]


def _finished(job: Job, state: str, changes: dict[str, object]) -> Done:
    counts = job.items.counts()
    numbers = {"ok_count": counts[JobItem.State.OK], "failed_count": counts[JobItem.State.FAILED]}
    return Done({"state": state, "finished_at": timezone.now(), **numbers, **changes})


def record(job: Job, items: list[Any]) -> None:
    """Store the results of these items in the caller's transaction. Raises LeaseLost."""
    has_ended = any(item.state not in OPEN_STATES for item in items)
    renew(job, **({"attempts": 0} if has_ended else {}))
    bulk_update_columns(items, list(job.items.model.RECORDED_FIELDS))
