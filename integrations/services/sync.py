"""Reading a site's orders into the mirror: on connecting, on opening the import page, on a schedule."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from integrations.messages import connection_message
from integrations.models import Connection, SyncRun
from integrations.orders import OrderPage
from integrations.services import mirror
from integrations.services.circuit_breaker import (
    CallsPaused,
    error_kind,
    record_crash,
    record_failure,
    record_success,
)
from integrations.services.fulfillment_audit import schedule_nightly_audit
from integrations.services.page_ahead import PagesAhead
from integrations.services.tokens import Lane, open_session
from integrations.services.webhook_trust import check_webhooks, do_webhooks_arrive, sync_interval, webhooks_arrive
from lib.http import ApiError, ApiUnauthorized, ApiUnavailable
from lib.leases import (
    DATABASE_IS_AWAY,
    Continue,
    Done,
    GiveUpReason,
    HandlerResult,
    LeaseLost,
    Retry,
    RetryPolicy,
    claim_by_time,
    renew,
    run_due,
    still_claimed,
    wake_worker,
)
from lib.stored_messages import in_all_languages

log = logging.getLogger(__name__)
# Pages one connection reads before the others get their turn.
PAGES_PER_TURN = 10
HOURLY, NIGHTLY = timedelta(hours=1), timedelta(days=1)
RECONCILIATION_WINDOW = {SyncRun.Kind.HOURLY: timedelta(hours=48), SyncRun.Kind.NIGHTLY: timedelta(days=30)}
# In the settings' time zone; the nightly reconciliation starts no earlier.
NIGHTLY_HOUR = 3
SYNC_TASK, ASKED_TASK, SCHEDULE_TASK = "integrations.sync_due", "integrations.sync_asked", "integrations.schedule_syncs"
# Connections that one turn of the schedule looks at.
SCHEDULE_BATCH_SIZE = 200
ACTIVE_STATES = (SyncRun.State.QUEUED, SyncRun.State.RUNNING)
# The columns of a run that begins again.
RESTARTED = (
    *("kind", "state", "since", "cursor", "started_at", "finished_at", "tries", "reason", "next_at", "attempts"),
    *("asked_at", "is_wanted_again"),
)
# No limit: a sync is retried for as long as the site is connected.
RETRIES = RetryPolicy()


def request_sync(connection: Connection, kind: str = SyncRun.Kind.CHANGES) -> SyncRun:
    """Queue a sync that a person waits for, or make the active one due now. May be repeated."""
    return _request(connection, kind, _last_run(connection), asked_at=timezone.now())


def press_sync(connection: Connection) -> bool:
    """Queue a sync because somebody asked for one. While one is reading, one more is made after it, however often this
    is repeated: what changed since may be on a page that was read already. True when one is reading.
    """
    request_sync(connection)
    reading = connection.syncs.filter(state__in=ACTIVE_STATES).exclude(lease_token=None, cursor="")
    return reading.update(is_wanted_again=True) > 0


def _last_run(connection: Connection) -> SyncRun | None:
    """The active run of a connection is its last one."""
    return connection.syncs.order_by("-pk").first()


def _request(connection: Connection, kind: str, last: SyncRun | None, *, asked_at: datetime | None) -> SyncRun:
    fresh = SyncRun(
        shop_id=connection.shop_id,
        connection=connection,
        kind=kind,
        since=_sync_start(connection, kind),
        asked_at=asked_at,
    )
    try:
        with transaction.atomic():
            run = _restart_idle(fresh, last)
            if run is None:
                fresh.save(force_insert=True)
                run = fresh
    except IntegrityError:
        active = connection.syncs.filter(state__in=ACTIVE_STATES)
        sooner = {"next_at": timezone.now()} | ({"asked_at": asked_at} if asked_at else {})
        active.filter(lease_token=None).update(**sooner)
        run = active.first() or connection.syncs.latest("pk")
    wake_worker(ASKED_TASK if asked_at else SYNC_TASK)
    return run


def _restart_idle(fresh: SyncRun, last: SyncRun | None) -> SyncRun | None:
    """The last run again if it found nothing: a shop without orders gets no row every five minutes."""
    if last is None or last.seen or last.state != SyncRun.State.DONE:
        return None
    reset = {name: getattr(fresh, name) for name in RESTARTED}
    unchanged = SyncRun.objects.filter(pk=last.pk, state=last.state, started_at=last.started_at)
    if unchanged.update(**reset) != 1:
        return None
    last.refresh_from_db()
    return last


def _sync_start(connection: Connection, kind: str) -> datetime | None:
    """Before the last sync, further back for a reconciliation. None for the first, which reads open orders."""
    if connection.synced_through is None:
        return None
    overlap = timedelta(seconds=settings.SYNC_OVERLAP_SECONDS)
    last = connection.synced_through - overlap
    return (
        min(last, timezone.now() - RECONCILIATION_WINDOW[SyncRun.Kind(kind)]) if kind != SyncRun.Kind.CHANGES else last
    )


def refresh_if_stale(connections: Iterable[Connection]) -> set[int]:
    """Request a sync of each connection not synced during the last minute. Returns the ids of those."""
    requested = set()
    moment = timezone.now() - timedelta(seconds=settings.SYNC_STALE_SECONDS)
    for connection in connections:
        fresh = connection.synced_at is not None and connection.synced_at >= moment
        if not fresh and not ((last := _last_run(connection)) and last.state in ACTIVE_STATES):
            _request(connection, SyncRun.Kind.CHANGES, last, asked_at=timezone.now())
            requested.add(connection.pk)
    return requested


def next_sync(connection: Connection) -> datetime | None:
    """None for a site that is inactive or was never synced."""
    if not connection.is_active or connection.synced_at is None:
        return None
    return connection.synced_at + sync_interval(connection)


def schedule_syncs() -> int:
    """Queue what is due of the active connections that wait for a look; returns how many were looked at.

    It is due to read the changes, or the hourly or nightly reconciliation. A connection whose webhooks arrive reads the
    changes hourly, and needs no other reading in between. What is looked at is found by an index, so a bell costs what
    is due, not what there is. Safe to run concurrently.
    """
    waiting = Connection.objects.active().filter(sync_at__lte=timezone.now()).order_by("sync_at")
    looked_at = claim_by_time(waiting, "sync_at", settings.SYNC_EVERY_SECONDS, limit=SCHEDULE_BATCH_SIZE)
    if not looked_at:
        return 0
    if len(looked_at) == SCHEDULE_BATCH_SIZE:
        wake_worker(SCHEDULE_TASK)
    _queue_due([connection.pk for connection in looked_at])
    _look_later(looked_at)
    return len(looked_at)


def _queue_due(connection_ids: Sequence[int]) -> None:
    now = timezone.now()
    stale = Q(synced_at=None) | Q(synced_at__lt=now - timedelta(seconds=settings.SYNC_WITH_WEBHOOKS_SECONDS))
    often = Q(synced_at__lt=now - timedelta(seconds=settings.SYNC_EVERY_SECONDS))
    often |= _reconciled_before(now - HOURLY, "hourly_at")
    due = stale | _reconciled_before(_last_night(now), "nightly_at") | often & ~webhooks_arrive(now)
    idle = Connection.objects.active().exclude(syncs__state__in=ACTIVE_STATES)
    for connection in idle.filter(due, pk__in=connection_ids):
        _request(connection, _kind_due(connection, now), _last_run(connection), asked_at=None)


def _look_later(connections: Sequence[Connection]) -> None:
    """Those whose webhooks arrive are looked at when they are due, the others as often as they are read."""
    trusted = [connection for connection in connections if do_webhooks_arrive(connection) and connection.synced_at]
    for connection in trusted:
        still_claimed([connection], "sync_at").update(sync_at=_next_look(connection))


def _next_look(connection: Connection) -> datetime:
    read_again = (connection.synced_at or timezone.now()) + sync_interval(connection)
    return max(min(read_again, _last_night(timezone.now()) + NIGHTLY), timezone.now())


def _reconciled_before(moment: datetime, column: str) -> Q:
    """A connection that was never reconciled counts from when it was connected."""
    never = Q(**{column: None, "connected_at__lt": moment})
    return never | Q(**{f"{column}__lt": moment})


def _last_night(now: datetime) -> datetime:
    """When the last nightly reconciliation became due."""
    local = timezone.localtime(now)
    start = local.replace(hour=NIGHTLY_HOUR, minute=0, second=0, microsecond=0)
    return start if start <= local else start - NIGHTLY


def _kind_due(connection: Connection, now: datetime) -> str:
    if (connection.nightly_at or connection.connected_at) < _last_night(now):
        return SyncRun.Kind.NIGHTLY
    if (connection.hourly_at or connection.connected_at) < now - HOURLY and not do_webhooks_arrive(connection):
        return SyncRun.Kind.HOURLY
    return SyncRun.Kind.CHANGES


def sync_due(*, seconds: float = 30, only_asked: bool = False) -> int:
    """Run a turn of every due sync, those first that people asked for; returns how many. Safe to run concurrently."""
    paused = Connection.objects.filter(paused_until__gt=timezone.now())
    active = SyncRun.objects.filter(state__in=ACTIVE_STATES).exclude(connection__in=paused)
    if only_asked:
        active = active.exclude(asked_at=None)
    active = active.order_by(F("asked_at").asc(nulls_last=True), "next_at", "pk")
    wake = ASKED_TASK if only_asked else SYNC_TASK
    return run_due(active, _run_sync, give_up=_give_up, policy=RETRIES, seconds=seconds, wake=wake)


def _run_sync(run: SyncRun) -> HandlerResult:
    """One turn. Every page is stored in one transaction with the cursor behind it."""
    if not run.connection.is_active:
        return _finished(SyncRun.State.FAILED, connection_message(run.connection.platform, "reconnect"))
    renew(run, state=SyncRun.State.RUNNING)
    try:
        return _read_pages(run)
    except ApiError as error:
        return _handle_error(run, error)
    except (LeaseLost, *DATABASE_IS_AWAY):
        raise
    except Exception:
        log.exception("Reading the orders of connection %s ended in an error.", run.connection_id)
        record_crash(run.connection)
        return _finished(SyncRun.State.FAILED, connection_message(run.connection.platform, "crashed"))


def _give_up(run: SyncRun, _reason: GiveUpReason) -> HandlerResult:
    """Told on the connection's page: otherwise nobody would know that the reading keeps dying."""
    record_crash(run.connection)
    return _finished(SyncRun.State.FAILED, connection_message(run.connection.platform, "crashed"))


