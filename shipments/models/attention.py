"""Which shipments need attention: a stored column, so that the tab and the dashboard read an index."""

from datetime import timedelta

from django.db.models import Case, CharField, Q, Value, When

from shipments.states import UNDERWAY, Blocker, OrderAlert, ShipmentStatus

# Days at a pickup point after which we warn: most parcels are returned after a week.
PICKUP_REMINDER_AFTER = timedelta(days=5)
# Time after which a label that may exist is worth a look; nobody has to act, because its gateway is asked again.
UNANSWERED_REMINDER_AFTER = timedelta(minutes=10)
# How long a shipment may have these statuses before it is ``overdue``; ``services.counters`` marks them.
OVERDUE_AFTER = {
    ShipmentStatus.REGISTERING: UNANSWERED_REMINDER_AFTER,
    ShipmentStatus.AT_PICKUP_POINT: PICKUP_REMINDER_AFTER,
}
_DRAFT = Q(status=ShipmentStatus.DRAFT.value)
# By kind of problem, most urgent first. Each shipment counts in the first that is true. Only columns of the row itself;
# a change of these conditions needs a migration.
ATTENTION_KINDS: dict[str, Q] = {
    "unsynced": Q(push_failed=True),
    "canceled": Q(order_alert=OrderAlert.CANCELED.value),
    "unanswered": Q(status=ShipmentStatus.REGISTERING.value, overdue=True),
    "returned": Q(status=ShipmentStatus.RETURNED.value),
    "late": Q(delayed=True, status__in=[status.value for status in UNDERWAY]),
    "changed": Q(
        order_alert__in=[alert.value for alert in (OrderAlert.EDITED, OrderAlert.REFUNDED, OrderAlert.FULFILLED)]
    ),
    "order": _DRAFT & Q(blocked_by=Blocker.ORDER.value),
    "customs": _DRAFT & Q(blocked_by=Blocker.CUSTOMS.value),
    "address": _DRAFT & Q(blocked_by=Blocker.ADDRESS.value),
    "parcel": _DRAFT & Q(blocked_by=Blocker.PARCEL.value),
    "pickup": Q(status=ShipmentStatus.AT_PICKUP_POINT.value, overdue=True),
}


def attention_expression() -> Case:
    """The name of the most urgent kind, or an empty string."""
    kinds = [When(condition, then=Value(kind)) for kind, condition in ATTENTION_KINDS.items()]
    return Case(*kinds, default=Value(""), output_field=CharField(max_length=12))
