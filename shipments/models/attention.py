"""Which shipments need attention: a stored column, so that the tab and the dashboard read an index."""

from datetime import timedelta

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

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


# Deleted drafts are in none of these indexes.
ATTENTION_INDEXES = (
    # Carries the examples on the dashboard, and the tab.
    models.Index(
        fields=["shop", "attention", "-status_at"],
        condition=~Q(attention="") & Q(deleted_at=None),
        name="shipment_attention",
    ),
    # Carries the sweep that marks the overdue ones.
    models.Index(
        fields=["status", "status_at"],
        condition=Q(status__in=[status.value for status in OVERDUE_AFTER], overdue=False, deleted_at=None),
        name="shipment_overdue",
    ),
    # Carries the age of the oldest label that was not printed.
    models.Index(
        fields=["shop", "registered_at"],
        condition=Q(status=ShipmentStatus.REGISTERED.value, deleted_at=None),
        name="shipment_unprinted",
    ),
    # Carries what changed last on the dashboard.
    models.Index(fields=["shop", "-status_at"], condition=Q(deleted_at=None), name="shipment_changed"),
    # Carry what the numbers on the dashboard open: one kind of attention, and what was delivered today.
    models.Index(
        fields=["shop", "attention", "listed_at", "id"],
        condition=~Q(attention="") & Q(deleted_at=None),
        name="shipment_attention_kind",
    ),
    models.Index(
        fields=["shop", "-status_at"], condition=Q(tab="delivered", deleted_at=None), name="shipment_delivered_lately"
    ),
)


def attention_expression() -> Case:
    """The name of the most urgent kind, or an empty string."""
    kinds = [When(condition, then=Value(kind)) for kind, condition in ATTENTION_KINDS.items()]
    return Case(*kinds, default=Value(""), output_field=models.CharField(max_length=12))


class AttentionColumns(models.Model):
    # Whether its fulfillment needs attention. Triggers keep it, here and on the fulfillments.
    push_failed = models.BooleanField(_("update of the webshop failed"), default=False, editable=False)
    # Whether it has had its status too long. The sweep sets it, and a trigger clears it with the next status.
    overdue = models.BooleanField(_("too long in this status"), default=False, editable=False)
    # The most urgent of ``ATTENTION_KINDS``; empty when nobody has to look.
    attention = models.GeneratedField(
        expression=attention_expression(), output_field=models.CharField(_("attention"), max_length=12), db_persist=True
    )

    class Meta:
        abstract = True