def _read_pages(run: SyncRun) -> HandlerResult:
    session = open_session(run.connection, lane=Lane.PRESS if run.asked_at else Lane.HISTORY)
    pages = PagesAhead(session, run.since)
    for left in reversed(range(PAGES_PER_TURN)):
        page = pages.fetch(run.cursor)
        _store_page(run, page, fetch_next=pages.start if left else None)
        if not page.next_cursor:
            record_success(run.connection, reading=True)
            return Done({"state": SyncRun.State.DONE, "finished_at": timezone.now()}, lambda: _complete(run))
    record_success(run.connection, reading=True)
    # Nobody waits for the rest of a long history as for its first pages.
    wake_worker(SYNC_TASK)
    return Continue({"asked_at": None})


def _complete(run: SyncRun) -> None:
    """``synced_through`` is the start of the run, so a change made during it is read by the next."""
    changes = {"synced_at": timezone.now(), "synced_through": run.started_at}
    if run.kind != SyncRun.Kind.CHANGES:
        changes["hourly_at"] = run.started_at
    if run.kind == SyncRun.Kind.NIGHTLY:
        changes["nightly_at"] = run.started_at
    Connection.objects.connected().filter(pk=run.connection_id).update(**changes)
    if run.kind == SyncRun.Kind.NIGHTLY:
        schedule_nightly_audit(run.connection, run.started_at)
    if SyncRun.objects.filter(pk=run.pk, is_wanted_again=True).update(is_wanted_again=False):
        run.connection.refresh_from_db()
        request_sync(run.connection)


