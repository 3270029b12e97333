"""Telling a shop what left: every promise is a row, and a row ends as told or as something a person must see.

A write whose answer was lost may have acted, so it is looked up before it is ever sent again.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import FulfillmentNotice, Outcome, Told
from integrations.providers.base import ShopSession
from integrations.services.health import kind_of, note_failure, note_success
from integrations.services.tokens import open_session
from integrations.wording import refusal_sentence, trouble_sentence
from lib.bulk import bulk_update_columns
from lib.http import ApiError, ApiRejected, ApiUnauthorized
from lib.leases import MAX_CRASHES, RetryPolicy, claim, wake_worker
from lib.stored_messages import in_all_languages

TASK = "integrations.push_due"
PER_CALL = 100
RETRIES = RetryPolicy(max_age=timedelta(hours=72))
AUDIT_AFTER = timedelta(minutes=10)
"""How long after a doubtful push its records are counted: what was under way has landed by then."""
Intent = Fulfillment.Intent
State = Fulfillment.State
Call = Callable[[ShopSession, Sequence[FulfillmentNotice]], list[Outcome]]
RECORDED = (
    "state",
    "next_at",
    "lease_until",
    "lease_token",
    "attempts",
    "last_error",
    "details",
    "told_at",
    "external_id",
    "doubted",
    "audit_at",
)


@dataclass(frozen=True, slots=True)
class Promise:
    """What a label promises a shop; ``source`` is the promiser's own id, one promise for each."""

    order: ExternalOrder
    source: UUID
    tracking_number: str
    carrier: str
    tracking_url: str
    lines: tuple[tuple[str, int], ...]


def promise(promises: Sequence[Promise]) -> dict[UUID, Fulfillment]:
    """Write these promises, in the caller's transaction, and wake a worker; answers them by source.

    Orders of a revoked connection promise nothing. A second promise for a source raises IntegrityError.
    """
    rows = [_row(one) for one in promises if one.order.connection.state != Connection.State.DISCONNECTED]
    Fulfillment.objects.bulk_create(rows, batch_size=500)
    if rows:
        wake_worker(TASK)
    return {row.source: row for row in rows}


def _row(one: Promise) -> Fulfillment:
    return Fulfillment(
        shop_id=one.order.shop_id,
        order=one.order,
        connection_id=one.order.connection_id,
        source=one.source,
        tracking_number=one.tracking_number,
        carrier=one.carrier,
        tracking_url=one.tracking_url,
        lines=[list(line) for line in one.lines],
    )


def change(source: UUID, *, tracking_number: str, carrier: str, tracking_url: str) -> bool:
    """The parcel got another barcode or link: the shop's record is updated, in the caller's transaction.

    The newest change supersedes what was still due. False when nothing was promised for this source, or it was
    withdrawn. May be repeated.
    """
    with transaction.atomic():
        row = Fulfillment.objects.select_for_update().filter(source=source, intent=Intent.TELL).first()
        if row is None:
            return False
        wanted = {"tracking_number": tracking_number, "carrier": carrier, "tracking_url": tracking_url}
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return True
        former = dict.fromkeys([*row.former_numbers, row.tracking_number])
        former.pop(tracking_number, None)
        _revise(row, **wanted, former_numbers=list(former))
    return True


def withdraw(source: UUID) -> bool:
    """The label was cancelled: the shop's record is deleted, in the caller's transaction; what never left is dropped.

    False when nothing was promised for this source. May be repeated.
    """
    with transaction.atomic():
        row = Fulfillment.objects.select_for_update().filter(source=source).first()
        if row is None:
            return False
        if row.intent != Intent.WITHDRAW:
            _revise(row, intent=Intent.WITHDRAW)
    return True


def _revise(row: Fulfillment, **changes: object) -> None:
    """A new revision of a locked row. Whoever is sending the old one keeps the row and finds it superseded."""
    never_left = row.sent_at is None and row.state in {State.DUE, State.NEEDS_ATTENTION}
    changes["revision"] = row.revision + 1
    if changes.get("intent") == Intent.WITHDRAW and never_left:
        changes |= {"state": State.CANCELLED, "next_at": None, "last_error": {}, "details": ""}
    elif not row.is_waiting and row.connection.state != Connection.State.DISCONNECTED:
        now = timezone.now()
        changes |= {"state": State.DUE, "next_at": now, "promised_at": now, "last_error": {}, "details": ""}
    Fulfillment.objects.filter(pk=row.pk).update(**changes)
    wake_worker(TASK)


