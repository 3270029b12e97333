"""Erasing a person everywhere in a shop: orders, shipments, free texts and files. A row is the request and the receipt.

The webshop's own requests come here too: ``integrations.services.erasure`` erases the order and leaves whom to look
for.
"""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby

from django.db import OperationalError, transaction
from django.db import connection as database
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from integrations.models import ErasedOrder
from integrations.services import erasure as orders_erasure
from lib import leases, tombstones
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.leases import Done, GiveUpReason, HandlerResult, Retry, RetryPolicy, renew, wake_worker
from privacy.models import PersonErasure
from privacy.services.find_person import PersonQuery, find_person
from privacy.services.text_scan import scan_texts, scan_uploads
from shipments.job_kinds import JobKind
from shipments.services.erasure import erase_shipments
from shipments.states import ShipmentStatus
from shops.models import Shop

ERASE_TASK = "privacy.erase"
# Without a limit: a person's request is not given up.
RETRIES = RetryPolicy(base=30, cap=300)
# How long a running export is waited for; it may be writing what is about to be erased.
EXPORT_PATIENCE = timedelta(minutes=10)
RECEIPTS_AT_ONCE = 200
# A count: the key with which the request was encrypted is gone, so somebody has to ask again.
UNREADABLE = "unreadable"
REQUEST_MESSAGE = _("The recipient's details were erased on request")


def request_erasure(
    shop: Shop,
    query: PersonQuery,
    *,
    by: User | None,
    key: uuid.UUID | None = None,
    source: str = PersonErasure.Source.OWNER,
) -> PersonErasure:
    """Queue it; the same key returns the same request. A worker does it, and the row is the receipt."""
    public_id = key or uuid.uuid4()
    defaults = {
        "source": source,
        "requested_by": by,
        "query_encrypted": encrypt(json.dumps(asdict(query)), _context(public_id)),
    }
    row, created = PersonErasure.objects.get_or_create(shop=shop, public_id=public_id, defaults=defaults)
    if created:
        trail.record(AuditAction.PERSON_ERASED, by=by, shop=shop, target=row)
    wake_worker(ERASE_TASK)
    return row


def _context(public_id: uuid.UUID) -> str:
    return f"person-erasure:{public_id}"


def erase_due(*, seconds: float = 30) -> int:
    """Erase whom people asked to erase, and look for whom webshops asked to. Safe to run concurrently."""
    take_over_receipts()
    rows = PersonErasure.objects.filter(finished_at=None).order_by("pk")
    return leases.run_due(rows, _run, give_up=_give_up, policy=RETRIES, seconds=seconds, wake=ERASE_TASK)


def take_over_receipts() -> int:
    """Requests to look for the buyers that webshops had erased, one a shop. Returns how many. May be repeated."""
    busy = PersonErasure.objects.filter(finished_at=None).values("shop")
    waiting = ErasedOrder.objects.exclude(words_encrypted="").exclude(connection__shop__in=busy)
    waiting = waiting.select_related("connection__shop").order_by("pk")
    receipts = sorted(waiting[:RECEIPTS_AT_ONCE], key=lambda receipt: receipt.connection.shop_id)
    requests = 0
    for _shop_id, of_shop in groupby(receipts, key=lambda receipt: receipt.connection.shop_id):
        own = list(of_shop)
        # The same name for the same receipts, so that a worker that dies here leaves one request.
        seen = "".join(receipt.words_encrypted for receipt in own)
        key = uuid.uuid5(own[0].connection.public_id, seen)
        words = frozenset[str]().union(*(orders_erasure.read_words(receipt) for receipt in own))
        PersonErasure.objects.get_or_create(
            public_id=key,
            defaults={
                "shop": own[0].connection.shop,
                "source": PersonErasure.Source.PLATFORM,
                "words_encrypted": encrypt(json.dumps(sorted(words)), _context(key)),
                "counts": {"orders": len(own)},
            },
        )
        for receipt in own:
            unchanged = ErasedOrder.objects.filter(pk=receipt.pk, words_encrypted=receipt.words_encrypted)
            unchanged.update(words_encrypted="")
        requests += 1
    return requests


