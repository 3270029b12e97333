"""What the counters must say, counted from the rows themselves."""

from collections import Counter
from datetime import timedelta

from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from integrations.models import ExternalOrder, OpenOrderCount
from shipments.models import Shipment, ShipmentCount, ShipmentHour
from shops.models import Shop

Numbers = dict[str, Counter]
FAST = timedelta(days=2)


def kept() -> Numbers:
    """What the counters say, whether or not it was folded; nothing is a number of 0."""
    return {
        "shipments": _sums(ShipmentCount, "shop", "status", "blocked_by", "attention"),
        "hours": _sums(ShipmentHour, "shop", "measure", "hour"),
        "orders": _sums(OpenOrderCount, "connection", "zone", "is_imported"),
    }


def there() -> Numbers:
    """What there is."""
    shipped = Shipment.objects.all()
    imported = Exists(Shipment.objects.filter(order=OuterRef("pk")))
    orders = ExternalOrder.objects.filter(eligibility="open").annotate(has_shipment=imported).order_by()
    return {
        "shipments": Counter(shipped.values_list("shop", "status", "blocked_by", "attention").order_by()),
        "hours": Counter(key for row in shipped for key in _hours(row)),
        "orders": Counter(orders.values_list("connection", "zone", "has_shipment")),
    }


def _sums(model, *key: str) -> Counter:
    # When all tables are emptied, the counters may be before the rows that they count, and then keep numbers below 0
    # of shops that are gone.
    rows = model.objects.filter(shop__in=Shop.objects.all()).order_by().values_list(*key).annotate(sum=Sum("number"))
    return Counter({tuple(group): number for *group, number in rows if number})


def _hours(row: Shipment):
    if row.status == "delivered":
        yield row.shop_id, "delivered", _hour(row.status_at)
    if row.registered_at is None:
        return
    hour = _hour(row.registered_at)
    if row.parent_id is None and row.status not in {"cancelled", "test"}:
        yield row.shop_id, "sent", hour
    if row.delivered_at is not None:
        yield row.shop_id, "arrived", hour
        if row.delivered_at - row.registered_at <= FAST:
            yield row.shop_id, "fast", hour


def _hour(moment) -> int:
    return int(moment.timestamp()) // 3600


def assert_counted() -> None:
    """The counters and the flags say what there is."""
    assert kept() == there(), (kept(), there())
    imported = {pk for pk in Shipment.objects.values_list("order", flat=True) if pk}
    flagged = ExternalOrder.objects.filter(is_imported=True)
    assert set(flagged.values_list("pk", flat=True)) == imported
    failed = Shipment.including_deleted.filter(fulfillment__state="needs_attention")
    marked = Shipment.including_deleted.filter(push_failed=True)
    assert set(marked.values_list("pk", flat=True)) == set(failed.values_list("pk", flat=True))


def days_ago(number: float):
    return timezone.now() - timedelta(days=number)
