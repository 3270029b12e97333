"""The nightly comparison of counters and flags with the rows themselves. It repairs what differs and reports it."""

import logging
from dataclasses import dataclass

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.models import OPEN_ORDERS, ExternalOrder, Fulfillment, OpenOrderCount
from shipments.models import DAYS_COUNTED, SHIPMENT_COUNTS, SHIPMENT_HOURS, Shipment, ShipmentCount, ShipmentHour
from shops.models import Shop

log = logging.getLogger(__name__)
# Flags that are put right in one statement.
REPAIR_BATCH_SIZE = 1_000


@dataclass(frozen=True, slots=True)
class Difference:
    """What was kept, and what there is. ``message`` is for whoever runs the installation."""

    message: str


def first_hour() -> int:
    """The hour, since 1970, from which hours are kept."""
    return int(timezone.now().timestamp()) // 3600 - DAYS_COUNTED * 24


def compare_all(*, using: str = "default") -> list[Difference]:
    """Compare shop by shop, each in short transactions; put right what differs, log it and return it.

    May be repeated, and run while everything else does.
    """
    found = [difference for pk in Shop.objects.using(using).values_list("pk", flat=True) for difference in _shop(pk)]
    forget_old_hours(using=using)
    forget_gone_shops(using=using)
    for difference in found:
        log.error("%s", difference.message)
    return found


def _shop(pk: int) -> list[Difference]:
    return [*_flags(pk), *_counters(f"shop_id = {pk:d}")]


def repair_all(*, using: str = "default") -> None:
    """Everything at once, without a report: after a migration, while nothing else changes rows."""
    _flags(None, using=using)
    _counters("1 = 1", using=using)


def _flags(shop: int | None, *, using: str = "default") -> list[Difference]:
    """The flags come before the counters, which count by them."""
    failed = Fulfillment.objects.filter(pk=OuterRef("fulfillment"), state=Fulfillment.State.NEEDS_ATTENTION)
    imported = Shipment.objects.filter(order=OuterRef("pk"))
    shipments, orders = Shipment.including_deleted.using(using), ExternalOrder.objects.using(using)
    if shop is not None:
        shipments, orders = shipments.filter(shop=shop), orders.filter(shop=shop)
    found = {
        "shipments said wrongly whether the update of the webshop failed": _put_right(shipments, "push_failed", failed),
        "orders said wrongly whether they were imported": _put_right(orders, "is_imported", imported),
    }
    return [Difference(f"Shop {shop}: {number} {text}; put right.") for text, number in found.items() if number]


def _put_right(rows: QuerySet, flag: str, truth: QuerySet) -> int:  # type: ignore[type-arg]
    """The rows are locked before they are looked at again, because other transactions change them meanwhile."""
    wrong = rows.annotate(truth=ExpressionWrapper(Exists(truth), output_field=BooleanField())).exclude(Q(truth=F(flag)))
    number = 0
    ids = list(wrong.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), REPAIR_BATCH_SIZE):
        some = ids[start : start + REPAIR_BATCH_SIZE]
        with transaction.atomic(using=rows.db):
            locked = list(rows.filter(pk__in=some).order_by("pk").select_for_update().values_list("pk", flat=True))
            number += rows.filter(pk__in=locked).exclude(**{flag: Exists(truth)}).update(**{flag: Exists(truth)})
    return number


def _counters(where: str, *, using: str = "default") -> list[Difference]:
    found = []
    for shop, status, blocked_by, attention, kept, there in SHIPMENT_COUNTS.repair(where, using=using):
        group = ", ".join(part for part in (status, blocked_by and f"missing {blocked_by}", attention) if part)
        found.append(f"Shop {shop}: {kept} shipments were counted as {group}, there are {there}")
    hours = f"{where} AND hour >= {first_hour():d}"
    for shop, measure, hour, kept, there in SHIPMENT_HOURS.repair(hours, using=using):
        found.append(f"Shop {shop}: {kept} shipments were counted as {measure} in hour {hour}, there are {there}")
    for shop, connection, zone, is_imported, kept, there in OPEN_ORDERS.repair(where, using=using):
        state = "imported" if is_imported else "waiting"
        found.append(
            f"Shop {shop}: {kept} orders of connection {connection} were counted as {state}, "
            f"there are {there} to {zone or 'no country'}"
        )
    return [Difference(f"{message}; put right.") for message in found]


def forget_old_hours(*, using: str = "default") -> None:
    """Delete the hours that nothing shows any more, and those in which nothing is left. May be repeated."""
    ShipmentHour.objects.using(using).filter(hour__lt=first_hour()).delete()


def forget_gone_shops(*, using: str = "default") -> None:
    """Delete what is kept of shops that were deleted: their counters may go before the rows that they count, whose
    triggers then keep numbers below 0. May be repeated.
    """
    for model in (ShipmentCount, ShipmentHour, OpenOrderCount):
        model._default_manager.using(using).exclude(shop__in=Shop.objects.using(using).values("pk")).delete()
