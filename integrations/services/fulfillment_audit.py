"""Comparing the platform's fulfillments with ours: exactly one for each parcel, none for a deleted one.

A parcel that was ever unconfirmed is audited ten minutes later, and every night those of the last thirty days of which
the reading of that night does not say that they are there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from integrations.messages import rejection_message
from integrations.models import Connection, Fulfillment
from integrations.orders import ImportEligibility, RemoteFulfillment
from integrations.providers.base import PlatformSession
from integrations.services.circuit_breaker import record_failure, record_success
from integrations.services.tokens import Lane, open_session
from lib.http import ApiError, ApiRejected
from lib.leases import claim_by_time, still_claimed, wake_worker
from lib.stored_messages import in_all_languages
from lib.turns import Turns, take_turns

AUDIT_BATCH_SIZE = 100
TURNS = Turns[int]()
AUDIT_TASK = "integrations.audit_due"
# An audit that crashed or got no answer is repeated after this.
LEASE_SECONDS = 600
NIGHTLY_WINDOW = timedelta(days=30)
State = Fulfillment.State
COMPLETED_STATES = (State.DONE, State.CANCELED)


def schedule_nightly_audit(connection: Connection, read_since: datetime) -> None:
    """The orders were read again since then. May be repeated.

    What was sent in a single request and confirmed by its answer is there once; that its order still counts as
    fulfilled says that nobody removed it.
    """
    recent = connection.fulfillments.filter(state__in=COMPLETED_STATES, sent_at__gte=timezone.now() - NIGHTLY_WINDOW)
    sent_once = Q(state=State.DONE, action=Fulfillment.Action.UPSERT, tries=1, revision=1)
    is_there = Q(order__eligibility=ImportEligibility.FULFILLED, order__read_at__gte=read_since)
    uncertain = recent.filter(audit_at=None).exclude(sent_once & is_there)
    Fulfillment.objects.filter(pk__in=uncertain.order_by().values("pk")).update(audit_at=timezone.now())
    wake_worker(AUDIT_TASK)


def audit_due(*, seconds: float = 30) -> int:
    """Audit due rows, a hundred of a connection at a time; returns how many. Safe to run concurrently."""
    return take_turns(TURNS, _next_connection, _audit_connection, seconds=seconds, wake=AUDIT_TASK)


def _next_connection(skip: Collection[int]) -> int | None:
    now = timezone.now()
    ready = Q(paused_until=None) | Q(paused_until__lte=now)
    due = Fulfillment.objects.filter(state__in=COMPLETED_STATES, audit_at__lte=now)
    with_work = Connection.objects.active().filter(ready, pk__in=due.values("connection")).exclude(pk__in=skip)
    return with_work.order_by("pk").values_list("pk", flat=True).first()


def _audit_connection(connection_id: int) -> int:
    connection = Connection.objects.get(pk=connection_id)
    due = connection.fulfillments.filter(state__in=COMPLETED_STATES, audit_at__lte=timezone.now()).order_by(
        "audit_at", "pk"
    )
    rows = claim_by_time(due, "audit_at", LEASE_SECONDS, limit=AUDIT_BATCH_SIZE, related=["order", "connection"])
    if not rows:
        return 0
    session = open_session(connection, lane=Lane.HISTORY)
    try:
        known = session.list_fulfillments(list({row.order.external_id for row in rows}))
        for row in rows:
            _audit_one(session, row, known.get(row.order.external_id, ()))
    except ApiError as error:
        record_failure(connection, error)
        return 0
    record_success(connection)
    return len(rows)


def _audit_one(session: PlatformSession, row: Fulfillment, records: Sequence[RemoteFulfillment] | None) -> None:
    """Delete duplicates; push again when there is none, or one with a previous number. Unknown stays as it is."""
    if records is None:
        _finish_audit(row, push_again=False)
        return
    update = row.update
    ours = [record for record in records if record.id == row.external_id or record.tracking_number in update.numbers]
    if row.state == State.CANCELED:
        _finish_audit(row, push_again=bool(ours))
        return
    ours.sort(
        key=lambda record: (record.tracking_number != row.tracking_number, record.id != row.external_id, record.id)
    )
    try:
        for extra in ours[1:]:
            session.delete_fulfillment(update.order_id, extra.id)
    except ApiRejected as error:
        _flag_duplicate(row, error.message or error.code)
        return
    has_previous_number = bool(ours) and ours[0].tracking_number in update.previous_numbers
    _finish_audit(row, push_again=not ours or has_previous_number)


def _finish_audit(row: Fulfillment, *, push_again: bool) -> None:
    """Writes only when nobody changed the row meanwhile. A row that is pushed again is looked up first."""
    changes: dict[str, object] = {"audit_at": None}
    if push_again:
        now = timezone.now()
        changes |= {"state": State.DUE, "next_at": now, "queued_at": now, "unconfirmed": True, "last_error": {}}
    _unchanged(row).update(**changes)


def _flag_duplicate(row: Fulfillment, details: str) -> None:
    sentence = in_all_languages(rejection_message(row.connection.platform, "told_twice"))
    changes = {"last_error": sentence, "details": details[:2000]}
    _unchanged(row).update(state=State.NEEDS_ATTENTION, next_at=None, audit_at=None, **changes)


def _unchanged(row: Fulfillment) -> QuerySet[Fulfillment]:
    """The row, unless another worker audits it or it was changed since it was claimed."""
    return still_claimed([row], "audit_at").filter(state=row.state, revision=row.revision)
