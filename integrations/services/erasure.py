"""Erasing the buyers of orders: at the platform's request, at a person's, or because the time to keep them is over."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from integrations.models import ORDER_ADAPTER, Connection, ErasedOrder, ExternalOrder, Fulfillment
from integrations.orders import ImportEligibility, OrderData
from integrations.search_text import order_search_text
from lib import tombstones
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.person_words import person_words

LOOK_AGAIN_FOR = timedelta(days=1)
# Kept of an erased order for statistics and the books; every other field is erased, also one added later.
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
EMPTIED_COLUMNS = ["data", "eligibility", "customer", "search_text", "erased_at", "erasure_pending"]


def erase(connection: Connection, order_id: str, *, in_journal: bool = True) -> None:
    """Erase the buyer of an order, also one we never read; shipments follow ``ExternalOrder.erasure_pending``.

    May be repeated. The ErasedOrder it leaves keeps later syncs from storing the order, and holds for a while whom to
    look for in free texts. An entry of the journal keeps a restored database from bringing the buyer back.
    """
    if in_journal:
        tombstones.record(tombstones.Kind.ORDER, connection.public_id, [order_id])
    with transaction.atomic():
        receipt = (
            _find_receipt(connection, order_id)
            or ErasedOrder.objects.get_or_create(
                connection=connection, fingerprint=ErasedOrder.make_fingerprint(order_id)
            )[0]
        )
        connection.unreadable_orders.filter(external_id=order_id).delete()
        found = set[str]()
        for row in connection.orders.select_for_update().filter(external_id=order_id):
            found |= order_words(row.order)
            row.erasure_pending = True
            _empty(row)
        _add_words(receipt, found)


def _find_receipt(connection: Connection, order_id: str) -> ErasedOrder | None:
    return connection.erased_orders.filter(fingerprint__in=ErasedOrder.possible_fingerprints(order_id)).first()


def order_words(order: OrderData) -> frozenset[str]:
    """What names the buyer in free texts."""
    address = order.address
    names = [address.name, *([] if address.name else [address.company])]
    return person_words(names=names, emails=[order.email], phones=[(address.phone, address.country)])


def _empty(row: ExternalOrder) -> None:
    order = OrderData(**{name: getattr(row.order, name) for name in RETAINED_FIELDS})
    # What was typed with an article, such as a name to engrave, is personal; the article is not.
    order = replace(order, lines=tuple(replace(line, choices=()) for line in order.lines))
    row.data = ORDER_ADAPTER.dump_python(order, mode="json")
    row.eligibility = ImportEligibility.ERASED
    row.customer, row.search_text = "", order_search_text(row.data)
    row.erased_at = row.erased_at or timezone.now()
    row.save(update_fields=EMPTIED_COLUMNS)


def empty_orders(orders: Sequence[int], *, unless_changed_since: datetime) -> int:
    """Erase the buyers of these orders because their time is over; returns how many. May be repeated.

    Their shipments have a time of their own. An order that changes at its platform afterwards is stored anew.
    """
    emptied = 0
    for pk in orders:
        with transaction.atomic():
            found = ExternalOrder.objects.select_for_update().filter(pk=pk, erased_at=None)
            for row in found.filter(changed_at__lt=unless_changed_since):
                _empty(row)
                emptied += 1
    return emptied


def delete_tracking_links() -> int:
    """Tracking links may hold a postcode: empty those of erased orders that were confirmed."""
    confirmed = Fulfillment.objects.filter(order__erasure_pending=True).exclude(tracking_url="")
    return confirmed.filter(state__in=FINISHED).update(tracking_url="")


FINISHED = (Fulfillment.State.DONE, Fulfillment.State.CANCELED)


def settle(order_ids: Sequence[int]) -> int:
    """The shipments of these orders are erased: look no further. Returns for how many; may be repeated.

    An order erased lately is looked at again: a draft may be made from what was read before. So is one with a link
    that its platform was not told of yet.
    """
    Fulfillment.objects.filter(order__in=order_ids).exclude(details="").update(details="")
    Fulfillment.objects.filter(order__in=order_ids, state__in=FINISHED).exclude(tracking_url="").update(tracking_url="")
    settled = ExternalOrder.objects.filter(pk__in=order_ids, erased_at__lt=timezone.now() - LOOK_AGAIN_FOR)
    with_link = Fulfillment.objects.filter(order=OuterRef("pk")).exclude(tracking_url="")
    return settled.exclude(Exists(with_link)).update(erasure_pending=False)


def add_words(order: ExternalOrder, words: Iterable[str]) -> None:
    """Look for these words too: a shipment may name its recipient otherwise than the order."""
    receipt = _find_receipt(order.connection, order.external_id)
    if receipt is not None:
        _add_words(receipt, words)


def _add_words(receipt: ErasedOrder, words: Iterable[str]) -> None:
    found = set(words) | read_words(receipt)
    if found:
        receipt.words_encrypted = encrypt(json.dumps(sorted(found)), _context(receipt))
        receipt.save(update_fields=["words_encrypted"])


def read_words(receipt: ErasedOrder) -> frozenset[str]:
    """Empty when nothing is to be looked for, and when its key is gone."""
    if not receipt.words_encrypted:
        return frozenset()
    try:
        return frozenset(json.loads(decrypt(receipt.words_encrypted, _context(receipt))))
    except DecryptionError:
        return frozenset()


def _context(receipt: ErasedOrder) -> str:
    return f"erased-order:{receipt.connection_id}:{receipt.fingerprint}"
