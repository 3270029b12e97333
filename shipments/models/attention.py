"""Conditions for shipments that need attention, used by the tab, its count and the dashboard."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from integrations.models import Fulfillment
from shipments.states import UNDERWAY, Blocker, OrderAlert, ShipmentStatus

# Days at a pickup point after which we warn: most parcels are returned after a week.
PICKUP_REMINDER_AFTER = timedelta(days=5)
# Time after which a label that may exist is worth a look; nobody has to act, because its gateway is asked again.
UNANSWERED_REMINDER_AFTER = timedelta(minutes=10)


def attention_conditions() -> dict[str, Q]:
    """By kind of problem, most urgent first."""
    draft = Q(status=ShipmentStatus.DRAFT)
    reminder_limit = timezone.now() - PICKUP_REMINDER_AFTER
    return {
        "unsynced": Q(fulfillment__in=Fulfillment.objects.filter(state=Fulfillment.State.NEEDS_ATTENTION)),
        "canceled": Q(order_alert=OrderAlert.CANCELED),
        "unanswered": Q(status=ShipmentStatus.REGISTERING, status_at__lte=timezone.now() - UNANSWERED_REMINDER_AFTER),
        "returned": Q(status=ShipmentStatus.RETURNED),
        "late": Q(delayed=True, status__in=UNDERWAY),
        "changed": Q(order_alert__in=[OrderAlert.EDITED, OrderAlert.REFUNDED, OrderAlert.FULFILLED]),
        "order": draft & Q(blocked_by=Blocker.ORDER),
        "customs": draft & Q(blocked_by=Blocker.CUSTOMS),
        "address": draft & Q(blocked_by=Blocker.ADDRESS),
        "parcel": draft & Q(blocked_by=Blocker.PARCEL),
        "pickup": Q(status=ShipmentStatus.AT_PICKUP_POINT, status_at__lte=reminder_limit),
    }


def needs_attention() -> Q:
    found = Q()
    for condition in attention_conditions().values():
        found |= condition
    return found
