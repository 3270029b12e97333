"""What is sent of a batch of fulfillments, and how: one an order, and which of them the platform cannot have yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from integrations.models import Connection, Fulfillment
from integrations.models.fulfillments import FulfillmentQuerySet
from integrations.orders import FulfillmentUpdate, ImportEligibility, PushResult, PushStatus

# How long what was read of an order counts as what it is now. Its label was paid for by the same reading.
ORDER_IS_FRESH = timedelta(minutes=10)
# Orders that somebody wants a parcel of; the units that were refunded are looked at before they are sent.
SHIPPABLE = (ImportEligibility.OPEN, ImportEligibility.IMPORTED)

Action, State = Fulfillment.Action, Fulfillment.State


def without_waiting(due: FulfillmentQuerySet) -> FulfillmentQuerySet:
    """Not those of an order of which the platform must answer, or forget a parcel, before it is told of another."""
    others = Fulfillment.objects.filter(order=OuterRef("order")).exclude(pk=OuterRef("pk"))
    # A parcel that is to be forgotten still has the units of the one that came after it.
    withdrawn = Q(state=State.DUE, action=Action.DELETE, pk__lt=OuterRef("pk"))
    return due.exclude(Exists(others.filter(Q(state__in=[State.SENDING, State.UNCONFIRMED]) | withdrawn)))


def first_per_order(rows: Sequence[Fulfillment]) -> tuple[list[Fulfillment], list[Fulfillment]]:
    """Split off all but one row an order: deletions first, then the oldest."""
    first: dict[int, Fulfillment] = {}
    for row in sorted(rows, key=lambda row: (row.action != Fulfillment.Action.DELETE, row.pk)):
        first.setdefault(row.order_id, row)
    now = set(first.values())
    return list(now), [row for row in rows if row not in now]


def mark_first(
    connection: Connection, rows: Sequence[Fulfillment], updates: Sequence[FulfillmentUpdate]
) -> list[FulfillmentUpdate]:
    """Say which updates the platform cannot have yet, so that it need not be asked before.

    None of a connection that failed: its calls may act without an answer, and what is looked up first costs nothing
    then.
    """
    if connection.consecutive_failures:
        return list(updates)
    others = Fulfillment.objects.filter(order__in=[row.order_id for row in rows]).exclude(sent_at=None)
    told = set(others.exclude(pk__in=[row.pk for row in rows]).values_list("order_id", flat=True))
    return [
        replace(update, is_first=_is_first(row) and row.order_id not in told)
        for row, update in zip(rows, updates, strict=True)
    ]


def _is_first(row: Fulfillment) -> bool:
    """``tries`` counts this one."""
    is_new = row.tries == 1 and row.revision == 1 and not row.unconfirmed and row.action == Fulfillment.Action.UPSERT
    is_fresh = row.order.read_at >= timezone.now() - ORDER_IS_FRESH and row.order.eligibility in SHIPPABLE
    return is_new and is_fresh and not any(line.fulfilled for line in row.order.order.lines)


def is_unanswered(results: Sequence[PushResult]) -> bool:
    """Whether nobody knows of anything that was sent whether it arrived."""
    return bool(results) and all(result.status is PushStatus.UNCONFIRMED for result in results)