def retry(fulfillments: QuerySet[Fulfillment]) -> int:
    """Try the failed promises among these again whose connection works; answers how many. May be repeated.

    One that was ever sent may have arrived after all: it is looked up first.
    """
    failed = fulfillments.filter(state=State.NEEDS_ATTENTION, connection__state=Connection.State.ACTIVE)
    again = Fulfillment.objects.filter(pk__in=failed.order_by().values("pk"), state=State.NEEDS_ATTENTION)
    now = timezone.now()
    afresh = {"next_at": now, "promised_at": now, "attempts": 0, "last_error": {}, "details": ""}
    with transaction.atomic():
        done = again.filter(sent_at=None).update(state=State.DUE, **afresh)
        done += again.exclude(sent_at=None).update(state=State.UNKNOWN, **afresh)
        wake_worker(TASK)
    return done


def push_due(*, seconds: float = 30) -> int:
    """Tell the shops what is due, a turn for each connection at a time and at least one; answers how many rows."""
    handled, deadline = 0, time.monotonic() + seconds
    give_up_on_lost_answers()
    while True:
        turns = [_turn(connection) for connection in _connections_with_work()]
        handled += sum(turns)
        if not any(turns) or time.monotonic() >= deadline:
            return handled


def give_up_on_lost_answers() -> None:
    """A lease that ran out while sending means the answer is lost, not that nothing was sent."""
    stuck = Fulfillment.objects.filter(state=State.SENDING, lease_until__lt=timezone.now())
    stuck.update(
        state=State.UNKNOWN,
        doubted=True,
        next_at=F("sent_at") + timedelta(seconds=settings.PUSH_SETTLE_SECONDS),
        lease_until=None,
        lease_token=None,
    )


def _connections_with_work() -> list[Connection]:
    now = timezone.now()
    ready = Q(paused_until=None) | Q(paused_until__lte=now)
    due = Fulfillment.objects.due(now).filter(state__in=[State.DUE, State.UNKNOWN])
    return list(Connection.objects.active().filter(ready, pk__in=due.values("connection")))


def _turn(connection: Connection) -> int:
    """One batch to send and one to look up; a row that crashed a worker before goes alone."""
    mine = connection.fulfillments.due().order_by("next_at", "pk")
    handled = 0
    for state, act in ((State.UNKNOWN, _look_up), (State.DUE, _send)):
        if state == State.DUE:
            mine = mine.exclude(Exists(_under_way()))
        fresh = mine.filter(state=state, attempts__lte=1)
        suspects = mine.filter(state=state, attempts__gt=1)
        for candidates, limit in ((fresh, PER_CALL), (suspects, 1)):
            rows = _claim(candidates, limit, state)
            handled += len(rows)
            crashed = [row for row in rows if row.attempts > MAX_CRASHES]
            _record({row: _attention(row, "crashed") for row in crashed})
            if len(rows) > len(crashed):
                act(connection, [row for row in rows if row not in crashed])
    return handled


def _under_way() -> QuerySet[Fulfillment]:
    """Another parcel of the same order about which the shop was asked and has not answered yet."""
    others = Fulfillment.objects.filter(order=OuterRef("order"), state__in=[State.SENDING, State.UNKNOWN])
    return others.exclude(pk=OuterRef("pk"))


def _claim(candidates: QuerySet[Fulfillment], limit: int, state: str) -> list[Fulfillment]:
    """Take rows; those about to be sent say so in the same moment, so that a crash is never taken for 'not sent'."""
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
    rows, later = _one_per_order(rows)
    _record({row: _due_again(row, "", at=timezone.now()) for row in later})
    _ask(connection, rows, lambda session, notices: session.push(notices), State.DUE)


def _look_up(connection: Connection, rows: list[Fulfillment]) -> None:
    _ask(connection, rows, lambda session, notices: session.find(notices), State.UNKNOWN)


def _ask(connection: Connection, rows: list[Fulfillment], call: Call, back_to: str) -> None:
    """Make the call outside any transaction and record each outcome; an error leaves the rows where they were."""
    try:
        outcomes = call(open_session(connection), [row.notice for row in rows])
    except ApiError as error:
        note_failure(connection, error)
        _record({row: _put_back(row, error, back_to) for row in rows})
        return
    note_success(connection)
    by_reference = {outcome.reference: outcome for outcome in outcomes}
    _record({row: _result(row, by_reference.get(str(row.public_id)), back_to) for row in rows})


