"""Erasing again, after a database was restored, whom and what its journal of erasures names. See ``lib.tombstones``."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from integrations.models import Connection, ErasedOrder, ExternalOrder
from integrations.services import erasure as orders_erasure
from lib import tombstones
from lib.tombstones import Kind
from privacy.models import PersonErasure
from privacy.services.close_shop import erase_now
from privacy.services.delete_account import account_name, erase_account
from privacy.services.erase_person import empty_wal
from privacy.services.erasure_run import REQUEST_MESSAGE
from privacy.services.text_scan import scan_texts, scan_uploads
from shipments.models import Shipment
from shipments.services.erasure import erase_shipments
from shops.models import Shop

BATCH_SIZE = 500
Hashes = frozenset[str]


def replay_journal() -> dict[str, int]:
    """Returns how much was erased, by what it is. May be repeated; run it before the workers start again."""
    by_kind: dict[Kind, dict[str, set[str]]] = {kind: defaultdict(set) for kind in Kind}
    for entry in tombstones.read_journal():
        by_kind[entry.kind][entry.scope].add(entry.hash)
    counts: dict[str, int] = defaultdict(int)
    for scope, hashes in by_kind[Kind.ORDER].items():
        counts["orders"] += _erase_orders(scope, frozenset(hashes))
    for shop in Shop.objects.filter(pk__in=[*by_kind[Kind.SHIPMENT], *by_kind[Kind.WORD]]):
        of_shop = _erase_in_shop(shop, *(frozenset(by_kind[kind][str(shop.pk)]) for kind in (Kind.SHIPMENT, Kind.WORD)))
        for name, number in of_shop.items():
            counts[name] += number
    counts["accounts"] = _erase_accounts(frozenset(by_kind[Kind.ACCOUNT][""]))
    counts["shops"] = _erase_shops(frozenset(by_kind[Kind.SHOP][""]))
    transaction.on_commit(empty_wal)
    return {name: number for name, number in counts.items() if number}


def _erase_accounts(hashes: Hashes) -> int:
    """Also the only owner of a shop, whom the restore brought back."""
    erased = 0
    if hashes:
        for user in User.objects.order_by("pk").iterator():
            if hashes.intersection(tombstones.possible_hashes(account_name(user))):
                with transaction.atomic():
                    erase_account(user, in_journal=False)
                erased += 1
    return erased


def _erase_shops(hashes: Hashes) -> int:
    erased = 0
    if hashes:
        for shop in Shop.objects.order_by("pk").iterator():
            if hashes.intersection(tombstones.possible_hashes(str(shop.public_id))):
                erase_now(shop)
                erased += 1
    return erased


def _erase_orders(scope: str, hashes: Hashes) -> int:
    """Also those that the restored database does not know, so that no sync stores them."""
    connection = Connection.objects.filter(public_id=scope).first()
    if connection is None:
        return 0
    known = set(connection.erased_orders.filter(fingerprint__in=hashes).values_list("fingerprint", flat=True))
    ErasedOrder.objects.bulk_create(
        [ErasedOrder(connection=connection, fingerprint=one) for one in sorted(hashes - known)], batch_size=BATCH_SIZE
    )
    erased = 0
    for batch in _batches(ExternalOrder.objects.filter(connection=connection, erased_at=None)):
        for order in batch:
            if hashes.intersection(ErasedOrder.possible_fingerprints(order.external_id)):
                orders_erasure.erase(connection, order.external_id, in_journal=False)
                erased += 1
    return erased


def _erase_in_shop(shop: Shop, shipments: Hashes, words: Hashes) -> dict[str, int]:
    counts = {"shipments": _erase_shipments(shop, shipments)}

    @lru_cache(maxsize=100_000)
    def is_word(word: str) -> bool:
        return not words.isdisjoint(tombstones.possible_hashes(word))

    if words:
        counts |= scan_texts(shop, is_word, erase=True).counts
        counts |= scan_uploads(shop, is_word, erase=True).counts
    if any(counts.values()):
        done = {"finished_at": timezone.now(), "next_at": None, "counts": counts}
        PersonErasure.objects.create(shop=shop, source=PersonErasure.Source.REPLAY, **done)
    return counts


def _erase_shipments(shop: Shop, hashes: Hashes) -> int:
    erased = 0
    rows = Shipment.including_deleted.filter(shop=shop, recipient_erased_at=None)
    for batch in _batches(rows.select_related("order__connection", "parent__order__connection", "shop")):
        named = [row for row in batch if hashes.intersection(tombstones.possible_hashes(str(row.public_id)))]
        erased += erase_shipments(named, REQUEST_MESSAGE, in_journal=False)
    return erased


def _batches(rows: "models.QuerySet[Any]") -> Iterator[list[Any]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH_SIZE]):
        yield found
        last = found[-1].pk
