"""Webhooks of platforms. An order that an event carries whole is stored at once, see ``webhook_orders``.

Any other event is stored in one insert and applied by a worker that fetches the orders. It is only a hint: order,
duplicates and staleness do not matter, the mirror never goes back in time, and a sync finds whatever was missed.
"""

import hashlib
import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations.events import EventKind, PlatformEvent
from integrations.models import Connection, WebhookEvent
from integrations.models.connections import ConnectionQuerySet
from integrations.orders import OrderData, RejectedOrder
from integrations.providers import get_provider
from integrations.providers.base import InvalidWebhook, PlatformSession
from integrations.services import connections, erasure, installations, mirror, webhook_orders
from integrations.services.circuit_breaker import record_failure, record_success
from integrations.services.tokens import open_session
from lib.cache_counters import current_count, increment
from lib.http import ApiError, ApiInvalidResponse, ApiRejected, ApiUnauthorized
from lib.leases import (
    DATABASE_IS_AWAY,
    Done,
    GiveUpReason,
    HandlerResult,
    LeasedQuerySet,
    Retry,
    RetryPolicy,
    claim,
    record_outcome,
    release,
    run_due,
    wake_worker,
)
from lib.turns import Turns, take_turns

log = logging.getLogger(__name__)
APPLY_TASK = "integrations.apply_events"
EVENT_RETENTION = timedelta(days=30)
FETCH_BATCH_SIZE = 100
DELETE_BATCH_SIZE = 1000
# More events of the same orders that one batch takes along.
MAX_EVENTS_ALONG = 1000
TURNS = Turns[tuple[str, str]]()
RETRIES = RetryPolicy(max_attempts=12)
State = WebhookEvent.State


