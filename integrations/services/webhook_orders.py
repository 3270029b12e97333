"""Orders that webhooks carry, stored by the request that delivers them: no call, and visible at once.

The same rules as for an order that was asked for, in the same code. What is not certain is not stored; the event is
then a hint like any other, and the order is asked for. The order itself is kept nowhere but in the mirror.
See docs/decisions/0008-orders-in-webhooks.md.
"""

import json
import logging
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from integrations.models import ORDER_ADAPTER, Connection, WebhookEvent
from integrations.orders import OrderData
from integrations.services import mirror

log = logging.getLogger(__name__)
# PostgreSQL: a reading that holds the same order must not hold up the answer, which is due within 1.25 s.
LOCK_TIMEOUT = "200ms"
# A busy shop does not write its connection at every event.
WEBHOOK_TIME_PRECISION = timedelta(minutes=1)
State = WebhookEvent.State


class AskInstead(Exception):
    """The order must be asked for; nothing is stored."""


def store(row: WebhookEvent, order: OrderData) -> bool:
    """Store a new event and its order in one transaction. May be repeated: an event is stored once.

    False when nothing was stored: the event is known, the site is not connected, or the order must be asked for. Never
    raises.
    """
    try:
        with transaction.atomic():
            _limit_waiting()
            site = _connected_site(row)
            row.state, row.reason = _store_order(site, order)
            row.next_at = None
            row.save(force_insert=True)
            _record_webhook(site)
    except AskInstead:
        return False
    except DatabaseError:
        # It is a duplicate, another transaction holds the order, or there is no database: storing the hint tells.
        return False
    except Exception:
        log.exception("The order in an event could not be stored; it is asked for.")
        return False
    return True


def _limit_waiting() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


def _connected_site(row: WebhookEvent) -> Connection:
    """The connection that holds the site, as a worker would choose it."""
    sites = Connection.objects.connected().filter(platform=row.platform, external_id=row.installation)
    site = sites.first()
    if site is None or not site.is_active:
        raise AskInstead
    return site


def _store_order(site: Connection, order: OrderData) -> tuple[str, str]:
    """The state and reason of the event. An event that was overtaken by a newer one changes nothing."""
    known = site.orders.filter(external_id=order.external_id).values_list("changed_at", "data").first()
    if known is not None:
        changed_at, data = known
        if order.updated_at < changed_at:
            return State.IGNORED, "older"
        if order.updated_at == changed_at:
            # Two events of the same moment: unless they say the same, nobody knows which is the later one.
            if json.loads(ORDER_ADAPTER.dump_json(order)) != data:
                raise AskInstead
            return State.APPLIED, ""
    if mirror.store_orders(site, [order])["rejected"]:
        raise AskInstead
    return State.APPLIED, ""


def _record_webhook(site: Connection) -> None:
    now = timezone.now()
    long_ago = Q(webhook_at=None) | Q(webhook_at__lt=now - WEBHOOK_TIME_PRECISION)
    Connection.objects.filter(long_ago, pk=site.pk).update(webhook_at=now)
