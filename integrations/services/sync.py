"""Reading a site's orders into the mirror: on connecting, on opening the import page, on a schedule."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from integrations.messages import connection_message
from integrations.models import Connection, ExternalOrder, SyncRun, UnreadableOrder
from integrations.orders import NO_ID, OrderPage
from integrations.services import mirror
from integrations.services.circuit_breaker import (
    CallsPaused,
    error_kind,
    record_crash,
    record_failure,
    record_success,
)
from integrations.services.fulfillment_audit import schedule_nightly_audit
from integrations.services.tokens import open_session
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
    renew,
    run_due,
    wake_worker,
)
from lib.stored_messages import in_all_languages

log = logging.getLogger(__name__)
FETCH_BATCH_SIZE = 100
# Pages one connection reads before the others get their turn.
PAGES_PER_TURN = 10
HOURLY, NIGHTLY = timedelta(hours=1), timedelta(days=1)
RECONCILIATION_WINDOW = {SyncRun.Kind.HOURLY: timedelta(hours=48), SyncRun.Kind.NIGHTLY: timedelta(days=30)}
# In the settings' time zone; the nightly reconciliation starts no earlier.
NIGHTLY_HOUR = 3
SYNC_TASK = "integrations.sync_due"
ACTIVE_STATES = (SyncRun.State.QUEUED, SyncRun.State.RUNNING)
# The columns of a run that begins again.
RESTARTED = ("kind", "state", "since", "cursor", "started_at", "finished_at", "tries", "reason", "next_at", "attempts")
# No limit: a sync is retried for as long as the site is connected.
RETRIES = RetryPolicy()


def request_sync(connection: Connection, kind: str = SyncRun.Kind.CHANGES) -> SyncRun:
    """Queue a sync, or make the active one due now. May be repeated."""
    return _request(connection, kind, _last_run(connection))


def _last_run(connection: Connection) -> SyncRun | None:
    """The active run of a connection is its last one."""
    return connection.syncs.order_by("-pk").first()


def _request(connection: Connection, kind: str, last: SyncRun | None) -> SyncRun:
    try:
        with transaction.atomic():
            run = _restart_idle(connection, kind, last) or SyncRun.objects.create(
                shop_id=connection.shop_id, connection=connection, kind=kind, since=_sync_start(connection, kind)
            )
    except IntegrityError:
        active = connection.syncs.filter(state__in=ACTIVE_STATES)
        active.filter(lease_token=None).update(next_at=timezone.now())
        run = active.first() or connection.syncs.latest("pk")
    wake_worker(SYNC_TASK)
    return run


def _restart_idle(connection: Connection, kind: str, last: SyncRun | None) -> SyncRun | None:
    """The last run again if it found nothing: a shop without orders gets no row every five minutes."""
    if last is None or last.seen or last.state != SyncRun.State.DONE:
        return None
    fresh = SyncRun(connection=connection, kind=kind, since=_sync_start(connection, kind))
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
            _request(connection, SyncRun.Kind.CHANGES, last)
            requested.add(connection.pk)
    return requested


def retry_unreadable(unreadable: UnreadableOrder) -> bool:
    """Fetch one unreadable order again; False when it no longer exists, and then it is deleted.

    Raises the four errors of lib.http.
    """
    connection = unreadable.connection
    if unreadable.external_id.startswith(NO_ID):
        # It cannot be asked for by itself; the next reading tells of it again, if it is still as it was.
        unreadable.delete()
        request_sync(connection)
        return True
    page = open_session(connection).fetch_orders([unreadable.external_id])
    mirror.store_orders(connection, page.orders, page.rejected)
    is_there = bool(page.orders or page.rejected)
    if not is_there:
        unreadable.delete()
    return is_there


def refresh_orders(connection: Connection, orders: Sequence[ExternalOrder]) -> set[int]:
    """Fetch these orders again; returns the ids of those that no longer exist.

    Raises the four errors of lib.http. The caller reloads ``orders``.
    """
    session, gone = open_session(connection), set()
    for start in range(0, len(orders), FETCH_BATCH_SIZE):
        chunk = orders[start : start + FETCH_BATCH_SIZE]
        page = session.fetch_orders([order.external_id for order in chunk])
        mirror.store_orders(connection, page.orders, page.rejected)
        there = {order.external_id for order in page.orders} | {order.external_id for order in page.rejected}
        gone |= {order.pk for order in chunk if order.external_id not in there}
    record_success(connection)
    return gone


def next_sync(connection: Connection) -> datetime | None:
    """None for a site that is inactive or was never synced."""
    if not connection.is_active or connection.synced_at is None:
        return None
    return connection.synced_at + sync_interval(connection)


def schedule_syncs() -> None:
    """Queue what is due for every active connection: changes, or the hourly or nightly reconciliation.

    A connection whose webhooks arrive reads the changes hourly, and needs no other reading in between.
    """
    now = timezone.now()
    stale = Q(synced_at=None) | Q(synced_at__lt=now - timedelta(seconds=settings.SYNC_WITH_WEBHOOKS_SECONDS))
    often = Q(synced_at__lt=now - timedelta(seconds=settings.SYNC_EVERY_SECONDS))
    often |= _reconciled_before(now - HOURLY, "hourly_at")
    due = stale | _reconciled_before(_last_night(now), "nightly_at") | often & ~webhooks_arrive(now)
    for connection in Connection.objects.active().exclude(syncs__state__in=ACTIVE_STATES).filter(due):
        request_sync(connection, _kind_due(connection, now))


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


def sync_due(*, seconds: float = 30) -> int:
    """Run a turn of every due sync; returns how many. Safe to run concurrently."""
    paused = Connection.objects.filter(paused_until__gt=timezone.now())
    active = SyncRun.objects.filter(state__in=ACTIVE_STATES).exclude(connection__in=paused).order_by("next_at", "pk")
    return run_due(active, _run_sync, give_up=_give_up, policy=RETRIES, seconds=seconds, wake=SYNC_TASK)


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
    session = open_session(run.connection)
    for _page in range(PAGES_PER_TURN):
        page = session.orders_page(since=run.since, cursor=run.cursor)
        _store_page(run, page)
        if not page.next_cursor:
            record_success(run.connection, reading=True)
            return Done({"state": SyncRun.State.DONE, "finished_at": timezone.now()}, lambda: _complete(run))
    record_success(run.connection, reading=True)
    return Continue()


def _complete(run: SyncRun) -> None:
    """``synced_through`` is the start of the run, so a change made during it is read by the next."""
    changes = {"synced_at": timezone.now(), "synced_through": run.started_at}
    if run.kind != SyncRun.Kind.CHANGES:
        changes["hourly_at"] = run.started_at
    if run.kind == SyncRun.Kind.NIGHTLY:
        changes["nightly_at"] = run.started_at
    Connection.objects.connected().filter(pk=run.connection_id).update(**changes)
    if run.kind == SyncRun.Kind.NIGHTLY:
        schedule_nightly_audit(run.connection)


def _store_page(run: SyncRun, page: OrderPage) -> None:
    """Not stored when the connection was revoked meanwhile."""
    with transaction.atomic():
        renew(run, attempts=0)
        if not Connection.objects.active().filter(pk=run.connection_id).exists():
            raise ApiUnauthorized("the connection is no longer active", status=401)
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
    changes = {"tries": tries, "reason": in_all_languages(message), "cursor": cursor}
    return Retry(0 if is_paused else tries, error.retry_after, changes=changes)


def _finished(state: str, reason: object) -> Done:
    return Done({"state": state, "finished_at": timezone.now(), "reason": in_all_languages(reason)})