def receive(platform: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Store a delivery; False when its signature is invalid. May be repeated: an event is stored once.

    Raises KeyError for an unknown platform, DatabaseError when it could not be stored.
    """
    try:
        event = get_provider(platform).parse_webhook(headers, body, now=timezone.now())
    except InvalidWebhook:
        _count_rejected(platform)
        return False
    if event.order is not None and webhook_orders.store(_build_row(platform, event), event.order):
        return True
    try:
        _store(_build_row(platform, event))
    except IntegrityError:
        return True
    except (DataError, ValueError, OverflowError):
        # Signed, and more than the database takes: sent again it would be the same.
        log.exception("An event of %s could not be stored as it is.", platform)
        return _store_unreadable(platform, body)
    wake_worker(APPLY_TASK)
    return True


def _store(row: WebhookEvent) -> None:
    with transaction.atomic():
        row.save(force_insert=True)


def _store_unreadable(platform: str, body: bytes) -> bool:
    own_id = hashlib.sha256(body).hexdigest()
    event = PlatformEvent(own_id, EventKind.OTHER, "", "", timezone.now(), unreadable=True)
    with suppress(IntegrityError):
        _store(_build_row(platform, event))
    return True


def _build_row(platform: str, event: PlatformEvent) -> WebhookEvent:
    row = WebhookEvent(
        platform=platform,
        event_id=event.event_id,
        kind=event.kind,
        type=event.type,
        installation=event.installation,
        order_id=event.order_id,
        happened_at=event.happened_at,
        changed_at=event.changed_at,
        erases=event.erases,
        by_us=event.by_us,
        origin_installation=event.origin_installation,
    )
    if event.unreadable:
        row.state, row.reason, row.next_at = State.NEEDS_ATTENTION, "unreadable", None
    return row


def _count_rejected(platform: str) -> None:
    increment(_rejected_key(platform), 2 * 3600)


def rejected_this_hour(platform: str) -> int:
    """The number of deliveries with an invalid signature."""
    return current_count(_rejected_key(platform))


def _rejected_key(platform: str) -> str:
    return f"webhooks-rejected:{platform}:{timezone.now():%Y%m%d%H}"


def apply_due(*, seconds: float = 30) -> int:
    """Apply the events received so far; returns how many were handled. Safe to run concurrently.

    Orders are fetched in batches, a call for each site.
    """
    handlers = {
        _apply_app_event: _received().exclude(kind=EventKind.ORDER),
        _apply_erasure: _orders().filter(erases=True),
    }
    handled = 0
    for handle, rows in handlers.items():
        try:
            handled += run_due(rows, handle, give_up=_give_up, policy=RETRIES, seconds=seconds, wake=APPLY_TASK)
        except DATABASE_IS_AWAY:
            raise
        except Exception:
            log.exception("An event could not be applied; the events of orders go on.")
    now = timezone.now()
    pick, act = partial(_next_installation, now), partial(_apply_orders_of, now)
    return handled + take_turns(TURNS, pick, act, seconds=seconds, wake=APPLY_TASK)


def _received() -> LeasedQuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(state=State.RECEIVED).order_by("pk")


def _orders() -> LeasedQuerySet[WebhookEvent]:
    return _received().filter(kind=EventKind.ORDER)


def _due_orders(now: datetime) -> LeasedQuerySet[WebhookEvent]:
    """Events received after ``now`` wait for the next call."""
    return _orders().due(now).filter(erases=False)


def _next_installation(now: datetime, skip: Collection[tuple[str, str]]) -> tuple[str, str] | None:
    paused = Connection.objects.active().filter(paused_until__gt=now)
    due = _due_orders(now).exclude(installation__in=paused.values("external_id"))
    due = due.exclude(installation__in=[installation for _platform, installation in skip])
    return due.values_list("platform", "installation").first()


def _apply_orders_of(now: datetime, installation: tuple[str, str]) -> int:
    try:
        return _apply_orders(*installation, now)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        # Its events keep their leases for a while; those of other sites go on.
        log.exception("The events of an installation of %s could not be applied.", installation[0])
        return 0


def _apply_app_event(row: WebhookEvent) -> HandlerResult:
    if row.kind == EventKind.INSTALLED:
        return _apply_install(row)
    if row.kind == EventKind.REMOVED:
        return _apply_removal(row)
    return _finished(State.IGNORED, "not_ours")


def _apply_install(row: WebhookEvent) -> HandlerResult:
    """A delivery that was signed anew looks newer than it is, so the platform is asked before we go on."""
    stopped = [connection for connection in _connections(row) if connection.state in connections.RECOVERABLE_STATES]
    try:
        for connection in stopped:
            connections.check_installed(connection)
    except ApiError as error:
        return _error_outcome(row, error)
    if not installations.record_installed(
        row.platform, row.installation, row.happened_at, origin=row.origin_installation
    ):
        return _finished(State.IGNORED, "older")
    for connection in stopped:
        connections.reactivate(connection)
    return _finished(State.APPLIED)


def _apply_removal(row: WebhookEvent) -> HandlerResult:
    """A removal older than the current consent is ignored."""
    connected = list(_connections(row).holding_site())
    consented_later = any(connection.is_active and row.happened_at < connection.state_since for connection in connected)
    if consented_later or not installations.record_removed(row.platform, row.installation, row.happened_at):
        return _finished(State.IGNORED, "older")
    for connection in connected:
        connections.mark_removed(connection)
    return _finished(State.APPLIED)


def _apply_erasure(row: WebhookEvent) -> HandlerResult:
    """Erase at every shop that ever had the site, connected or not."""
    for connection in _connections(row):
        erasure.erase(connection, row.order_id)
    return _finished(State.APPLIED)


def _connections(row: WebhookEvent) -> ConnectionQuerySet:
    return Connection.objects.filter(platform=row.platform, external_id=row.installation)


def _apply_orders(platform: str, installation: str, now: datetime) -> int:
    """An order is fetched once for all its waiting events, also for those that wait for a retry.

    Orders whose events crashed a worker before go alone.
    """
    connection = Connection.objects.connected().filter(platform=platform, external_id=installation).first()
    due = _due_orders(now).filter(platform=platform, installation=installation)
    waiting = _orders().without_lease(now).filter(platform=platform, installation=installation, erases=False)
    handled = 0
    for crashed, limit in ((Q(attempts=0), FETCH_BATCH_SIZE), (Q(attempts__gt=0), 1)):
        if rows := claim(due.filter(crashed), limit=limit):
            order_ids = {row.order_id for row in rows}
            rows += claim(waiting.filter(crashed, order_id__in=order_ids), limit=MAX_EVENTS_ALONG)
            done = _apply_batch(connection, rows)
            handled += done
            if done < len(rows):
                return handled
    return handled


def _apply_batch(connection: Connection | None, rows: list[WebhookEvent]) -> int:
    if connection is not None:
        newest_delivery = max(row.received_at for row in rows)
        Connection.objects.filter(Q(webhook_at=None) | Q(webhook_at__lt=newest_delivery), pk=connection.pk).update(
            webhook_at=newest_delivery
        )
    readable = []
    handled = 0
    for row in rows:
        if reason := _skip_reason(connection, row):
            handled += _finish(row, State.NEEDS_ATTENTION if reason == "crashed" else State.IGNORED, reason)
        else:
            readable.append(row)
    if connection is None or not readable:
        return handled
    return handled + _fetch_and_store(connection, readable)


def _skip_reason(connection: Connection | None, row: WebhookEvent) -> str:
    """Why the order need not be fetched; a connection that recovers syncs from where it stopped."""
    if connection is None:
        return "unknown_installation"
    if not connection.is_active:
        return "not_active"
    if row.crashes_too_often:
        return "crashed"
    return "by_us" if row.by_us else ""


def _fetch_and_store(connection: Connection, rows: list[WebhookEvent]) -> int:
    """After an unreadable answer each order is fetched alone."""
    try:
        found, rejected = _fetch(open_session(connection), _newest_by_order(rows))
        with transaction.atomic():
            if not Connection.objects.active().filter(pk=connection.pk).exists():
                raise ApiUnauthorized("the connection is no longer active", status=401)
            mirror.store_orders(connection, list(found.values()), rejected)
    except ApiInvalidResponse as error:
        by_order = _by_order(rows)
        if len(by_order) > 1:
            return sum(_fetch_and_store(connection, events) for events in by_order.values())
        return sum(_record_error(row, error) for row in rows)
    except ApiError as error:
        record_failure(connection, error)
        return sum(_record_error(row, error) for row in rows)
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        by_order = _by_order(rows)
        if len(by_order) > 1:
            return sum(_fetch_and_store(connection, events) for events in by_order.values())
        log.exception("The events of an order could not be applied.")
        return sum(_record_error(row, ApiInvalidResponse("an error of our own")) for row in rows)
    record_success(connection)
    # One that could not be read is told on the import page, and read again at its next change.
    there = found.keys() | {order.external_id for order in rejected}
    return sum(
        _finish(row, State.APPLIED) if row.order_id in there else _finish(row, State.IGNORED, "order_gone")
        for row in rows
    )


def _by_order(rows: list[WebhookEvent]) -> dict[str, list[WebhookEvent]]:
    events: dict[str, list[WebhookEvent]] = {}
    for row in rows:
        events.setdefault(row.order_id, []).append(row)
    return events


def _newest_by_order(rows: list[WebhookEvent]) -> dict[str, WebhookEvent]:
    newest: dict[str, WebhookEvent] = {}
    for row in sorted(rows, key=lambda row: row.changed_at or row.happened_at):
        newest[row.order_id] = row
    return newest


def _fetch(
    session: PlatformSession, events: Mapping[str, WebhookEvent]
) -> tuple[dict[str, OrderData], list[RejectedOrder]]:
    """A search may lag behind its own events, so orders older than their event are fetched one by one."""
    found: dict[str, OrderData] = {}
    rejected: list[RejectedOrder] = []

    def ask(order_ids: list[str]) -> None:
        page = session.fetch_orders(order_ids)
        found.update({order.external_id: order for order in page.orders})
        rejected.extend(page.rejected)

    ask(list(events))
    if len(events) == 1:
        return found, rejected
    for order_id, event in events.items():
        order = found.get(order_id)
        if order is not None and event.changed_at is not None and order.updated_at < event.changed_at:
            ask([order_id])
    return found, rejected


def _error_outcome(row: WebhookEvent, error: ApiError) -> HandlerResult:
    """Retry, unless consent is gone (the next sync reads the order) or the platform rejected the call."""
    if isinstance(error, ApiUnauthorized):
        return _finished(State.IGNORED, "not_active")
    if isinstance(error, ApiRejected):
        return _finished(State.NEEDS_ATTENTION, "refused")
    tries = row.tries + 1
    return Retry(tries, error.retry_after, changes={"tries": tries})


def _give_up(_build_row: WebhookEvent, reason: GiveUpReason) -> HandlerResult:
    return _finished(State.NEEDS_ATTENTION, "crashed" if reason == "crashed" else "unreadable")


def _finished(state: str, reason: str = "") -> Done:
    return Done({"state": state, "reason": reason})


def _record_error(row: WebhookEvent, error: ApiError) -> bool:
    """Whether the event is finished."""
    written = record_outcome(row, _error_outcome(row, error), give_up=_give_up, policy=RETRIES)
    return isinstance(written, Done)


def _finish(row: WebhookEvent, state: str, reason: str = "") -> bool:
    return release(row, next_at=None, state=state, reason=reason)


def retry_failed(rows: QuerySet[WebhookEvent]) -> int:
    """Apply events that need attention again; unparsed ones cannot be. Returns how many."""
    failed = rows.filter(state=State.NEEDS_ATTENTION).exclude(type="")
    again = failed.update(state=State.RECEIVED, reason="", next_at=timezone.now(), attempts=0, tries=0)
    wake_worker(APPLY_TASK)
    return again


def delete_old_events() -> int:
    """Deletes events older than 30 days, a thousand at a time; until then their ids stop replays. Returns how many."""
    old, deleted = WebhookEvent.objects.filter(received_at__lt=timezone.now() - EVENT_RETENTION), 0
    while ids := list(old.order_by("received_at").values_list("pk", flat=True)[:DELETE_BATCH_SIZE]):
        deleted += old.filter(pk__in=ids).delete()[0]
    return deleted
