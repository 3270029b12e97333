"""Sending tracking numbers and deletions to platforms. Each is a row that ends as confirmed or as needing attention.

A call whose answer was lost may have acted, so its row is looked up before it is sent again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from integrations.messages import connection_message, rejection_message
from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import FulfillmentUpdate, PushResult, PushStatus
from integrations.providers.base import PlatformSession
from integrations.services.circuit_breaker import error_kind, record_failure, record_success
from integrations.services.push_batches import first_per_order, is_unanswered, mark_first, without_waiting
from integrations.services.tokens import open_session
from lib.bulk import bulk_update_columns
from lib.http import ApiError, ApiRejected, ApiUnauthorized, ApiUnavailable
from lib.leases import MAX_CRASHES, RetryPolicy, claim, wake_worker
from lib.stored_messages import in_all_languages
from lib.turns import Turns, take_turns

PUSH_TASK = "integrations.push_due"
PUSH_BATCH_SIZE = 100
TURNS = Turns[int]()
RETRIES = RetryPolicy(max_age=timedelta(hours=72))
# How long after an unconfirmed push it is audited; by then it has arrived.
AUDIT_AFTER = timedelta(minutes=10)
Action = Fulfillment.Action
State = Fulfillment.State
Call = Callable[[PlatformSession, Sequence[FulfillmentUpdate]], list[PushResult]]
RESULT_FIELDS = (
    "state",
    "next_at",
    "lease_until",
    "lease_token",
    "attempts",
    "last_error",
    "details",
    "confirmed_at",
    "external_id",
    "unconfirmed",
    "audit_at",
)


@dataclass(frozen=True, slots=True)
class NewFulfillment:
    """``source_id`` is the caller's own id of the parcel; one fulfillment each."""

    order: ExternalOrder
    source_id: UUID
    tracking_number: str
    carrier: str
    tracking_url: str
    lines: tuple[tuple[str, int], ...]


def enqueue(fulfillments: Sequence[NewFulfillment]) -> dict[UUID, Fulfillment]:
    """Write the rows in the caller's transaction and wake a worker. Returns them by ``source_id``.

    Orders of a revoked connection get none. Raises IntegrityError for a ``source_id`` that exists.
    """
    rows = [_build_row(new) for new in fulfillments if new.order.connection.state != Connection.State.DISCONNECTED]
    Fulfillment.objects.bulk_create(rows, batch_size=500)
    if rows:
        wake_worker(PUSH_TASK)
    return {row.source_id: row for row in rows}


def _build_row(new: NewFulfillment) -> Fulfillment:
    return Fulfillment(
        shop_id=new.order.shop_id,
        order=new.order,
        connection_id=new.order.connection_id,
        source_id=new.source_id,
        tracking_number=new.tracking_number,
        carrier=new.carrier,
        tracking_url=new.tracking_url,
        lines=[list(line) for line in new.lines],
    )


def update_tracking(source_id: UUID, *, tracking_number: str, carrier: str, tracking_url: str) -> bool:
    """Replace the parcel's barcode or link, in the caller's transaction. May be repeated.

    The newest change supersedes one that is still due. False when there is no fulfillment or it is being deleted.
    """
    with transaction.atomic():
        row = Fulfillment.objects.select_for_update().filter(source_id=source_id, action=Action.UPSERT).first()
        if row is None:
            return False
        wanted = {"tracking_number": tracking_number, "carrier": carrier, "tracking_url": tracking_url}
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return True
        previous_numbers = dict.fromkeys([*row.previous_numbers, row.tracking_number])
        previous_numbers.pop(tracking_number, None)
        _revise(row, **wanted, previous_numbers=list(previous_numbers))
    return True


def enqueue_deletion(source_id: UUID) -> bool:
    """Delete the platform's fulfillment, in the caller's transaction; one that was never sent is dropped.

    False when there is no fulfillment. May be repeated.
    """
    with transaction.atomic():
        row = Fulfillment.objects.select_for_update().filter(source_id=source_id).first()
        if row is None:
            return False
        if row.action != Action.DELETE:
            _revise(row, action=Action.DELETE)
    return True


def _revise(row: Fulfillment, **changes: object) -> None:
    """Raise the revision of a locked row. A worker that is sending the old one finds it superseded."""
    never_left = row.sent_at is None and row.state in {State.DUE, State.NEEDS_ATTENTION}
    changes["revision"] = row.revision + 1
    if changes.get("action") == Action.DELETE and never_left:
        changes |= {"state": State.CANCELED, "next_at": None, "last_error": {}, "details": ""}
    elif not row.is_waiting and row.connection.state != Connection.State.DISCONNECTED:
        now = timezone.now()
        changes |= {"state": State.DUE, "next_at": now, "queued_at": now, "last_error": {}, "details": ""}
    Fulfillment.objects.filter(pk=row.pk).update(**changes)
    wake_worker(PUSH_TASK)


