"""Privacy: what a shop asks us to forget of an order is forgotten here, and does not come back."""

from django.db import transaction
from django.utils import timezone

from integrations.models import ORDER_ADAPTER, Connection, ErasedOrder, ExternalOrder, Fulfillment
from integrations.orders import ImportEligibility, OrderData

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
"""What stays of an erased order, for counting; every other field, also one added later, goes."""


def erase(connection: Connection, order_id: str) -> None:
    """Forget the person behind an order, also when we never read it; shipments follow ``ExternalOrder.erased_at``.

    May be repeated. Leaves a receipt that no later reading passes.
    """
    with transaction.atomic():
        ErasedOrder.objects.get_or_create(connection=connection, fingerprint=ErasedOrder.make_fingerprint(order_id))
        connection.unreadable_orders.filter(external_id=order_id).delete()
        for row in connection.orders.select_for_update().filter(external_id=order_id):
            _anonymize(row)


def _anonymize(row: ExternalOrder) -> None:
    order = OrderData(**{name: getattr(row.order, name) for name in RETAINED_FIELDS})
    row.data = ORDER_ADAPTER.dump_python(order, mode="json")
    row.eligibility = ImportEligibility.ERASED
    row.customer, row.search_text = "", order.number.casefold()
    row.erased_at = row.erased_at or timezone.now()
    row.save(update_fields=["data", "eligibility", "customer", "search_text", "erased_at"])


def delete_tracking_links() -> int:
    """Tracking links may hold a postcode: empty those of erased orders that the shop was told about."""
    confirmed = Fulfillment.objects.exclude(order__erased_at=None).exclude(tracking_url="")
    return confirmed.filter(state__in=[Fulfillment.State.DONE, Fulfillment.State.CANCELED]).update(tracking_url="")
