"""Automatic import of paid orders, for connections where it is enabled.

Uses the same job as the import button, so failures are the same and are shown in the same place.
"""

import hashlib
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from integrations.models import Connection, ExternalOrder
from shipments.job_kinds import JobKind
from shipments.models import JobItem, Shipment
from shipments.services.imports.order_import import start_import
from shops.services.preferences import get_preferences

MAX_ORDERS_PER_JOB = 500
# Failures that are not caused by the order.
TEMPORARY_CODES = ("not_connected", "not_stored")


def start_due() -> int:
    """Start imports for connections with automatic import; returns the number of orders.

    Safe to run concurrently: the same orders give the same job.
    """
    asking = Connection.objects.active().filter(auto_import=True).select_related("shop")
    return sum(_start(connection) for connection in asking)


def _start(connection: Connection) -> int:
    shop = connection.shop
    running = shop.jobs.unfinished().filter(kind=JobKind.IMPORT, payload__automatic=True)
    if running.exists():
        return 0
    preferences = get_preferences(shop)
    orders = importable_orders(connection, preferences.saved_at)
    chosen = list(orders.values_list("pk", "changed_at")[:MAX_ORDERS_PER_JOB])
    if not chosen:
        return 0
    start_import(
        shop,
        None,
        orders=ExternalOrder.objects.filter(pk__in=[pk for pk, _changed in chosen]).order_by("placed_at", "pk"),
        key=_key(connection, chosen),
    )
    return len(chosen)


def importable_orders(connection: Connection, preferences_saved_at: datetime | None) -> QuerySet[ExternalOrder]:
    """Open orders that were never imported and did not fail before.

    A deleted draft counts as imported. A failed order is tried again when the order or the shop's preferences change.
    """
    items = JobItem.objects.filter(order=OuterRef("pk"), job__kind=JobKind.IMPORT)
    imported = items.filter(state__in=[JobItem.State.OK, JobItem.State.UNCHANGED])
    failed = items.filter(
        state=JobItem.State.FAILED, job__payload__automatic=True, job__created_at__gte=OuterRef("changed_at")
    ).exclude(code__in=TEMPORARY_CODES)
    if preferences_saved_at is not None:
        failed = failed.filter(job__created_at__gte=preferences_saved_at)
    # ``waiting_at`` leaves out those with a shipment, from its index, and not those whose draft was deleted.
    drafted = Shipment.including_deleted.filter(order=OuterRef("pk"))
    orders = ExternalOrder.objects.waiting_at(connection).exclude(Exists(drafted))
    return orders.exclude(Exists(imported)).exclude(Exists(failed)).order_by("listed_at", "pk")


def _key(connection: Connection, chosen: list[tuple[int, datetime]]) -> str:
    parts = [f"{timezone.now():%Y%m%d%H}", str(connection.pk), *(f"{pk}@{changed}" for pk, changed in chosen)]
    return "auto-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:59]