def retry_failed(fulfillments: QuerySet[Fulfillment]) -> int:
    """Queue the failed ones again whose connection is active. Returns how many. May be repeated.

    One that was ever sent may have arrived, so it is looked up first.
    """
    failed = fulfillments.filter(state=State.NEEDS_ATTENTION, connection__state=Connection.State.ACTIVE)
    again = Fulfillment.objects.filter(pk__in=failed.order_by().values("pk"), state=State.NEEDS_ATTENTION)
    now = timezone.now()
    reset = {"next_at": now, "queued_at": now, "attempts": 0, "last_error": {}, "details": ""}
    with transaction.atomic():
        count = again.filter(sent_at=None).update(state=State.DUE, **reset)
        count += again.exclude(sent_at=None).update(state=State.UNCONFIRMED, **reset)
        wake_worker(PUSH_TASK)
    return count


def resume_fulfillments(connection: Connection) -> None:
    """Make those due that waited for the connection; the wait is not part of their days of retries. May be repeated."""
    now = timezone.now()
    waiting = connection.fulfillments.filter(lease_token=None)
    waiting.filter(state=State.DUE).update(next_at=now, queued_at=now, last_error={})
    waiting.filter(state=State.UNCONFIRMED).update(queued_at=now)
    wake_worker(PUSH_TASK)


def push_due(*, seconds: float = 30) -> int:
    """Push due rows in turns of one batch a connection. Returns the number of rows. Safe to run concurrently."""
    mark_unconfirmed()
    return take_turns(TURNS, _next_connection, _process, seconds=seconds, wake=PUSH_TASK)


def mark_unconfirmed() -> None:
    """A lease that ran out while sending means the answer was lost, not that nothing was sent."""
    stuck = Fulfillment.objects.filter(state=State.SENDING, lease_until__lt=timezone.now())
    stuck.update(
        state=State.UNCONFIRMED,
        unconfirmed=True,
        next_at=F("sent_at") + timedelta(seconds=settings.PUSH_SETTLE_SECONDS),
        lease_until=None,
        lease_token=None,
    )


def _next_connection(skip: Collection[int]) -> int | None:
    now = timezone.now()
    ready = Q(paused_until=None) | Q(paused_until__lte=now)
    due = Fulfillment.objects.due(now).filter(state__in=[State.DUE, State.UNCONFIRMED])
    with_work = Connection.objects.active().filter(ready, pk__in=due.values("connection")).exclude(pk__in=skip)
    return with_work.order_by("pk").values_list("pk", flat=True).first()


def _process(connection_id: int) -> int:
    """Send one batch and look one up. A row that crashed a worker before goes alone."""
    connection = Connection.objects.get(pk=connection_id)
    due = connection.fulfillments.due().order_by("next_at", "pk")
    handled = 0
    for state, act in ((State.UNCONFIRMED, _look_up), (State.DUE, _send)):
        if state == State.DUE:
            due = without_waiting(due)
        fresh = due.filter(state=state, attempts__lte=1)
        suspects = due.filter(state=state, attempts__gt=1)
        for candidates, limit in ((fresh, PUSH_BATCH_SIZE), (suspects, 1)):
            rows = _claim(candidates, limit, state)
            handled += len(rows)
            crashed = [row for row in rows if row.attempts > MAX_CRASHES]
            _store_results({row: _needs_attention(row, "crashed") for row in crashed})
            if len(rows) > len(crashed):
                act(connection, [row for row in rows if row not in crashed])
    return handled


def _claim(candidates: QuerySet[Fulfillment], limit: int, state: str) -> list[Fulfillment]:
    """Claim rows. Those about to be sent become SENDING in the same UPDATE, so a crash never reads as "not sent"."""
    lease = settings.PUSH_LEASE_SECONDS
    if state == State.DUE:
        changes = {"state": State.SENDING, "sent_at": timezone.now(), "tries": F("tries") + 1}
        rows = claim(candidates, limit=limit, seconds=lease, **changes)
    else:
        rows = claim(candidates, limit=limit, seconds=lease)
    lease_token = rows[0].lease_token if rows else None
    return (
        list(Fulfillment.objects.select_related("order", "connection").filter(lease_token=lease_token))
        if lease_token
        else []
    )


def _send(connection: Connection, rows: list[Fulfillment]) -> None:
    rows, later = first_per_order(rows)
    _store_results({row: _reschedule(row, "", at=timezone.now()) for row in later})

    def push(session: PlatformSession, updates: Sequence[FulfillmentUpdate]) -> list[PushResult]:
        return session.push(mark_first(connection, rows, updates))

    _call_and_record(connection, rows, push, State.DUE)


def _look_up(connection: Connection, rows: list[Fulfillment]) -> None:
    _call_and_record(connection, rows, lambda session, updates: session.find(updates), State.UNCONFIRMED)


