"""Counting what a shop wrote down: exactly one record for every parcel, none for one that was taken back.

Every parcel whose answer was ever lost is counted ten minutes later, and every night those of the last thirty days.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.orders import Record
from integrations.providers.base import ShopSession
from integrations.services.health import note_failure, note_success
from integrations.services.tokens import open_session
from integrations.wording import refusal_sentence
from lib.http import ApiError, ApiRejected
from lib.leases import claim_by_time, still_claimed, wake_worker
from lib.stored_messages import in_all_languages

PER_CALL = 100
TASK = "integrations.audit_due"
LEASE_SECONDS = 600
"""When a count that died half way, or got no answer, is done again."""
NIGHTLY_BACK = timedelta(days=30)
State = Fulfillment.State
SETTLED = (State.DONE, State.CANCELLED)


def audit_tonight(connection: Connection) -> None:
    """Have every parcel counted that the shop was told of in the last thirty days. May be repeated."""
    recent = connection.fulfillments.filter(state__in=SETTLED, sent_at__gte=timezone.now() - NIGHTLY_BACK)
    recent.filter(audit_at=None).update(audit_at=timezone.now())
    wake_worker(TASK)


def audit_due(*, seconds: float = 30) -> int:
    """Count what is due, a hundred parcels of a connection at a time; returns how many. Safe to run concurrently."""
    counted, deadline = 0, time.monotonic() + seconds
    while True:
        turns = [_count(connection) for connection in _connections_with_work()]
        counted += sum(turns)
        if not any(turns) or time.monotonic() >= deadline:
            return counted


def _connections_with_work() -> list[Connection]:
    now = timezone.now()
    ready = Q(paused_until=None) | Q(paused_until__lte=now)
    due = Fulfillment.objects.filter(state__in=SETTLED, audit_at__lte=now)
    return list(Connection.objects.active().filter(ready, pk__in=due.values("connection")))


def _count(connection: Connection) -> int:
    due = connection.fulfillments.filter(state__in=SETTLED, audit_at__lte=timezone.now()).order_by("audit_at", "pk")
    rows = claim_by_time(due, "audit_at", LEASE_SECONDS, limit=PER_CALL, related=["order", "connection"])
    if not rows:
        return 0
    session = open_session(connection)
    try:
        known = session.records(list({row.order.external_id for row in rows}))
        for row in rows:
            _judge(session, row, known.get(row.order.external_id, ()))
    except ApiError as error:
        note_failure(connection, error)
        return 0
    note_success(connection)
    return len(rows)


def _judge(session: ShopSession, row: Fulfillment, records: Sequence[Record]) -> None:
    """One parcel: fine, due again, or told twice."""
    notice = row.notice
    ours = [one for one in records if one.id == row.external_id or one.tracking_number in notice.numbers]
    if row.state == State.CANCELLED:
        _settle(row, due_again=bool(ours))
        return
    ours.sort(key=lambda one: (one.tracking_number != row.tracking_number, one.id != row.external_id, one.id))
    try:
        for extra in ours[1:]:
            session.remove(notice.order_id, extra.id)
    except ApiRejected as error:
        _report(row, error.message or error.code)
        return
    is_former = bool(ours) and ours[0].tracking_number in notice.former
    _settle(row, due_again=not ours or is_former)


def _settle(row: Fulfillment, *, due_again: bool) -> None:
    """Only a parcel that nobody changed meanwhile; what is missing is told again, looked up first as always."""
    changes: dict[str, object] = {"audit_at": None}
    if due_again:
        now = timezone.now()
        changes |= {"state": State.DUE, "next_at": now, "promised_at": now, "doubted": True, "last_error": {}}
    _unchanged(row).update(**changes)


def _report(row: Fulfillment, words: str) -> None:
    sentence = in_all_languages(refusal_sentence(row.connection.platform, "told_twice"))
    changes = {"last_error": sentence, "details": words[:2000]}
    _unchanged(row).update(state=State.NEEDS_ATTENTION, next_at=None, audit_at=None, **changes)


def _unchanged(row: Fulfillment) -> QuerySet[Fulfillment]:
    """The row, unless another worker counts it or it was changed since it was claimed."""
    return still_claimed([row], "audit_at").filter(state=row.state, revision=row.revision)
