"""Erasing a person everywhere in a shop: orders, shipments, free texts and files. A row is the request and the receipt.

The webshop's own requests come here too: ``integrations.services.erasure`` erases the order and leaves whom to look
for.
"""

import json
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby

from django.db import OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from accounts.models import User
from audit import trail
from audit.actions import AuditAction
from integrations.models import ErasedOrder
from integrations.services import erasure as orders_erasure
from lib import leases
from lib.crypto import DecryptionError, decrypt, encrypt
from lib.leases import Continue, Done, GiveUpReason, HandlerResult, Retry, RetryPolicy, wake_worker
from privacy.models import PersonErasure
from privacy.services.erasure_run import ErasureRun
from privacy.services.find_person import query_words
from privacy.services.person_rows import PersonQuery
from shipments.job_kinds import JobKind
from shops.models import Shop

ERASE_TASK = "privacy.erase"
# Without a limit: a person's request is not given up.
RETRIES = RetryPolicy(base=30, cap=300)
# How long a running export is waited for; it may be writing what is about to be erased.
EXPORT_PATIENCE = timedelta(minutes=10)
RECEIPTS_AT_ONCE = 200
# Then others have their turn.
SECONDS_AT_ONCE = 20
# A count: the key with which the request was encrypted is gone, so somebody has to ask again.
UNREADABLE = "unreadable"


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
    """Some seconds of it; whoever claims the row next goes on."""
    if _has_running_export(row):
        return Retry(row.tries + 1, 15, changes={"tries": row.tries + 1})
    try:
        query, words = _read(row)
    except DecryptionError:
        return _finished(row, {UNREADABLE: 1}, {})
    run, deadline = ErasureRun(row, _context(row.public_id), query, words), time.monotonic() + SECONDS_AT_ONCE
    for _step in run.steps():
        if time.monotonic() >= deadline:
            return Continue()
    _forget_receipts(row.shop, run.words)
    if run.is_waiting:
        from_the_start = {"progress": {}, "looked_through": {}, "tries": row.tries + 1}
        return Retry(row.tries + 1, 60, changes=from_the_start)
    return _finished(row, run.counts, run.all_looked_through)


def _read(row: PersonErasure) -> tuple[PersonQuery, frozenset[str]]:
    """Raises DecryptionError."""
    context = _context(row.public_id)
    query = PersonQuery(**json.loads(decrypt(row.query_encrypted, context))) if row.query_encrypted else PersonQuery()
    words = json.loads(decrypt(row.words_encrypted, context)) if row.words_encrypted else []
    return query, frozenset(words) | query_words(query)


def _has_running_export(row: PersonErasure) -> bool:
    if row.requested_at < timezone.now() - EXPORT_PATIENCE:
        return False
    return row.shop.jobs.unfinished().filter(kind=JobKind.EXPORT, created_at__lt=row.requested_at).exists()


def _forget_receipts(shop: Shop, words: Iterable[str]) -> None:
    """The orders of this request left whom to look for, and that was done."""
    known = frozenset(words)
    for receipt in ErasedOrder.objects.filter(connection__shop=shop).exclude(words_encrypted=""):
        if orders_erasure.read_words(receipt) <= known:
            unchanged = ErasedOrder.objects.filter(pk=receipt.pk, words_encrypted=receipt.words_encrypted)
            unchanged.update(words_encrypted="")


def _finished(row: PersonErasure, counts: dict[str, int], looked_through: dict[str, int]) -> Done:
    changes = {
        "finished_at": timezone.now(),
        "counts": counts,
        "looked_through": looked_through,
        "progress": {},
        "query_encrypted": "",
        "words_encrypted": "",
    }
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