def _call_and_record(connection: Connection, rows: list[Fulfillment], call: Call, previous_state: str) -> None:
    """Call outside any transaction. After an error the rows return to ``previous_state``."""
    try:
        push_results = call(open_session(connection), [row.update for row in rows])
    except ApiError as error:
        record_failure(connection, error)
        _store_results({row: _reschedule_after_error(row, error, previous_state) for row in rows})
        return
    if previous_state == State.DUE and is_unanswered(push_results):
        record_failure(connection, ApiUnavailable())
    else:
        record_success(connection)
    by_reference = {result.reference: result for result in push_results}
    _store_results({row: _result(row, by_reference.get(str(row.public_id)), previous_state) for row in rows})


def _result(row: Fulfillment, result: PushResult | None, previous_state: str) -> dict[str, object]:
    """A missing result counts as unconfirmed, not as success."""
    if result is None or result.status is PushStatus.UNCONFIRMED:
        settle = timedelta(seconds=settings.PUSH_SETTLE_SECONDS)
        last_error = in_all_languages(connection_message(row.connection.platform, "unknown"))
        return {
            "state": State.UNCONFIRMED,
            "next_at": timezone.now() + settle,
            "last_error": last_error,
            "unconfirmed": True,
        }
    if result.status is PushStatus.DONE:
        return _completed(row, result)
    if result.status is PushStatus.REJECTED:
        return _needs_attention(row, result.code, details=result.text)
    if previous_state == State.UNCONFIRMED:
        return _reschedule(row, "", at=timezone.now())
    return _reschedule(row, "unreachable", at=timezone.now() + RETRIES.wait(row.tries))


def _completed(row: Fulfillment, result: PushResult) -> dict[str, object]:
    """A row that was ever unconfirmed is audited later."""
    now = timezone.now()
    changes: dict[str, object] = {"next_at": None, "last_error": {}, "details": "", "unconfirmed": False}
    changes["audit_at"] = now + AUDIT_AFTER if row.unconfirmed else row.audit_at
    if row.action == Action.DELETE:
        return changes | {"state": State.CANCELED, "external_id": ""}
    return changes | {"state": State.DONE, "confirmed_at": now, "external_id": result.external_id[:64]}


def _recheck(changes: dict[str, object]) -> dict[str, object]:
    """The row was changed while its old revision was sent: look up what arrived, then send the new one."""
    kept: dict[str, object] = {name: changes[name] for name in ("external_id", "unconfirmed") if name in changes}
    late = changes["next_at"] if changes["state"] == State.UNCONFIRMED else timezone.now()
    return kept | {"state": State.UNCONFIRMED, "next_at": late, "last_error": {}, "details": ""}


def _reschedule_after_error(row: Fulfillment, error: ApiError, state: str) -> dict[str, object]:
    if isinstance(error, ApiRejected):
        return _needs_attention(row, "app_missing" if error.status == 428 else "refused", details=error.message)
    if isinstance(error, ApiUnauthorized):
        # The connection stops with it, and its row waits as long as that takes.
        last_error = in_all_languages(connection_message(row.connection.platform, error_kind(error)))
        return {"state": state, "next_at": timezone.now(), "last_error": last_error}
    wait = RETRIES.wait(row.tries, at_least=error.retry_after)
    changes = _reschedule(row, error_kind(error), at=timezone.now() + wait)
    return changes if changes["state"] == State.NEEDS_ATTENTION else {**changes, "state": state}


def _reschedule(row: Fulfillment, kind: str, *, at: object) -> dict[str, object]:
    """After three days the row needs attention; none is dropped."""
    if RETRIES.is_exhausted(since=row.queued_at):
        return _needs_attention(row, "delayed")
    last_error = in_all_languages(connection_message(row.connection.platform, kind)) if kind else {}
    return {"state": State.DUE, "next_at": at, "last_error": last_error}


def _needs_attention(row: Fulfillment, code: str, *, details: str = "") -> dict[str, object]:
    sentence = in_all_languages(rejection_message(row.connection.platform, code))
    return {"state": State.NEEDS_ATTENTION, "next_at": None, "last_error": sentence, "details": details[:2000]}


def _store_results(results: dict[Fulfillment, dict[str, object]]) -> None:
    """Write the results of rows whose lease we still hold; leave the others alone."""
    if not results:
        return
    with transaction.atomic():
        held = (
            Fulfillment.objects.order_by("pk")
            .select_for_update()
            .filter(pk__in=[row.pk for row in results], lease_token=next(iter(results)).lease_token)
        )
        revisions = dict(held.values_list("pk", "revision"))
        rows = [row for row in results if row.pk in revisions]
        for row in rows:
            changes = results[row] if revisions[row.pk] == row.revision else _recheck(results[row])
            released = {"lease_until": None, "lease_token": None, "attempts": 0}
            for name, value in (changes | released).items():
                setattr(row, name, value)
        bulk_update_columns(rows, RESULT_FIELDS)
