"""The nightly comparison of counters and flags with the rows themselves. It repairs what differs and reports it."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connections, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.models import OPEN_ORDERS, ExternalOrder, Fulfillment, OpenOrderCount
from lib.row_counters import key_steps
from shipments.models import DAYS_COUNTED, SHIPMENT_COUNTS, SHIPMENT_HOURS, Shipment, ShipmentCount, ShipmentHour
from shops.models import Shop

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """What was kept, and what there is. ``message`` is for whoever runs the installation."""

    message: str


def first_hour() -> int:
    """The hour, since 1970, from which hours are kept."""
    return int(timezone.now().timestamp()) // 3600 - DAYS_COUNTED * 24


def compare_all(*, using: str = "default") -> list[Difference]:
    """Compare in bounded steps and short transactions; put right what differs, log it and return it.

    May be repeated, and run while everything else does.
    """
    forget_gone_shops(using=using)
    found = [*_flags(using=using), *_counters(using=using)]
    for shop in Shop.objects.using(using).order_by("pk").values_list("pk", flat=True):
        found += _hours_of(shop, using=using)
    forget_old_hours(using=using)
    for difference in found:
        log.error("%s", difference.message)
    return found


def repair_all(*, using: str = "default") -> None:
    """Without a report: after a migration, while nothing else changes rows."""
    _flags(using=using)
    _counters(using=using)
    SHIPMENT_HOURS.repair(f"hour >= {first_hour():d}", using=using)


def _flags(*, using: str) -> list[Difference]:
    """The flags come before the counters, which count by them."""
    failed = Fulfillment.objects.filter(state=Fulfillment.State.NEEDS_ATTENTION)
    shipments, orders = Shipment.including_deleted.using(using), ExternalOrder.objects.using(using)
    found = {
        "shipments said wrongly whether the update of the webshop failed": _put_right(
            shipments, "push_failed", lambda _low, _high: failed.filter(pk=OuterRef("fulfillment"))
        ),
        "orders said wrongly whether they were imported": _put_right(orders, "is_imported", _imported),
    }
    return [
        Difference(f"Shop {shop}: {number} {text}; put right.")
        for text, numbers in found.items()
        for shop, number in sorted(numbers.items())
    ]


def _imported(low: int, high: int) -> QuerySet[Shipment]:
    """Within the range of a step, in case a planner reads these first."""
    return Shipment.objects.filter(order=OuterRef("pk"), order__gt=low, order__lte=high)


def _put_right(
    rows: QuerySet,  # type: ignore[type-arg]
    flag: str,
    truth_of: Callable[[int, int], QuerySet],  # type: ignore[type-arg]
) -> Counter[int]:
    """How many, by shop. ``truth_of`` gets a range of keys.

    The rows are locked before they are looked at again, because others change them meanwhile.
    """
    numbers: Counter[int] = Counter()
    with connections[rows.db].cursor() as cursor:
        steps = list(key_steps(cursor, rows.model._meta.db_table))
    for low, high in steps:
        truth = truth_of(low, high)
        is_true = ExpressionWrapper(Exists(truth), output_field=BooleanField())
        step = rows.filter(pk__gt=low, pk__lte=high).annotate(truth=is_true).exclude(Q(truth=F(flag)))
        if not (wrong := dict(step.order_by("pk").values_list("pk", "shop_id"))):
            continue
        with transaction.atomic(using=rows.db):
            locked = list(rows.filter(pk__in=wrong).order_by("pk").select_for_update().values_list("pk", flat=True))
            still = rows.filter(pk__in=locked).exclude(**{flag: Exists(truth)})
            wrong = dict(still.values_list("pk", "shop_id"))
            rows.filter(pk__in=wrong).update(**{flag: Exists(truth)})
        numbers.update(wrong.values())
    return numbers


def _counters(*, using: str) -> list[Difference]:
    found = []
    for shop, status, blocked_by, attention, kept, there in SHIPMENT_COUNTS.repair_in_steps(using=using):
        group = ", ".join(part for part in (status, blocked_by and f"missing {blocked_by}", attention) if part)
        found.append(f"Shop {shop}: {kept} shipments were counted as {group}, there are {there}")
    for shop, connection, zone, is_imported, kept, there in OPEN_ORDERS.repair_in_steps(using=using):
        state = "imported" if is_imported else "waiting"
        found.append(
            f"Shop {shop}: {kept} orders of connection {connection} were counted as {state}, "
            f"there are {there} to {zone or 'no country'}"
        )
    return [Difference(f"{message}; put right.") for message in found]


def _hours_of(shop: int, *, using: str) -> list[Difference]:
    """A day at a time, from the indexes of the moments."""
    found = []
    # The last of these days ends in the future.
    for hour in range(first_hour(), first_hour() + (DAYS_COUNTED + 1) * 24, 24):
        day = f"shop_id = {shop:d} AND hour >= {hour:d} AND hour < {hour + 24:d}"
        between = (datetime.fromtimestamp(hour * 3600, UTC), datetime.fromtimestamp((hour + 24) * 3600, UTC))
        for _shop, measure, at, kept, there in SHIPMENT_HOURS.repair(day, between=between, using=using):
            message = f"{kept} shipments were counted as {measure} in hour {at}, there are {there}"
            found.append(Difference(f"Shop {shop}: {message}; put right."))
    return found


def forget_old_hours(*, using: str = "default") -> None:
    """Delete the hours that nothing shows any more, and those in which nothing is left. May be repeated."""
    ShipmentHour.objects.using(using).filter(hour__lt=first_hour()).delete()


def forget_gone_shops(*, using: str = "default") -> None:
    """Delete what is kept of shops that were deleted: their counters may go before the rows that they count, whose
    triggers then keep numbers below 0. May be repeated.
    """
    for model in (ShipmentCount, ShipmentHour, OpenOrderCount):
        kept = model._default_manager.using(using).order_by("shop").values_list("shop", flat=True)
        # From shop to shop by the index, whatever is kept of each.
        shop = kept.first()
        while shop is not None:
            if not Shop.objects.using(using).filter(pk=shop).exists():
                model._default_manager.using(using).filter(shop=shop).delete()
            shop = kept.filter(shop__gt=shop).first()
