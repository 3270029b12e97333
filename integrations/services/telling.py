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
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from integrations.models import Connection, ExternalOrder, Fulfillment
from integrations.orders import FulfillmentNotice, Outcome, Told
from integrations.providers.base import ShopSession
from integrations.services.health import kind_of, note_failure, note_success
from integrations.services.tokens import open_session
from integrations.wording import refusal_sentence, trouble_sentence
from lib.http import ApiError, ApiRejected, ApiUnauthorized
from lib.languages import in_every_language
from lib.rows import write_columns
from lib.work import CRASHES_BEFORE_GIVING_UP, backoff, claim, ring

TASK = "integrations.push_due"
PER_CALL = 100
GIVE_UP_AFTER = timedelta(hours=72)
State = Fulfillment.State
Call = Callable[[ShopSession, Sequence[FulfillmentNotice]], list[Outcome]]
RECORDED = (
    "state",
    "next_at",
    "lease_until",
    "holder",
    "attempts",
    "trouble",
    "details",
    "told_at",
    "external_id",
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
    """Write these promises, in the caller's transaction, and ring the bell; answers them by source.

    Orders of a revoked connection promise nothing. A second promise for a source raises IntegrityError.
    """
    rows = [_row(one) for one in promises if one.order.connection.state != Connection.State.DISCONNECTED]
    Fulfillment.objects.bulk_create(rows, batch_size=500)
    if rows:
        ring(TASK)
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


def retry(fulfillment: Fulfillment) -> bool:
    """Try a failed promise again now; False when it was not failed or its connection is not active."""
    failed = Fulfillment.objects.filter(
        pk=fulfillment.pk, state=State.NEEDS_ATTENTION, connection__state=Connection.State.ACTIVE
    )
    # It may have arrived after all: a promise that was ever sent is looked up first.
    state = State.UNKNOWN if fulfillment.sent_at else State.DUE
    again = Fulfillment.objects.filter(pk__in=failed.values("pk"), state=State.NEEDS_ATTENTION)
    now = timezone.now()
    done = again.update(state=state, next_at=now, promised_at=now, attempts=0, trouble={}, details="")
    ring(TASK)
    return done == 1


def push_due(*, seconds: float = 30) -> int:
    """Tell the shops what is due, a turn for each connection at a time; answers how many rows were handled."""
    handled, deadline = 0, time.monotonic() + seconds
    give_up_on_lost_answers()
    while time.monotonic() < deadline:
        turns = [_turn(connection) for connection in _connections_with_work()]
        handled += sum(turns)
        if not any(turns):
            break
    return handled


def give_up_on_lost_answers() -> None:
    """A lease that ran out while sending means the answer is lost, not that nothing was sent."""
    stuck = Fulfillment.objects.filter(state=State.SENDING, lease_until__lt=timezone.now())
    stuck.update(
        state=State.UNKNOWN,
        next_at=F("sent_at") + timedelta(seconds=settings.PUSH_SETTLE_SECONDS),
        lease_until=None,
        holder=None,
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
        fresh = mine.filter(state=state, attempts__lte=1)
        suspects = mine.filter(state=state, attempts__gt=1)
        for candidates, limit in ((fresh, PER_CALL), (suspects, 1)):
            rows = _claim(candidates, limit, state)
            handled += len(rows)
            crashed = [row for row in rows if row.attempts > CRASHES_BEFORE_GIVING_UP]
            _record({row: _attention("crashed") for row in crashed})
            if len(rows) > len(crashed):
                act(connection, [row for row in rows if row not in crashed])
    return handled


def _claim(candidates: QuerySet[Fulfillment], limit: int, state: str) -> list[Fulfillment]:
    """Take rows; those about to be sent say so in the same moment, so that a crash is never taken for 'not sent'."""
    lease = settings.PUSH_LEASE_SECONDS
    if state == State.DUE:
        changes = {"state": State.SENDING, "sent_at": timezone.now(), "tries": F("tries") + 1}
        rows = claim(candidates, limit=limit, seconds=lease, **changes)
    else:
        rows = claim(candidates, limit=limit, seconds=lease)
    holder = rows[0].holder if rows else None
    return list(Fulfillment.objects.select_related("order").filter(holder=holder)) if holder else []


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
    """Promises for the same order go one after the other."""
    first: dict[int, Fulfillment] = {}
    for row in rows:
        first.setdefault(row.order_id, row)
    now = set(first.values())
    return list(now), [row for row in rows if row not in now]


def _result(row: Fulfillment, outcome: Outcome | None, asked_from: str) -> dict[str, object]:
    """The changes an outcome makes; an outcome that is missing is unknown, never fine."""
    if outcome is None or outcome.told is Told.UNKNOWN:
        settle = timedelta(seconds=settings.PUSH_SETTLE_SECONDS)
        trouble = in_every_language(trouble_sentence("unknown"))
        return {"state": State.UNKNOWN, "next_at": timezone.now() + settle, "trouble": trouble}
    if outcome.told is Told.DONE:
        told = {"told_at": timezone.now(), "external_id": outcome.external_id[:64]}
        return {"state": State.DONE, "next_at": None, "trouble": {}, "details": "", **told}
    if outcome.told is Told.REFUSED:
        return _attention(outcome.code, details=outcome.text)
    if asked_from == State.UNKNOWN:
        return _due_again(row, "", at=timezone.now())
    return _due_again(row, "unreachable", at=timezone.now() + backoff(row.tries))


def _put_back(row: Fulfillment, error: ApiError, state: str) -> dict[str, object]:
    if isinstance(error, ApiRejected):
        return _attention("refused", details=error.text)
    wait = timedelta() if isinstance(error, ApiUnauthorized) else backoff(row.tries, at_least=_retry_after(error))
    changes = _due_again(row, kind_of(error), at=timezone.now() + wait)
    return changes if changes["state"] == State.NEEDS_ATTENTION else {**changes, "state": state}


def _retry_after(error: ApiError) -> float:
    return getattr(error, "retry_after", None) or 0.0


def _due_again(row: Fulfillment, kind: str, *, at: object) -> dict[str, object]:
    """Later again; after three days a person must look, and nothing is ever dropped."""
    if timezone.now() - row.promised_at > GIVE_UP_AFTER:
        return _attention("delayed")
    trouble = in_every_language(trouble_sentence(kind)) if kind else {}
    return {"state": State.DUE, "next_at": at, "trouble": trouble}


def _attention(code: str, *, details: str = "") -> dict[str, object]:
    sentence = in_every_language(refusal_sentence(code))
    return {"state": State.NEEDS_ATTENTION, "next_at": None, "trouble": sentence, "details": details[:2000]}


def _record(results: dict[Fulfillment, dict[str, object]]) -> None:
    """Write results of rows we still hold, all in one go; a row somebody else took over is left alone."""
    if not results:
        return
    with transaction.atomic():
        held = Fulfillment.objects.select_for_update().filter(
            pk__in=[row.pk for row in results], holder=next(iter(results)).holder
        )
        still_mine = set(held.values_list("pk", flat=True))
        rows = [row for row in results if row.pk in still_mine]
        for row in rows:
            settled = {"lease_until": None, "holder": None, "attempts": 0}
            for name, value in (results[row] | settled).items():
                setattr(row, name, value)
        write_columns(rows, RECORDED)
