"""What the import page says of each connected site of a shop."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from integrations.models import Connection, SyncRun, UnreadableOrder
from jobs.models import Job
from lib.prepared_queries import PreparedQuery
from shipments.job_kinds import JobKind
from shipments.queries import filters
from shipments.queries.counts import waiting_of_connection
from shops.models import Shop

COLUMNS = [field.attname for field in Connection._meta.concrete_fields]


def site_facts(shop: Shop) -> list[tuple[Connection, dict[str, Any]]]:
    """Each connection with the other fields of ``SiteTab``. One query."""
    found = []
    for row in _SITE_FACTS.rows(shop.pk):
        connection = Connection.from_db(
            shop._state.db or DEFAULT_DB_ALIAS, COLUMNS, [row.pop(name) for name in COLUMNS]
        )
        found.append((connection, row))
    return found


def _site_facts(shop: int) -> QuerySet[Any, Any]:
    waiting = filters.waiting_orders().filter(connection=OuterRef("pk"))
    imports = Job.objects.unfinished().filter(shop=OuterRef("shop"), kind=JobKind.IMPORT)
    facts = {
        "waiting": waiting_of_connection(),
        "newest": Subquery(waiting.order_by("-changed_at").values("changed_at")[:1]),
        "is_syncing": Exists(SyncRun.objects.filter(connection=OuterRef("pk"), state__in=["queued", "running"])),
        "is_partly_unreadable": Exists(UnreadableOrder.objects.filter(connection=OuterRef("pk"))),
        "running_import": Subquery(imports.values("public_id")[:1]),
    }
    found: QuerySet[Any, Any] = Connection.objects.connected().filter(shop=shop).annotate(**facts)
    return found.values(*COLUMNS, *facts)


_SITE_FACTS = PreparedQuery(_site_facts)
