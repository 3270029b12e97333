"""Stores the last calls to others, a bounded number of each account, and reads them for support."""

import logging
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from lib import exchange_log
from lib.leases import DATABASE_IS_AWAY
from lib.unions import union_all
from shops.models import Exchange, Shop

log = logging.getLogger(__name__)
# Calls kept of each account.
MAX_KEPT = 100
MAX_SHOWN = 20


def store_if_due(**_: Any) -> None:
    """After a task or a request; cheap while there is nothing to store. Raises nothing."""
    if exchange_log.should_store() and not connection.in_atomic_block:
        store_collected()


def store_collected(**_: Any) -> None:
    """Two statements, and one for each account. What cannot be stored is given up: nothing depends on it."""
    found = exchange_log.take_collected()
    if not found:
        return
    try:
        with transaction.atomic():
            _store(found)
    except DATABASE_IS_AWAY:
        log.warning("%s calls could not be kept for support.", len(found))


def _store(found: list[exchange_log.Exchange]) -> None:
    shops = set(Shop.objects.filter(pk__in={one.account.shop_id for one in found}).values_list("pk", flat=True))
    rows = [_row(one) for one in found if one.account.shop_id in shops]
    Exchange.objects.bulk_create(rows)
    for shop_id, code in {(row.shop_id, row.code) for row in rows}:
        own = Exchange.objects.filter(shop=shop_id, code=code)
        own.filter(pk__lte=own.order_by("-pk").values("pk")[MAX_KEPT : MAX_KEPT + 1]).delete()


def _row(one: exchange_log.Exchange) -> Exchange:
    return Exchange(
        shop_id=one.account.shop_id,
        code=one.account.code,
        at=one.at,
        method=one.method,
        path=one.path,
        status=one.status,
        milliseconds=one.milliseconds,
        request_id=one.request_id,
    )


def last_exchanges(shop: Shop, codes: Collection[str]) -> dict[str, list[Exchange]]:
    """By code, newest first; no statement without codes."""
    found: dict[str, list[Exchange]] = {code: [] for code in codes}
    if found:
        rows = Exchange.objects.filter(shop=shop).order_by("-pk")
        for row in union_all([rows.filter(code=code)[:MAX_SHOWN] for code in found]):
            found[row.code].append(row)
    return {code: sorted(rows, key=lambda row: -row.pk) for code, rows in found.items()}