def _run(row: PersonErasure) -> HandlerResult:
    """May die at any point and be run again: whom to look for is stored before anything is erased."""
    if _has_running_export(row):
        return Retry(row.tries + 1, 15, changes={"tries": row.tries + 1})
    try:
        query, words = _read(row)
    except DecryptionError:
        return _finished(row, {UNREADABLE: 1})
    counts: dict[str, int] = dict(row.counts)
    left = False
    for found_words, batch_counts, has_left in _erase_rows(row, query, words):
        words, left = words | found_words, left or has_left
        for name, number in batch_counts.items():
            counts[name] = counts.get(name, 0) + number
        renew(row, counts=counts)
    tombstones.record(tombstones.Kind.WORD, row.shop_id, sorted(words))
    for name, number in scan_texts(row.shop, words, erase=True).items():
        if number:
            counts[name] = counts.get(name, 0) + number
    counts["files"] = counts.get("files", 0) + scan_uploads(row.shop, words, erase=True)
    _forget_receipts(row.shop, words)
    if left:
        return Retry(row.tries + 1, 60, changes={"tries": row.tries + 1, "counts": counts})
    return _finished(row, counts)


def _read(row: PersonErasure) -> tuple[PersonQuery, frozenset[str]]:
    """Raises DecryptionError."""
    context = _context(row.public_id)
    query = PersonQuery(**json.loads(decrypt(row.query_encrypted, context))) if row.query_encrypted else PersonQuery()
    words = json.loads(decrypt(row.words_encrypted, context)) if row.words_encrypted else []
    return query, frozenset(words) | query.words


def _has_running_export(row: PersonErasure) -> bool:
    if row.requested_at < timezone.now() - EXPORT_PATIENCE:
        return False
    return row.shop.jobs.unfinished().filter(kind=JobKind.EXPORT, created_at__lt=row.requested_at).exists()


def _erase_rows(
    row: PersonErasure, query: PersonQuery, words: frozenset[str]
) -> Iterator[tuple[frozenset[str], dict[str, int], bool]]:
    """Until nothing is found any more: the words of each batch, what was erased, and whether something has to wait."""
    while not query.is_empty and not (found := find_person(row.shop, query)).is_empty:
        words |= found.words
        renew(row, words_encrypted=encrypt(json.dumps(sorted(words)), _context(row.public_id)))
        for order in found.orders:
            orders_erasure.erase(order.connection, order.external_id)
        ready = [shipment for shipment in found.shipments if shipment.status != ShipmentStatus.REGISTERING]
        erased = erase_shipments(ready, REQUEST_MESSAGE)
        yield found.words, {"orders": len(found.orders), "shipments": erased}, len(ready) < len(found.shipments)
        if not found.orders and not erased:
            return


def _forget_receipts(shop: Shop, words: Iterable[str]) -> None:
    """The orders of this request left whom to look for, and that was done."""
    known = frozenset(words)
    for receipt in ErasedOrder.objects.filter(connection__shop=shop).exclude(words_encrypted=""):
        if orders_erasure.read_words(receipt) <= known:
            unchanged = ErasedOrder.objects.filter(pk=receipt.pk, words_encrypted=receipt.words_encrypted)
            unchanged.update(words_encrypted="")


def _finished(row: PersonErasure, counts: dict[str, int]) -> Done:
    changes = {"finished_at": timezone.now(), "counts": counts, "query_encrypted": "", "words_encrypted": ""}
    return Done(changes, lambda: transaction.on_commit(empty_wal))


def _give_up(row: PersonErasure, _reason: GiveUpReason) -> HandlerResult:
    """A person's request stays due, whatever happens to its workers."""
    return Retry(row.tries + 1, 600, changes={"tries": row.tries + 1})


def empty_wal() -> None:
    """SQLite's log of changes still has the pages from before; its main file is overwritten by ``secure_delete``.

    While somebody reads it stays, until the night's turn.
    """
    if database.vendor == "sqlite":
        with suppress(OperationalError), database.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
