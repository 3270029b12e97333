"""Whether the webhooks of a site arrive. While they do, its orders are read every hour instead of every few minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from integrations.models import Connection, SyncRun, WebhookEvent
from integrations.orders import OrderData

# A quieter site is read as if it had no webhooks: nobody knows whether they would come.
TRUST_FOR = timedelta(days=1)
# How long after a change its event may be under way.
GRACE = timedelta(minutes=2)


def webhooks_arrive(now: datetime) -> Q:
    """The connections for which ``do_webhooks_arrive`` is true."""
    return Q(webhook_at__gte=now - TRUST_FOR)


def do_webhooks_arrive(connection: Connection) -> bool:
    return connection.webhook_at is not None and connection.webhook_at >= timezone.now() - TRUST_FOR


def sync_interval(connection: Connection) -> timedelta:
    told = do_webhooks_arrive(connection)
    return timedelta(seconds=settings.SYNC_WITH_WEBHOOKS_SECONDS if told else settings.SYNC_EVERY_SECONDS)


def check_webhooks(run: SyncRun, orders: Iterable[OrderData]) -> None:
    """Before a page is stored: an order that is new to us and that no webhook told of means that none arrive any more.

    The next webhook changes that back. Orders that the platform's import made have no events.
    """
    connection = run.connection
    if connection.webhook_at is None or run.since is None:
        return
    settled = {o.external_id for o in orders if o.updated_at < run.started_at - GRACE and not o.imported}
    new = settled - set(connection.orders.filter(external_id__in=settled).values_list("external_id", flat=True))
    told = WebhookEvent.objects.filter(
        platform=connection.platform, installation=connection.external_id, order_id__in=new
    )
    if new - set(told.values_list("order_id", flat=True)) - connection.erased_orders.erased_among(new):
        Connection.objects.filter(pk=connection.pk, webhook_at=connection.webhook_at).update(
            webhook_at=None, sync_at=timezone.now()
        )
