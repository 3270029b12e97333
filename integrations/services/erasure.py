"""Erasing the buyer of an order at the platform's request."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from integrations.models import ORDER_ADAPTER, Connection, ErasedOrder, ExternalOrder, Fulfillment
from integrations.orders import ImportEligibility, OrderData
from integrations.search_text import order_search_text

LOOK_AGAIN_FOR = timedelta(days=1)
# Kept of an erased order for statistics; every other field is erased, also one added later.
RETAINED_FIELDS = (
    "external_id",
    "number",
    "created_at",
    "updated_at",
    "status",
    "payment",
    "fulfillment",
    "lines",
    "currency",
    "total",
    "archived",
    "pickup",
    "imported",
)


def erase(connection: Connection, order_id: str) -> None:
    """Erase the buyer of an order, also one we never read; shipments follow ``ExternalOrder.erased_at``.

    May be repeated. The ErasedOrder it leaves keeps later syncs from storing the order.
    """
    with transaction.atomic():
        ErasedOrder.objects.get_or_create(connection=connection, fingerprint=ErasedOrder.make_fingerprint(order_id))
        connection.unreadable_orders.filter(external_id=order_id).delete()
        for row in connection.orders.select_for_update().filter(external_id=order_id):
            _anonymize(row)


def _anonymize(row: ExternalOrder) -> None:
    order = OrderData(**{name: getattr(row.order, name) for name in RETAINED_FIELDS})
    # What was typed with an article, such as a name to engrave, is personal; the article is not.
    order = replace(order, lines=tuple(replace(line, choices=()) for line in order.lines))
    row.data = ORDER_ADAPTER.dump_python(order, mode="json")
    row.eligibility = ImportEligibility.ERASED
    row.customer, row.search_text = "", order_search_text(row.data)
    row.erased_at, row.erasure_pending = row.erased_at or timezone.now(), True
    row.save(update_fields=["data", "eligibility", "customer", "search_text", "erased_at", "erasure_pending"])


def delete_tracking_links() -> int:
    """Tracking links may hold a postcode: empty those of erased orders that were confirmed."""
    confirmed = Fulfillment.objects.filter(order__erasure_pending=True).exclude(tracking_url="")
    return confirmed.filter(state__in=[Fulfillment.State.DONE, Fulfillment.State.CANCELED]).update(tracking_url="")


def settle(order_ids: Sequence[int]) -> int:
    """The shipments of these orders are erased: look no further. Returns for how many; may be repeated.

    An order erased lately is looked at again: a draft may be made from what was read before. So is one with a link
    that its platform was not told of yet.
    """
    settled = ExternalOrder.objects.filter(pk__in=order_ids, erased_at__lt=timezone.now() - LOOK_AGAIN_FOR)
    with_link = Fulfillment.objects.filter(order=OuterRef("pk")).exclude(tracking_url="")
    return settled.exclude(Exists(with_link)).update(erasure_pending=False)
