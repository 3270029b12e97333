"""Privacy: what a shop asks us to forget of an order is forgotten here, and does not come back."""

from django.db import transaction
from django.utils import timezone

from integrations.models import ORDER, Connection, ErasedOrder, ExternalOrder, Fulfillment
from integrations.orders import OrderData, Verdict

KEPT = (
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
        ErasedOrder.objects.get_or_create(connection=connection, fingerprint=ErasedOrder.fingerprint_of(order_id))
        connection.unreadable_orders.filter(external_id=order_id).delete()
        for row in connection.orders.select_for_update().filter(external_id=order_id):
            _strip(row)


def _strip(row: ExternalOrder) -> None:
    order = OrderData(**{name: getattr(row.order, name) for name in KEPT})
    row.data = ORDER.dump_python(order, mode="json")
    row.verdict = Verdict.ERASED
    row.customer, row.search_text = "", order.number.casefold()
    row.erased_at = row.erased_at or timezone.now()
    row.save(update_fields=["data", "verdict", "customer", "search_text", "erased_at"])


def forget_links() -> int:
    """Tracking links may hold a postcode: empty those of erased orders that the shop was told about."""
    told = Fulfillment.objects.exclude(order__erased_at=None).exclude(tracking_url="")
    return told.filter(state__in=[Fulfillment.State.DONE, Fulfillment.State.CANCELLED]).update(tracking_url="")