def _store_page(run: SyncRun, page: OrderPage, fetch_next: Callable[[str], None] | None = None) -> None:
    """Not stored when the connection was revoked meanwhile; then the next page is not fetched either."""
    with transaction.atomic():
        renew(run, attempts=0)
        if not Connection.objects.active().filter(pk=run.connection_id).exists():
            raise ApiUnauthorized("the connection is no longer active", status=401)
        if page.next_cursor and fetch_next is not None:
            fetch_next(page.next_cursor)
        check_webhooks(run, page.orders)
        counts = mirror.store_orders(run.connection, page.orders, page.rejected)
        run.cursor = page.next_cursor
        SyncRun.objects.filter(pk=run.pk).update(
            cursor=run.cursor,
            seen=F("seen") + len(page.orders) + len(page.rejected),
            created=F("created") + counts["created"],
            updated=F("updated") + counts["updated"],
            rejected=F("rejected") + counts["rejected"],
        )


def _handle_error(run: SyncRun, error: ApiError) -> HandlerResult:
    record_failure(run.connection, error, reading=True)
    message = connection_message(run.connection.platform, error_kind(error))
    if isinstance(error, ApiUnauthorized):
        return _finished(SyncRun.State.FAILED, message)
    # Being asked to slow down is no failure: a long reading simply goes on a minute later, from where it was.
    is_paused = error.status == 429 or isinstance(error, CallsPaused)
    tries = run.tries if is_paused else run.tries + 1
    # A refused cursor would be refused for ever: a page that does not come starts the reading again.
    cursor = run.cursor if isinstance(error, ApiUnavailable) else ""
    # It goes on by the schedule, which asks no sooner because somebody waits.
    changes = {"tries": tries, "reason": in_all_languages(message), "cursor": cursor, "asked_at": None}
    return Retry(0 if is_paused else tries, error.retry_after, changes=changes)


def _finished(state: str, reason: object) -> Done:
    return Done({"state": state, "finished_at": timezone.now(), "reason": in_all_languages(reason)})