def _one_per_order(rows: list[Fulfillment]) -> tuple[list[Fulfillment], list[Fulfillment]]:
    """Promises for the same order go one after the other; what is taken back first, then the oldest."""
    first: dict[int, Fulfillment] = {}
    for row in sorted(rows, key=lambda row: (row.intent != Intent.WITHDRAW, row.pk)):
        first.setdefault(row.order_id, row)
    now = set(first.values())
    return list(now), [row for row in rows if row not in now]


def _result(row: Fulfillment, outcome: Outcome | None, asked_from: str) -> dict[str, object]:
    """The changes an outcome makes; an outcome that is missing is unknown, never fine."""
    if outcome is None or outcome.told is Told.UNKNOWN:
        settle = timedelta(seconds=settings.PUSH_SETTLE_SECONDS)
        last_error = in_all_languages(trouble_sentence(row.connection.platform, "unknown"))
        return {"state": State.UNKNOWN, "next_at": timezone.now() + settle, "last_error": last_error, "doubted": True}
    if outcome.told is Told.DONE:
        return _settled(row, outcome)
    if outcome.told is Told.REFUSED:
        return _attention(row, outcome.code, details=outcome.text)
    if asked_from == State.UNKNOWN:
        return _due_again(row, "", at=timezone.now())
    return _due_again(row, "unreachable", at=timezone.now() + RETRIES.wait(row.tries))


def _settled(row: Fulfillment, outcome: Outcome) -> dict[str, object]:
    """The shop knows what it should; when an answer was lost on the way, its records are counted later."""
    now = timezone.now()
    changes: dict[str, object] = {"next_at": None, "last_error": {}, "details": "", "doubted": False}
    changes["audit_at"] = now + AUDIT_AFTER if row.doubted else row.audit_at
    if row.intent == Intent.WITHDRAW:
        return changes | {"state": State.CANCELLED, "external_id": ""}
    return changes | {"state": State.DONE, "told_at": now, "external_id": outcome.external_id[:64]}


def _superseded(changes: dict[str, object]) -> dict[str, object]:
    """The parcel was changed or cancelled while the old version was on its way: look what arrived, then go on."""
    kept: dict[str, object] = {name: changes[name] for name in ("external_id", "doubted") if name in changes}
    late = changes["next_at"] if changes["state"] == State.UNKNOWN else timezone.now()
    return kept | {"state": State.UNKNOWN, "next_at": late, "last_error": {}, "details": ""}


def _put_back(row: Fulfillment, error: ApiError, state: str) -> dict[str, object]:
    if isinstance(error, ApiRejected):
        return _attention(row, "app_missing" if error.status == 428 else "refused", details=error.message)
    wait = timedelta() if isinstance(error, ApiUnauthorized) else RETRIES.wait(row.tries, at_least=error.retry_after)
    changes = _due_again(row, kind_of(error), at=timezone.now() + wait)
    return changes if changes["state"] == State.NEEDS_ATTENTION else {**changes, "state": state}


def _due_again(row: Fulfillment, kind: str, *, at: object) -> dict[str, object]:
    """Later again; after three days a person must look, and nothing is ever dropped."""
    if RETRIES.is_exhausted(since=row.promised_at):
        return _attention(row, "delayed")
    last_error = in_all_languages(trouble_sentence(row.connection.platform, kind)) if kind else {}
    return {"state": State.DUE, "next_at": at, "last_error": last_error}


def _attention(row: Fulfillment, code: str, *, details: str = "") -> dict[str, object]:
    sentence = in_all_languages(refusal_sentence(row.connection.platform, code))
    return {"state": State.NEEDS_ATTENTION, "next_at": None, "last_error": sentence, "details": details[:2000]}


def _record(results: dict[Fulfillment, dict[str, object]]) -> None:
    """Write results of rows we still hold, all in one go; a row somebody else took over is left alone."""
    if not results:
        return
    with transaction.atomic():
        held = (
            Fulfillment.objects.order_by("pk")
            .select_for_update()
            .filter(pk__in=[row.pk for row in results], lease_token=next(iter(results)).lease_token)
        )
        still_mine = dict(held.values_list("pk", "revision"))
        rows = [row for row in results if row.pk in still_mine]
        for row in rows:
            changes = results[row] if still_mine[row.pk] == row.revision else _superseded(results[row])
            settled = {"lease_until": None, "lease_token": None, "attempts": 0}
            for name, value in (changes | settled).items():
                setattr(row, name, value)
        bulk_update_columns(rows, RECORDED)
