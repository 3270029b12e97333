"""Keeping the ledger of figures short and right: adding its entries up, and comparing it with what it counts."""

import logging
import time
from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.models import Fulfillment
from shipments.models import FigureEntry, Shipment
from shipments.models.figure_triggers import (
    ADD,
    ENTRIES,
    FULFILLMENTS,
    SHIPMENTS,
    are_current,
    create_triggers,
    drop_triggers,
    figures_of,
)
from shipments.queries.statistics import MAX_PERIOD, start_of_day
from shops.models import Shop

log = logging.getLogger(__name__)
FOLD_BATCH_SIZE = 1000
RECENT = timedelta(days=14)
FOLD = f"""
    INSERT INTO {ENTRIES} (shop_id, at, figure, number, folded) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (shop_id, at, figure) WHERE folded DO UPDATE SET number = {ENTRIES}.number + excluded.number
"""  # noqa: S608 - made of constants


def fold_due(*, seconds: float = 20) -> int:
    """Replace the new entries of a day by one for each figure; returns how many. Safe to run concurrently.

    Reads new entries only, at most a thousand in a transaction.
    """
    folded, deadline = 0, time.monotonic() + seconds
    while time.monotonic() < deadline and (some := _fold_some()):
        folded += some
    return folded


def _fold_some() -> int:
    with transaction.atomic():
        entries = FigureEntry.objects.filter(folded=False).order_by("pk").select_for_update(skip_locked=True)
        found = list(entries.values_list("pk", "shop_id", "at", "figure", "number")[:FOLD_BATCH_SIZE])
        sums: dict[tuple[int, datetime, str], int] = defaultdict(int)
        for _pk, shop_id, at, figure, number in found:
            sums[shop_id, start_of_day(timezone.localdate(at)), figure] += number
        # In one order everywhere, so that two workers do not wait for each other.
        rows = [
            (shop_id, connection.ops.adapt_datetimefield_value(at), figure, number, True)
            for (shop_id, at, figure), number in sorted(sums.items())
            if number
        ]
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(FOLD, rows)
        FigureEntry.objects.filter(pk__in=[pk for pk, *_rest in found]).delete()
    return len(found)


def compare_figures(*, every_day: bool = False, using: str = DEFAULT_DB_ALIAS) -> int:
    """Correct the figures that a page can show, a shop and a day at a time; returns how many were wrong.

    Each night the last two weeks, in which most changes fall, and a seventh of the days before. The triggers keep
    figures right; what they cannot see is an order whose payment becomes known in the same instant as its label, and
    what changed while there were no triggers.
    """
    today, corrected = timezone.localdate(), 0
    days = [today - timedelta(days=back) for back in range(MAX_PERIOD + 1)]
    turn = today.toordinal() % 7
    chosen = [day for day in days if every_day or day > today - RECENT or day.toordinal() % 7 == turn]
    for shop in _with_figures(days[-1]).using(using).iterator():
        corrected += sum(compare_day(shop, day) for day in chosen)
    if corrected:
        log.warning("%s figures of shops were not what a count says, and were corrected.", corrected)
    return corrected


def _with_figures(since: date) -> QuerySet[Shop]:
    start = start_of_day(since)
    of_shop = Q(shop=OuterRef("pk"))
    labeled = Shipment.including_deleted.filter(of_shop, registered_at__gte=start)
    pushed = Fulfillment.objects.filter(of_shop, queued_at__gte=start)
    known = FigureEntry.objects.filter(of_shop, at__gte=start)
    return Shop.objects.filter(Exists(labeled) | Exists(pushed) | Exists(known)).order_by("pk")


def compare_day(shop: Shop, day: date) -> int:
    """Count what one day's figures count, and add what is missing; returns how many figures were wrong.

    One statement, so what others change meanwhile is in both counts or in neither.
    """
    database = connections[shop._state.db or DEFAULT_DB_ALIAS]
    quote = database.ops.adapt_datetimefield_value
    facts = {
        "shop": shop.pk,
        "start": quote(start_of_day(day)),
        "end": quote(start_of_day(day + timedelta(days=1))),
        "no": False,
    }
    with transaction.atomic(using=database.alias):
        # Two comparisons at the same time would correct the same figure twice.
        Shop.objects.using(database.alias).select_for_update(no_key=True).filter(pk=shop.pk).first()
        with database.cursor() as cursor:
            cursor.execute(_comparison(database.vendor), facts)
            return int(cursor.rowcount)


def _comparison(vendor: str) -> str:
    counted = [_counted(SHIPMENTS, "registered_at", vendor), _counted(FULFILLMENTS, "queued_at", vendor)]
    known = f"SELECT shop_id, at, figure, -number FROM {ENTRIES} e WHERE {_of_day('e', 'at')}"  # noqa: S608
    start = "%(start)s::timestamptz" if vendor == "postgresql" else "%(start)s"
    both = " UNION ALL ".join([*counted, known])
    differences = f"SELECT shop_id, {start}, figure, SUM(number), %(no)s FROM ({both}) counts"  # noqa: S608
    return f"{ADD}{differences} GROUP BY shop_id, figure HAVING SUM(number) <> 0"


def _counted(table: str, moment: str, vendor: str) -> str:
    rows = figures_of(table, vendor, row="r", source=table, where="<of this day>").replace("%", "%%")
    return rows.replace("<of this day>", _of_day("r", moment))


def _of_day(row: str, moment: str) -> str:
    return f"{row}.shop_id = %(shop)s AND {row}.{moment} >= %(start)s AND {row}.{moment} < %(end)s"


def pause_triggers(using: str) -> None:
    """Before migrations: they alter the tables that triggers stand on."""
    drop_triggers(using)


def resume_triggers(using: str) -> None:
    """After migrations, and after a database was made. What changed without triggers is counted. May be repeated."""
    if ENTRIES not in connections[using].introspection.table_names():
        return
    # Emptying the tables of SQLite for a test runs their triggers.
    FigureEntry.objects.using(using).exclude(shop__in=Shop.objects.all()).delete()
    if not are_current(using):
        create_triggers(using)
        compare_figures(every_day=True, using=using)


def forget_shop(shop: Shop) -> None:
    """After its shipments were deleted, of which the triggers took note. May be repeated."""
    FigureEntry.objects.filter(shop=shop.pk).delete()
