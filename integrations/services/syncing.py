"""Reading a shop's orders into the mirror: on connecting, on opening the import page, on a schedule."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, SyncRun, UnreadableOrder
from integrations.orders import OrderPage
from integrations.services import mirror
from integrations.services.health import kind_of, note_failure, note_success
from integrations.services.tokens import open_session
from integrations.wording import trouble_sentence
from lib.http import ApiError, ApiUnauthorized, ApiUnreachable
from lib.languages import in_every_language
from lib.work import LostLease, backoff, claim, keep, release, ring

PER_CALL = 100
TASK = "integrations.sync_due"
ACTIVE = (SyncRun.State.QUEUED, SyncRun.State.RUNNING)


def request_sync(connection: Connection) -> SyncRun:
    """Queue a synchronisation, or hurry the one that is going on. May be called as often as one likes."""
    overlap = timedelta(seconds=settings.SYNC_OVERLAP_SECONDS)
    since = connection.synced_through - overlap if connection.synced_through else None
    try:
        with transaction.atomic():
            run = SyncRun.objects.create(shop_id=connection.shop_id, connection=connection, since=since)
    except IntegrityError:
        active = connection.syncs.filter(state__in=ACTIVE)
        active.filter(holder=None).update(next_at=timezone.now())
        run = active.first() or connection.syncs.latest("pk")
    ring(TASK)
    return run


def refresh_if_stale(connections: Iterable[Connection]) -> None:
    """Ask for a synchronisation of every one of these that was not read during the last minute."""
    moment = timezone.now() - timedelta(seconds=settings.SYNC_STALE_SECONDS)
    for connection in connections:
        fresh = connection.synced_at is not None and connection.synced_at >= moment
        if not fresh and not connection.syncs.filter(state__in=ACTIVE).exists():
            request_sync(connection)


def retry_unreadable(unreadable: UnreadableOrder) -> None:
    """Read one unreadable order again, now. Raises the four errors of lib.http."""
    connection = unreadable.connection
    page = OrderPage(tuple(open_session(connection).fetch_orders([unreadable.external_id]).values()))
    mirror.store(connection, page.orders)


def refresh_orders(connection: Connection, orders: Sequence[ExternalOrder]) -> set[int]:
    """Read these orders again from the shop; answers the ids of those that are gone there.

    Raises the four errors of lib.http; the rows in ``orders`` are reloaded by the caller.
    """
    session, gone = open_session(connection), set()
    for start in range(0, len(orders), PER_CALL):
        chunk = orders[start : start + PER_CALL]
        found = session.fetch_orders([order.external_id for order in chunk])
        mirror.store(connection, list(found.values()))
        gone |= {order.pk for order in chunk if order.external_id not in found}
    note_success(connection)
    return gone


def schedule() -> None:
    """Queue a synchronisation for every active connection whose last one is too long ago."""
    moment = timezone.now() - timedelta(seconds=settings.SYNC_EVERY_SECONDS)
    idle = Connection.objects.active().exclude(syncs__state__in=ACTIVE)
    for connection in idle.filter(Q(synced_at=None) | Q(synced_at__lt=moment)):
        request_sync(connection)


def sync_due(*, limit: int = 5) -> int:
    """Do the synchronisations that are due; answers how many were taken up. Safe to call at any time."""
    now = timezone.now()
    ready = Q(connection__paused_until=None) | Q(connection__paused_until__lte=now)
    due = SyncRun.objects.due().filter(ready, state__in=ACTIVE)
    candidates = SyncRun.objects.due().filter(pk__in=due.values("pk"), state__in=ACTIVE)
    runs = claim(candidates, limit=limit, state=SyncRun.State.RUNNING)
    for run in runs:
        read(run)
    return len(runs)


def read(run: SyncRun) -> None:
    """Read a claimed run page by page; every page is kept together with the place to go on from."""
    connection = run.connection
    if not connection.is_active or run.keeps_crashing:
        reason = "reconnect" if not connection.is_active else "broken"
        _finish(run, SyncRun.State.FAILED, reason=in_every_language(trouble_sentence(reason)))
        return
    try:
        _read_pages(run)
    except LostLease:
        return
    except ApiError as error:
        _read_failed(run, error)


def _read_pages(run: SyncRun) -> None:
    session = open_session(run.connection)
    while True:
        page = session.orders_page(since=run.since, cursor=run.cursor)
        _keep_page(run, page)
        if not page.next_cursor:
            break
    with transaction.atomic():
        if _finish(run, SyncRun.State.DONE):
            Connection.objects.connected().filter(pk=run.connection_id).update(
                synced_at=timezone.now(), synced_through=run.started_at
            )
    note_success(run.connection)


def _keep_page(run: SyncRun, page: OrderPage) -> None:
    """The page and the cursor behind it, in one transaction; not when the connection was revoked meanwhile."""
    with transaction.atomic():
        keep(run)
        if not Connection.objects.active().filter(pk=run.connection_id).exists():
            raise ApiUnauthorized("the connection is no longer active", status=401)
        counts = mirror.store(run.connection, page.orders, page.rejected)
        run.cursor = page.next_cursor
        SyncRun.objects.filter(pk=run.pk).update(
            cursor=run.cursor,
            seen=F("seen") + len(page.orders) + len(page.rejected),
            created=F("created") + counts["created"],
            updated=F("updated") + counts["updated"],
            rejected=F("rejected") + counts["rejected"],
        )


def _read_failed(run: SyncRun, error: ApiError) -> None:
    note_failure(run.connection, error)
    sentence = in_every_language(trouble_sentence(kind_of(error)))
    if isinstance(error, ApiUnauthorized):
        _finish(run, SyncRun.State.FAILED, reason=sentence)
        return
    wait = backoff(run.tries + 1, at_least=getattr(error, "retry_after", None) or 0)
    # A refused cursor would be refused for ever: a page that does not come starts the reading again.
    cursor = run.cursor if isinstance(error, ApiUnreachable) else ""
    release(run, next_at=timezone.now() + wait, tries=run.tries + 1, reason=sentence, cursor=cursor)


def _finish(run: SyncRun, state: str, **changes: object) -> bool:
    return release(run, next_at=None, state=state, finished_at=timezone.now(), **changes)
